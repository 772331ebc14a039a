"""What is remembered of texts by a keyed digest of each: in this process alone, bounded, the oldest forgotten first.

Called by whoever keeps something between two queries: spans that were found, what a provider said, turns rewritten.
Never keeps a text for its key, and nothing that a text could be told by without the key, which ends with the process.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from hashlib import blake2b
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Values by digest. Threads may share it."""

    def __init__(self, most: int) -> None:
        """`most`: what the sizes of all values may come to."""
        self._most = most
        self._key = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, tuple[T, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        return f"Remembered({len(self._kept)})"

    def begin(self, *parts: str) -> blake2b:
        """A digest of these parts, each told from the next; a text that is still being written may follow."""
        state = blake2b(key=self._key, digest_size=16)
        for part in parts:
            raw = part.encode("utf-8", "surrogatepass")
            state.update(len(raw).to_bytes(8, "big") + raw)
        return state

    def digest(self, *parts: str) -> bytes:
        """The digest of these parts."""
        return self.begin(*parts).digest()

    def get(self, digest: bytes) -> T | None:
        """What is kept under a digest; it is the youngest from now on."""
        with self._lock:
            known = self._kept.get(digest)
            if known is None:
                return None
            self._kept.move_to_end(digest)
            return known[0]

    def keep(self, digest: bytes, value: T, size: int) -> None:
        """Keeps `value` in the place of what was kept under this digest before."""
        with self._lock:
            before = self._kept.pop(digest, None)
            self._size += size - (before[1] if before else 0)
            self._kept[digest] = (value, size)
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1][1]
