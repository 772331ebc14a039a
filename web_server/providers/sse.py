"""Server-sent events, parsed incrementally: bytes in, events out, wherever the network cut them.

Called by the dialects that stream this way. Pure. Never waits for more than the blank line that ends an event.
Source: the event-stream grammar of the WHATWG HTML standard, section 9.2.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

BOM = b"\xef\xbb\xbf"


class EventTooLong(ValueError):
    """An event outgrew the parser's bound; the stream is not one of events."""


class Event(NamedTuple):
    """One dispatched event. `data` lines are joined by newlines; `name` is "message" unless the stream named it."""

    name: str
    data: str


class EventParser:
    """Feed it reads of any size; it keeps only the unfinished line and the unfinished event."""

    def __init__(self, limit: int = 8 * 1024 * 1024) -> None:
        self._limit = limit
        self._line: list[bytes] = []  # pieces of the unfinished line, joined once: joining at each read is quadratic
        self._data: list[bytes] = []
        self._held = 0
        self._name = b""
        self._started = False

    def feed(self, read: bytes) -> Iterator[Event]:
        """The events that `read` completes, in order. Raises EventTooLong behind them."""
        self._held += len(read)
        self._line.append(read)
        if b"\n" in read or b"\r" in read or not self._started:
            for line in self._whole_lines():
                if line:
                    self._field(line)
                elif event := self._dispatch():
                    yield event
            self._held = sum(map(len, self._line)) + sum(map(len, self._data))
        if self._held > self._limit:
            raise EventTooLong(f"an event is longer than {self._limit} bytes")

    def _whole_lines(self) -> list[bytes]:
        buffer = b"".join(self._line)
        if not self._started:
            if len(buffer) < len(BOM) and BOM.startswith(buffer):
                return []
            self._started = True
            buffer = buffer.removeprefix(BOM)
        if b"\r" not in buffer:
            *lines, rest = buffer.split(b"\n")
        else:
            lines = buffer.splitlines(keepends=True)
            # A carriage return at the very end may be half of CRLF: it stays until the next read tells.
            rest = b"" if buffer.endswith(b"\n") else lines.pop()
            lines = [line.rstrip(b"\r\n") for line in lines]
        self._line = [rest] if rest else []
        return lines

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._name = value

    def _dispatch(self) -> Event | None:
        data, name = self._data, self._name
        self._data, self._name = [], b""
        if not data:
            return None
        return Event(name.decode("utf-8", "replace") or "message", b"\n".join(data).decode("utf-8", "replace"))
