"""What was found in a text, remembered, so that a conversation that resends its history costs only its new turn.

Called by the shield. Keeps spans by a keyed digest of caller and text: never a text, and nothing that another caller's
text could be told by, not even in time. In this process alone, and bounded; another policy has another memory.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

from web_server.privacy.spans import Finder, Span

MOST = 100_000
"""Texts and spans together: about 20 MiB."""

_LEAST = 24
"""Characters: what is shorter is found anew as quickly as it is looked up."""


class Memory:
    """A finder's answers. Threads may share it."""

    def __init__(self, finder: Finder, most: int = MOST) -> None:
        self._finder = finder
        self._most = most
        self._key = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, tuple[Span, ...]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Memory({len(self._kept)} texts)"

    def find(self, text: str, owner: str | None) -> Sequence[Span]:
        """As the finder's. `owner`: whose text it is; None: nothing is looked up or kept. Raises what it raises."""
        if owner is None or len(text) < _LEAST:
            return self._finder.find(text)
        digest = self._digest(text, owner)
        with self._lock:
            known = self._kept.get(digest)
            if known is not None:
                self._kept.move_to_end(digest)
                return known
        found = tuple(self._finder.find(text))
        with self._lock:
            if digest not in self._kept:
                self._kept[digest] = found
                self._size += 1 + len(found)
            while self._size > self._most:
                self._size -= 1 + len(self._kept.popitem(last=False)[1])
        return found

    def _digest(self, text: str, owner: str) -> bytes:
        state = blake2b(key=self._key, digest_size=16)
        for part in (owner, text):
            raw = part.encode("utf-8", "surrogatepass")
            state.update(len(raw).to_bytes(8, "big") + raw)
        return state.digest()
