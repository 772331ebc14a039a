"""The sums of usage in a real Redis: added once, kept for their days, read whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from key_server.errors import StoreUnavailable
from key_server.store.connection import Connection
from key_server.store.usage import UsageStore
from key_server.usage.attempt import Attempt, Row, Sums
from key_server.usage.book import Book
from key_server.usage.journal import Journal
from tests.support.redis_cluster import redis_cluster
from tests.support.usage import NOON, ROW, Clock, attempt


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


@pytest.mark.promise(19)
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
