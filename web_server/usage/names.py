"""The callers' names in the book of usage: sealed, so that a copy of Redis names nobody.

Called by `book`. AES-256-GCM under a key of its own (HKDF of WEB_SERVER_STATE_SECRET), bound to the caller's mark.
Never: a name in clear, or in a `repr`.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class Names:
    """Seals and opens."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=b"llmvpn usage names").derive(secret))

    def seal(self, mark: str, subject: str) -> str:
        """`subject` as only this installation can read it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, subject.encode(), mark.encode())).decode()

    def open(self, mark: str, sealed: bytes) -> str | None:
        """Who it is; None where it was sealed under another secret, or for another mark."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], mark.encode()).decode()
        except (InvalidTag, ValueError):
            return None
