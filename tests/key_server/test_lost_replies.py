"""Replies that get lost on their way from Redis: nothing is leased, failed or bound twice, and nothing stays taken."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from key_server.errors import StoreUnavailable
from key_server.pool.choice import Candidates
from key_server.pool.cooldown import Failure
from key_server.pool.leases import Lease, Leases
from key_server.store.bindings import BindingStore
from key_server.store.connection import Connection
from key_server.store.pool import PoolStore
from tests.support.lossy import Line, lossy
from tests.support.pool import Stand, endpoints, offer, stand, wanted

POOL = endpoints(3, max_parallel=64)


@pytest.fixture
async def at_hand(redis_url: str) -> AsyncIterator[Stand]:
    async with stand(redis_url, simulated=False) as found:
        yield found


async def taken(at_hand: Stand) -> tuple[int, int]:
    """Slots in use, and leases there ever were within the minute."""
    states = await at_hand.pool.states("p", [each.limits for each in POOL])
    return sum(each.in_flight for each in states), sum(each.requests for each in states)


@asynccontextmanager
async def behind(line: Line) -> AsyncIterator[Connection]:
    connection = Connection(line.url)
    yield connection
    line.loses = lambda _: False
    await connection.close()


def now_and_then(share: float) -> Callable[[bytes], bool]:
    dice = random.Random(5)
    return lambda request: b"EVAL" in request and dice.random() < share


@pytest.mark.promise(10)
async def test_lost_replies_take_no_lease_twice(
    at_hand: Stand, redis_url: str, record_property: Callable[[str, object], None]
) -> None:
    requests = 60
    async with lossy(redis_url) as line, behind(line) as connection:
        leases = Leases(PoolStore(connection))
        line.loses = now_and_then(0.2)
        found: list[object] = []
        for at in range(0, requests, 4):  # a lost reply breaks the connection, which those at the same time share
            some = (leases.take(f"c{n}", wanted(slots=64), Candidates(POOL)) for n in range(at, at + 4))
            found += await asyncio.gather(*some, return_exceptions=True)
        held = [each for each in found if isinstance(each, Lease)]
        assert {type(each) for each in found if isinstance(each, BaseException)} <= {StoreUnavailable}
        await leases.settled()
        in_use, ever = await taken(at_hand)
        assert line.lost > 5
        assert len(held) <= ever <= requests  # none of them twice; one was not asked where its connection broke before
        assert in_use >= len(held)
        line.loses = lambda _: False
        for each in held:
            await leases.give_back(each)
    record_property("measured", f"{ever} leases for {requests} requests, {line.lost} replies lost")


@pytest.mark.parametrize("hangs", [False, True])
async def test_a_lease_whose_reply_never_came_is_given_back_unseen(at_hand: Stand, redis_url: str, hangs: bool) -> None:
    async with lossy(redis_url) as line, behind(line) as connection:
        leases = Leases(PoolStore(connection))
        await leases.give_back(await leases.take("first", wanted(slots=64), Candidates(POOL)))
        line.loses, line.hangs = lambda _: True, hangs
        with pytest.raises(StoreUnavailable):
            await leases.take("lost", wanted(slots=64), Candidates(POOL))
        assert await taken(at_hand) == (1, 2)
        line.loses = lambda _: False
        for _ in range(100):
            if (await taken(at_hand))[0] == 0:
                break
            await asyncio.sleep(0.02)
        assert await taken(at_hand) == (0, 2)


async def test_a_failure_whose_reply_was_lost_counts_once(at_hand: Stand, redis_url: str) -> None:
    async with lossy(redis_url) as line, behind(line) as connection:
        leases = Leases(PoolStore(connection))
        lease = await leases.take("c1", wanted(slots=64), Candidates(POOL[:1]))
        await leases.fail(await leases.take("c2", wanted(slots=64), Candidates(POOL[1:2])), Failure.REFUSED)
        left = [True]
        line.loses = lambda _: bool(left and left.pop())
        assert 59_000 < await leases.fail(lease, Failure.REFUSED) <= 60_000  # the second would be 120 s
        assert line.lost == 1


async def test_a_binding_whose_reply_was_lost_is_the_same_binding_when_asked_for_again(
    at_hand: Stand, redis_url: str
) -> None:
    async with lossy(redis_url) as line, behind(line) as connection:
        bindings, ids = BindingStore(connection), [each.endpoint_id for each in POOL]
        await bindings.bind("warm", wanted(slots=64), offer(*ids), keeps=0, ttl_s=60)
        left = [True]
        line.loses = lambda _: bool(left and left.pop())
        first = await bindings.bind("b1", wanted(slots=64), offer(*ids, chance=0.5), keeps=4, ttl_s=60)
        again = await bindings.bind("b1", wanted(slots=64), offer(*ids, chance=0.9), keeps=4, ttl_s=60)
        assert first == again and line.lost == 1
        assert (await taken(at_hand))[0] == 4
