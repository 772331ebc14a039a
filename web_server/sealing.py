"""Seals what this process keeps outside of itself, and names it so that the names tell nothing.

Called by whoever keeps sessions, and by the page's cookie. Everything hangs on WEB_SERVER_STATE_SECRET: without it a
copy of Redis is names that are HMACs and values under AES-256-GCM. A session's key needs the session's id as well,
which only its caller has.
Never: a key or a plain text in a `repr`, a message or a log.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12  # NIST SP 800-38D, section 8.2.2: random ones, and far fewer than 2**32 under one session's key
VERSION = b"\x01"


class Unopened(Exception):
    """Not what was sealed here, for this, under this secret."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Names and seals under one secret."""

    secret: bytes = field(repr=False)

    def name(self, what: str, value: str) -> str:
        """A name for `value` as a `what`; another `what` has another, and neither tells of the value."""
        return hmac.digest(self.secret, f"{what}\0{value}".encode(), hashlib.sha256).hex()

    def seal(self, what: str, of: str, plain: bytes) -> bytes:
        """`plain` under a key that only this secret and `of` make; good as a `what` alone."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher(what, of).encrypt(nonce, plain, VERSION + what.encode())

    def open(self, what: str, of: str, sealed: bytes) -> bytes:
        """What was sealed. Raises Unopened."""
        if sealed[:1] != VERSION:
            raise Unopened
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher(what, of).decrypt(nonce, body, VERSION + what.encode())
        except (InvalidTag, ValueError):
            raise Unopened from None

    def _cipher(self, what: str, of: str) -> AESGCM:
        info = f"llm-vpn {what}\0{of}".encode()
        return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.secret))
