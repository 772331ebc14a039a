"""A streamed reply: a pure ASGI response that renders deltas as they come and always closes what it reads.

Called by the doors that stream; the door brings the words (`Renderer`), this file brings the order.
Never: a stream that ends in silence. It ends with the door's last words or with its error event.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from web_server.errors import ApiError
from web_server.query import Delta
from web_server.routes.gathered import gathered
from web_server.routes.hall import HungUp, unless_hung_up
from web_server.traffic import wish
from web_server.usage.metrics import Metrics

log = logging.getLogger("web_server.stream")


class Renderer(Protocol):
    """One door's way of putting deltas on the wire."""

    def deltas(self, deltas: list[Delta]) -> bytes:
        """Some deltas as events; may be empty."""
        ...

    def done(self) -> bytes:
        """The last words of a whole answer."""
        ...

    def error(self, error: ApiError) -> bytes:
        """The last words of one that failed midway."""
        ...


class Streamed(Protocol):
    """An open reply, or several that are read as one."""

    endpoint_id: str

    def batches(self) -> AsyncIterator[list[Delta]]:
        """Restored deltas. Raises ApiError after what did come."""
        ...

    async def aclose(self) -> None:
        """Free what is held."""
        ...


def read(reply: Streamed) -> AbstractAsyncContextManager[AsyncIterator[list[Delta]]]:
    """The deltas of a reply: as they come, or, where they leave in frames, those that came since the last frame."""
    batches = reply.batches()
    return gathered(batches) if wish.padded() else contextlib.nullcontext(batches)


class Broken:
    """Answers that break off once their status is out: what of them is in the log and in the figures."""

    def __init__(self, scope: Scope) -> None:
        self._metrics: Metrics | None = scope["app"].state.hall.metrics if "app" in scope else None

    def off(self, wrong: Exception, endpoint_id: str | None = None) -> ApiError:
        """The error that its caller is told."""
        if isinstance(wrong, ApiError):
            error = wrong
            log.warning("answer broken off", extra={"code": error.code, "endpoint_id": endpoint_id})
        else:
            error = ApiError("INTERNAL_ERROR")
            log.error("answer broken off", exc_info=wrong)
        if self._metrics is not None:
            self._metrics.count("errors_total", code=error.code)
        return error


class EventStream(Response):
    """Sends an open reply as server-sent events; the reply is closed whatever happens."""

    media_type = "text/event-stream"

    def __init__(self, reply: Streamed, renderer: Renderer, headers: dict[str, str]) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no", **headers})
        # The length of a stream is not known before its end.
        self.raw_headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        self._reply = reply
        self._renderer = renderer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with contextlib.suppress(HungUp):
                await unless_hung_up(receive, self._send(scope, send))
        finally:
            await self._reply.aclose()

    async def _send(self, scope: Scope, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            async with read(self._reply) as batches:
                async for batch in batches:
                    if body := self._renderer.deltas(batch):
                        await send({"type": "http.response.body", "body": body, "more_body": True})
            last = self._renderer.done()
        except Exception as wrong:
            last = self._renderer.error(Broken(scope).off(wrong, self._reply.endpoint_id))
        # Before the last words: who has read them may ask again at once, and finds the place free.
        await self._reply.aclose()
        await send({"type": "http.response.body", "body": last})
