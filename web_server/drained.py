"""An answer that is read at the provider's full speed by a task of its own, whoever else reads it.

Called by `decoys`: who reads slowly, or stops reading, changes nothing towards the provider.
Never: more than MOST_WAITING bytes of an answer in memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace

from web_server.errors import ApiError
from web_server.incoming import Incoming

MOST_WAITING = 16 * 1024 * 1024
"""Of an answer whose reader is slow; what is beyond is lost to the reader, and not to the provider."""


def drained(incoming: Incoming, tasks: set[asyncio.Task[None]]) -> Incoming:
    """The same answer, read by a task of its own, which `tasks` holds until it ends. Closing it ends nothing."""
    waiting = _Waiting(incoming)
    task = asyncio.create_task(waiting.fill())
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return replace(incoming, chunks=waiting, close=lambda: None)


class _Waiting(AsyncIterator[bytes]):
    """What has come and was not read yet. A reader who was cancelled, or another one, may go on with it."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._failure: ApiError | None = None
        self._ended = False
        self._lost = False
        self._more = asyncio.Event()

    async def fill(self) -> None:
        try:
            async for chunk in self._incoming.chunks:
                self._lost = self._lost or self._bytes + len(chunk) > MOST_WAITING
                if not self._lost:
                    self._bytes += len(chunk)
                    self._waiting.append(chunk)
                    self._more.set()
        except ApiError as failure:
            self._failure = failure
        finally:
            self._ended = True
            self._more.set()
            self._incoming.close()

    async def __anext__(self) -> bytes:
        while not self._waiting:
            if self._lost:
                raise ApiError("STREAM_CUT")
            if self._ended:
                if self._failure is not None:
                    raise self._failure
                raise StopAsyncIteration
            self._more.clear()
            await self._more.wait()
        chunk = self._waiting.popleft()
        self._bytes -= len(chunk)
        return chunk
