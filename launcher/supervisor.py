"""Starts the parts in stages, restarts what dies, and stops everything in the opposite order.

Called by `main`. One plain loop in one thread: there is nothing to do between two looks at five processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launcher.child import Child, Part
from launcher.errors import StartError

Say = Callable[[str], None]

START_SECONDS = 90.0
"""Two are usual. A part that lives is given time: what dies is told at once, and a busy machine is slow."""
TICK = 0.02
WATCH_TICK = 0.1
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 30.0
ECHO_SECONDS = 0.5
STEADY_SECONDS = 60.0
"""A child that ran this long starts again with the first backoff."""


@dataclass(slots=True)
class Stop:
    """How often somebody asked us to stop: once is politely, twice is now.

    One request may come as two signals (`make` passes on what the whole group was sent), so echoes count once.
    """

    asked: int = 0
    last: float = float("-inf")

    def ask(self, now: float) -> None:
        """Note a request at `now`, in seconds."""
        if now - self.last > ECHO_SECONDS:
            self.asked += 1
        self.last = now


@dataclass(slots=True)
class _Watched:
    """A part, its process, and when to start it again if it has died."""

    part: Part
    child: Child
    started: float
    backoff: float = FIRST_BACKOFF
    due: float | None = None


class Supervisor:
    """The parts' keeper. `clock` and `sleep` can be handed in, so that tests need not wait."""

    def __init__(
        self,
        say: Say,
        stop: Stop,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._say, self._stop, self._clock, self._sleep = say, stop, clock, sleep
        self._watched: list[_Watched] = []

    def start(self, stages: Sequence[Sequence[Part]]) -> None:
        """Start each stage's parts together and wait until all serve. Raises StartError with the log's last lines."""
        for stage in stages:
            if self._stop.asked:
                return
            self._watched.extend(_Watched(part, Child(part), self._clock()) for part in stage)
            self._wait_for(self._watched[-len(stage) :] if stage else [])

    def _wait_for(self, waiting: list[_Watched]) -> None:
        deadline = self._clock() + START_SECONDS
        while waiting and not self._stop.asked:
            for one in list(waiting):
                if (how := one.child.ended()) is not None:
                    raise _failure(one.child, how)
                if one.part.ready():
                    self._say(f"{one.part.name} is ready ({self._clock() - one.started:.1f} s)")
                    waiting.remove(one)
            if self._clock() > deadline:
                raise _failure(waiting[0].child, f"was not ready after {START_SECONDS:.0f} s")
            self._sleep(TICK)

    def watch(self) -> None:
        """Until asked to stop: start again what dies, after 0.5 s, doubling to 30 s."""
        while not self._stop.asked:
            for one in self._watched:
                self._look_after(one)
            self._sleep(WATCH_TICK)

    def _look_after(self, one: _Watched) -> None:
        now = self._clock()
        if one.due is not None:
            if now >= one.due:
                one.child, one.started, one.due = Child(one.part), now, None
        elif (how := one.child.ended()) is not None:
            one.child.kill_group()  # workers that outlived it would hold its port
            if now - one.started > STEADY_SECONDS:
                one.backoff = FIRST_BACKOFF
            self._say(f"{one.part.name} {how}; starting it again in {one.backoff:g} s (log: {one.part.log})")
            one.due, one.backoff = now + one.backoff, min(LONGEST_BACKOFF, one.backoff * 2)

    def stop(self) -> None:
        """Stop every part, the last started first, each within its patience. Nothing of them is left afterwards."""
        for one in reversed(self._watched):
            one.child.ask_to_stop()
            deadline = self._clock() + one.part.patience
            while one.child.ended() is None and self._clock() < deadline and self._stop.asked < 2:
                self._sleep(TICK)
            if one.child.ended() is None:
                self._say(f"{one.part.name} did not stop in time and was killed")
            one.child.kill_group()
        self._watched.clear()


def _failure(child: Child, how: str) -> StartError:
    part, tail = child.part, child.last_lines()
    shown = f"\n--- last lines of {part.log}\n{tail}\n---" if tail else ""
    return StartError(f"{part.name} {how}.{shown}\n{part.advice}".rstrip())
