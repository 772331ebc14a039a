"""A large pool that is dry is searched once, not by every call that it refuses."""

from __future__ import annotations

import asyncio
import time

import pytest

from key_server.errors import PoolLimited, StoreUnavailable
from key_server.pool.choice import CHUNK, Candidates, choose
from key_server.store.pool import Offer, Unleased
from tests.support.pool import endpoints

MANY = 10 * CHUNK
SPENT = Unleased(spent=True, wait_ms=5_000)


class Asked:
    """A store that takes its time, and has nothing but what is `free`."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []
        self.free = ""
        self.away = False

    async def __call__(self, offer: Offer) -> str | Unleased:
        self.offers.append(offer)
        await asyncio.sleep(0.005)
        if self.away:
            raise StoreUnavailable(retry_after_ms=1_000)
        return self.free if self.free in {each[0] for each in (*offer.drawn, *offer.others)} else SPENT


async def refused(candidates: Candidates, ask: Asked, need: int = 10) -> int:
    with pytest.raises(PoolLimited) as caught:
        await choose(candidates, (), ask, need=need)
    return caught.value.retry_after_ms


async def test_calls_behind_a_search_that_found_nothing_cost_one_question_each_and_hear_the_wait_that_is_left() -> None:
    candidates, ask = Candidates(endpoints(MANY)), Asked()
    waits = await asyncio.gather(*(refused(candidates, ask) for _ in range(50)))
    assert len(ask.offers) == 50 + 10
    await asyncio.sleep(0.02)
    assert 4_900 < await refused(candidates, ask, need=11) < min(waits) - 10
    assert len(ask.offers) == 50 + 10 + 1


async def test_who_needs_less_searches_again_and_a_slot_that_came_free_is_found_soon() -> None:
    pool, ask = endpoints(MANY), Asked()
    candidates = Candidates(pool)
    await refused(candidates, ask)
    ask.free = pool[17].endpoint_id
    assert await choose(candidates, (), ask, need=9) == ask.free
    started = time.monotonic()
    while True:
        try:
            assert await choose(candidates, (), ask, need=10) == ask.free
        except PoolLimited:
            assert time.monotonic() - started < 2
        else:
            return


async def test_a_store_that_goes_away_in_the_middle_is_no_queue_of_waits() -> None:
    candidates, ask = Candidates(endpoints(MANY)), Asked()
    calls = [asyncio.create_task(choose(candidates, (), ask, need=1)) for _ in range(50)]
    await asyncio.sleep(0.01)
    ask.away = True
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(each) for each in found} == {StoreUnavailable} and len(ask.offers) < 50 + 10


async def test_a_caller_who_leaves_in_the_middle_of_a_search_leaves_it_to_the_next() -> None:
    candidates, ask = Candidates(endpoints(MANY)), Asked()
    first = asyncio.create_task(refused(candidates, ask))
    second = asyncio.create_task(refused(candidates, ask))
    await asyncio.sleep(0.01)
    first.cancel()
    assert await second > 0
