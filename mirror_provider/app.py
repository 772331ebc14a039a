"""The mirror as a plain ASGI app: which dialect answers, what is noted, how a reply goes out.

Served by `__main__`. Plain ASGI because it is the upstream of the benchmarks and must cost less than what they measure.
It never logs a request, and never calls anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from mirror_provider.anthropic import Anthropic
from mirror_provider.azure import Azure
from mirror_provider.bedrock import Bedrock
from mirror_provider.desk import Desk
from mirror_provider.faults import misbehave
from mirror_provider.gemini import Gemini
from mirror_provider.openai import OpenAI
from mirror_provider.received import Received
from mirror_provider.wire import Dialect, Reply, Request

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

DIALECTS: tuple[Dialect, ...] = (Anthropic(), Azure(), Bedrock(), Gemini(), OpenAI())
"""Asked in this order; what none claims gets the last one's 404."""

MAX_BODY = 32 * 1024 * 1024
SILENCE = 300.0
BREATH = 64
"""Unpaced pieces sent in one go before other calls get their turn."""


class Mirror:
    """The app. `hosts`: the names a browser may use for the desk, or None for any (see `Desk`)."""

    def __init__(self, hosts: frozenset[str] | None = None) -> None:
        self._received = Received()
        self._desk = Desk(self._received, hosts)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(f"the mirror speaks http only, not {scope['type']}")
        request = await _read(scope, receive)
        if request is not None:
            await _Sending(receive, send).whole(self._reply(request))

    def _reply(self, request: Request) -> Reply:
        if (reply := self._desk.answer(request)) is not None:
            return reply
        dialect = next((dialect for dialect in DIALECTS if dialect.claims(request)), None)
        self._received.note(dialect.name if dialect else "unknown", request)
        dialect = dialect or DIALECTS[-1]
        if len(request.body) > MAX_BODY:
            return dialect.refusal(413, f"The body is larger than {MAX_BODY} bytes.")
        return misbehave(dialect.answer(request), dialect, request)


async def _read(scope: Message, receive: Receive) -> Request | None:
    """The whole request; a body over `MAX_BODY` is read on but only its first bytes are kept. None: the caller left."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if size <= MAX_BODY:
            parts.append(message.get("body", b""))
            size += len(parts[-1])
        more = message.get("more_body", False)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=b"".join(parts)[: MAX_BODY + 1],
    )


class _Sending:
    """One reply on its way out. It stops as soon as the caller hangs up."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._caller: asyncio.Future[Message] | None = None

    async def whole(self, reply: Reply) -> None:
        try:
            if reply.silent:
                await self._left_within(SILENCE)
            else:
                await self._pieces(reply)
        finally:
            if self._caller is not None:
                self._caller.cancel()

    async def _pieces(self, reply: Reply) -> None:
        await self._send({"type": "http.response.start", "status": reply.status, "headers": _headers(reply)})
        last = len(reply.pieces) - 1
        for number, piece in enumerate(reply.pieces):
            if reply.pause:
                if await self._left_within(reply.pause):
                    return
            elif number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            more = number < last or reply.cut
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})
        # A cut reply ends here unfinished: the server closes the connection, as a dying provider's would.

    async def _left_within(self, seconds: float) -> bool:
        """Wait; true as soon as the caller hung up."""
        if self._caller is None:
            self._caller = asyncio.ensure_future(self._receive())
        done, _ = await asyncio.wait({self._caller}, timeout=seconds)
        return bool(done)


def _headers(reply: Reply) -> list[tuple[bytes, bytes]]:
    headers = [("Content-Type", reply.content_type), *reply.headers]
    if not reply.streams:
        length = reply.length if reply.length is not None else sum(map(len, reply.pieces))
        headers.append(("Content-Length", str(length)))
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
