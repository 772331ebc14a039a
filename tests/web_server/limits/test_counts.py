"""What is counted of one caller: in a real Redis, and the same in one worker's memory while Redis is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.redis_server import redis_server
from web_server.limits.counts import Counts, SharedCounts
from web_server.limits.limit import Limit
from web_server.limits.local import LocalCounts
from web_server.limits.spent import Spent
from web_server.limits.standing import Entered, Forbidden, Standing
from web_server.state import State

CALLER = "c" * 32


class Place:
    """A place to count in, and a way to make its clock go on."""

    def __init__(self, counts: Counts, state: State | None) -> None:
        self.counts = counts
        self._state = state
        self._numbers = iter(range(10**9))
        self.offset = 0.0

    async def enter(self, limit: Limit, tokens: int = 10, cost: int = 0, caller: str = CALLER) -> tuple[str, Standing]:
        entry = f"e{next(self._numbers)}"
        return entry, await self.counts.enter(caller, entry, limit, tokens, cost)


class Shifted(SharedCounts):
    """By a clock that the test moves: it takes the place of Redis' own in each script."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.offset_ms = 0
        for name in ("_enter", "_leave", "_stay", "_look"):
            script = getattr(self, name)
            text = script._text
            setattr(self, name, Moved(state, text, self))


class Moved:
    def __init__(self, state: State, text: str, clock: Shifted) -> None:
        self._state, self._text, self._clock = state, text, clock

    async def __call__(self, keys: list[str], args: list[str | int]) -> object:
        first = "local now = clock_[1] * 1000 + math.floor(clock_[2] / 1000)"
        assert first in self._text
        text = self._text.replace(first, f"{first} + {self._clock.offset_ms}")
        return await self._state.redis.eval(text, len(keys), *keys, *args)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(params=["redis", "local"])
async def place(request: pytest.FixtureRequest, url: str) -> AsyncIterator[Place]:
    if request.param == "local":
        here = Place.__new__(Place)
        Place.__init__(here, LocalCounts(lambda: time.time() + here.offset), None)
        yield here
        return
    state = State(url)
    await state.redis.flushall()
    yield Place(Shifted(state), state)
    await state.aclose()


def later(place: Place, seconds: float) -> None:
    place.offset += seconds
    if isinstance(place.counts, Shifted):
        place.counts.offset_ms = int(place.offset * 1000)


def forbidden(standing: Standing) -> Forbidden:
    assert isinstance(standing.outcome, Forbidden), standing
    return standing.outcome


def entered(standing: Standing) -> Entered:
    assert isinstance(standing.outcome, Entered), standing
    return standing.outcome


async def test_no_window_of_a_minute_holds_more_requests_than_the_limit(place: Place):
    limit = Limit(requests_per_minute=3)
    let_in: list[float] = []
    for _ in range(200):
        _, standing = await place.enter(limit)
        if isinstance(standing.outcome, Entered):
            let_in.append(place.offset)
        later(place, 1.7)
    assert len(let_in) > 10
    for begin in let_in:
        assert sum(begin <= each < begin + 60 for each in let_in) <= 3


async def test_who_waits_as_long_as_was_said_is_let_in_and_not_much_sooner(place: Place):
    limit = Limit(requests_per_minute=2)
    await place.enter(limit)
    later(place, 20)
    await place.enter(limit)
    wait = forbidden((await place.enter(limit))[1]).wait_seconds
    assert 38 < wait <= 41.1
    later(place, wait - 2)
    forbidden((await place.enter(limit))[1])
    later(place, 2.01)
    entered((await place.enter(limit))[1])


async def test_what_is_refused_is_not_counted(place: Place):
    limit = Limit(requests_per_minute=1, tokens_per_day=100)
    _, first = await place.enter(limit, 10)
    for _ in range(5):
        forbidden((await place.enter(limit, 10))[1])
    later(place, 62)
    for _ in range(9):
        entered((await place.enter(limit, 10))[1])
        later(place, 62)
    assert forbidden((await place.enter(limit, 10))[1]).limit == "tokens_per_day"
    assert first.requests == 1


async def test_an_estimate_is_settled_by_what_was_used(place: Place):
    limit = Limit(tokens_per_minute=100)
    entry, standing = await place.enter(limit, 90)
    assert forbidden((await place.enter(limit, 20))[1]).limit == "tokens_per_minute"
    await place.counts.leave(CALLER, entry, entered(standing), (-80, -80, 0))
    assert (await place.enter(limit, 20))[1].tokens == 30


async def test_more_than_was_estimated_counts_against_those_who_come_next(place: Place):
    limit = Limit(tokens_per_minute=100)
    entry, standing = await place.enter(limit, 10)
    await place.counts.leave(CALLER, entry, entered(standing), (400, 400, 0))
    assert 55 < forbidden((await place.enter(limit, 1))[1]).wait_seconds <= 61.1


