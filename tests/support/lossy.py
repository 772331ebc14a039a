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
                while request := await reader.read(1 << 20):  # one request is in flight on a connection
                    to_redis.write(request)
                    reply = await there.read(1 << 20)
                    if self.loses(request) and not reply.startswith(b"-NOSCRIPT"):
                        self.lost += 1
                        if self.hangs:
                            await asyncio.sleep(60)
                        break
                    writer.write(reply)
            finally:
                to_redis.close()
        writer.close()


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
