"""How a key is sealed at rest: four methods, whatever stands behind them.

Called by `keyring` and `holdings`. Implementations: `cipher_local`, `cipher_vault`. All of it may wait for a network,
so it runs in a thread, never on the event loop; and all of it takes many at once, because a round trip costs more than
a key.
Never returns a plaintext for a context other than the one it was sealed under.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Cipher(Protocol):
    """Authenticated encryption bound to a context. What is sealed is printable and names its own key version.

    Every method raises VaultUnavailable where the cipher is a Vault that cannot be asked.
    """

    def seal(self, items: Sequence[tuple[bytes, str]]) -> list[str]:
        """(plaintext, context) each."""
        ...

    def open(self, items: Sequence[tuple[str, str]]) -> list[bytes | None]:
        """(sealed, context) each; None for one that does not open: another key, another context, changed bytes."""
        ...

    def rewrap(self, items: Sequence[tuple[str, str]]) -> list[str | None]:
        """(sealed, context) each, sealed anew under the newest key version; None for one that does not open."""
        ...

    def newest(self) -> int:
        """The key version that `seal` and `rewrap` use now."""
        ...

    def retire(self, version: int) -> None:
        """From now on open nothing that was sealed under a version before this one."""
        ...


def record_context(provider: str, key_id: str) -> str:
    """What a sealed key is bound to. Neither part may hold a slash, so two pairs never meet in one context."""
    return f"{provider}/{key_id}"
