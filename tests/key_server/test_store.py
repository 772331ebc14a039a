"""Leases and rests, against a real Redis and against the embedded one."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from key_server.cooldown import Rest
from key_server.store.connection import Connection
from key_server.store.pool import Leased, PoolStore, Unleased
from launcher.fake_redis import UnixFakeServer

RESTING = Rest(failures=1, first_ms=1_000, longest_ms=8_000, memory_ms=1_000)
POOL = ["ep_a", "ep_b"]


@pytest.fixture(scope="module")
def embedded_url() -> Iterator[str]:
    """What runs where no redis-server is installed."""
    with tempfile.TemporaryDirectory(prefix="lv") as directory:
        path = Path(directory) / "redis.sock"
        with UnixFakeServer(path) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"unix://{path}"
            server.shutdown()


@pytest.fixture(params=["real", "embedded"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[PoolStore]:
    url = request.getfixturevalue("redis_url" if request.param == "real" else "embedded_url")
    connection = Connection(url)
    await connection.client.flushall()
    yield PoolStore(connection, lease_ttl_s=0.3)
    await connection.close()


async def lease(store: PoolStore, lease_id: str, candidates: list[str], *, slots: int = 1) -> Leased | Unleased:
    return await store.lease("p", lease_id, candidates, slots=slots, avoid_previous=False)


async def test_a_slot_is_held_by_one_call_until_it_is_released(store: PoolStore) -> None:
    assert await lease(store, "c1", ["ep_a"]) == Leased("ep_a")
    assert await lease(store, "c2", ["ep_a"]) == Unleased()
    assert await store.release("p", "c1", "ep_a")
    assert not await store.release("p", "c1", "ep_a")
    assert await lease(store, "c2", ["ep_a"]) == Leased("ep_a")


async def test_a_repeated_request_is_answered_with_the_same_lease(store: PoolStore) -> None:
    first = await lease(store, "c1", POOL)
    assert await lease(store, "c1", POOL[::-1]) == first
    assert [each.in_flight for each in await store.states([("p", each) for each in POOL])] == [1, 0]


async def test_slots_are_never_exceeded_by_callers_who_come_at_once(store: PoolStore) -> None:
    found = await asyncio.gather(*(lease(store, f"c{n}", POOL, slots=3) for n in range(20)))
    assert sum(isinstance(each, Leased) for each in found) == 6
    assert [each.in_flight for each in await store.states([("p", each) for each in POOL])] == [3, 3]


async def test_a_lease_whose_holder_died_comes_back_and_one_that_is_renewed_stays(store: PoolStore) -> None:
    await lease(store, "dead", ["ep_a"])
    await lease(store, "alive", ["ep_b"])
    for _ in range(4):
        await asyncio.sleep(0.1)
        assert await store.renew("p", "alive", "ep_b")
    assert await lease(store, "c1", POOL) == Leased("ep_a")
    assert not await store.renew("p", "dead", "ep_a")


async def test_the_previous_endpoint_is_only_offered(store: PoolStore) -> None:
    await lease(store, "c1", ["ep_a"], slots=9)
    again = await store.lease("p", "c2", ["ep_a"], slots=9, avoid_previous=True)
    assert again == Unleased(previous="ep_a")
    assert await store.lease("p", "c2", ["ep_a", "ep_b"], slots=9, avoid_previous=True) == Leased("ep_b")


async def test_a_rest_grows_is_bounded_and_only_ever_moves_later(store: PoolStore) -> None:
    rests = [await store.cool("p", "ep_a", RESTING) for _ in range(6)]
    assert all(one <= next_ + 50 for one, next_ in itertools.pairwise(rests))
    assert 900 <= rests[0] <= 1_000 and 1_900 <= rests[1] <= 2_000 and 7_900 <= rests[-1] <= 8_000
    assert await store.cool("p", "ep_a", RESTING, wish_ms=10) > 7_000
    found = await lease(store, "c1", ["ep_a"])
    assert isinstance(found, Unleased) and 7_000 < found.rest_ms <= 8_000


async def test_an_endpoint_may_fail_a_few_times_before_it_rests(store: PoolStore) -> None:
    patient = Rest(failures=3, first_ms=1_000, longest_ms=8_000, memory_ms=1_000)
    assert [await store.cool("p", "ep_a", patient) > 0 for _ in range(3)] == [False, False, True]


async def test_a_resting_endpoint_is_passed_over(store: PoolStore) -> None:
    await store.cool("p", "ep_a", RESTING)
    assert await lease(store, "c1", POOL) == Leased("ep_b")


async def test_names_share_a_hash_tag_for_each_provider_and_every_one_ends(store: PoolStore) -> None:
    await lease(store, "c1", POOL)
    await store.cool("p", "ep_b", RESTING)
    names = await store._connection.client.keys("*")
    assert {name.split(b":")[2] for name in names} == {b"lease", b"slots", b"rest", b"previous"}
    for name in names:
        assert name.startswith(b"ks:{p}:")
        assert await store._connection.client.pttl(name) > 0
