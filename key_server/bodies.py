"""How many bytes of request bodies are held at once: each stays in memory for as long as its call runs.

Called by `servicer` around each Forward. Pure counting.
Never counts what gRPC itself holds of messages that are still on their way in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from key_server.errors import PoolBusy

MOST_BYTES = 256 * 1024 * 1024
RETRY_HINT_MS = 1_000


@dataclass(slots=True)
class Bodies:
    most: int = MOST_BYTES
    _held: int = 0

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Count a body in for as long as the block runs. Raises PoolBusy where there is no room beside the others."""
        if self._held and self._held + size > self.most:
            raise PoolBusy("The key server holds as many requests as it may.", retry_after_ms=RETRY_HINT_MS)
        self._held += size
        try:
            yield
        finally:
            self._held -= size
