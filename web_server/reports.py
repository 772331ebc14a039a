"""Token counts on their way to the key server: behind the answers, never before them.

Filled through `keys` at the end of each answer; `app` runs `run` for as long as it lives.
Never holds up an answer, never grows: what waits too long or is too much is dropped, and settles at its estimate there.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from web_server.query import Usage

MOST_WAITING = 1000
LONGEST_WAIT_SECONDS = 30.0
"""A key server that was restarted is back well within this."""
PAUSE_SECONDS = 0.5


class Report(NamedTuple):
    """What one call used, and until when it is worth telling."""

    call_id: str
    usage: Usage
    until: float


class Reports:
    """The counts that were not told yet, the oldest first."""

    def __init__(self, tell: Callable[[str, Usage], Awaitable[bool]], *, pause_seconds: float = PAUSE_SECONDS) -> None:
        """`tell` says whether it is done with a count; if not, it is asked again after a pause."""
        self._tell = tell
        self._pause_seconds = pause_seconds
        self._waiting: deque[Report] = deque(maxlen=MOST_WAITING)
        self._more = asyncio.Event()
        self._told = asyncio.Event()
        self._told.set()

    def add(self, call_id: str, usage: Usage) -> None:
        """Have it told. With a thousand waiting, the oldest is dropped."""
        self._waiting.append(Report(call_id, usage, time.monotonic() + LONGEST_WAIT_SECONDS))
        self._told.clear()
        self._more.set()

    async def run(self) -> None:
        """Tell one after the other; until cancelled."""
        while True:
            while self._waiting:
                report = self._waiting.popleft()
                if report.until < time.monotonic() or await self._tell(report.call_id, report.usage):
                    continue
                if len(self._waiting) < MOST_WAITING:
                    self._waiting.appendleft(report)
                await asyncio.sleep(self._pause_seconds)
            self._told.set()
            self._more.clear()
            await self._more.wait()

    async def told(self) -> None:
        """Wait until nothing is left to tell."""
        await self._told.wait()
