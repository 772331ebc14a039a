"""Sums on their way to Redis: behind the answers, never before them.

Filled by `book` and `metrics`; `app` runs `run` for as long as it lives. What waits is added once a second, each batch
once; while Redis is away it waits in memory. Bounded: beyond `MOST_FIELDS` that wait, a new field is not taken.
A process that is killed loses what waited: about a second.
Never: a question to Redis while an answer waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import NamedTuple

from web_server.state import Away, State, name

log = logging.getLogger("web_server.usage")

TAG = "book"
EVERY_SECONDS = 1.0
FIELDS_AT_ONCE = 500
MOST_FIELDS = 50_000


class Place(NamedTuple):
    """A hash, and when it may be forgotten (unix seconds; 0 = never)."""

    name: str
    ends: int = 0


class Tally:
    """What was not added yet."""

    def __init__(self, state: State, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._state = state
        self._add = state.script("add")
        self._every = every_seconds
        self._sums: dict[tuple[Place, str], int] = {}
        self._texts: dict[tuple[Place, str], str] = {}
        self._batch: tuple[str, list[str], list[str | int]] | None = None

    def add(self, place: Place, field: str, number: int) -> None:
        """Have `number` added to a field."""
        at = (place, field)
        if at in self._sums or len(self._sums) < MOST_FIELDS:
            self._sums[at] = self._sums.get(at, 0) + number

    def put(self, place: Place, field: str, text: str) -> None:
        """Have `text` put into a field."""
        if len(self._texts) < MOST_FIELDS:
            self._texts[place, field] = text

    async def flush(self) -> None:
        """Add all that waits. Raises Away: it goes on waiting then."""
        while self._batch or self._sums or self._texts:
            if self._batch is None:
                self._batch = self._taken()
            done, names, words = self._batch
            await self._add([done, *names], words)
            self._batch = None

    async def run(self) -> None:
        """Flush once a second, until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.flush()
            except Away:
                continue
            except Exception:
                log.exception("sums not added")

    async def read(self, place: Place) -> dict[str, bytes]:
        """What was added. Raises Away."""
        return await self._state.hash(place.name)

    def _taken(self) -> tuple[str, list[str], list[str | int]]:
        """One batch, with a name that is its own."""
        hashes: dict[Place, list[str | int]] = {}
        for kept, verb in ((self._sums, "+"), (self._texts, "=")):
            for place, field in list(kept)[:FIELDS_AT_ONCE]:
                value = kept.pop((place, field))
                hashes.setdefault(place, []).extend((field, verb, value))
        words: list[str | int] = []
        for place, fields in hashes.items():
            words += (place.ends, len(fields) // 3, *fields)
        return name(TAG, "done", secrets.token_hex(12)), [place.name for place in hashes], words


def place(*parts: str, ends: int = 0) -> Place:
    """A hash of the tally's by its name."""
    return Place(name(TAG, *parts), ends)
