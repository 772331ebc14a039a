"""AES-256-GCM under a key file: the cipher for one machine without Vault.

Called by `server` (to build it) and `keyring` (as a `Cipher`). The key file is 0600 and holds 32 bytes: raw, hex or
base64. Sealed form, version 1: `v1.local.<base64url(12-byte nonce + ciphertext + tag)>`, the context as AAD.
Never writes over a key file.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from key_server.cipher import CipherError
from key_server.errors import ConfigError
from key_server.private_files import check_private_file, write_atomically

PREFIX = "v1.local."
KEY_BYTES = 32
NONCE_BYTES = 12  # random 96-bit nonces: NIST SP 800-38D allows 2**32 messages a key; a key list has thousands


class LocalCipher:
    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("a local cipher key is 32 bytes")
        self._aead = AESGCM(key)

    def seal(self, plaintext: bytes, context: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._aead.encrypt(nonce, plaintext, context.encode())
        return PREFIX + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, context: str) -> bytes:
        if not sealed.startswith(PREFIX):
            raise CipherError("not a record of the local cipher")
        try:
            raw = base64.b64decode(sealed.removeprefix(PREFIX), altchars=b"-_", validate=True)
            return self._aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise CipherError("the record does not open here") from None

    def __repr__(self) -> str:
        return "LocalCipher(***)"


def read_key_file(path: Path) -> bytes:
    """The 32 bytes of the key file. Raises ConfigError: missing, readable by others, or not a key."""
    check_private_file(path, "KEY_SERVER_CIPHER_KEY_FILE")
    raw = path.read_bytes()
    for decoded in (raw, *_decoded(raw.strip())):
        if len(decoded) == KEY_BYTES:
            return decoded
    raise ConfigError(f"{path} (KEY_SERVER_CIPHER_KEY_FILE) does not hold 32 bytes, raw, hex or base64.")


def create_key_file(path: Path) -> None:
    """A fresh random key, 0600. The caller makes sure that none is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(path, base64.urlsafe_b64encode(os.urandom(KEY_BYTES)) + b"\n")


def _decoded(text: bytes) -> list[bytes]:
    found = []
    for decode in (binascii.unhexlify, base64.urlsafe_b64decode, base64.standard_b64decode):
        try:
            found.append(decode(text))
        except (binascii.Error, ValueError):
            continue
    return found
