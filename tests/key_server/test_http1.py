"""One connection to a provider, over real sockets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator

import pytest

from key_server.egress.dial import Destination, dial
from key_server.egress.http1 import LIMIT, Broken, Connection, Silent
from tests.support.upstream import Behaviour, Request, Upstream, raw, silent_after

TLS = ssl.create_default_context()
ASK = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"
LENGTH = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nabcdefg"


@pytest.fixture
async def connection(provider: Upstream) -> AsyncIterator[Connection]:
    found = await dial(Destination("127.0.0.1", provider.port, tls=False, allow_private=True), TLS)
    yield found
    found.close()


def kept(*parts: bytes) -> Behaviour:
    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        *early, last = parts
        for part in early:
            writer.write(part)
            await asyncio.sleep(0.005)
        writer.write(last)
        return True

    return behave


async def exchange(connection: Connection) -> bytes:
    await connection.ask(ASK, b"", 0.5)
    whole = b""
    while piece := await connection.read(0.5):
        whole += piece
    return whole


@pytest.mark.parametrize("answer", [CHUNKED, LENGTH])
async def test_an_answer_is_the_same_wherever_it_is_cut(
    provider: Upstream, connection: Connection, answer: bytes
) -> None:
    for cut in range(1, len(answer), 3):
        provider.otherwise = kept(answer[:cut], answer[cut:])
        assert await exchange(connection) == b"abcdefg"
        assert (connection.status, connection.reusable) == (200, True)
    assert provider.connections == 1


async def test_an_interim_answer_is_passed_over(provider: Upstream, connection: Connection) -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
    provider.otherwise = kept(early, LENGTH)
    assert await exchange(connection) == b"abcdefg"
    assert connection.headers == [(b"content-length", b"7")]


async def test_a_body_may_end_with_the_connection_and_then_it_is_not_kept(
    provider: Upstream, connection: Connection
) -> None:
    provider.otherwise = raw(b"HTTP/1.1 200 OK\r\n\r\nabc")
    assert await exchange(connection) == b"abc"
    assert not connection.reusable


async def test_connection_close_is_honoured(provider: Upstream, connection: Connection) -> None:
    provider.otherwise = kept(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
    assert await exchange(connection) == b""
    assert not connection.reusable


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not http\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000,
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000,
        b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nab",
    ],
)
async def test_what_is_not_an_answer_is_broken(provider: Upstream, connection: Connection, answer: bytes) -> None:
    provider.otherwise = raw(answer)
    with pytest.raises(Broken):
        await exchange(connection)
    assert not connection.reusable


@pytest.mark.parametrize("block", [b"x: y\r\n" * 1000, b"a" * 65536, b"x: " + b"a" * 65536])
async def test_trailers_that_do_not_end_are_given_up(provider: Upstream, connection: Connection, block: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    provider.otherwise = silent_after(head + block * (2**20 // len(block)))
    with pytest.raises(Broken):
        await exchange(connection)


async def test_a_long_stream_of_the_smallest_chunks_is_not_taken_for_a_long_head(
    provider: Upstream, connection: Connection
) -> None:
    provider.otherwise = raw(CHUNKED.partition(b"3\r\n")[0] + b"1\r\na\r\n" * 50_000 + b"0\r\n\r\n")
    assert await exchange(connection) == b"a" * 50_000


async def test_silence_is_told_apart_from_an_end(provider: Upstream, connection: Connection) -> None:
    provider.otherwise = silent_after()
    with pytest.raises(Silent):
        await connection.ask(ASK, b"", 0.05)


async def test_an_answer_to_nothing_is_never_taken_for_the_next_calls(
    provider: Upstream, connection: Connection
) -> None:
    provider.otherwise = kept(LENGTH + LENGTH)
    assert await exchange(connection) == b"abcdefg"
    assert not connection.reusable
    other = await dial(Destination("127.0.0.1", provider.port, tls=False, allow_private=True), TLS)
    provider.otherwise = kept(LENGTH, LENGTH)
    assert await exchange(other) == b"abcdefg"
    await asyncio.sleep(0.05)
    assert not other.reusable
    other.close()


async def test_a_fast_provider_waits_for_a_slow_reader(provider: Upstream, connection: Connection) -> None:
    size = 20 * 1024 * 1024
    provider.otherwise = raw(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + bytes(size))
    await connection.ask(ASK, b"", 0.5)
    await asyncio.sleep(0.1)
    first = await connection.read(0.5)
    assert len(first) < 4 * LIMIT
    total = len(first)
    while piece := await connection.read(0.5):
        total += len(piece)
    assert total == size
