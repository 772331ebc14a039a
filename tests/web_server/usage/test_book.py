"""The book of usage: added once, named to its own operators alone, and forgotten in time."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.redis_server import redis_process
from web_server.limits.call import Call
from web_server.query import Usage
from web_server.state import Away, State
from web_server.usage import book as book_module
from web_server.usage.book import DECOYS, OTHERS, UsageBook
from web_server.usage.metrics import Metrics
from web_server.usage.names import Names
from web_server.usage.tally import Tally, place

SECRET = b"s" * 32
CALL = Call("mirror/openai", Usage(10, 20), input_price=2.0, output_price=10.0)
MARK = "a" * 32


@pytest.fixture
def server() -> Iterator[tuple[int, str]]:
    with redis_process() as (process, url):
        yield process.pid, url


@pytest.fixture
async def state(server: tuple[int, str]) -> AsyncIterator[State]:
    state = State(server[1])
    yield state
    await state.aclose()


def book(state: State, *, secret: bytes = SECRET, days: int = 30, now: float = 4_000_000_000.0) -> UsageBook:
    tally = Tally(state)
    return UsageBook(tally, Metrics(tally), Names(secret), days=days, clock=lambda: now)


async def test_workers_add_to_one_row(state: State):
    for _ in range(2):
        worker = book(state)
        worker.ended(MARK, "ann", CALL, Usage(5, 7), failed=False)
        worker.ended(MARK, "ann", CALL, None, failed=False)
        worker.ended(MARK, "ann", CALL, Usage(), failed=True)
        (row,) = await worker.rows(1)
    assert (row.caller, row.model, row.mark) == ("ann", "mirror/openai", MARK)
    assert row.sums == {
        "requests": 6,
        "failed": 2,
        "estimated": 2,
        "prompt_tokens": 2 * (5 + 10),
        "completion_tokens": 14,
        "micro_dollars": 2 * (80 + 20),
        **dict.fromkeys(DECOYS, 0),
    }
    assert "ann" not in repr(row)


async def test_what_covers_used_is_in_sums_of_its_own(state: State):
    ours = book(state)
    ours.ended(MARK, "ann", CALL, Usage(5, 7), failed=False)
    ours.decoy(MARK, "ann", CALL, Usage(50, 70), source="pool", outcome="answered")
    ours.decoy(MARK, "ann", CALL, Usage(), source="pool", outcome="failed")
    (row,) = await ours.rows(1)
    assert [row.sums[each] for each in ("requests", "prompt_tokens", "completion_tokens")] == [1, 5, 7]
    assert [row.sums[each] for each in DECOYS[:3]] == [2, 50, 70]
    assert row.sums["decoy_micro_dollars"] == CALL.cost(Usage(50, 70))


async def test_a_name_is_opened_by_its_own_installation_alone(state: State):
    ours = book(state)
    ours.ended(MARK, "kesia-canary", CALL, Usage(1, 1), failed=False)
    assert [row.caller for row in await ours.rows(1)] == ["kesia-canary"]
    assert [row.caller for row in await book(state, secret=b"t" * 32).rows(1)] == [None]
    for key in await state.redis.keys():
        assert b"canary" not in key + await state.redis.dump(key)


def test_a_name_that_was_put_in_anothers_place_does_not_open():
    names = Names(SECRET)
    assert names.open(MARK, names.seal(MARK, "ann").encode()) == "ann"
    assert names.open("b" * 32, names.seal(MARK, "ann").encode()) is None
    assert names.open(MARK, b"") is None


async def test_a_day_is_forgotten_when_its_time_is_up(state: State):
    ours = book(state, days=3)
    ours.ended(MARK, "ann", CALL, Usage(1, 1), failed=False)
    assert len(await ours.rows(3)) == 1
    ends = [await state.redis.expiretime(key) for key in await state.redis.keys("*:20??-*")]
    assert len(ends) == 3
    assert all(4_000_000_000 < each <= 4_000_000_000 + 4 * 86_400 for each in ends)
    assert await book(state, days=3, now=4_000_000_000 + 3 * 86_400).rows(3000) == []


async def test_of_models_that_are_named_freely_only_so_many_have_rows(state: State, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(book_module, "MOST_MODELS", 3)
    ours = book(state)
    for number in range(10):
        ours.ended(MARK, "ann", Call(f"any/{number}", Usage(1, 0)), Usage(1, 1), failed=False)
    rows = {row.model: row.sums["requests"] for row in await ours.rows(1)}
    assert rows == {"any/0": 1, "any/1": 1, "any/2": 1, OTHERS: 7}


async def test_what_could_not_be_added_waits_and_is_added_once(server: tuple[int, str], state: State):
    tally, here = Tally(state), place("sums")
    tally.add(here, "field", 1)
    await tally.flush()
    tally.add(here, "field", 10)
    os.kill(server[0], signal.SIGSTOP)
    try:
        for _ in range(2):  # each may have been received: the reply alone is lost
            with pytest.raises(Away):
                await tally.flush()
        tally.add(here, "field", 100)
    finally:
        os.kill(server[0], signal.SIGCONT)
    await tally.flush()
    assert await tally.read(here) == {"field": b"111"}


async def test_more_than_fits_one_batch_is_added_whole(state: State):
    tally, here = Tally(state), place("sums")
    for number in range(2500):
        tally.add(here, f"field-{number}", number)
    await tally.flush()
    assert await tally.read(here) == {f"field-{number}": str(number).encode() for number in range(2500)}


async def test_figures_are_prometheus_text(state: State):
    figures = Metrics(Tally(state))
    figures.count("requests_total", method="GET", route="/v1/models/{name:path}", status="200")
    figures.count("privacy_busy_total", 2)
    for seconds in (0.003, 0.2, 0.2, 700):
        figures.time("request_seconds", seconds, route="/x")
    lines = (await figures.text({"redis_up": True})).splitlines()
    assert 'llmvpn_requests_total{method="GET",route="/v1/models/{name:path}",status="200"} 1' in lines
    assert "llmvpn_privacy_busy_total 2" in lines
    assert 'llmvpn_request_seconds_bucket{route="/x",le="0.1"} 1' in lines
    assert 'llmvpn_request_seconds_bucket{route="/x",le="0.25"} 3' in lines
    assert 'llmvpn_request_seconds_bucket{route="/x",le="+Inf"} 4' in lines
    assert 'llmvpn_request_seconds_count{route="/x"} 4' in lines
    assert 'llmvpn_request_seconds_sum{route="/x"} 700.403' in lines
    assert "llmvpn_redis_up 1" in lines
    assert sum(line.startswith("# TYPE llmvpn_request_seconds ") for line in lines) == 1
