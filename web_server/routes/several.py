"""Several answers in one stream: events as they come, each saying by a tag whose it is.

Called by the doors that ask several models: at once (compare), or one after the other (chain). As with one answer: each
has an end, and is closed whatever happens.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeAlias

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from web_server.errors import ApiError
from web_server.query import Delta, Json
from web_server.reply import Reply
from web_server.routes import chat, own
from web_server.routes.hall import HungUp, unless_hung_up
from web_server.routes.stream import Broken, read

Say: TypeAlias = Callable[[bytes], Awaitable[None]]
Tag: TypeAlias = dict[str, Json]


class Tale(Protocol):
    """What is told in a stream."""

    async def tell(self, relay: Relay) -> None:
        """Everything but the last `[DONE]`."""
        ...

    async def aclose(self) -> None:
        """Close whatever is open."""
        ...


class Several(Response):
    """Sends a tale as server-sent events."""

    media_type = "text/event-stream"

    def __init__(self, tale: Tale, headers: dict[str, str]) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no", **headers})
        self.raw_headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        self._tale = tale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with contextlib.suppress(HungUp):
                await unless_hung_up(receive, self._send(scope, send))
        finally:
            await self._tale.aclose()

    async def _send(self, scope: Scope, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})

        turn = asyncio.Lock()

        async def say(body: bytes) -> None:
            async with turn:
                await send({"type": "http.response.body", "body": body, "more_body": True})

        await self._tale.tell(Relay(say, Broken(scope)))
        await send({"type": "http.response.body", "body": chat.DONE})


class Relay:
    """Puts answers on the wire. `say`: any bytes of a tale's own."""

    def __init__(self, say: Say, broken: Broken) -> None:
        self.say = say
        self._broken = broken

    async def answer(self, reply: Reply, tag: Tag) -> list[Delta] | None:
        """One answer's events to its end, and what it was; None where it did not come whole, which has been said."""
        events = own.Events(reply, tag)
        heard: list[Delta] = []
        whole = False
        try:
            async with read(reply) as batches:
                async for batch in batches:
                    heard += batch
                    if body := events.deltas(batch):
                        await self.say(body)
            last, whole = events.last(), True
        except Exception as wrong:
            last = own.failed(self._broken.off(wrong, reply.endpoint_id), tag)
        # Before the last words: who has read them may ask again at once, and finds the place free.
        await reply.aclose()
        await self.say(last)
        return heard if whole else None

    async def error(self, error: ApiError, tag: Tag) -> None:
        """An answer that never began."""
        self._broken.off(error)
        await self.say(own.failed(error, tag))


def served(replies: Iterable[Reply]) -> dict[str, str]:
    """Who served, in the order of the answers."""
    return {"x-served-by": ", ".join(dict.fromkeys(reply.endpoint_id for reply in replies))}
