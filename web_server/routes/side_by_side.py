"""Several answers in one stream: events as they come, each saying by `side` whose it is.

Called by the door that compares. As with one answer: each has an end, and is closed whatever happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from web_server.errors import ApiError
from web_server.reply import Reply
from web_server.routes import chat, own
from web_server.routes.hall import HungUp, unless_hung_up
from web_server.routes.stream import read

log = logging.getLogger("web_server.stream")


class SideBySide(Response):
    """Sends open replies as server-sent events; an error in a reply's place is told as that side's end."""

    media_type = "text/event-stream"

    def __init__(self, sides: Mapping[str, Reply | ApiError]) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        self.raw_headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        self._sides = sides

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with contextlib.suppress(HungUp):
                await unless_hung_up(receive, self._send(send))
        finally:
            for reply in self._sides.values():
                if isinstance(reply, Reply):
                    await reply.aclose()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        turn = asyncio.Lock()

        async def say(body: bytes) -> None:
            async with turn:
                await send({"type": "http.response.body", "body": body, "more_body": True})

        async def one(side: str, reply: Reply | ApiError) -> None:
            if isinstance(reply, ApiError):
                await say(own.failed(reply, {"side": side}))
                return
            events = own.Events(reply, {"side": side})
            try:
                async with read(reply) as batches:
                    async for batch in batches:
                        if body := events.deltas(batch):
                            await say(body)
                last = events.last()
            except ApiError as error:
                log.warning("answer broken off", extra={"code": error.code, "endpoint_id": reply.endpoint_id})
                last = own.failed(error, {"side": side})
            except Exception:
                log.exception("answer broken off")
                last = own.failed(ApiError("INTERNAL_ERROR"), {"side": side})
            await say(last)

        async with asyncio.TaskGroup() as all_sides:
            for side, reply in self._sides.items():
                all_sides.create_task(one(side, reply))
        await send({"type": "http.response.body", "body": chat.DONE})
