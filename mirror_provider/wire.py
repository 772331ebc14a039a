"""What goes between the socket and a dialect: one request in, one reply out, both already plain bytes.

The app builds a `Request` and sends a `Reply`; dialects and faults only turn one into the other and never touch the
network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

JSON = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"
FRAMES = "application/vnd.amazon.eventstream"


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One call as it came in. `headers` has lower-case names; `query` is undecoded and without its `?`."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Request({self.method} {self.path}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """One answer. A single piece has a Content-Length, several are streamed with `pause` seconds before each.

    `cut` closes the connection after the last piece as if the provider had died; `silent` never answers at all.
    `length` states a Content-Length other than the true one. `model` is the model the call named: faults go by it.
    """

    pieces: Sequence[bytes]
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    model: str = ""
    pause: float = 0.0
    cut: bool = False
    silent: bool = False
    length: int | None = None

    def __repr__(self) -> str:
        return f"Reply({self.status}, {len(self.pieces)} pieces)"

    @property
    def streams(self) -> bool:
        """Whether this is a stream of events, as text or in frames."""
        return self.content_type in (EVENT_STREAM, FRAMES)


class Dialect(Protocol):
    """One provider's wire format: which calls are its own, how it answers them, how it refuses."""

    name: str

    def claims(self, request: Request) -> bool:
        """Whether the call speaks this dialect, told by its path alone."""

    def answer(self, request: Request) -> Reply:
        """The answer of a healthy provider; a call it cannot read gets this dialect's own error."""

    def refusal(self, status: int, message: str) -> Reply:
        """An error in this dialect's envelope."""


def as_json(value: Any) -> bytes:
    """Compact UTF-8; a lone surrogate, which UTF-8 cannot carry, is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
