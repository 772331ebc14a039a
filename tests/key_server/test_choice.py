"""Which endpoint is chosen: by weight and headroom, by chance, and not the one before."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest

from key_server.errors import PoolLimited
from key_server.pool.choice import Candidates
from key_server.pool.endpoint import Endpoint
from key_server.pool.leases import Leases
from tests.support.pool import Stand, endpoints, stand, wanted

DRAWS = 1_500
GENEROUS = 8  # a fair choice of four is beyond it once in 40,000 runs


@pytest.fixture
async def at_hand(redis_url: str) -> AsyncIterator[Stand]:
    async with stand(redis_url) as found:
        yield found


async def chosen(at_hand: Stand, pool: Sequence[Endpoint], *, draws: int = DRAWS, forget: bool = True) -> list[str]:
    """Which endpoints come, one after the other, each given back at once; `forget`: what was the one before."""
    leases, candidates, found = Leases(at_hand.pool), Candidates(pool), []
    for number in range(draws):
        if forget:
            await at_hand.connection.client.delete("ks:{p}:previous")
        lease = await leases.take(f"c{number}", wanted(slots=pool[0].provider.max_parallel), candidates)
        found.append(lease.endpoint.endpoint_id)
        await leases.give_back(lease)
    return found


def strangeness(found: Sequence[str], shares: dict[str, float]) -> float:
    """Chi-square over its degrees of freedom: about 1 where the shares are true."""
    counts, total = Counter(found), sum(shares.values())
    expected = {each: share / total * len(found) for each, share in shares.items()}
    assert counts.keys() <= expected.keys()
    return sum((counts[each] - want) ** 2 / want for each, want in expected.items()) / (len(shares) - 1)


@pytest.mark.parametrize("many", [3, 40])
async def test_the_choice_follows_the_weights(at_hand: Stand, many: int) -> None:
    pool = endpoints(many, weights=(1, 2, 5), max_parallel=4)
    shares = {each.endpoint_id: float(each.weight) for each in pool}
    assert strangeness(await chosen(at_hand, pool), shares) < GENEROUS


@pytest.mark.parametrize("many", [4, 20])
async def test_the_choice_follows_the_headroom(at_hand: Stand, many: int) -> None:
    pool, leases = endpoints(many, max_parallel=4), Leases(at_hand.pool)
    for number, each in enumerate(pool):
        for busy in range(number % 4):
            await leases.take(f"held{number}.{busy}", wanted(slots=4), Candidates([each]))
    shares = {each.endpoint_id: 1 - number % 4 / 4 for number, each in enumerate(pool)}
    assert strangeness(await chosen(at_hand, pool), shares) < GENEROUS


@pytest.mark.parametrize("many", [2, 3, 30])
async def test_no_endpoint_comes_twice_in_a_row_where_there_is_another(at_hand: Stand, many: int) -> None:
    found = await chosen(at_hand, endpoints(many, weights=(1, 9)), draws=200, forget=False)
    assert all(one != next_ for one, next_ in itertools.pairwise(found))


async def test_the_one_endpoint_of_a_thousand_that_has_room_is_found(at_hand: Stand) -> None:
    pool, leases = endpoints(1_000, rpm=1), Leases(at_hand.pool)
    candidates = Candidates(pool)
    for number, each in enumerate(pool[:-1]):
        await leases.give_back(await leases.take(f"c{number}", wanted(), Candidates([each])))
    assert (await leases.take("last", wanted(), candidates)).endpoint is pool[-1]
    with pytest.raises(PoolLimited):
        await leases.take("one more", wanted(), candidates)


async def test_a_spent_pool_says_exactly_when_the_first_of_it_has_room_again(at_hand: Stand) -> None:
    pool, leases = endpoints(20, rpm=1), Leases(at_hand.pool)
    for number, each in enumerate(pool):
        await at_hand.after(500)
        await leases.give_back(await leases.take(f"c{number}", wanted(), Candidates([each])))
    with pytest.raises(PoolLimited) as caught:
        await leases.take("early", wanted(), Candidates(pool))
    await at_hand.after(caught.value.retry_after_ms - 1)
    with pytest.raises(PoolLimited) as again:
        await leases.take("still early", wanted(), Candidates(pool))
    assert again.value.retry_after_ms == 1
    await at_hand.after(1)
    assert (await leases.take("now", wanted(), Candidates(pool))).endpoint is pool[0]


async def test_a_lease_costs_the_same_in_a_pool_of_ten_thousand(at_hand: Stand) -> None:
    async def cost_of(pool: Sequence[Endpoint]) -> float:
        started = time.perf_counter()
        await chosen(at_hand, pool, draws=200)
        return time.perf_counter() - started

    small, large = endpoints(10, max_parallel=16), endpoints(10_000, max_parallel=16)
    costs = {10: min([await cost_of(small) for _ in range(3)]), 10_000: min([await cost_of(large) for _ in range(3)])}
    # `Candidates` of the large one are summed up once a reload: some 10 ms, within its cost here.
    assert costs[10_000] < 3 * costs[10]
