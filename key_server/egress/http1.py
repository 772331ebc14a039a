"""One HTTP/1.1 connection: bytes to a provider, its answer as it comes.

Made by `dial`, kept by `connections`, used by `egress`. Parsed by llhttp (httptools), one request at a time. Pieces
that are already here are read as one, none is waited for; reading pauses while more than `LIMIT` bytes lie unread.
Never follows a redirect, never pipelines, never decodes a body.
"""

from __future__ import annotations

import asyncio

import httptools

LIMIT = 256 * 1024
LONGEST_HEAD = 64 * 1024  # also of trailers and chunk extensions: whatever is not body


class Silent(Exception):
    """Nothing came within the provider's timeout."""


class Broken(Exception):
    """No connection, a refused address, a reset, or bytes that are not HTTP."""


class Connection(asyncio.Protocol):
    """`ask`, then `read` until it is empty, then `reusable` says whether to ask again; or `close`."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._parts: list[bytes] = []
        self._unread = 0
        self._beside = 0  # bytes since the last byte of a body
        self._headed = self._ended = self._broken = self._paused = False
        self._keep = False

    @property
    def heard_nothing(self) -> bool:
        """Whether not one byte came back for the request that was asked last."""
        return not self._headed and self._beside == 0

    @property
    def reusable(self) -> bool:
        """Whether the answer was read to its end and the connection is fit for another."""
        return self._ended and self._keep and not self._broken and not self._parts

    async def ask(self, head: bytes, body: bytes, silence_s: float) -> None:
        """Send a request; returns when `status` and `headers` are here. Raises Silent, Broken."""
        if self._broken or self._transport is None:
            raise Broken
        self.status, self.headers, self._beside = 0, [], 0
        self._headed = self._ended = self._keep = False
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(head + body if len(body) < LIMIT else head)
        if len(body) >= LIMIT:
            self._transport.write(body)
        while not self._headed:
            await self._news(silence_s)

    async def read(self, silence_s: float) -> bytes:
        """The body's bytes that are here, at least one; empty at its end. Raises Silent, Broken."""
        while not self._parts:
            if self._ended:
                return b""
            await self._news(silence_s)
        piece = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._unread = [], 0
        if self._paused and self._transport is not None and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()
        return piece

    def close(self) -> None:
        """At once, whatever is under way: the provider sees it and stops."""
        self._broken = True
        if self._transport is not None:
            self._transport.abort()

    async def _news(self, silence_s: float) -> None:
        if self._broken:
            raise Broken
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(silence_s):
                await self._waiter
        except TimeoutError:
            raise Silent from None
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")  # uvloop has classes of its own
        self._transport = transport  # type: ignore[assignment]  # see the line above

    def data_received(self, data: bytes) -> None:
        if self._parser is None or self._ended or self._broken:
            self.close()  # an answer to nothing: the next call must not take it for its own
            return
        self._beside += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()
        if self._beside > LONGEST_HEAD:
            self.close()
        if self._unread > LIMIT and not self._paused and not self._broken and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and self._headed and not self._ended and not self._broken and self._ends_with_the_connection():
            self._ended = True
        self._keep = False
        self._broken = self._broken or not self._ended
        self._wake()

    # llhttp

    def on_message_begin(self) -> None:
        if self._ended:
            self.close()  # a second answer behind the first

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._headed:
            return  # a trailer, or another answer's
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        assert self._parser is not None
        status = self._parser.get_status_code()
        if status < 200:  # an interim answer, RFC 9110 section 15.2
            self.headers = []
            return
        self.status, self._headed = status, True

    def on_body(self, body: bytes) -> None:
        if self._ended:
            return
        self._beside = 0
        self._parts.append(body)
        self._unread += len(body)

    def on_message_complete(self) -> None:
        if not self._headed or self._parser is None or self._transport is None:
            return
        self._ended = True
        # A provider that answers before it has read all of the request is not asked again on this connection.
        self._keep = self._parser.should_keep_alive() and self._transport.get_write_buffer_size() == 0

    def _ends_with_the_connection(self) -> bool:
        """RFC 9112 section 6.3: neither length nor chunks were named."""
        return not any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
