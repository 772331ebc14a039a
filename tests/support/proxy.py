"""A forward proxy on 127.0.0.1 that knows CONNECT, and the ways in which one fails.

async with proxy(to=provider.port) as found:                     # every tunnel ends at that port
async with proxy(to=port, manner=refusing(407)) as found: ...
    found.heads                                                  # what it was asked, byte for byte
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Manner = Callable[[asyncio.StreamWriter], Awaitable[bool]]
"""Answers the CONNECT; True: and now be a tunnel."""


@dataclass
class Proxy:
    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    relayed: bytearray = field(default_factory=bytearray)  # from the client, after CONNECT

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def opening(answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Manner:
    async def behave(writer: asyncio.StreamWriter) -> bool:
        writer.write(answer)
        return True

    return behave


def saying(answer: bytes) -> Manner:
    """These bytes, then the end."""

    async def behave(writer: asyncio.StreamWriter) -> bool:
        writer.write(answer)
        return False

    return behave


def refusing(code: int) -> Manner:
    return saying(b"HTTP/1.1 %d No\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno" % code)


def silent() -> Manner:
    async def behave(writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(60)
        return False

    return behave


@asynccontextmanager
async def proxy(*, to: int, manner: Manner | None = None) -> AsyncIterator[Proxy]:
    found = Proxy()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            found.heads.append(await reader.readuntil(b"\r\n\r\n"))
            if await (manner or opening())(writer):
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", to)
                await asyncio.gather(_pump(reader, inner_writer, found.relayed), _pump(inner_reader, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: bytearray | None = None) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            if seen is not None:
                seen += data
            writer.write(data)
            await writer.drain()
    writer.close()
