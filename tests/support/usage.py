"""A book of usage with its parts in plain Python: a clock, a Redis, a disk; each can be told to fail."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from key_server.catalog.provider import Price
from key_server.store.usage import UsageStore
from key_server.usage.attempt import NOTHING, Attempt, Row, Sums
from key_server.usage.book import Book
from key_server.usage.journal import Journal

NOON = int(time.time()) // 3600 * 3600
ROW = Row(NOON, "key_1", "p", "m")
PATIENCE_S = 600


def attempt(number: int = 1, *, call: str = "", estimate: int = 7) -> Attempt:
    return Attempt(f"a{number}", call or f"c{number}", "key_1", "p", "m", "ep_1", estimate, price=Price(1.5, 10.0))


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class Died(BaseException):
    """What `kill -9` is to this process."""


@dataclass
class PlainStore:
    """What `lua/book.lua` does, in a dictionary; `fails` is asked before and after each step."""

    applied_to: dict[str, int] = field(default_factory=dict)
    sums: dict[Row, Sums] = field(default_factory=dict)
    fails: Callable[[str], None] = lambda step: None

    async def applied(self, journal_id: str) -> int:
        self.fails("ask")
        return self.applied_to.get(journal_id, 0)

    async def apply(self, journal_id: str, from_: int, to: int, adds: Mapping[Row, Sums], *, previous: str = "") -> int:
        self.fails("apply")
        applied = self.applied_to.get(journal_id, 0)
        if applied != from_:
            return applied
        self.applied_to[journal_id] = to
        self.applied_to.pop(previous, None)
        for row, sums in adds.items():
            self.sums[row] = self.sums.get(row, NOTHING).plus(sums)
        self.fails("reply")
        return to

    @property
    def total(self) -> Sums:
        total = NOTHING
        for each in self.sums.values():
            total = total.plus(each)
        return total


def book(tmp_path: Path, store: PlainStore | UsageStore, clock: Clock | None = None, **options: int) -> Book:
    return Book(Journal(tmp_path / "usage.journal", **options), store, patience_s=PATIENCE_S, clock=clock or Clock())


@dataclass
class Disk:
    """Takes `room` bytes, then is full."""

    room: int = 1 << 30

    def write(self, descriptor: int, content: bytes | bytearray) -> int:
        if self.room == 0:
            raise OSError(errno.ENOSPC, "full")
        written = os.write(descriptor, content[: self.room])
        self.room -= written
        return written


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for is in another process or file
            await asyncio.sleep(0.001)
