"""Sealed sessions in a real Redis: one turn at a time, nobody else's, nothing readable, and a killed turn ends."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from redis import Redis

from tests.support.redis_server import redis_process, redis_server, time_goes_by
from web_server.conversations import Conversation, Said
from web_server.errors import ApiError
from web_server.query import Caller
from web_server.sealing import Sealing
from web_server.session_store import SessionStore
from web_server.state import State

SECRET = b"s" * 32
ANN, BOB = Caller("ann"), Caller("bob")
CANARY = "canary.person@fjordmail.example"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@asynccontextmanager
async def opened(url: str, ttl: int = 60, held: float = 20, secret: bytes = SECRET) -> AsyncIterator[SessionStore]:
    state = State(url)
    try:
        yield SessionStore(state, Sealing(secret), ttl, held)
    finally:
        await state.aclose()


def conversation(owner: str = "ann") -> Conversation:
    return Conversation(owner, 0, {"version": 1}, said=[Said({"role": "user", "content": CANARY})])


async def refused(store: SessionStore, caller: Caller, session_id: str) -> str:
    with pytest.raises(ApiError) as caught:
        async with store.turn(caller, session_id):
            pass
    return caught.value.code


async def test_what_a_turn_writes_the_next_one_reads_in_any_process(url: str):
    async with opened(url) as one, opened(url) as other:
        session_id = await one.create(conversation())
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", session_id)
        async with one.turn(ANN, session_id) as held:
            held.conversation.add([Said({"role": "user", "content": "more"})])
            await held.write()
        async with other.turn(ANN, session_id) as held:
            assert [each.message["content"] for each in held.conversation.said] == [CANARY, "more"]


async def test_of_many_turns_at_once_one_begins(url: str):
    async with opened(url) as one, opened(url) as other:
        session_id = await one.create(conversation())

        async def turn(store: SessionStore) -> str:
            try:
                async with store.turn(ANN, session_id):
                    await asyncio.sleep(0.3)
                    return "mine"
            except ApiError as error:
                return error.code

        outcomes = await asyncio.gather(*(turn(each) for each in [one, other] * 10))
        assert sorted(outcomes) == ["SESSION_BUSY"] * 19 + ["mine"]
        assert await turn(other) == "mine"


async def test_a_turn_whose_process_died_ends_by_itself_and_writes_nothing_later(url: str):
    async with opened(url) as store:
        session_id = await store.create(conversation())
        dead = store.turn(ANN, session_id)
        held = await dead.__aenter__()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()  # it says no word any more
        assert await refused(store, ANN, session_id) == "SESSION_BUSY"
        (name,) = [name async for name in store._state.redis.scan_iter("ws:session:*")
                   if await store._state.redis.hexists(name, "turn")]  # fmt: skip
        await store._state.redis.hincrby(name, "until", -20_000)  # twenty seconds go by
        async with store.turn(ANN, session_id):
            with pytest.raises(ApiError) as caught:
                await held.write()
            assert caught.value.code == "session_expired"
        await dead.__aexit__(None, None, None)


async def test_a_turn_that_takes_long_is_held_for_as_long(url: str):
    async with opened(url, held=2) as store:
        session_id = await store.create(conversation())
        async with store.turn(ANN, session_id) as held:
            await asyncio.sleep(2.5)
            assert await refused(store, ANN, session_id) == "SESSION_BUSY"
            await held.write()


async def test_a_session_is_its_callers_alone(url: str):
    async with opened(url) as store, opened(url, secret=b"t" * 32) as stranger:
        session_id = await store.create(conversation())
        assert await refused(store, BOB, session_id) == "SESSION_NOT_FOUND"
        assert await refused(store, ANN, session_id[:-1]) == "SESSION_NOT_FOUND"
        assert await refused(stranger, ANN, session_id) == "session_expired"
        assert [each for each, _ in await store.of(BOB, 10)] == []
        assert session_id in [each for each, _ in await store.of(ANN, 1000)]
        async with store.turn(ANN, session_id):
            pass


async def test_a_session_that_ended_leaves_nothing(url: str):
    async with opened(url) as store:
        session_id = await store.create(conversation("carla"))
        async with store.turn(Caller("carla"), session_id) as held:
            await store.forget(Caller("carla"), session_id)
            with pytest.raises(ApiError) as caught:
                await held.write()
            assert caught.value.code == "session_expired"
        assert await refused(store, Caller("carla"), session_id) == "session_expired"
        assert await store.of(Caller("carla"), 10) == []


async def test_its_time_begins_anew_with_each_use_and_runs_out_without(url: str):
    async with opened(url, ttl=100) as store:
        kept, left = await store.create(conversation("dora")), await store.create(conversation("dora"))
        for _ in range(2):
            time_goes_by(url, 60, "ws:session*")
            await store.read(Caller("dora"), kept)
        assert await refused(store, Caller("dora"), left) == "session_expired"
        assert [each for each, _ in await store.of(Caller("dora"), 10)] == [kept]


async def test_the_newest_sessions_come_first(url: str):
    async with opened(url) as store:
        made = [await store.create(conversation("emil")) for _ in range(5)]
        assert [each for each, _ in await store.of(Caller("emil"), 3)] == made[:1:-1]


async def test_a_turn_asks_redis_three_times_and_one_that_was_restarted_too(url: str):
    def reads() -> int:
        return int(probe.info("stats")["total_reads_processed"])  # type: ignore[index]

    with Redis.from_url(url) as probe:
        probe.info("stats")
        async with opened(url) as store:
            session_id = await store.create(conversation())
            for restarted in (False, True):
                if restarted:
                    probe.script_flush()
                async with store.turn(ANN, session_id):
                    pass
            assert await store.count() >= 1
            before = reads()
            async with store.turn(ANN, session_id):
                pass
            assert reads() - before - 1 == 3, "it begins, is counted as used, and ends"


async def test_a_copy_of_redis_opens_nothing_and_ties_no_session_to_its_caller(url: str):
    async with opened(url) as store:
        session_id = await store.create(conversation("frida"))
        names = [name.decode() async for name in store._state.redis.scan_iter("ws:*")]
        counted = await store._state.redis.zrange("ws:sessions-open", 0, -1)
        hashes = [name for name in names if name != "ws:sessions-open"]
        held = b"".join([b"".join(b"".join(p) for p in (await store._state.redis.hgetall(n)).items()) for n in hashes])
    for word in (CANARY, "frida", session_id):
        assert word.encode() not in held and word not in "".join(names)
    (listed,) = [n for n in names if n == "ws:sessions:" + Sealing(SECRET).name("caller", "frida")]
    key = Sealing(SECRET).name("session", session_id)
    assert f"ws:session:{key}" in names and f"ws:session:{key}".encode() in counted
    assert key not in held.decode("latin-1") and listed


async def test_a_redis_that_hangs_is_noticed_within_a_second():
    with redis_process() as (process, url):
        async with opened(url) as store:
            session_id = await store.create(conversation())
            process.send_signal(19)  # SIGSTOP
            began = time.monotonic()
            assert await refused(store, ANN, session_id) == "SESSIONS_UNAVAILABLE"
            assert time.monotonic() - began < 1.5
            process.send_signal(18)
