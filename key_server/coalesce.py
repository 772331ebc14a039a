"""Joins small pieces that are already here into one; waits for none.

Called by `egress`: a message over the socket costs far more than a byte of it (13-23 k messages/s a core, grpcio 1.85).
Never delays a piece for the sake of the next one, never holds more than `LIMIT` bytes ahead of its reader.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

LIMIT = 256 * 1024


async def coalesced(source: AsyncIterable[bytes], limit: int = LIMIT) -> AsyncIterator[bytes]:
    """Everything of `source`, in order; its exception, if it ends in one, after all that came before it."""
    parts: list[bytes] = []
    waiting = asyncio.Event()
    room = asyncio.Event()

    async def fill() -> None:
        try:
            async for part in source:
                parts.append(part)
                waiting.set()
                if sum(map(len, parts)) >= limit:
                    room.clear()
                    await room.wait()
        finally:
            waiting.set()

    filling = asyncio.create_task(fill())
    try:
        while True:
            await waiting.wait()
            waiting.clear()
            if parts:
                piece = b"".join(parts)
                parts.clear()
                room.set()
                yield piece
            elif filling.done():
                filling.result()
                return
            if filling.done():
                waiting.set()
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
