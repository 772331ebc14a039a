"""HTTP/1.1 as uvicorn speaks it with httptools, with a bound on a request's head: its size and the time it may take.

Given to uvicorn by `__main__`; `uvicorn --http web_server.bounded_http:BoundedHttp` has it too. Measured with uvicorn
0.54: without it a head of 10 MB is taken, and one that never ends keeps its connection for ever. Bodies have their own
bounds (`routes/wire`).
Never: a look at what a head says.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
"""As uvicorn's other parser, h11, has it."""
HEAD_SECONDS = 30.0

TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class HeadTooLarge(Exception):
    """The parser stops at it."""


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    head_seconds = HEAD_SECONDS
    _in_head = True
    _head_bytes = 0
    _fields = 0
    _too_large = False
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A first head is awaited."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece of a head or of a body."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        """The next head begins."""
        super().on_message_begin()
        self._in_head, self._fields = True, 0
        if self._patience is None:
            self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field, whole."""
        self._fields += len(name) + len(value) + 4  # `: ` and the line's end
        if self._fields > HEAD_BYTES:
            self._too_large = True
            raise HeadTooLarge
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there; what comes now is a body."""
        self._in_head, self._head_bytes = False, 0
        self._head_is_there()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, or is too much of it."""
        if self._too_large:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _refuse(self) -> None:
        self.transport.write(TOO_LARGE)
        self.transport.close()

    def _await_head(self) -> None:
        self._patience = self.loop.call_later(self.head_seconds, self._too_slow)

    def _head_is_there(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _too_slow(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._await_head()  # the next request waits for an answer that is under way
        elif not self.transport.is_closing():
            self.transport.close()
