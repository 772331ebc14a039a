"""What was found in a text, remembered, so that a conversation that resends its history costs only its new turn.

Called by the shield. Keeps spans by a keyed digest of caller and text: never a text, and nothing that another caller's
text could be told by, not even in time. In this process alone, and bounded; another policy has another memory.
"""

from __future__ import annotations

from collections.abc import Sequence

from web_server.privacy.remembered import Remembered
from web_server.privacy.spans import Finder, Span

MOST = 100_000
"""Texts and spans together: about 20 MiB."""

_LEAST = 24
"""Characters: what is shorter is found anew as quickly as it is looked up."""


class Memory:
    """A finder's answers. Threads may share it."""

    def __init__(self, finder: Finder, most: int = MOST) -> None:
        """`most`: texts and spans together; 0: nothing is kept."""
        self.most = most
        self._finder = finder
        self._found = Remembered[tuple[Span, ...]](most)

    def __repr__(self) -> str:
        return f"Memory({len(self._found)} texts)"

    def find(self, text: str, owner: str | None) -> Sequence[Span]:
        """As the finder's. `owner`: whose text it is; None: nothing is looked up or kept. Raises what it raises."""
        if owner is None or len(text) < _LEAST or not self.most:
            return self._finder.find(text)
        digest = self._found.digest(owner, text)
        known = self._found.get(digest)
        if known is None:
            known = tuple(self._finder.find(text))
            self._found.keep(digest, known, 1 + len(known))
        return known
