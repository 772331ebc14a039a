"""Slots and leases, against a real Redis and against the embedded one."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from key_server.errors import StoreUnavailable
from key_server.pool.cooldown import RESTS, Failure
from key_server.store.connection import Connection, name
from key_server.store.pool import Leased, PoolStore, Unleased
from launcher.fake_redis import UnixFakeServer
from tests.support.pool import Stand, offer, stand, wanted

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
async def at_hand(request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    url = request.getfixturevalue("redis_url" if request.param == "real" else "embedded_url")
    async with stand(url, lease_ttl_s=0.3, simulated=False) as found:
        yield found


async def lease(store: PoolStore, lease_id: str, *ids: str, slots: int = 1) -> object:
    found = await store.lease(lease_id, wanted(slots=slots), offer(*ids))
    return found.endpoint_id if isinstance(found, Leased) else found


async def test_a_slot_is_held_by_one_call_until_it_is_released(at_hand: Stand) -> None:
    store = at_hand.pool
    assert await lease(store, "c1", "ep_a") == "ep_a"
    assert await lease(store, "c2", "ep_a") == Unleased(busy=True)
    assert await store.release("p", "c1", "ep_a")
    assert not await store.release("p", "c1", "ep_a")
    assert await lease(store, "c2", "ep_a") == "ep_a"


async def test_a_repeated_request_is_answered_with_the_same_lease(at_hand: Stand) -> None:
    first = await at_hand.pool.lease("c1", wanted(tokens=7), offer(*POOL))
    assert await at_hand.pool.lease("c1", wanted(tokens=9), offer(*POOL[::-1])) == first
    assert isinstance(first, Leased) and first.reserved_tokens == 7
    assert await at_hand.used(*POOL) == [1, 0]


async def test_slots_are_never_exceeded_by_callers_who_come_at_once(at_hand: Stand) -> None:
    found = await asyncio.gather(*(lease(at_hand.pool, f"c{n}", *POOL, slots=3) for n in range(20)))
    assert sum(isinstance(each, str) for each in found) == 6
    assert await at_hand.used(*POOL) == [3, 3]


async def test_a_lease_whose_holder_died_comes_back_and_one_that_is_renewed_stays(at_hand: Stand) -> None:
    store = at_hand.pool
    await lease(store, "dead", "ep_a")
    await lease(store, "alive", "ep_b")
    for _ in range(4):
        await asyncio.sleep(0.1)
        assert await store.renew("p", "alive", "ep_b")
    assert await lease(store, "c1", *POOL) == "ep_a"
    assert not await store.renew("p", "dead", "ep_a")


async def test_the_previous_endpoint_is_taken_where_there_is_no_other(at_hand: Stand) -> None:
    store = at_hand.pool
    await lease(store, "c1", "ep_a", slots=9)
    again = [await store.lease(f"c{n}", wanted(slots=9), offer(*POOL, avoid=True)) for n in range(2, 6)]
    assert [each.endpoint_id for each in again if isinstance(each, Leased)] == ["ep_b", "ep_a", "ep_b", "ep_a"]
    alone = await store.lease("c9", wanted(slots=9), offer("ep_a", avoid=True))
    assert isinstance(alone, Leased)


async def test_a_lease_that_nobody_took_can_be_given_back_by_its_id_alone_and_never_comes_to_life(
    at_hand: Stand,
) -> None:
    store = at_hand.pool
    await lease(store, "c1", "ep_a")
    await store.release("p", "c1", "")
    assert await at_hand.used("ep_a") == [0]
    assert await lease(store, "c1", "ep_a") == Unleased(busy=True)  # its request comes late, or again
    await store.release("p", "c2", "")
    assert await lease(store, "c2", "ep_a") == Unleased(busy=True)
    assert await lease(store, "c3", "ep_a") == "ep_a"


async def test_a_failure_a_success_a_probe_and_a_correction_are_taken_by_both(at_hand: Stand) -> None:
    store = at_hand.pool
    for number in range(3):
        await lease(store, f"c{number}", "ep_a")
        rests = await store.fail("p", f"c{number}", "ep_a", Failure.FAILED, RESTS[Failure.FAILED], model="m")
    assert 900 < rests <= 1_000
    await lease(store, "c4", "ep_b")
    await store.fail("p", "c4", "ep_b", Failure.FORBIDDEN, RESTS[Failure.FORBIDDEN], model="m")
    resting = await lease(store, "c5", *POOL)
    assert isinstance(resting, Unleased) and resting.tired and 0 < resting.wait_ms <= 1_000
    await store.forgive("p", "ep_a")
    taken = await store.lease("c6", wanted(tokens=50), offer("ep_a", rpm=9, tpm=100))
    assert isinstance(taken, Leased)
    assert await store.settle("p", "ep_a", taken.taken_at_s, -20)
    (state,) = await store.states("p", [("ep_a", 9, 100)])
    assert (state.requests, state.tokens, state.state) == (4, 30, "ready")
    await store.release("p", "c6", "ep_a", answered=True, model="m")


async def test_bindings_are_taken_by_both(at_hand: Stand) -> None:
    want = wanted(slots=3)
    bound = await at_hand.bindings.bind("b1", want, offer(*POOL), keeps=2, ttl_s=60)
    assert bound == await at_hand.bindings.bind("b1", want, offer(*POOL[::-1]), keeps=2, ttl_s=60)
    found = await at_hand.pool.lease_bound("c1", want, "b1", ("ep_a", 0, 0))
    assert isinstance(found, Leased) and await at_hand.used(*POOL) == [2, 0]
    moved = await at_hand.pool.lease("c2", want, offer("ep_b"), binding_id="b1", leaves="ep_a")
    assert isinstance(moved, Leased) and await at_hand.used(*POOL) == [1, 2]
    assert await at_hand.bindings.release("p", "b1")
    assert not await at_hand.bindings.release("p", "b1")
    assert await at_hand.used(*POOL) == [1, 1]


async def test_names_share_a_hash_tag_for_each_provider_and_every_one_ends(at_hand: Stand) -> None:
    store, redis = at_hand.pool, at_hand.connection.client
    await lease(store, "c1", *POOL)
    await store.fail("p", "c1", "ep_a", Failure.LIMITED, RESTS[Failure.LIMITED], model="m", wish_ms=500)
    await lease(store, "c2", *POOL)
    await at_hand.bindings.bind("b1", wanted(slots=3), offer("ep_b"), keeps=1, ttl_s=60)
    names = [each for each in await redis.keys("*") if each != b"clock"]
    assert {each.split(b":")[2] for each in names} == {b"lease", b"slots", b"rest", b"minute", b"previous", b"binding"}
    for each in names:
        assert each.decode().startswith(name("p", "")) and name("p", "").startswith("ks:{p}:")
        assert await redis.pttl(each) > 0


async def test_a_connection_that_the_client_closed_under_a_call_is_a_store_that_is_away(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = Connection(redis_url)
    connection.line = None  # a Cluster has none
    whole, fails = connection.client.execute_command, [RuntimeError(), AttributeError(), RuntimeError()]

    async def closed(*words: Any) -> Any:
        if fails:
            raise fails.pop()
        return await whole(*words)

    monkeypatch.setattr(connection.client, "execute_command", closed)
    script = connection.script("standing", "binding", "unbind")
    with pytest.raises(StoreUnavailable):
        await script(["ks:{p}:"], ["b"])
    with pytest.raises(StoreUnavailable):
        await script(["ks:{p}:"], ["b"], again=True)
    fails.append(RuntimeError())
    assert await script(["ks:{p}:"], ["b"], again=True) == 0
    await connection.close()
