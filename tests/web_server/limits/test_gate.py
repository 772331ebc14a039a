"""The entrance: who is let in, while Redis is there and while it is not, and that each entry is left once."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.support.redis_server import redis_process
from web_server.errors import ApiError
from web_server.limits.call import Call, estimate
from web_server.limits.counts import SharedCounts
from web_server.limits.gate import Gate, mark_of
from web_server.limits.limit import Limit
from web_server.limits.spent import Spent, left
from web_server.limits.standing import Told, told
from web_server.query import Caller, Usage
from web_server.state import State

ANN = Caller("ann@corp.example")
CALL = Call("mirror/openai", Usage(10, 20), input_price=2.0, output_price=10.0)


class Book:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.limits: list[str | None] = []
        self.ends: list[tuple[Usage | None, bool]] = []

    def entered(self, limit: str | None) -> None:
        self.limits.append(limit)

    def begun(self, seconds: float) -> None:
        pass

    def ended(self, mark: str, subject: str, call: Call, usage: Usage | None, *, failed: bool) -> None:
        self.ends.append((usage, failed))


@asynccontextmanager
async def gate(url: str, limit: Limit, *, refuses: bool = False, workers: int = 1) -> AsyncIterator[tuple[Gate, Book]]:
    def of(_subject: str, _groups: Collection[str]) -> Limit:
        return limit

    state, book = State(url), Book()
    try:
        yield Gate(of, SharedCounts(state), book, b"s" * 32, workers=workers, refuses=refuses), book
    finally:
        await state.aclose()


@pytest.fixture
def url() -> Iterator[str]:
    with redis_process() as (_, url):
        yield url


NOWHERE = "unix:///nowhere/redis.sock"


async def code(at: Gate, caller: Caller = ANN, call: Call = CALL) -> ApiError:
    with pytest.raises(ApiError) as refused:
        await at.enter(caller, call)
    return refused.value


async def test_what_a_failed_call_reserved_is_given_back_and_its_request_counts(url: str):
    async with gate(url, Limit(requests_per_minute=2, tokens_per_minute=30)) as (at, book):
        await (await at.enter(ANN, CALL)).leave(failed=True)
        await (await at.enter(ANN, CALL)).leave(failed=True)
        assert (await code(at)).details == {"limit": "requests_per_minute", "most": 2}
    assert book.ends == [(Usage(), True)] * 2


async def test_where_the_provider_says_nothing_or_nonsense_the_estimate_stands(url: str):
    for said in (None, Usage(10**15, 1), Usage(-5, 1)):
        async with gate(url, Limit(tokens_per_minute=59)) as (at, book):
            caller = Caller(f"of {said}")
            await (await at.enter(caller, CALL)).leave(said)
            assert (await code(at, caller)).code == "RATE_LIMITED"
        assert book.ends == [(None, False)]


async def test_of_an_answer_that_nobody_counted_at_least_what_was_heard_is_spent(url: str):
    async def spent() -> tuple[int, int]:
        found = (await at.look(ANN))[1]
        assert found is not None
        return found.tokens_per_minute, found.tokens_per_day

    async with gate(url, Limit(tokens_per_minute=100, tokens_per_day=100)) as (at, _book):
        await (await at.enter(ANN, CALL)).leave(heard=20)
        assert await spent() == (30, 30)
        await (await at.enter(ANN, CALL)).leave(heard=35)
        assert await spent() == (75, 75)


async def test_an_entry_is_left_once_whoever_says_so_and_though_it_is_cancelled(url: str):
    async with gate(url, Limit(answers_at_once=1)) as (at, book):
        entry = await at.enter(ANN, CALL)
        leaving = asyncio.ensure_future(entry.leave(Usage(1, 1)))
        await asyncio.sleep(0)
        leaving.cancel()
        await entry.leave()
        await (await at.enter(ANN, CALL)).leave()
    assert book.ends == [(Usage(1, 1), False), (None, False)]


async def test_a_days_dollars_are_those_of_the_models_prices(url: str):
    async with gate(url, Limit(dollars_per_day=0.0005)) as (at, _book):  # 500 millionths; a call is 220
        await (await at.enter(ANN, CALL)).leave(Usage(10, 20))
        await (await at.enter(ANN, CALL)).leave(Usage(10, 20))
        assert (await code(at)).code == "BUDGET_SPENT"


async def test_the_headers_are_those_of_the_request_that_is_answered(url: str):
    async with gate(url, Limit(requests_per_minute=5, tokens_per_minute=100)) as (at, _book):
        here = Told()
        told.set(here)
        await at.enter(ANN, CALL)
        found = {name.decode(): int(value) for name, value in here.headers}
    assert found.pop("x-ratelimit-reset") == found.pop("x-ratelimit-reset-requests")
    assert 58 <= found.pop("x-ratelimit-reset-tokens") <= 61
    assert found == {
        "x-ratelimit-limit": 5,
        "x-ratelimit-limit-requests": 5,
        "x-ratelimit-remaining": 4,
        "x-ratelimit-remaining-requests": 4,
        "x-ratelimit-limit-tokens": 100,
        "x-ratelimit-remaining-tokens": 70,
    }


async def test_without_redis_a_worker_lets_its_share_through():
    async with gate(NOWHERE, Limit(requests_per_minute=6), workers=3) as (at, book):
        await at.enter(ANN, CALL)
        await at.enter(ANN, CALL)
        assert (await code(at)).details == {"limit": "requests_per_minute", "most": 6}
        await at.enter(Caller("bob"), CALL)
    assert book.limits == [None, None, "requests_per_minute", None]


async def test_without_redis_nobody_who_has_limits_is_let_in_where_that_was_chosen():
    async with gate(NOWHERE, Limit(requests_per_minute=6), refuses=True) as (at, book):
        refused = await code(at)
        assert (refused.code, refused.status, refused.retry_after) == ("LIMITS_UNAVAILABLE", 503, 1.0)
    assert book.limits == ["redis_away"]
    async with gate(NOWHERE, Limit(), refuses=True) as (at, _book):
        await (await at.enter(ANN, CALL)).leave()


@pytest.mark.parametrize("refuses", [False, True])
async def test_a_redis_that_hangs_is_waited_for_once_and_found_again_when_it_is_back(refuses: bool):
    with redis_process() as (process, url):
        async with gate(url, Limit(requests_per_minute=100), refuses=refuses) as (at, _book):
            await (await at.enter(ANN, CALL)).leave()
            os.kill(process.pid, signal.SIGSTOP)
            try:
                took = []
                for _ in range(4):
                    began = time.monotonic()
                    if refuses:
                        assert (await code(at)).code == "LIMITS_UNAVAILABLE"
                    else:
                        await (await at.enter(ANN, CALL)).leave()
                    took.append(time.monotonic() - began)
            finally:
                os.kill(process.pid, signal.SIGCONT)
            assert took[0] < 0.8
            assert max(took[1:]) < 0.05
            await asyncio.sleep(1.1)
            here = Told()
            told.set(here)
            await at.enter(ANN, CALL)
            assert dict(here.headers)[b"x-ratelimit-limit"] == b"100"


@pytest.mark.parametrize("cold", [True, False])
async def test_a_loop_that_was_held_up_does_not_take_redis_for_away(url: str, cold: bool):
    async with gate(url, Limit(requests_per_minute=100), refuses=True) as (at, _book):
        if not cold:
            await at.enter(ANN, CALL)
        for held_at in range(8):  # at every step of a question, the connecting included

            async def hold(turns: int = held_at) -> None:
                for _ in range(turns):
                    await asyncio.sleep(0)
                time.sleep(0.7)  # noqa: ASYNC251 - what a long reckoning on the loop does to everybody

            holding = asyncio.ensure_future(hold())
            await at.enter(ANN, CALL)
            await holding


async def test_who_hangs_up_while_he_is_counted_keeps_no_place(url: str):
    async with gate(url, Limit(answers_at_once=1)) as (at, _book):
        for turns in range(60):
            entering = asyncio.ensure_future(at.enter(ANN, CALL))
            for _ in range(turns):
                await asyncio.sleep(0)
            entering.cancel()
            found = await asyncio.gather(entering, return_exceptions=True)
            if not isinstance(found[0], BaseException):
                await found[0].leave()
            await asyncio.sleep(0.05)
            await (await at.enter(ANN, CALL)).leave()


async def test_a_full_redis_is_one_that_is_away():
    with redis_process("--maxmemory", "1", "--maxmemory-policy", "noeviction") as (_, url):
        async with gate(url, Limit(requests_per_minute=2), workers=2) as (at, _book):
            await at.enter(ANN, CALL)
            assert (await code(at)).code == "RATE_LIMITED"


def test_a_callers_tag_says_nothing_without_the_secret():
    assert mark_of(b"a" * 32, "ann") != mark_of(b"b" * 32, "ann") != mark_of(b"b" * 32, "bob")
    assert len(mark_of(b"a" * 32, "ann")) == 32


@pytest.mark.parametrize(
    ("payload", "tokens"),
    [({}, 25), ({"max_tokens": 50}, 75), ({"max_completion_tokens": 7, "max_tokens": 3}, 32)]
    + [({"max_tokens": wrong}, 25) for wrong in (True, -4, "9", None)],
)
def test_an_estimate_is_the_request_and_the_answer_that_it_asks_for(payload: dict, tokens: int):
    assert estimate(payload, 100).total_tokens == tokens


async def test_what_is_left_is_told_and_is_a_share_while_redis_is_away(url: str):
    limit = Limit(requests_per_minute=4, tokens_per_minute=100, dollars_per_day=1)
    for at_url, workers, most in ((url, 1, 4), (NOWHERE, 2, 2)):
        async with gate(at_url, limit, workers=workers) as (at, _):
            await at.enter(ANN, CALL)
            told = left(*await at.look(ANN))
        assert told["requests_per_minute"] == {"most": most, "left": most - 1}
        assert told["tokens_per_minute"] == {"most": 100 // workers, "left": 100 // workers - 30}
        assert told["dollars_per_day"] == {"most": 1 / workers, "left": 1 / workers - 0.00022}
        assert told["answers_at_once"] is None
    async with gate(NOWHERE, limit, refuses=True) as (at, _):
        assert left(*await at.look(ANN))["requests_per_minute"] == {"most": 4, "left": None}
    async with gate(NOWHERE, Limit()) as (at, _):
        assert set(left(*await at.look(ANN)).values()) == {None}


async def test_what_is_done_for_a_querys_sake_is_its_callers_to_pay_and_no_query(url: str):
    writer = Call("local/writer", Usage(7, 0), input_price=1.0, output_price=1.0)
    for at_url in (url, NOWHERE):
        async with gate(at_url, Limit(requests_per_minute=9, tokens_per_minute=999, dollars_per_day=1)) as (at, book):
            entry = await at.enter(ANN, CALL)
            entry.charge(writer, Usage(3, 4))
            entry.charge(writer, None)
            await entry.leave(Usage(10, 10))
            assert (await at.look(ANN))[1] == Spent(1, 20 + 7 + 7, 0, 20 + 7 + 7, 120 + 7 + 7)
            entry = await at.enter(Caller("bob"), CALL)
            entry.charge(writer, Usage(3, 4))
            await entry.leave(failed=True)
            assert (await at.look(Caller("bob")))[1] == Spent(1, 7, 0, 7, 7)
        ours = [(Usage(10, 10), False), (Usage(3, 4), False), (None, False)]
        assert book.ends == [*ours, (Usage(), True), (Usage(3, 4), False)]


async def test_a_query_that_comes_again_counts_and_is_booked_once(url: str):
    async with gate(url, Limit(requests_per_minute=1)) as (at, book):
        for _ in range(2):
            await (await at.enter(ANN, CALL)).leave(failed=True, again=True)
        await (await at.enter(ANN, CALL)).leave(Usage(1, 1))
        assert (await code(at)).code == "RATE_LIMITED"
    assert book.ends == [(Usage(1, 1), False)]
