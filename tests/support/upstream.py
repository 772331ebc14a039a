"""A provider that misbehaves on request: a raw HTTP/1.1 server on 127.0.0.1, one behaviour per API key.

async with upstream() as provider:
    provider.behaves["sk-test-a"] = status(500)
    ...
    provider.requests[0].headers["authorization"]

A behaviour is `async def (request, writer)`: it writes bytes; the server closes the connection unless it returns True.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        for name in ("authorization", "x-api-key", "api-key", "x-goog-api-key"):
            if value := self.headers.get(name):
                return value.removeprefix("Bearer ")
        return ""


Behaviour = Callable[[Request, asyncio.StreamWriter], Awaitable[bool | None]]


@dataclass
class Upstream:
    scheme: str = "http"
    port: int = 0
    behaves: dict[str, Behaviour] = field(default_factory=dict)
    otherwise: Behaviour | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    closed: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)  # a client closed while we were still answering

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(asyncio.CancelledError):  # the test is over; 3.11's streams would log it as an error
            await self._serve(reader, writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = b""
        try:
            while request := await _read(reader, first):
                self.requests.append(request)
                self.asked.set()
                behaviour = self.behaves.get(request.key) or self.otherwise or ok()
                answering = asyncio.ensure_future(behaviour(request, writer))
                leaving = asyncio.ensure_future(reader.read(1))
                await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
                keep = False
                if not answering.done():
                    self.hung_up.set()
                    answering.cancel()
                elif not answering.exception():
                    keep = bool(answering.result())
                if not keep:
                    leaving.cancel()
                failed, first = await asyncio.gather(answering, leaving, return_exceptions=True)
                if isinstance(failed, Exception):
                    raise failed
                if not keep or not isinstance(first, bytes):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            self.closed += 1
            writer.close()


@asynccontextmanager
async def upstream(tls: ssl.SSLContext | None = None) -> AsyncIterator[Upstream]:
    provider = Upstream(scheme="https" if tls else "http")
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0, ssl=tls)
    provider.port = server.sockets[0].getsockname()[1]
    try:
        yield provider
    finally:
        server.close()


def status(code: int, body: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Behaviour:
    """A whole answer. `headers`: underscores become dashes."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        writer.write(
            _head(code, {"content-type": "application/json", **headers, "content-length": str(len(body))}) + body
        )
        await writer.drain()
        return True

    return behave


def ok(text: str = "hello") -> Behaviour:
    return status(200, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode())


def pieces(
    *parts: bytes, gap_s: float = 0.0, code: int = 200, cut: bool = False, kind: str = "text/event-stream"
) -> Behaviour:
    """A chunked answer, one HTTP chunk a part; `cut`: the connection closes without the last chunk."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        writer.write(_head(code, {"content-type": kind, "transfer-encoding": "chunked"}))
        for part in parts:
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
            await writer.drain()
            await asyncio.sleep(gap_s)
        if cut:
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    return behave


def echo_headers(code: int = 400, *, split_at: str = "") -> Behaviour:
    """Says back every header it was sent; with `split_at`, in two chunks broken in the middle of that text."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool | None:
        body = json.dumps({"error": {"message": str(request.headers)}}).encode()
        cut = body.find(split_at.encode()) + len(split_at) // 2 if split_at else len(body) // 2
        return await pieces(body[:cut], body[cut:], gap_s=0.05, code=code, kind="application/json")(request, writer)

    return behave


def raw(content: bytes) -> Behaviour:
    """These bytes, then the end."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()

    return behave


def silent_after(content: bytes = b"") -> Behaviour:
    """These bytes, then nothing until the client leaves."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        await asyncio.sleep(60)

    return behave


STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def _head(code: int, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {code} X\r\n{lines}\r\n".encode()


async def _read(reader: asyncio.StreamReader, first: bytes) -> Request | None:
    """The next request; `first`: its first byte, read while looking whether the client leaves."""
    try:
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    asked, *lines = head.split("\r\n")
    method, target, _ = asked.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)
