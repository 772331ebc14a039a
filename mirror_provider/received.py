"""The book of what providers saw, newest first, with every credential struck out. Bounded in number and in bytes.

The app writes a line per call and serves the book at `/received`. Bodies are kept as they came and parsed only when
somebody reads them: under load, writing must cost next to nothing. Nothing here reaches a disk or a log.
"""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from mirror_provider.wire import Request

KEEP_REQUESTS = 200
KEEP_BYTES = 32 * 1024 * 1024

STRUCK = "***"
CREDENTIAL_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token", "cookie"}
)
CREDENTIAL_QUERY = frozenset({"key", "api-key", "api_key", "access_token", "x-amz-signature", "x-amz-security-token"})


@dataclass(frozen=True, slots=True, repr=False)
class Sighting:
    """One call as a provider saw it."""

    at: datetime
    dialect: str
    request: Request

    def __repr__(self) -> str:
        return f"Sighting({self.dialect}, {self.request!r})"

    def shown(self) -> dict[str, Any]:
        """`{"at", "dialect", "path", "headers", "body"}`, credentials struck out; a body that is not JSON is text."""
        return {
            "at": self.at.isoformat(timespec="microseconds"),
            "dialect": self.dialect,
            "path": _path(self.request),
            "headers": {
                name: STRUCK if name in CREDENTIAL_HEADERS else value for name, value in self.request.headers.items()
            },
            "body": _body(self.request.body),
        }


def _path(request: Request) -> str:
    if not request.query:
        return request.path
    fields = parse_qsl(request.query, keep_blank_values=True)
    shown = (f"{quote(name)}={STRUCK if name.lower() in CREDENTIAL_QUERY else quote(value)}" for name, value in fields)
    return f"{request.path}?{'&'.join(shown)}"


def _body(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


class Received:
    """The last calls: at most `KEEP_REQUESTS`, at most `KEEP_BYTES` of bodies. Every change changes `version`."""

    def __init__(self) -> None:
        self._sightings: deque[Sighting] = deque()
        self._bytes = 0
        self.version = time.time_ns()  # a restarted mirror never repeats a version that a page has seen

    def note(self, dialect: str, request: Request) -> None:
        """Write one call into the book; the oldest go when it is full."""
        self._sightings.appendleft(Sighting(datetime.now(UTC), dialect, request))
        self._bytes += len(request.body)
        self.version += 1
        while len(self._sightings) > KEEP_REQUESTS or (self._bytes > KEEP_BYTES and len(self._sightings) > 1):
            self._bytes -= len(self._sightings.pop().request.body)

    def shown(self) -> list[dict[str, Any]]:
        """Every call, newest first, as `Sighting.shown` gives it."""
        return [sighting.shown() for sighting in self._sightings]

    def empty(self) -> None:
        """Forget everything."""
        self._sightings.clear()
        self._bytes = 0
        self.version += 1
