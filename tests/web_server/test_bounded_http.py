"""A request's head has a bound in size and in time; what is within it is served as ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from tests.support.stack import free_port
from web_server.bounded_http import HEAD_BYTES, BoundedHttp


class Hasty(BoundedHttp):
    head_seconds = 0.4


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how long the body was, a second after it has come where the path asks for that."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(1)
    body = str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    port = free_port()
    config = uvicorn.Config(app, port=port, http=Hasty, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await running


async def said(port: int, *pieces: bytes, pause: float = 0) -> bytes:
    """All that comes back until the server closes, or is quiet for long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(4):
            found = b""
            while not found.endswith((b"\r\n\r\n0", b"\r\n\r\n500000", b"\r\n\r\n5")) and (
                more := await reader.read(65536)
            ):
                found += more
            return found
    except ConnectionError:
        return b"reset"
    finally:
        writer.close()


HEAD = b"POST / HTTP/1.1\r\nhost: here\r\n"


async def test_a_head_within_the_bound_and_a_body_of_any_size_are_served(port: int):
    body = b"x" * 500_000
    head = HEAD + b"content-length: 500000\r\nx-a: " + b"a" * (HEAD_BYTES - 5000) + b"\r\n\r\n"
    assert (await said(port, head + body)).endswith(b"\r\n\r\n500000")
    assert (await said(port, head, body)).endswith(b"\r\n\r\n500000")


@pytest.mark.parametrize("ends", [b"\r\n\r\n", b""])
@pytest.mark.parametrize("size", [HEAD_BYTES + 1000, 4_000_000])
@pytest.mark.parametrize("field", [b"x-a: " + b"a" * 4_000_000, b"x-a: aaaa\r\n" * 400_000])
async def test_a_head_beyond_it_is_refused_and_the_connection_closed(port: int, field: bytes, size: int, ends: bytes):
    answer = await said(port, HEAD + field[:size] + ends)
    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b"reset"
    assert b"200" not in answer


async def test_a_head_that_does_not_end_is_waited_for_so_long_and_no_longer(port: int):
    for began in (b"", b"POST / HT", HEAD):
        at = time.monotonic()
        assert await said(port, began) == b""
        assert 0.3 < time.monotonic() - at < 2


async def test_an_answer_that_takes_longer_than_a_head_may_is_not_cut(port: int):
    asked = b"POST /slow HTTP/1.1\r\nhost: here\r\ncontent-length: 5\r\n\r\n"
    assert (await said(port, asked, b"12345")).endswith(b"\r\n\r\n5")
    assert (await said(port, asked + b"12345" + HEAD)).endswith(b"\r\n\r\n5"), "another head behind it changes nothing"
