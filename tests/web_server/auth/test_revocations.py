"""A revoked token opens nothing until it ends; what is known holds while Redis is away, for a stated time."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from subprocess import Popen

import pytest
import redis

from tests.support.clock import Clock
from tests.support.redis_server import redis_process
from web_server.auth.revocations import Revocations, digest
from web_server.auth.tokens import LEEWAY_SECONDS, Tokens
from web_server.errors import ApiError
from web_server.state import REVOKED, REVOKED_VERSION, Away, State

SECRET = "a-secret-for-tests-that-is-long-enough-0123"
HOUR = 3600


@pytest.fixture
def server() -> Iterator[tuple[Popen[bytes], str]]:
    with redis_process() as running:
        yield running


@pytest.fixture
def url(server: tuple[Popen[bytes], str]) -> str:
    return server[1]


@pytest.fixture
async def open_state() -> AsyncIterator[Callable[[str], State]]:
    """Connections that are closed at the end."""
    opened: list[State] = []

    def open_one(url: str) -> State:
        opened.append(State(url))
        return opened[-1]

    yield open_one
    for state in opened:
        await state.aclose()


def end(hours: float = 1) -> int:
    return int(time.time() + hours * HOUR)


def code(revocations: Revocations, token_id: str) -> str:
    try:
        revocations.check(token_id)
    except ApiError as refused:
        assert token_id not in refused.message
        return refused.code
    return "fine"


async def test_what_one_worker_is_told_the_others_see(url: str, open_state: Callable[[str], State]):
    state, clock = open_state(url), Clock()
    ours, theirs = Revocations(state, HOUR, clock), Revocations(open_state(url), HOUR, clock)
    await ours.look()
    await state.revoke(digest("bad"), end())
    for each in (ours, theirs):
        await each.look()
        assert (code(each, "bad"), code(each, "good")) == ("TOKEN_REVOKED", "fine")
    await state.revoke(digest("worse"), end())
    await ours.look()
    assert (code(ours, "bad"), code(ours, "worse")) == ("TOKEN_REVOKED", "TOKEN_REVOKED")


async def test_redis_keeps_digests_alone_and_each_until_the_end_of_its_token(
    url: str, open_state: Callable[[str], State]
):
    state = open_state(url)
    await state.revoke(digest("past"), end(-1))
    await state.revoke(digest("long"), end(5))
    await state.revoke(digest("short"), end(1))
    with redis.Redis(unix_socket_path=url.removeprefix("unix://")) as inside:
        assert {name.decode() for name in inside.scan_iter()} == {REVOKED, REVOKED_VERSION}
        assert REVOKED.startswith("ws:") and REVOKED_VERSION.startswith("ws:")
        kept = {name.decode() for name in inside.zrange(REVOKED, 0, -1)}
        assert kept == {digest("long"), digest("short")}
        for name in (REVOKED, REVOKED_VERSION):
            assert 4.9 * HOUR < inside.ttl(name) < 5.1 * HOUR


async def test_the_later_end_holds_where_a_token_is_revoked_twice(url: str, open_state: Callable[[str], State]):
    state = open_state(url)
    for hours in (5, 1):
        await state.revoke(digest("twice"), end(hours))
    _, entries = await state.revoked("")
    assert entries is not None and entries[digest("twice")] > time.time() + 4 * HOUR


async def test_what_is_known_is_not_asked_for_again(url: str, open_state: Callable[[str], State]):
    state = open_state(url)
    await state.revoke(digest("bad"), end())
    version, entries = await state.revoked("")
    assert entries == {digest("bad"): pytest.approx(end(), abs=2)}
    assert await state.revoked(version) == (version, None)


async def test_while_redis_is_away_the_known_list_holds_for_the_stated_time(
    server: tuple[Popen[bytes], str], open_state: Callable[[str], State]
):
    process, url = server
    state, clock = open_state(url), Clock()
    revocations = Revocations(state, HOUR, clock)
    await state.revoke(digest("bad"), end())
    await revocations.look()
    process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        await revocations.look()
        assert time.monotonic() - began < 3, "nobody waits long for it"
        clock.now += HOUR
        assert (code(revocations, "bad"), code(revocations, "good")) == ("TOKEN_REVOKED", "fine")
        clock.now += 2
        assert (code(revocations, "bad"), code(revocations, "good")) == ("TOKEN_REVOKED", "REVOCATIONS_UNKNOWN")
        with pytest.raises(Away):
            await state.revoke(digest("new"), end())
    finally:
        process.send_signal(signal.SIGCONT)
    await revocations.look()
    assert (code(revocations, "bad"), code(revocations, "good")) == ("TOKEN_REVOKED", "fine")


async def test_a_worker_that_has_not_seen_the_list_yet_lets_nobody_in(open_state: Callable[[str], State]):
    revocations = Revocations(open_state("unix:///nowhere/redis.sock"), HOUR)
    await revocations.look()
    assert code(revocations, "good") == "REVOCATIONS_UNKNOWN"


async def test_a_redis_that_was_emptied_makes_no_revoked_token_good_again_in_a_running_worker(
    url: str, open_state: Callable[[str], State]
):
    state = open_state(url)
    revocations = Revocations(state, HOUR)
    await state.revoke(digest("bad"), end())
    await revocations.look()
    with redis.Redis(unix_socket_path=url.removeprefix("unix://")) as inside:
        inside.flushall()
    await revocations.look()
    assert (code(revocations, "bad"), code(revocations, "good")) == ("TOKEN_REVOKED", "fine")


async def test_workers_look_by_themselves(url: str, open_state: Callable[[str], State]):
    state = open_state(url)
    revocations = Revocations(state, HOUR)
    watching = asyncio.create_task(revocations.watch())
    try:
        await state.revoke(digest("bad"), end())
        until = time.monotonic() + 5
        while code(revocations, "bad") != "TOKEN_REVOKED":
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_token_is_revoked_by_its_id_until_it_ends(url: str, open_state: Callable[[str], State]):
    revocations = Revocations(open_state(url), HOUR)
    await revocations.look()
    tokens = Tokens(SECRET, "us", "us", revocations=revocations)
    token, other = (tokens.mint("ann", frozenset({"query"}), 2) for _ in range(2))
    token_id, ends = await tokens.revocable(token)
    assert token_id and ends == pytest.approx(time.time() + 2 * HOUR + LEEWAY_SECONDS, abs=5)
    await open_state(url).revoke(digest(token_id), int(ends))
    await revocations.look()
    with pytest.raises(ApiError) as refused:
        tokens.read(f"Bearer {token}", scope="query")
    assert (refused.value.code, refused.value.status) == ("TOKEN_REVOKED", 401)
    assert tokens.read(f"Bearer {other}", scope="query").subject == "ann"


async def test_a_token_of_somebody_else_is_not_believed_where_it_is_to_be_revoked():
    forged = Tokens("another-secret-that-is-long-enough-0123456", "us", "us").mint("ann", frozenset(), 1)
    with pytest.raises(ApiError):
        await Tokens(SECRET, "us", "us").revocable(forged)
