"""Deltas that come while the wire is busy, as one batch: neighbours of one kind are one delta when their turn comes.

Used by the streaming responses where an answer is padded: a frame a tick has room for one envelope rather than ten.
Never reads further ahead than `AHEAD`: a caller who does not read slows the provider down, as without this.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace

from web_server.query import Delta

AHEAD = 64 * 1024
"""Characters."""


@contextlib.asynccontextmanager
async def gathered(batches: AsyncIterator[list[Delta]]) -> AsyncGenerator[AsyncIterator[list[Delta]], None]:
    """`batches`, all in one that have come since the last. What they raise comes after what did come."""
    waiting: list[Delta] = []
    held = 0
    news, room = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        nonlocal held
        async for batch in batches:
            waiting.extend(batch)
            held += sum(len(delta.text) for delta in batch)
            news.set()
            if held > AHEAD:
                room.clear()
                await room.wait()

    reader = asyncio.create_task(read())
    reader.add_done_callback(lambda _: news.set())

    async def together() -> AsyncIterator[list[Delta]]:
        nonlocal held
        while not reader.done() or waiting:
            await news.wait()
            news.clear()
            batch = joined(waiting)
            waiting.clear()
            held = 0
            room.set()
            if batch:
                yield batch
        reader.result()

    try:
        yield together()
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


def joined(deltas: Sequence[Delta]) -> list[Delta]:
    """The same in fewer: texts of one choice and channel that follow each other are one."""
    made: list[Delta] = []
    texts: list[str] = []
    for delta in deltas:
        if made and _continues(made[-1], delta):
            texts.append(delta.text)
            continue
        if len(texts) > 1:
            made[-1] = replace(made[-1], text="".join(texts))
        made.append(delta)
        texts = [delta.text]
    if len(texts) > 1:
        made[-1] = replace(made[-1], text="".join(texts))
    return made


def _continues(one: Delta, other: Delta) -> bool:
    same = (one.choice, one.channel, one.tool_index) == (other.choice, other.channel, other.tool_index)
    says_more = other.tool_id or other.tool_name or other.finish_reason or other.usage
    return same and not says_more and not (one.finish_reason or one.usage)
