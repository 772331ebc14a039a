"""How a key is sealed at rest: two methods, whatever stands behind them.

Called by `keyring`. Implementations: `cipher_local`; one file each.
Never returns a plaintext for a context other than the one it was sealed under.
"""

from __future__ import annotations

from typing import Protocol


class CipherError(Exception):
    """A record that does not open: another key, another context, or changed bytes. Says no more than that."""


class Cipher(Protocol):
    """Authenticated encryption bound to a context. `sealed` is printable and names its own format version."""

    def seal(self, plaintext: bytes, context: str) -> str: ...

    def open(self, sealed: str, context: str) -> bytes:
        """Raises CipherError."""
        ...


def record_context(provider: str, key_id: str) -> str:
    """What a sealed key is bound to. Neither part may hold a slash, so two pairs never meet in one context."""
    return f"{provider}/{key_id}"
