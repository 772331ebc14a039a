"""Usage, cut off at every step: nothing is lost and nothing counted twice, held against a plain model."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from key_server.errors import StoreUnavailable
from key_server.usage.attempt import NOTHING, Attempt, Sums
from key_server.usage.book import Book
from key_server.usage.journal import Journal
from tests.support.usage import PATIENCE_S, Clock, Died, Disk, PlainStore, attempt

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.integers(0, 2)),
        st.tuples(st.just("end"), st.integers(0, 2), st.booleans(), st.booleans()),
        st.tuples(st.just("report"), st.integers(0, 2), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.sampled_from([1, 300, 900])),
        st.tuples(st.just("flush"), st.sampled_from(["", "ask", "apply", "reply"]), st.booleans()),
        st.tuples(st.just("replace"), st.sampled_from(["", "drafted", "tail", "done"])),
        st.tuples(st.just("die")),
        st.tuples(st.just("die in the middle of a line"), st.integers(1, 40)),
        st.tuples(st.just("snapshot")),
        st.tuples(st.just("redis goes back")),
    ),
    max_size=40,
)


@dataclass
class Model:
    """What should be counted: plain dictionaries, no files, no Redis."""

    total: Sums = NOTHING
    running: dict[int, Attempt] = field(default_factory=dict)
    waiting: dict[int, tuple[Attempt, float]] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=dict)

    def begin(self, number: int, made: Attempt) -> None:
        if made.call_id in self.last:
            self.count(self.last[made.call_id], (made.estimate, 0))
        self.last[made.call_id] = number
        self.running[number] = made
        self.total = self.total.plus(Sums(requests=1))

    def end(self, number: int, failed: bool, spent: bool, now: float) -> None:
        made = self.running.pop(number)
        self.total = self.total.plus(Sums(errors=int(failed), latency_ms=3))
        if spent and number not in self.counted:
            self.waiting[number] = (made, now)

    def count(self, number: int, tokens: tuple[int, int]) -> bool:
        made = self.running.get(number) or self.waiting.get(number, (None,))[0]
        if made is None or number in self.counted:
            return False
        self.counted.add(number)
        self.waiting.pop(number, None)
        self.total = self.total.plus(made.spent(*tokens))
        return True

    def wait(self, now: float) -> None:
        for number, (made, ended) in list(self.waiting.items()):
            if ended + PATIENCE_S <= now:
                self.count(number, (made.estimate, 0))

    def die(self, now: float) -> None:
        for number, made in list(self.running.items()):
            self.running.pop(number)
            self.total = self.total.plus(Sums(errors=1))
            if number not in self.counted:
                self.waiting[number] = (made, now)


class Harness:
    """A book that can be killed at every point, and the model beside it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.store = PlainStore()
        self.clock = Clock()
        self.model = Model()
        self.number = 0
        self.snapshot = ({}, {}, "")
        self.open()

    def open(self) -> None:
        self.disk = Disk()
        journal = Journal(self.directory / "usage.journal", write=self.disk.write)
        self.journal = journal
        self.book = Book(journal, self.store, patience_s=PATIENCE_S, clock=self.clock)

    def die(self) -> None:
        os.close(self.journal._descriptor)  # what is in memory is gone
        self.store.fails = lambda step: None
        self.model.die(self.clock.now)
        self.open()

    async def step(self, kind: str, *more: object) -> None:
        await getattr(self, "do_" + kind.replace(" ", "_"))(*more)

    async def do_begin(self, call: int) -> None:
        self.number += 1
        made = attempt(self.number, call=f"c{call}", estimate=call)
        self.model.begin(self.number, made)
        self.book.begin(made)

    async def do_end(self, which: int, failed: bool, spent: bool) -> None:
        if self.model.running:
            number = sorted(self.model.running)[which % len(self.model.running)]
            self.model.end(number, failed, spent, self.clock.now)
            self.book.end(f"a{number}", failed=failed, spent=spent, milliseconds=3)

    async def do_report(self, call: int, tokens: int) -> None:
        expected = self.model.count(self.model.last.get(f"c{call}", 0), (tokens, 1))
        assert (self.book.report(f"c{call}", tokens, 1) is not None) == expected

    async def do_wait(self, seconds: int) -> None:
        self.clock.now += seconds
        self.model.wait(self.clock.now)
        self.book._write(self.book._pending.overdue(int(self.clock.now)))

    async def do_flush(self, fault: str, dies: bool) -> None:
        self.store.fails = self.fault(fault, dies)
        try:
            await self.book.flush(ask=True)
        except StoreUnavailable:
            pass
        except Died:
            self.die()
        self.store.fails = lambda step: None

    async def do_replace(self, point: str) -> None:
        await self.book.flush(ask=True)
        behind = self.journal.size
        if not point:
            await self.book.replace_journal()
            self.snapshot = ({}, {}, "")  # what only an older Redis lacks has left the journal
            return
        draft = self.journal.draft([each.line() for each in self.book._pending.carried()], behind=behind)
        await self.do_begin(2)  # written while the disk is waited for
        if point == "drafted":
            os.close(draft.descriptor)
        elif point == "tail":
            os.pwrite(draft.descriptor, b"half a li", draft.size)
            os.close(draft.descriptor)
        else:
            self.journal.replace(draft)
            self.snapshot = ({}, {}, "")
        self.die()

    async def do_die(self) -> None:
        self.die()

    async def do_die_in_the_middle_of_a_line(self, bytes_: int) -> None:
        self.disk.room = bytes_
        self.book.begin(attempt(self.number + 1, call="torn"))
        self.number += 1
        self.die()

    async def do_snapshot(self) -> None:
        self.snapshot = (dict(self.store.applied_to), dict(self.store.sums), self.journal.head.journal_id)

    async def do_redis_goes_back(self) -> None:
        applied, sums, journal_id = self.snapshot
        if journal_id == self.journal.head.journal_id:
            self.store.applied_to, self.store.sums = dict(applied), dict(sums)

    @staticmethod
    def fault(at: str, dies: bool) -> Callable[[str], None]:
        def fails(step: str) -> None:
            if step == at:
                raise Died if dies else StoreUnavailable

        return fails

    async def settled(self) -> Sums:
        await self.book.flush(ask=True)
        return self.store.total


@pytest.mark.promise(19)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_is_lost_and_nothing_counted_twice_wherever_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[object, ...]]
) -> None:
    async def run() -> None:
        harness = Harness(tmp_path_factory.mktemp("journal"))
        for kind, *more in steps:
            await harness.step(str(kind), *more)
        assert await harness.settled() == harness.model.total
        harness.die()
        assert await harness.settled() == harness.model.total
        os.close(harness.journal._descriptor)

    asyncio.run(run())
