"""Token counts on their way to the key server: behind the answers, never before them.

Filled through `keys` at the end of each answer; `app` runs `run` for as long as it lives.
Never holds up an answer, never grows: what waits too long or is too much is dropped, and settles at its estimate there.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from web_server.query import Usage

MOST_WAITING = 1000
MOST_AT_ONCE = 100
GATHER_SECONDS = 0.05
"""What ends so soon after another goes along with it: a call of its own for each took a tenth of the processor time of
a plain query."""
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

    def __init__(
        self,
        tell: Callable[[Sequence[Report]], Awaitable[bool]],
        *,
        pause_seconds: float = PAUSE_SECONDS,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        """`tell` says whether it is done with these counts; if not, it is asked again after a pause."""
        self._tell = tell
        self._pause_seconds = pause_seconds
        self._gather_seconds = gather_seconds
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
        """Tell those that have come together, one such lot after the other; until cancelled."""
        while True:
            await self._more.wait()
            await asyncio.sleep(self._gather_seconds)
            while self._waiting:
                lot = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
                lot = [report for report in lot if report.until >= time.monotonic()]
                if not lot or await self._tell(lot):
                    continue
                room = MOST_WAITING - len(self._waiting)
                self._waiting.extendleft(reversed(lot[len(lot) - min(len(lot), room) :]))
                await asyncio.sleep(self._pause_seconds)
            self._told.set()
            self._more.clear()

    async def told(self) -> None:
        """Wait until nothing is left to tell."""
        await self._told.wait()
