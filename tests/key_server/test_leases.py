"""Leases under odd conditions: large pools, callers who leave, a Redis that stops."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence

import pytest

from key_server.errors import PoolBusy, PoolResting, ProviderLimited
from key_server.pool.choice import Candidates
from key_server.pool.cooldown import Failure
from key_server.pool.endpoint import Endpoint
from key_server.pool.leases import Lease, Leases
from key_server.store.connection import Connection
from key_server.store.pool import PoolStore
from tests.support.pool import endpoints, wanted
from tests.support.redis_server import redis_process

POOL = endpoints(40)


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[PoolStore]:
    connection = Connection(redis_url)
    await connection.client.flushall()
    yield PoolStore(connection, lease_ttl_s=0.4)
    await connection.close()


async def take(leases: Leases, lease_id: str, pool: Sequence[Endpoint]) -> Lease:
    return await leases.take(lease_id, wanted(), Candidates(pool))


async def in_flight(store: PoolStore, endpoint: Endpoint) -> int:
    return (await store.states("p", [endpoint.limits]))[0].in_flight


async def fail(leases: Leases, endpoint: Endpoint, failure: Failure, wish_ms: int = 0) -> None:
    await leases.fail(await take(leases, f"f_{endpoint.endpoint_id}", [endpoint]), failure, wish_ms=wish_ms)


async def test_the_one_free_endpoint_of_a_large_pool_is_found(store: PoolStore) -> None:
    leases = Leases(store)
    taken = [await take(leases, f"c{number}", POOL) for number in range(40)]
    assert len({lease.endpoint.endpoint_id for lease in taken}) == 40
    with pytest.raises(PoolBusy):
        await take(leases, "late", POOL)
    await leases.give_back(taken[7])
    assert (await take(leases, "late", POOL)).endpoint is taken[7].endpoint


async def test_the_previous_endpoint_is_used_where_it_is_the_only_one_left(store: PoolStore) -> None:
    leases = Leases(store)
    first = await take(leases, "c1", POOL[:2])
    second = await take(leases, "c2", POOL[:2])
    await leases.give_back(second)
    assert (await take(leases, "c3", POOL[:2])).endpoint is second.endpoint is not first.endpoint


async def test_a_pool_that_rests_says_when_the_first_of_it_is_back(store: PoolStore) -> None:
    leases = Leases(store)
    for each in POOL[:3]:
        await fail(leases, each, Failure.REFUSED)
    await fail(leases, POOL[3], Failure.LIMITED, wish_ms=5_000)
    with pytest.raises(PoolResting) as caught:
        await take(leases, "c1", POOL[:4])
    assert 4_000 < caught.value.retry_after_ms <= 5_000


async def test_a_pool_that_rests_for_its_limits_alone_says_so(store: PoolStore) -> None:
    leases = Leases(store)
    for each in POOL[:20]:
        await fail(leases, each, Failure.LIMITED, wish_ms=5_000)
    with pytest.raises(ProviderLimited) as caught:
        await take(leases, "c1", POOL[:20])
    assert 3_000 < caught.value.retry_after_ms <= 5_000
    await fail(leases, POOL[20], Failure.REFUSED)
    with pytest.raises(PoolResting):
        await take(leases, "c2", POOL[:21])


async def test_a_store_that_is_away_holds_up_neither_the_end_of_a_call_nor_its_slot_for_long() -> None:
    with redis_process() as (process, url):
        connection = Connection(url)
        store = PoolStore(connection)
        leases = Leases(store)
        lease = await take(leases, "c1", POOL[:1])
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.wait_for(leases.give_back(lease), 2)
        finally:
            process.send_signal(signal.SIGCONT)
        for _ in range(200):  # 10 s; its time to live is 30 s
            held = await in_flight(store, POOL[0])
            if not held:
                break
            await asyncio.sleep(0.05)
        await leases.settled()
        await connection.close()
    assert held == 0


async def test_a_caller_who_leaves_while_redis_answers_takes_no_slot_with_him(store: PoolStore) -> None:
    leases = Leases(store)
    for number in range(30):
        taking = asyncio.create_task(take(leases, f"c{number}", POOL[:1]))
        for _ in range(number % 6):
            await asyncio.sleep(0)
        taking.cancel()
        found = (await asyncio.gather(taking, return_exceptions=True))[0]
        if not isinstance(found, BaseException):
            await leases.give_back(found)
        await leases.settled()
        assert await in_flight(store, POOL[0]) == 0


async def test_a_long_call_keeps_its_lease(store: PoolStore) -> None:
    leases = Leases(store)
    keeping = asyncio.create_task(leases.keep(every_s=0.1))
    await take(leases, "long", POOL[:1])
    await asyncio.sleep(0.7)
    with pytest.raises(PoolBusy):
        await take(leases, "c1", POOL[:1])
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
