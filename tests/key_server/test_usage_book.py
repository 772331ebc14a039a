"""The book and its journal: what is counted, what waits, and files that are not what they should be."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from pathlib import Path

import pytest

from key_server.errors import ConfigError
from key_server.usage.attempt import Sums
from key_server.usage.book import Book
from key_server.usage.journal import Journal
from tests.support.usage import NOON, PATIENCE_S, ROW, Clock, Disk, PlainStore, attempt, book, until


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
    await until(lambda: path.read_bytes()[:60] != copy[:60])
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


def test_a_line_says_nothing_but_ids_and_numbers(tmp_path: Path) -> None:
    book(tmp_path, PlainStore()).begin(attempt())
    head, line = (tmp_path / "usage.journal").read_bytes().splitlines()
    assert json.loads(head)[0] == "llmvpn-usage-1"
    assert json.loads(line) == [
        "begin", "a1", NOON, [NOON, "key_1", "p", "m"], [1, 0, 0, 0, 0, 0],
        ["a1", "c1", "key_1", "p", "m", "ep_1", 7, 0, 0, 0, [1.5, 10.0]],
    ]  # fmt: skip
