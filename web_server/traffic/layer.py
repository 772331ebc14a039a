"""The very rim: an answer that is to tell nothing by its size and its times leaves in frames, at ticks.

Wraps the whole app, as plain ASGI, so that every door passes here, its errors too. Streams leave as `frames` has them;
a plain JSON answer leaves at a tick, blanks behind it. A client that reads slowly is waited for as without padding:
frames are then late, never fewer. An answer that nobody asked to be padded passes as it is.
Never: a write of an answer's own size or at its own time.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web_server.traffic import forms, wish
from web_server.traffic.buckets import bucket
from web_server.traffic.forms import JSON, STREAMS
from web_server.traffic.frames import STEPS, Frames, Ticks


class Traffic:
    """Wraps the whole app. `frame_bytes` is the size of a frame, and the unit of plain answers."""

    def __init__(self, app: ASGIApp, tick_seconds: float, frame_bytes: int) -> None:
        self._app = app
        self._tick_seconds = tick_seconds
        self._frame_bytes = frame_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = asyncio.get_running_loop().time()
        wished = wish.begin()
        way: _Stream | _Plain | None = None

        async def sending(message: Message) -> None:
            nonlocal way
            if way is not None:
                await way.send(message)
                return
            if message["type"] == "http.response.start" and wished.padded:
                kind = forms.media_type(message["headers"])
                ticks = Ticks(began, self._tick_seconds)
                if kind in STREAMS:
                    way = _Stream(Frames(self._frame_bytes, STREAMS[kind]), ticks, message, send)
                    return
                if kind == JSON:
                    way = _Plain(self._frame_bytes, ticks, message, send)
                    return
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            if isinstance(way, _Stream):
                await way.aclose()


class _Stream:
    """An answer in frames: a task sends them, and who brings events waits while the next frame is full already."""

    def __init__(self, frames: Frames, ticks: Ticks, start: Message, send: Send) -> None:
        self._frames = frames
        self._ticks = ticks
        self._start = {**start, "headers": forms.head(start["headers"])}
        self._send = send
        self._news = asyncio.Event()
        self._sender = asyncio.create_task(self._sent())
        self._sender.add_done_callback(lambda _: self._news.set())

    async def send(self, message: Message) -> None:
        """Put events into the frames; returns when the next one has room again, and after the last when it has left."""
        body = message.get("body", b"")
        if message.get("more_body", False):
            self._frames.feed(body)
            while not (self._frames.has_room or self._sender.done()):
                self._news.clear()
                await self._news.wait()
        else:
            self._frames.end(body)
            await self._sender

    async def aclose(self) -> None:
        """Nothing is sent any more."""
        self._sender.cancel()
        await asyncio.gather(self._sender, return_exceptions=True)

    async def _sent(self) -> None:
        await _next(self._ticks)
        await self._send(self._start)
        while True:
            frame = self._frames.next()
            await self._send({"type": "http.response.body", "body": frame, "more_body": not self._frames.over})
            self._news.set()
            if self._frames.over:
                return
            await _next(self._ticks)


class _Plain:
    """A whole answer: held until it is there, then sent at a tick, its size a bucket of frames."""

    def __init__(self, unit: int, ticks: Ticks, start: Message, send: Send) -> None:
        self._unit = unit
        self._ticks = ticks
        self._start = start
        self._send = send
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """Nothing leaves before the last part."""
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        size = self._unit * bucket(-(-len(self._body) // self._unit), STEPS)
        await _next(self._ticks)
        await self._send({**self._start, "headers": forms.head(self._start["headers"], size)})
        await self._send({"type": "http.response.body", "body": bytes(self._body.ljust(size))})


async def _next(ticks: Ticks) -> None:
    """Wait for the next tick."""
    now = asyncio.get_running_loop().time()
    await asyncio.sleep(ticks.next(now) - now)
