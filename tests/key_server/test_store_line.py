"""The store's own line to Redis: many questions over one connection, each with its own answer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ResponseError

from key_server.store.address import parse
from key_server.store.line import Line, Unfinished, read, written

REPLIES: list[tuple[bytes, Any]] = [
    (b":-12\r\n", -12),
    (b"+OK\r\n", b"OK"),
    (b"$-1\r\n", None),
    (b"$0\r\n\r\n", b""),
    (b"$4\r\na\r\nb\r\n", b"a\r\nb"),
    (b"*-1\r\n", []),
    (b"*3\r\n$6\r\nleased\r\n*2\r\n:1\r\n$1\r\nx\r\n:7\r\n", [b"leased", [1, b"x"], 7]),
]


@pytest.mark.parametrize(("data", "meant"), REPLIES)
def test_a_reply_is_read_once_all_of_it_is_there_and_no_further(data: bytes, meant: Any):
    for cut in range(len(data)):
        with pytest.raises(Unfinished):
            read(data[:cut], 0)
    assert read(b"+before\r\n" + data + b"+behind\r\n", 9) == (meant, 9 + len(data))


def test_what_redis_refuses_is_told_apart():
    assert isinstance(read(b"-NOSCRIPT No matching script\r\n", 0)[0], NoScriptError)
    refused, _ = read(b"-OOM command not allowed\r\n", 0)
    assert isinstance(refused, ResponseError) and not isinstance(refused, NoScriptError)


def test_words_are_written_as_bytes_are_counted():
    assert written(["SET", "ä", 1, 0.5]) == b"*4\r\n$3\r\nSET\r\n$2\r\n\xc3\xa4\r\n$1\r\n1\r\n$3\r\n0.5\r\n"


class Server:
    """Answers each command with its second word, when it is let to; `hangs` leaves the connections from then on."""

    def __init__(self) -> None:
        self.connections = 0
        self.hangs = False
        self.serving: set[asyncio.Task[None]] = set()

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.serving.add(asyncio.ensure_future(self.serve(reader, writer, hangs=self.hangs)))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, hangs: bool) -> None:
        while head := await reader.readline():
            words = []
            for _ in range(int(head[1:])):
                size = int((await reader.readline())[1:])
                words.append((await reader.readexactly(size + 2))[:-2])
            if words[1] == b"leave":
                break
            if not hangs and words[1] != b"nothing":
                for at in range(2):  # cut in two
                    half = b"$%d\r\n%b\r\n" % (len(words[1]), words[1])
                    writer.write(half[at * 3 : 3 if at == 0 else None])
                    await asyncio.sleep(0)
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def served(tmp_path: Path):
    server = Server()
    listening = await asyncio.start_unix_server(server.begin, tmp_path / "r")
    line = Line(parse(f"unix://{tmp_path / 'r'}"))
    yield server, line
    await line.close()
    listening.close()
    async with asyncio.timeout(20):
        await asyncio.gather(*server.serving, return_exceptions=True)


def soon(seconds: float = 20) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_questions_asked_at_once_share_a_connection_and_get_their_own_answers(served: tuple[Server, Line]):
    server, line = served
    said = await asyncio.gather(*(line.ask(["ECHO", str(number)], soon()) for number in range(200)))
    assert said == [str(number).encode() for number in range(200)]
    assert server.connections == 1


async def test_who_leaves_takes_nobodys_answer_with_him(served: tuple[Server, Line]):
    _, line = served
    await line.ask(["ECHO", "open"], soon())
    leaving = asyncio.ensure_future(line.ask(["ECHO", "one"], soon()))
    staying = asyncio.ensure_future(line.ask(["ECHO", "two"], soon()))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == b"two"


async def test_a_connection_that_breaks_fails_what_was_asked_and_is_opened_anew(served: tuple[Server, Line]):
    server, line = served
    with pytest.raises(RedisConnectionError):
        await line.ask(["ECHO", "leave"], soon())
    assert await line.ask(["ECHO", "again"], soon()) == b"again"
    assert server.connections == 2


async def test_a_server_that_hangs_is_given_up_and_reached_over_another_connection(
    served: tuple[Server, Line], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("key_server.store.line.RETIRED_S", 0.0)
    server, line = served
    server.hangs = True
    with pytest.raises(TimeoutError):
        await line.ask(["ECHO", "x"], soon(0.05))
    server.hangs = False
    assert await line.ask(["ECHO", "y"], soon()) == b"y"
    assert server.connections == 2


async def test_nobody_there_is_said_at_once(tmp_path: Path):
    line = Line(parse(f"unix://{tmp_path / 'nobody'}"))
    with pytest.raises(OSError):
        await line.ask(["PING", "x"], soon())
