"""An answer as frames: bytes go in as they come, pieces of one size come out, one a tick, whatever went in.

Driven by `layer`, which has the clock and the wire. Pure. The first frame leaves at a tick whose number since the
request is a bucket; how many there are is a bucket too; the last words stand at the very end, because who has read them
may hang up. So all that sizes and times tell is two buckets: how long the answer took to begin, and how long it was.
Never: a frame that is not full, or two at one tick.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from web_server.traffic.buckets import bucket

STEPS = 2
"""Buckets from one power of two to the next. Fewer tell less and cost more: docs/traffic.md has the figures."""

Filler = Callable[[int], bytes]
"""So many bytes, at least one, that mean nothing between two events, before the first and before the last."""


class Ticks:
    """When frames may leave, in seconds of whatever clock `began`, the time of the request, was read from."""

    def __init__(self, began: float, tick_seconds: float) -> None:
        self._began = began
        self._tick_seconds = tick_seconds
        self._number = 0

    def next(self, now: float) -> float:
        """The next tick. Who is late gets a later one, never two at once."""
        passed = math.ceil((now - self._began) / self._tick_seconds - 1e-6)
        self._number = max(self._number + 1, passed) if self._number else bucket(passed, STEPS)
        return self._began + self._number * self._tick_seconds


class Frames:
    """One answer's. `size` is in bytes."""

    def __init__(self, size: int, filler: Filler) -> None:
        self._size = size
        self._filler = filler
        self._events = bytearray()
        self._last = b""
        self._sent = 0
        self._of: int | None = None

    @property
    def has_room(self) -> bool:
        """Whether the next frame would need filling as things stand."""
        return len(self._events) < self._size

    @property
    def over(self) -> bool:
        """Whether the last frame was the last."""
        return self._sent == self._of

    def feed(self, events: bytes) -> None:
        """Whole events that go with the next frames, in order."""
        self._events += events

    def end(self, last: bytes) -> None:
        """The last words. They leave at the end of the last frame, of which it is known now which that is."""
        self._last = last
        waiting = -(-(len(self._events) + len(last)) // self._size)
        self._of = bucket(self._sent + max(1, waiting), STEPS)

    def next(self) -> bytes:
        """The next frame, always of the same size."""
        room = self._size
        if self._of is not None:
            room = max(0, min(room, (self._of - self._sent) * self._size - len(self._last)))
        frame = bytes(self._events[:room])
        del self._events[:room]
        if len(frame) < room:
            frame += self._filler(room - len(frame))
        missing = self._size - len(frame)
        frame += self._last[:missing]
        self._last = self._last[missing:]
        self._sent += 1
        return frame
