"""The book and its journal: nothing lost, nothing twice, wherever it is cut; without a Redis, then with a real one."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from key_server.catalog import Price
from key_server.errors import ConfigError, StoreUnavailable
from key_server.store.connection import Connection
from key_server.store.usage import UsageStore
from key_server.usage.attempt import NOTHING, Attempt, Row, Sums
from key_server.usage.book import Book
from key_server.usage.journal import Journal
from tests.support.redis_cluster import redis_cluster

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


async def test_an_attempt_adds_a_request_its_end_the_time_and_its_report_tokens_and_cost(tmp_path: Path) -> None:
    store = PlainStore()
    opened = book(tmp_path, store)
    opened.begin(attempt())
    await opened.flush()
    assert store.sums == {ROW: Sums(requests=1)}
    opened.end("a1", failed=False, spent=True, milliseconds=250)
    assert opened.report("c1", 1000, 100) == attempt()
    await opened.flush()
    assert store.sums == {ROW: Sums(1, 0, 1000, 100, 250, 2_500_000)}  # 1,000 at $1.50, 100 at $10 a million: $0.0025


async def test_a_call_is_counted_once_and_an_unknown_one_never(tmp_path: Path) -> None:
    opened = book(tmp_path, PlainStore())
    opened.begin(attempt())
    assert opened.report("c1", 5, 5)  # a report may overtake the end
    assert opened.report("c1", 5, 5) is None
    opened.end("a1", failed=False, spent=True, milliseconds=1)
    assert opened.report("c1", 5, 5) is None
    assert opened.report("no such call", 5, 5) is None


async def test_of_a_call_that_tried_two_endpoints_the_last_is_counted(tmp_path: Path) -> None:
    store = PlainStore()
    opened = book(tmp_path, store)
    opened.begin(attempt(1, call="c"))
    opened.end("a1", failed=True, spent=False, milliseconds=10)
    opened.begin(attempt(2, call="c"))
    opened.end("a2", failed=False, spent=True, milliseconds=20)
    assert opened.report("c", 3, 4) == attempt(2, call="c")
    await opened.flush()
    assert store.total == Sums(2, 1, 3, 4, 30, 44_500)


async def test_a_repeated_call_id_settles_the_earlier_call_at_its_estimate(tmp_path: Path) -> None:
    store = PlainStore()
    opened = book(tmp_path, store)
    for number in (1, 2):
        opened.begin(attempt(number, call="c"))
    opened.end("a1", failed=False, spent=True, milliseconds=0)
    opened.end("a2", failed=False, spent=True, milliseconds=0)
    assert opened.report("c", 100, 0) == attempt(2, call="c")
    assert opened.report("c", 100, 0) is None
    await opened.flush()
    assert store.total == Sums(2, 0, 107, 0, 0, 160_500)


async def test_what_nobody_reports_settles_at_its_estimate_when_its_time_is_up(tmp_path: Path) -> None:
    store, clock = PlainStore(), Clock()
    opened = book(tmp_path, store, clock)
    opened.begin(attempt(1))
    opened.begin(attempt(2))
    opened.begin(attempt(3, estimate=1000))
    assert opened.report("c3", 0, 0)
    for number in (1, 3):
        opened.end(f"a{number}", failed=False, spent=True, milliseconds=0)
    keeping = asyncio.create_task(opened.keep(every_s=0.001))
    await until(lambda: store.total.requests == 3)
    clock.now += PATIENCE_S - 1
    await asyncio.sleep(0.02)
    assert store.total == Sums(requests=3)
    clock.now += 1
    await until(lambda: store.total.prompt_tokens)
    keeping.cancel()
    assert store.total == Sums(3, 0, 7, 0, 0, 10_500)  # the second still runs
    assert opened.report("c1", 1, 1) is None


async def test_after_a_crash_what_ran_is_an_error_and_what_had_ended_can_still_be_counted(tmp_path: Path) -> None:
    store, clock = PlainStore(), Clock()
    first = book(tmp_path, store, clock)
    for number in (1, 2, 3):
        first.begin(attempt(number))
    first.end("a2", failed=False, spent=True, milliseconds=5)
    clock.now += 10
    second = book(tmp_path, store, clock)
    assert second.report("c2", 1, 1) and second.report("c3", 1, 1)
    await second.flush()
    assert store.total == Sums(3, 2, 2, 2, 5, 2 * 11_500)
    third = book(tmp_path, store, clock)
    keeping = asyncio.create_task(third.keep(every_s=0.001))
    clock.now += PATIENCE_S
    await until(lambda: store.total.prompt_tokens == 9)
    keeping.cancel()
    assert store.total.errors == 2  # told once, though there were two restarts


async def test_a_store_that_forgot_is_told_again_and_one_that_did_not_is_not(tmp_path: Path) -> None:
    store = PlainStore()
    opened = book(tmp_path, store)
    opened.begin(attempt(1))
    await opened.flush()
    older = dict(store.applied_to), dict(store.sums)
    opened.begin(attempt(2))
    await opened.flush()
    store.applied_to, store.sums = older  # Redis came back from a snapshot
    opened.begin(attempt(3))
    await opened.flush()
    assert store.total.requests == 3
    store.applied_to, store.sums = {}, {}
    await opened.flush(ask=True)
    await opened.flush(ask=True)
    assert store.total.requests == 3


async def test_a_large_journal_is_replaced_by_one_with_the_open_calls_alone(tmp_path: Path) -> None:
    store, clock = PlainStore(), Clock()
    opened = book(tmp_path, store, clock, large=20_000)
    keeping = asyncio.create_task(opened.keep(every_s=0.001))
    opened.begin(attempt(0))
    assert opened.report("c0", 1000, 0)  # counted, and still running
    opened.begin(attempt(1))
    opened.begin(attempt(2))
    opened.end("a2", failed=False, spent=True, milliseconds=1)
    for number in range(3, 103):
        opened.begin(attempt(number))
        opened.end(f"a{number}", failed=False, spent=True, milliseconds=1)
        opened.report(f"c{number}", 1, 1)
    path = tmp_path / "usage.journal"
    await until(lambda: path.stat().st_size < 2_000)
    assert opened.report("c1", 10, 10) and opened.report("c2", 10, 10)
    await until(lambda: store.total.prompt_tokens == 1120)
    keeping.cancel()
    assert store.total.requests == 103 and len(store.applied_to) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.with_name("usage.journal.new").exists()
    again = book(tmp_path, store, clock)
    assert again.report("c0", 1, 1) is None and again.report("c2", 1, 1) is None
    await again.flush()
    assert store.total.errors == 2  # c0 and c1 were still running


@pytest.mark.parametrize("cut", range(1, 60, 7))
async def test_a_line_torn_by_the_end_of_the_process_is_cut_off_and_the_next_stands_whole(
    tmp_path: Path, cut: int
) -> None:
    path, store = tmp_path / "usage.journal", PlainStore()
    first = book(tmp_path, store)
    first.begin(attempt(1))
    await first.flush()
    first.begin(attempt(2))
    os.truncate(path, path.stat().st_size - cut)
    second = book(tmp_path, store)
    second.begin(attempt(3))
    await second.flush()
    assert store.total == Sums(requests=2, errors=1)


async def test_garbage_in_the_middle_costs_only_its_own_line(tmp_path: Path) -> None:
    path, store = tmp_path / "usage.journal", PlainStore()
    book(tmp_path, store).begin(attempt(1))
    with path.open("ab") as file:
        for junk in (b"\0" * 300, b"[]", b'["begin",1]', b'["begin","a",1,[1,2,3],[1],[]]', b"[" * 5000, b'"\xff"'):
            file.write(junk + b"\n")
    second = book(tmp_path, store)
    second.begin(attempt(2))
    await second.flush()
    assert store.total == Sums(requests=2, errors=1)


async def test_a_journal_put_back_from_a_copy_counts_nothing_twice_and_goes_on(tmp_path: Path) -> None:
    path, store = tmp_path / "usage.journal", PlainStore()
    first = book(tmp_path, store)
    first.begin(attempt(1))
    copy = path.read_bytes()
    for number in range(2, 9):
        first.begin(attempt(number))
    await first.flush()
    path.write_bytes(copy)
    second = book(tmp_path, store)
    keeping = asyncio.create_task(second.keep(every_s=0.001))
    await until(lambda: b"usage.journal" and path.read_bytes()[:60] != copy[:60])
    second.begin(attempt(9))
    await until(lambda: store.total.requests == 9)
    keeping.cancel()


@pytest.mark.parametrize("content", [b"hello\n", b"{}\n", b'["llmvpn-usage-9","a","b",0]\n', b"\0" * 100])
def test_a_file_that_is_no_journal_is_left_alone_and_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "usage.journal"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=r"usage\.journal .* is not a usage journal"):
        Journal(path)


def test_a_journal_that_others_may_read_or_that_has_no_place_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "usage.journal"
    Journal(path).close()
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 0600"):
        Journal(path)
    with pytest.raises(ConfigError, match="KEY_SERVER_USAGE_JOURNAL"):
        Journal(tmp_path / "missing" / "usage.journal")


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


@pytest.mark.parametrize("room", [0, 1, 100, 1000])
async def test_a_full_disk_stops_no_call_and_loses_none(tmp_path: Path, room: int) -> None:
    disk, store = Disk(), PlainStore()
    opened = Book(Journal(tmp_path / "usage.journal", write=disk.write), store, patience_s=1, clock=Clock())
    disk.room = room
    for number in range(50):
        opened.begin(attempt(number))
        opened.end(f"a{number}", failed=False, spent=True, milliseconds=1)
    assert opened.report("c49", 1, 2)
    await opened.flush()
    assert store.total.requests < 50
    disk.room = 1 << 30
    keeping = asyncio.create_task(opened.keep(every_s=0.001))
    await until(lambda: store.total.requests == 50)
    keeping.cancel()
    assert store.total.latency_ms == 50 and store.total.completion_tokens == 2


async def test_a_disk_that_stays_full_costs_lines_not_memory(tmp_path: Path) -> None:
    disk, store = Disk(), PlainStore()
    journal = Journal(tmp_path / "usage.journal", write=disk.write)
    disk.room = 0
    for _ in range(100):
        journal.append(b"x" * 99_999 + b"\n")
    disk.room = 1 << 30
    journal.retry()
    assert 1_000_000 < journal.size < 4_300_000
    assert Book(journal, store, patience_s=1).report("c", 1, 1) is None


# ---- every way to be cut off, against a plain model

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


# ---- a real Redis


async def test_sums_in_redis_are_those_of_the_journal_also_after_it_was_emptied(tmp_path: Path, redis_url: str) -> None:
    connection = Connection(redis_url)
    store = UsageStore(connection, days=90)
    await connection.client.flushall()
    clock = Clock(NOON)
    opened = Book(Journal(tmp_path / "usage.journal"), store, patience_s=1, clock=clock)
    odd = Attempt("a0", "c0", "", "p", "a model:with|odd\nnames \u00e9", "ep")
    opened.begin(odd)
    for number in range(1, 40):
        opened.begin(attempt(number))
        opened.end(f"a{number}", failed=number % 3 == 0, spent=True, milliseconds=number)
        opened.report(f"c{number}", number, 1)
    expected = {
        ROW: Sums(39, 13, sum(range(40)), 39, sum(range(40)), 780 * 1500 + 39 * 10_000),
        odd.row(NOON): Sums(requests=1),
    }
    for empty in (False, True, False):
        if empty:
            await connection.client.flushall()
        await opened.flush(ask=True)
        assert await read(connection, NOON) == expected
    await connection.close()


async def test_a_cluster_keeps_the_same_sums(tmp_path: Path) -> None:
    with redis_cluster() as cluster:
        connection = Connection(cluster.url)
        store = UsageStore(connection, days=90)
        opened = Book(Journal(tmp_path / "usage.journal"), store, patience_s=1)
        for number in range(700):
            opened.begin(replace(attempt(number), key_id=f"key_{number}"))
        rows = [each async for each in opened.sums(0)]
        assert len(rows) == 700 and {sums for _, sums in rows} == {Sums(requests=1)}
        await connection.close()


async def test_a_batch_told_twice_or_in_another_cut_is_added_once(redis_url: str) -> None:
    connection = Connection(redis_url)
    store = UsageStore(connection, days=90)
    await connection.client.flushall()
    adds = {ROW: Sums(requests=1)}
    assert await store.applied("j") == 0
    assert await store.apply("j", 0, 10, adds) == 10
    assert await store.apply("j", 0, 10, adds) == 10
    assert await store.apply("j", 0, 30, adds) == 10
    assert await store.apply("j", 10, 30, adds) == 30
    assert await store.apply("k", 0, 5, adds, previous="j") == 5
    assert (await store.applied("j"), await store.applied("k")) == (0, 5)
    assert await read(connection, NOON) == {ROW: Sums(requests=3)}
    await connection.close()


async def test_sums_of_billionths_stay_exact(redis_url: str) -> None:
    connection = Connection(redis_url)
    store = UsageStore(connection, days=90)
    await connection.client.flushall()
    for number in range(100):
        await store.apply("j", number, number + 1, {ROW: Sums(1, 0, 100_000_000, 1, 1, 10**13 + 1)})
    assert await read(connection, NOON) == {ROW: Sums(100, 0, 10**10, 100, 100, 10**15 + 100)}
    await connection.close()


@pytest.mark.parametrize("rows", [1, 499, 501, 3000])
async def test_an_hour_of_any_length_is_read_whole(redis_url: str, rows: int) -> None:
    connection = Connection(redis_url)
    store = UsageStore(connection, days=90)
    await connection.client.flushall()
    hours = [NOON - 7200, NOON - 3600, NOON]
    expected = {
        ROW._replace(hour_s=hour, key_id=f"key_{n}"): Sums(requests=n + 1) for hour in hours for n in range(rows)
    }
    for at, each in enumerate(expected.items()):
        await store.apply("j", at, at + 1, dict([each]))
    assert {row: sums async for row, sums in store.sums(0)} == expected
    assert {row: sums async for row, sums in store.sums(NOON - 1)} == {
        row: sums for row, sums in expected.items() if row.hour_s >= NOON - 3600
    }
    await connection.close()


async def test_hours_end_when_their_days_are_over(redis_url: str) -> None:
    connection = Connection(redis_url)
    await connection.client.flushall()
    now = (await connection.client.time())[0]
    for days, age_s, kept in ((1, 0, True), (1, 26 * 3600, False), (3, 26 * 3600, True)):
        row = ROW._replace(hour_s=(now - age_s) // 3600 * 3600)
        store = UsageStore(connection, days=days)
        await store.apply(f"j{days}{age_s}", 0, 1, {row: Sums(requests=1)})
        assert [found async for found, _ in store.sums(0) if found == row] == ([row] if kept else [])
        await connection.client.flushall()
    await connection.close()


async def test_a_redis_without_memory_takes_all_of_a_batch_or_nothing(redis_url: str) -> None:
    connection = Connection(redis_url)
    store = UsageStore(connection, days=90)
    await connection.client.flushall()
    await store.apply("j", 0, 1, {ROW: Sums(requests=1)})
    await connection.client.config_set("maxmemory", 1)
    try:
        with pytest.raises(StoreUnavailable):
            await store.apply("j", 1, 2, {ROW: Sums(requests=1)})
    finally:
        await connection.client.config_set("maxmemory", 0)
    assert await store.applied("j") == 1
    assert await store.apply("j", 1, 2, {ROW: Sums(requests=1)}) == 2
    assert await read(connection, NOON) == {ROW: Sums(requests=2)}
    await connection.close()


async def read(connection: Connection, hour_s: int) -> dict[Row, Sums]:
    """One hour, wherever it lies in time."""
    found = await connection.client.hgetall(f"ks:{{usage}}:hour:{hour_s}")
    return {
        Row(hour_s, *name.decode().split(":", 2)): Sums(*map(int, sums.split(b" "))) for name, sums in found.items()
    }


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for is in another process or file
            await asyncio.sleep(0.001)


def test_a_line_says_nothing_but_ids_and_numbers(tmp_path: Path) -> None:
    book(tmp_path, PlainStore()).begin(attempt())
    head, line = (tmp_path / "usage.journal").read_bytes().splitlines()
    assert json.loads(head)[0] == "llmvpn-usage-1"
    assert json.loads(line) == [
        "begin", "a1", NOON, [NOON, "key_1", "p", "m"], [1, 0, 0, 0, 0, 0],
        ["a1", "c1", "key_1", "p", "m", "ep_1", 7, 0, 0, [1.5, 10.0]],
    ]  # fmt: skip
