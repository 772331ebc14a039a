"""AES-256-GCM under a key file: the cipher for one machine without Vault.

Built by `at_rest`; called by `keyring`, as a `Cipher`. The key file is 0600 and holds 32 bytes: raw, hex or base64.
Several lines are several keys, the newest first: what an older line sealed still opens, and `keys rewrap` seals it
under the first. Sealed form: `v1.local.<base64url(12-byte nonce + ciphertext + tag)>`, the context as AAD.
Never writes over a key file.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from key_server.errors import ConfigError
from key_server.private_files import check_private_file, write_atomically

PREFIX = "v1.local."
KEY_BYTES = 32
NONCE_BYTES = 12  # random 96-bit nonces: NIST SP 800-38D allows 2**32 messages a key; a key list has thousands


class LocalCipher:
    """`keys`: the newest first. The newest one's version is how many there are."""

    def __init__(self, *keys: bytes) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("a local cipher key is 32 bytes")
        self._version = len(keys)
        self._aeads = tuple(AESGCM(key) for key in keys)

    def seal(self, items: Sequence[tuple[bytes, str]]) -> list[str]:
        return [self._seal(plaintext, context) for plaintext, context in items]

    def open(self, items: Sequence[tuple[str, str]]) -> list[bytes | None]:
        return [self._open(sealed, context) for sealed, context in items]

    def rewrap(self, items: Sequence[tuple[str, str]]) -> list[str | None]:
        opened = zip(self.open(items), items, strict=True)
        return [None if plain is None else self._seal(plain, context) for plain, (_, context) in opened]

    def newest(self) -> int:
        return self._version

    def retire(self, version: int) -> None:
        """Older lines of the key file open nothing more in this process; whoever wrote them takes them out."""
        self._aeads = self._aeads[: self._version - version + 1]

    def _seal(self, plaintext: bytes, context: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._aeads[0].encrypt(nonce, plaintext, context.encode())
        return PREFIX + base64.urlsafe_b64encode(sealed).decode()

    def _open(self, sealed: str, context: str) -> bytes | None:
        if not sealed.startswith(PREFIX):
            return None
        try:
            raw = base64.b64decode(sealed.removeprefix(PREFIX), altchars=b"-_", validate=True)
        except ValueError:
            return None
        for aead in self._aeads:
            try:
                return aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
            except (InvalidTag, ValueError):
                continue
        return None

    def __repr__(self) -> str:
        return "LocalCipher(***)"


def read_key_file(path: Path) -> tuple[bytes, ...]:
    """The keys of the file, the newest first. Raises ConfigError: missing, readable by others, or no keys."""
    check_private_file(path, "KEY_SERVER_CIPHER_KEY_FILE")
    raw = path.read_bytes()
    if len(raw) == KEY_BYTES:
        return (raw,)
    keys = [_decoded(line) for line in raw.split()]
    if not keys or None in keys:
        raise ConfigError(
            f"{path} (KEY_SERVER_CIPHER_KEY_FILE) does not hold 32 bytes, raw, hex or base64, or a line of these for "
            "each key, the newest first."
        )
    return tuple(key for key in keys if key is not None)


def create_key_file(path: Path) -> None:
    """A fresh random key, 0600. The caller makes sure that none is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(path, base64.urlsafe_b64encode(os.urandom(KEY_BYTES)) + b"\n")


def _decoded(text: bytes) -> bytes | None:
    for decode in (binascii.unhexlify, base64.urlsafe_b64decode, base64.standard_b64decode):
        try:
            found = decode(text)
        except (binascii.Error, ValueError):
            continue
        if len(found) == KEY_BYTES:
            return found
    return None
