"""A Unix socket before a Redis, on which replies get lost: what was asked is done, and nobody hears of it.

async with lossy(url) as line:
    line.loses = lambda request: b"EVALSHA" in request
    Connection(line.url)
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from key_server.store.line import Unfinished, read


@dataclass
class Line:
    """`loses(request)`: whether its reply is lost. `hangs`: nothing comes, else the connection breaks."""

    url: str
    behind: str
    loses: Callable[[bytes], bool] = lambda _: False
    hangs: bool = False
    lost: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError, ConnectionError):
            there, to_redis = await asyncio.open_unix_connection(self.behind)
            try:
                asked, answered = _Pieces(reader), _Pieces(there)
                while request := await asked.next():  # one after the other, however many come at once
                    to_redis.write(request)
                    reply = await answered.next()
                    if self.loses(request) and not reply.startswith(b"-NOSCRIPT"):
                        self.lost += 1
                        if self.hangs:
                            await asyncio.sleep(60)
                        break
                    writer.write(reply)
            finally:
                to_redis.close()
        writer.close()


class _Pieces:
    """Whole requests or replies, one at a time, of what a connection brings; nothing at its end."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._read = b""

    async def next(self) -> bytes:
        while True:
            with suppress(Unfinished, IndexError):
                if self._read:
                    _, end = read(self._read, 0)
                    piece, self._read = self._read[:end], self._read[end:]
                    return piece
            if not (more := await self._reader.read(1 << 20)):
                return b""
            self._read += more


@asynccontextmanager
async def lossy(redis_url: str) -> AsyncIterator[Line]:
    directory = Path(tempfile.mkdtemp(prefix="lv"))
    line = Line(f"unix://{directory}/lossy.sock", redis_url.removeprefix("unix://"))
    server = await asyncio.start_unix_server(line.serve, directory / "lossy.sock")
    try:
        yield line
    finally:
        server.close()
        shutil.rmtree(directory, ignore_errors=True)
