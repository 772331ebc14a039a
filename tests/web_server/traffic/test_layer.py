"""At the rim: a client that reads slowly is waited for, and what breaks leaves nothing running."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from web_server.traffic import wish
from web_server.traffic.layer import Traffic

FRAME = 256
EVENT = b"data: " + b"x" * 100 + b"\n\n"
STREAM = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/event-stream; charset=utf-8")],
}
SCOPE: Scope = {"type": "http"}


async def nothing() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


class Wire:
    """Takes frames when it is let to."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.taken: list[Message] = []

    async def send(self, message: Message) -> None:
        await self.open.wait()
        self.taken.append(message)

    @property
    def bodies(self) -> list[bytes]:
        return [message["body"] for message in self.taken if message["type"] == "http.response.body"]


async def test_who_writes_waits_for_who_reads():
    wire, said = Wire(), 0

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal said
        wish.pad()
        await send(STREAM)
        for _ in range(50):
            await send({"type": "http.response.body", "body": EVENT, "more_body": True})
            said += 1
        await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})

    answering = asyncio.create_task(Traffic(app, 0.001, FRAME)(SCOPE, nothing, wire.send))
    await asyncio.sleep(0.1)
    assert said <= FRAME // len(EVENT) + 1 and not wire.taken
    wire.open.set()
    await asyncio.wait_for(answering, 20)
    assert said == 50 and b"".join(wire.bodies).count(EVENT) == 50
    assert {len(body) for body in wire.bodies} == {FRAME}


async def test_an_app_that_gives_up_stops_the_frames():
    wire = Wire()
    wire.open.set()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        wish.pad()
        await send(STREAM)
        await asyncio.sleep(0.05)
        raise asyncio.CancelledError

    before = asyncio.all_tasks()
    with pytest.raises(asyncio.CancelledError):
        await Traffic(app, 0.001, FRAME)(SCOPE, nothing, wire.send)
    assert asyncio.all_tasks() == before
    assert wire.bodies and all(message.get("more_body", True) for message in wire.taken)


async def test_a_wire_that_breaks_is_told_to_who_writes():
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        wish.pad()
        await send(STREAM)
        for _ in range(50):
            await send({"type": "http.response.body", "body": EVENT, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def broken(_message: Message) -> None:
        raise OSError

    with pytest.raises(OSError):
        await asyncio.wait_for(Traffic(app, 0.001, FRAME)(SCOPE, nothing, broken), 20)


@pytest.mark.parametrize("kind", [b"text/html", b""])
async def test_what_is_no_stream_and_no_json_passes_as_it_is(kind: bytes):
    wire = Wire()
    wire.open.set()
    start: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]}

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        wish.pad()
        await send(start)
        await send({"type": "http.response.body", "body": b"hello"})

    await Traffic(app, 0.001, FRAME)(SCOPE, nothing, wire.send)
    assert wire.taken == [start, {"type": "http.response.body", "body": b"hello"}]


async def test_requests_do_not_share_a_wish():
    seen: list[bool] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        if scope["pads"]:
            wish.pad()
        await asyncio.sleep(0.01)
        seen.append(wish.padded())

    layer = Traffic(app, 0.001, FRAME)
    await asyncio.gather(*(layer({"type": "http", "pads": each}, nothing, Wire().send) for each in (True, False)))
    assert sorted(seen) == [False, True]
