"""What seals the keys, and whether every sealed key opens.

Called by `examination`. Opens each record in memory and forgets it; makes no cipher key, writes nothing.
"""

from __future__ import annotations

from key_server.config import Settings
from key_server.doctor.finding import OK, PROBLEM, WARNING, Finding, split
from key_server.errors import ConfigError, VaultUnavailable
from key_server.keys import keyring
from key_server.keys.at_rest import AtRest, at_rest, connected, sealed_by_vault


def look(settings: Settings) -> list[Finding]:
    """The cipher, then the records."""
    kept, found = _vault(settings) if settings.vault_address else _local(settings)
    if kept is None:
        return [found]
    try:
        return [found, _records(kept)]
    finally:
        kept.close()


def _vault(settings: Settings) -> tuple[AtRest | None, Finding]:
    check = "Vault"
    vault = connected(settings)
    health = vault.health()
    vault.close()
    if health.trouble:
        return None, split(check, health.trouble)
    try:
        kept = at_rest(settings)
    except ConfigError as error:
        return None, split(check, str(error))
    kind = f"{health.version}{', standby' if health.standby else ''}, {health.who}"
    return kept, Finding(check, OK, f"{settings.vault_address} ({kind}), transit key {settings.vault_transit_key}")


def _local(settings: Settings) -> tuple[AtRest | None, Finding]:
    check, path, store = "cipher key", settings.cipher_key_file, settings.store_file
    if sentence := sealed_by_vault(settings):
        return None, split(check, sentence)
    if not path.exists() and store.exists():
        advice = "restore it from your backup: nothing else opens what it sealed"
        return None, Finding(check, PROBLEM, f"{path} is gone, and {store} was sealed under it", advice)
    if not path.exists():
        return None, Finding(check, OK, f"{path} (made at the first start)")
    try:
        kept = at_rest(settings)
    except ConfigError as error:
        return None, split(check, str(error))
    except OSError:
        return None, Finding(check, PROBLEM, f"{path} cannot be read by this user", "run this as the server's user")
    return kept, Finding(check, OK, f"{path} (local; back it up apart from {store.name})")


def _records(kept: AtRest) -> Finding:
    check = "sealed keys"
    try:
        stored = kept.store.read()
        if stored is None:
            return Finding(check, WARNING, "none yet", "python -m key_server keys add PROVIDER")
        held = keyring.read(stored.content, kept.store.name, kept.cipher)
    except ConfigError as error:
        return split(check, str(error))
    except VaultUnavailable as trouble:
        return split(check, trouble.said)
    if closed := len(held.records) - len(held.secrets):
        advice = "they were sealed for another place, or changed: add or import these keys again"
        return Finding(check, PROBLEM, f"{closed} of {len(held.records)} do not open", advice)
    return Finding(check, OK, f"{len(held.records)}, and all open")
