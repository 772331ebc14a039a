"""What seals the keys, and whether every sealed key opens.

Called by `examination`. Opens each record in memory and forgets it.
"""

from __future__ import annotations

from key_server import keyring
from key_server.cipher import Cipher
from key_server.cipher_local import LocalCipher, read_key_file
from key_server.config import Settings
from key_server.doctor.finding import OK, PROBLEM, WARNING, Finding, split
from key_server.errors import ConfigError


def look(settings: Settings) -> list[Finding]:
    """The cipher, then the records."""
    cipher, found = _local(settings)
    return [found, _records(settings, cipher)] if cipher else [found]


def _local(settings: Settings) -> tuple[Cipher | None, Finding]:
    check, path, store = "cipher key", settings.cipher_key_file, settings.store_file
    if not path.exists() and store.exists():
        advice = "restore it from your backup: nothing else opens what it sealed"
        return None, Finding(check, PROBLEM, f"{path} is gone, and {store} was sealed under it", advice)
    if not path.exists():
        return None, Finding(check, OK, f"{path} (made at the first start)")
    try:
        cipher = LocalCipher(read_key_file(path))
    except ConfigError as error:
        return None, split(check, str(error))
    except OSError:
        return None, Finding(check, PROBLEM, f"{path} cannot be read by this user", "run this as the server's user")
    return cipher, Finding(check, OK, f"{path} (local; back it up apart from {store.name})")


def _records(settings: Settings, cipher: Cipher) -> Finding:
    check = "sealed keys"
    if not settings.store_file.exists():
        return Finding(check, WARNING, "none yet", "python -m key_server keys add PROVIDER")
    try:
        held = keyring.load(settings.store_file, cipher)
    except ConfigError as error:
        return split(check, str(error))
    if closed := len(held.records) - len(held.secrets):
        advice = "they were sealed for another place, or changed: add or import these keys again"
        return Finding(check, PROBLEM, f"{closed} of {len(held.records)} do not open", advice)
    return Finding(check, OK, f"{len(held.records)}, and all open")
