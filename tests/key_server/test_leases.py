"""Leases under odd conditions: large pools, callers who leave, a Redis that stops."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import pytest

from key_server.catalog import Provider
from key_server.cooldown import Rest
from key_server.endpoints import Endpoint
from key_server.errors import PoolBusy, PoolResting, ProviderLimited
from key_server.leases import Leases
from key_server.store.connection import Connection
from key_server.store.pool import PoolStore
from tests.support.key_server import Refused, key_server, place
from tests.support.redis_server import redis_process
from tests.support.upstream import Upstream, pieces

LONG = Rest(failures=1, first_ms=5_000, longest_ms=5_000, memory_ms=1_000)
PROVIDER = Provider("p", ("https://a.test",), "none", 1.0, False, 1, {"*": "openai"}, {"openai": {}})
POOL = [Endpoint(f"ep_{number:03}", PROVIDER, "https://a.test", None) for number in range(40)]


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[PoolStore]:
    connection = Connection(redis_url)
    await connection.client.flushall()
    yield PoolStore(connection, lease_ttl_s=0.4)
    await connection.close()


async def test_the_one_free_endpoint_of_a_large_pool_is_found(store: PoolStore) -> None:
    leases = Leases(store)
    taken = [await leases.take(f"c{number}", POOL) for number in range(40)]
    assert len({lease.endpoint.endpoint_id for lease in taken}) == 40
    with pytest.raises(PoolBusy):
        await leases.take("late", POOL)
    await leases.give_back(taken[7])
    assert (await leases.take("late", POOL)).endpoint is taken[7].endpoint


async def test_the_previous_endpoint_is_used_where_it_is_the_only_one_left(store: PoolStore) -> None:
    leases = Leases(store)
    first = await leases.take("c1", POOL[:2])
    second = await leases.take("c2", POOL[:2])
    await leases.give_back(second)
    assert (await leases.take("c3", POOL[:2])).endpoint is second.endpoint is not first.endpoint


async def test_a_pool_that_rests_says_when_the_first_of_it_is_back(store: PoolStore) -> None:
    for each in POOL[:3]:
        await store.cool("p", each.endpoint_id, LONG)
    await store.cool("p", POOL[1].endpoint_id, LONG)
    with pytest.raises(PoolResting) as caught:
        await Leases(store).take("c1", POOL[:3])
    assert 4_000 < caught.value.retry_after_ms <= 5_000


async def test_a_pool_that_rests_for_its_limits_alone_says_so(store: PoolStore) -> None:
    leases = Leases(store)
    for each in POOL[:2]:
        await store.cool("p", each.endpoint_id, LONG, limited=True)
    with pytest.raises(ProviderLimited) as caught:
        await leases.take("c1", POOL[:2])
    assert 4_000 < caught.value.retry_after_ms <= 5_000
    await store.cool("p", POOL[2].endpoint_id, LONG)
    with pytest.raises(PoolResting):
        await leases.take("c2", POOL[:3])


async def test_a_store_that_is_away_holds_up_neither_the_end_of_a_call_nor_its_slot_for_long() -> None:
    with redis_process() as (process, url):
        connection = Connection(url)
        store = PoolStore(connection)
        leases = Leases(store)
        lease = await leases.take("c1", POOL[:1])
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.wait_for(leases.give_back(lease), 2)
        finally:
            process.send_signal(signal.SIGCONT)
        for _ in range(200):  # 10 s; its time to live is 30 s
            held = (await store.states([("p", POOL[0].endpoint_id)]))[0].in_flight
            if not held:
                break
            await asyncio.sleep(0.05)
        await leases.settled()
        await connection.close()
    assert held == 0


async def test_a_caller_who_leaves_while_redis_answers_takes_no_slot_with_him(store: PoolStore) -> None:
    leases = Leases(store)
    for number in range(30):
        taking = asyncio.create_task(leases.take(f"c{number}", POOL[:1]))
        for _ in range(number % 6):
            await asyncio.sleep(0)
        taking.cancel()
        found = (await asyncio.gather(taking, return_exceptions=True))[0]
        if not isinstance(found, BaseException):
            await leases.give_back(found)
        await leases.settled()
        assert (await store.states([("p", POOL[0].endpoint_id)]))[0].in_flight == 0


async def test_a_long_call_keeps_its_lease(store: PoolStore) -> None:
    leases = Leases(store)
    keeping = asyncio.create_task(leases.keep(every_s=0.1))
    await leases.take("long", POOL[:1])
    await asyncio.sleep(0.7)
    with pytest.raises(PoolBusy):
        await leases.take("c1", POOL[:1])
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_while_redis_is_stopped_calls_are_refused_and_running_streams_finish(provider: Upstream) -> None:
    provider.otherwise = pieces(*[b"data: x\n\n"] * 10, gap_s=0.1)
    with redis_process() as (redis, url), place(url) as at:
        name = at.providers(url=provider.url)
        at.keys(name, "sk-test-not-a-key-stopped")
        async with key_server(at) as server:
            running = asyncio.create_task(server.forward(name, stream=True))
            await asyncio.wait_for(provider.asked.wait(), 2)
            redis.send_signal(signal.SIGSTOP)
            try:
                started = time.monotonic()
                with pytest.raises(Refused) as caught:
                    await server.forward(name)
                assert time.monotonic() - started < 0.4  # promised: 0.3; the rest is this machine's
                assert (await running).body == b"data: x\n\n" * 10
            finally:
                redis.send_signal(signal.SIGCONT)
            assert caught.value.code == "STORE_UNAVAILABLE"
            assert (await server.forward(name)).tail is not None