async def test_a_call_that_is_larger_than_a_minute_goes_when_it_has_the_minute_to_itself(place: Place):
    limit = Limit(tokens_per_minute=100)
    assert entered((await place.enter(limit, 5000))[1]).kept == 100
    forbidden((await place.enter(limit, 1))[1])
    later(place, 62)
    entered((await place.enter(limit, 5000))[1])


async def test_a_settlement_that_comes_when_its_minute_is_over_changes_no_other(place: Place):
    limit = Limit(tokens_per_minute=100)
    entry, standing = await place.enter(limit, 50)
    later(place, 64)  # the ring's same place
    await place.enter(limit, 60)
    await place.counts.leave(CALLER, entry, entered(standing), (-50, -50, 0))
    assert (await place.enter(limit, 10))[1].tokens == 70


async def test_no_more_answers_are_under_way_than_may_be(place: Place):
    limit = Limit(answers_at_once=2)
    entry, standing = await place.enter(limit)
    await place.enter(limit)
    assert forbidden((await place.enter(limit))[1]) == Forbidden("answers_at_once", 1)
    for _ in range(3):  # once or many times: the same
        await place.counts.leave(CALLER, entry, entered(standing), (0, 0, 0))
    entered((await place.enter(limit))[1])
    forbidden((await place.enter(limit))[1])


async def test_a_budget_is_the_days_and_begins_anew_at_midnight(place: Place):
    limit = Limit(dollars_per_day=0.001)
    later(place, 86_400 - time.time() % 86_400 - 100)
    entered((await place.enter(limit, cost=900))[1])
    refused = forbidden((await place.enter(limit, cost=200))[1])
    assert refused.limit == "dollars_per_day"
    assert 95 < refused.wait_seconds < 100.01, "told in whole milliseconds, never too early"
    entered((await place.enter(limit, cost=100))[1])
    later(place, 101)
    entered((await place.enter(limit, cost=900))[1])


async def test_of_two_limits_the_longest_wait_is_told(place: Place):
    limit = Limit(requests_per_minute=1, tokens_per_day=10, answers_at_once=1)
    await place.enter(limit, 10)
    assert forbidden((await place.enter(limit, 10))[1]).limit == "tokens_per_day"


async def test_callers_do_not_share(place: Place):
    limit = Limit(requests_per_minute=1)
    for number in range(5):
        entered((await place.enter(limit, caller=f"{number:032}"))[1])


@pytest.mark.parametrize("place", ["redis"], indirect=True)
async def test_a_hundred_at_once_are_as_many_as_the_limit(place: Place):
    limit = Limit(requests_per_minute=7)
    found = await asyncio.gather(*(place.enter(limit) for _ in range(100)))
    assert sum(isinstance(standing.outcome, Entered) for _, standing in found) == 7


@pytest.mark.parametrize("place", ["redis"], indirect=True)
async def test_a_slot_that_nobody_renews_ends_and_one_that_is_renewed_stays(place: Place):
    counts = place.counts
    assert isinstance(counts, Shifted)
    limit = Limit(answers_at_once=1)
    entry, _ = await place.enter(limit)
    for _ in range(5):
        later(place, 20)
        await counts.stay(CALLER, [entry])
        forbidden((await place.enter(limit))[1])
    later(place, 30.1)
    await counts.stay(CALLER, [entry])  # it ran out: too late
    entered((await place.enter(limit))[1])


async def test_what_is_counted_can_be_looked_at_and_looking_counts_nothing(place: Place):
    limit = Limit(requests_per_minute=9, tokens_per_minute=900, answers_at_once=9, tokens_per_day=9000)
    assert await place.counts.look(CALLER) == Spent()
    entry, standing = await place.enter(limit, tokens=10, cost=7)
    await place.enter(limit, tokens=20, cost=1)
    for _ in range(2):
        assert await place.counts.look(CALLER) == Spent(2, 30, 2, 30, 8)
    assert isinstance(standing.outcome, Entered)
    await place.counts.leave(CALLER, entry, standing.outcome, (5, 5, 2))
    assert await place.counts.look(CALLER) == Spent(2, 35, 1, 35, 10)
    assert await place.counts.look("d" * 32) == Spent()


async def test_a_request_that_comes_again_counts_once_and_keeps_nothing(place: Place):
    limit = Limit(requests_per_minute=1, tokens_per_minute=900, tokens_per_day=9000)
    for _ in range(3):
        entry, standing = await place.enter(limit, tokens=10, cost=7)
        assert isinstance(standing.outcome, Entered)
        await place.counts.leave(CALLER, entry, standing.outcome, (-10, -10, -7), again=True)
    assert await place.counts.look(CALLER) == Spent()
