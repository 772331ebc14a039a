"""A query and its covers on their way: what fails, what is slow, what is too much, and what it all costs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.hatch import ANSWERED, Call, Hatch
from tests.web_server.decoys.conftest import TEXT, House
from web_server.decoys.budget import Allowance
from web_server.errors import ApiError
from web_server.keys import Bound
from web_server.privacy.decoys import conversation
from web_server.privacy.ledger import Ledger
from web_server.privacy.minimum import Minimum
from web_server.privacy.policy import DEFAULT
from web_server.query import ANYWHERE, USUAL_DECOYS, Caller, ModelRef, PrivacyFlags, Query
from web_server.rules import shield_of

Build = Callable[..., House]


async def metrics(house: House) -> str:
    return await house.metrics.text({})


@pytest.mark.parametrize("status", [400, 500])
async def test_a_cover_that_the_provider_refuses_leaves_the_real_answer_alone(house: Build, status: int):
    async def refusing(call: Call) -> int | None:
        return None if call.text == TEXT else status

    here = house(Hatch(refusing))
    reply, answer = await here.ask()
    await here.settled()
    assert (reply.company.covers, reply.company.reason, answer.choices[0].content) == (2, None, TEXT)
    assert len(here.hatch.calls) == 3 and all(call.ended for call in here.hatch.calls)
    assert 'llmvpn_decoys_total{source="grammar",outcome="refused"} 2' in await metrics(here)


async def test_a_cover_that_fails_leaves_the_real_answer_alone_and_costs_nothing(house: Build):
    def failing(call: Call) -> ApiError | None:
        return None if call.text == TEXT else ApiError("PROVIDER_FAILED")

    here = house(Hatch(refuses=failing))
    _, answer = await here.ask()
    await here.settled()
    assert answer.choices[0].content == TEXT
    row = (await here.book.rows(1))[0]
    assert (row.sums["decoys"], row.sums["decoy_prompt_tokens"]) == (2, 0)
    assert await spent(here) == 0


async def spent(house: House) -> int:
    [name] = [key async for key in house.state.redis.scan_iter("ws:{book}:decoys:*")]
    return int(await house.state.redis.hget(name, "all"))


async def test_covers_that_are_answered_slowly_hold_nobody_up(house: Build):
    go = asyncio.Event()

    async def slow(call: Call) -> int | None:
        if call.text != TEXT:
            await go.wait()
        return None

    here = house(Hatch(slow))
    async with asyncio.timeout(20):
        _, answer = await here.ask()
    assert answer.choices[0].content == TEXT
    go.set()
    await here.settled()
    assert all(call.ended for call in here.hatch.calls)


async def test_every_member_goes_within_the_window_and_through_one_binding(house: Build):
    here = house(window=0.2)
    await here.ask(decoys=8)
    await here.settled()
    at = [call.at for call in here.hatch.calls]
    assert len(at) == 9 and max(at) - min(at) < 0.2 + 1
    assert len({round(each, 6) for each in at}) == 9, "no two at the same moment"
    [(binding, slots)] = here.hatch.bound.items()
    assert slots == 9 and {call.place.binding_id for call in here.hatch.calls} == {binding}
    assert here.hatch.released == [binding]
    assert [usage for _, usage in here.hatch.reported] == [ANSWERED] * 9


@pytest.mark.parametrize("late", [False, True])
async def test_the_real_query_has_every_place_alike_also_when_its_moment_is_over(house: Build, late: bool):
    """150 batches of three: each place is 50 times the real one's, give or take 5.8."""
    places = [0, 0, 0]
    here = house(window=0.0 if late else 0.002)
    for number in range(150):
        real = f"Which bus goes to lake number {number}?"
        before = len(here.hatch.calls)
        await here.ask(real)
        await here.settled()
        places[[call.text for call in here.hatch.calls[before:]].index(real)] += 1
    assert all(15 <= count <= 85 for count in places), places


@pytest.mark.parametrize(
    "allowance",
    [
        Allowance(0, 10**9, 10, 10),
        Allowance(10**9, 0, 10, 10),
        Allowance(10**9, 10**9, 0, 10),
        Allowance(10**9, 10**9, 10, 0),
    ],
)
async def test_without_a_budget_the_query_goes_alone_and_says_so(house: Build, allowance: Allowance):
    here = house(allowance=allowance)
    reply, answer = await here.ask()
    assert (reply.company.covers, reply.company.reason, answer.choices[0].content) == (0, "budget_spent", TEXT)
    assert len(here.hatch.calls) == 1
    assert 'llmvpn_decoys_missing_total{reason="budget_spent"} 2' in await metrics(here)


async def test_covers_cost_what_was_budgeted(house: Build):
    """Within 5 %: neither more, nor so much less that the budget would be another."""
    budget = 6000
    here = house(allowance=Allowance(budget, 10**9, 1000, 1000))
    sent = refused = 0
    while refused < 5:
        reply, _ = await here.ask(f"What does house number {sent + refused} cost to heat?", decoys=4)
        await here.settled()
        sent += reply.company.covers
        refused += not reply.company.covers
    covers = [call for call in here.hatch.calls if "house number" not in call.text]
    cost = len(covers) * ANSWERED.total_tokens
    assert budget * 0.95 <= cost <= budget * 1.05
    assert await spent(here) == cost


async def test_a_share_of_the_real_traffic_is_a_share(house: Build):
    here = house(allowance=Allowance(10**9, 10**9, 1.0, 1000))
    for number in range(40):
        await here.ask(f"How far is it to lake number {number} from here?", decoys=4)
        await here.settled()
    covers = sum("lake number" not in call.text for call in here.hatch.calls)
    assert 0.7 <= covers / 40 <= 1.05


async def test_while_redis_is_away_the_query_goes_alone_and_says_so(house: Build):
    here = house(redis_url="unix:///nowhere/redis.sock")
    reply, answer = await here.ask()
    assert (reply.company.covers, reply.company.reason, answer.choices[0].content) == (0, "store_away", TEXT)


async def test_where_no_endpoint_has_room_for_all_the_query_goes_alone_and_nothing_is_spent(house: Build):
    here = house(Hatch(binds=2))
    reply, _ = await here.ask()
    await here.settled()
    assert (reply.company.covers, reply.company.reason) == (0, "no_endpoint")
    assert len(here.hatch.calls) == 1 and await spent(here) == 0


@pytest.mark.parametrize("takes", [0, 1, 2])
async def test_members_that_an_endpoint_does_not_take_go_to_another_one_together(house: Build, takes: int):
    """Whichever they are: were the real one alone asked again, the one that came from elsewhere would be it."""

    def full(call: Call) -> ApiError | None:
        is_first = [*here.hatch.bound].index(call.place.binding_id) % 2 == 0
        there = sum(each.place == call.place for each in here.hatch.calls)
        return ApiError("POOL_LIMITED") if is_first and there == takes else None

    here, places = house(Hatch(refuses=full)), set()
    for number in range(10):
        since, real = len(here.hatch.calls), f"Which bus goes to lake number {number}?"
        _, answer = await here.ask(real)
        await here.settled()
        assert answer.choices[0].content == real
        calls, (first, second) = here.hatch.calls[since:], [*here.hatch.bound][-2:]
        assert [call.place.binding_id for call in calls] == [first] * takes + [second] * (3 - takes)
        assert here.hatch.bound[second] == 3 - takes
        assert set(here.hatch.bound) == set(here.hatch.released)
        places.add([call.text for call in calls].index(real))
    assert len(places) > 1, "it is not always the same one"


async def test_where_no_other_endpoint_has_room_for_all_each_member_goes_anywhere(house: Build):
    class Narrow(Hatch):
        async def bind(self, *args: object, **more: object) -> Bound:
            if self.bound:
                raise ApiError("POOL_BUSY")
            return await super().bind(*args, **more)  # type: ignore[arg-type]

    here = house(Narrow(refuses=lambda call: ApiError("POOL_LIMITED") if call.place.binding_id else None))
    reply, answer = await here.ask()
    await here.settled()
    assert (answer.choices[0].content, reply.company.covers) == (TEXT, 2)
    assert [call.place for call in here.hatch.calls] == [ANYWHERE] * 3


async def test_where_nothing_takes_the_real_query_it_fails_as_it_would_alone(house: Build):
    here = house(Hatch(refuses=lambda call: ApiError("POOL_LIMITED")))
    with pytest.raises(ApiError) as refused:
        await here.ask()
    await here.settled()
    assert refused.value.code == "POOL_LIMITED" and here.hatch.calls == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"tools": [{"type": "function", "function": {"name": "look_up", "parameters": {}}}]}, "tools"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}, "response_schema"),
        ({"text": "What should Anna Kowalska wear on Sunday?", "stop": ["Anna Kowalska"]}, "tied"),
    ],
)
async def test_what_no_cover_could_look_like_goes_alone_and_says_why(house: Build, more: dict, reason: str):
    here = house()
    reply, _ = await here.ask(**more)
    assert (reply.company.covers, reply.company.reason, len(here.hatch.calls)) == (0, reason, 1)


async def test_a_thousand_callers_at_once_are_all_answered_and_covers_are_bounded(house: Build):
    under_way = most = 0

    async def counting(call: Call) -> int | None:
        nonlocal under_way, most
        if call.text.startswith("Caller "):
            return None
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return None

    here = house(Hatch(counting), most=40)
    asked = [here.ask(f"Caller {number} asks for a bus.", 2, subject=f"caller-{number}") for number in range(1000)]
    replies = await asyncio.gather(*asked)
    assert len(here.batches.tasks) <= 3 * 40 + 1000
    await here.settled()
    assert all(answer.choices[0].content == f"Caller {at} asks for a bus." for at, (_, answer) in enumerate(replies))
    assert 0 < most <= 40
    reasons = {reply.company.reason for reply, _ in replies if reply.company.covers < 2}
    assert reasons == {"too_many"}
    assert here.batches.claim(40) == 40, "all room is given back"


async def test_at_the_end_covers_under_way_are_waited_for(house: Build):
    async def slow(call: Call) -> int | None:
        await asyncio.sleep(0.2 if call.text != TEXT else 0)
        return None

    here = house(Hatch(slow))
    await here.ask()
    await here.batches.settled(20)
    assert all(call.ended for call in here.hatch.calls) and len(here.hatch.calls) == 3


async def test_what_does_not_end_in_time_is_cut_for_all_alike(house: Build):
    never = asyncio.Event()
    begun = asyncio.Event()

    async def endless(call: Call) -> int | None:
        if len(here.hatch.calls) == 3:
            begun.set()
        await never.wait()
        return None

    here = house(Hatch(endless))
    asking = asyncio.create_task(here.ask())
    await asyncio.wait_for(begun.wait(), 20)
    asking.cancel()  # as a server does that waits no longer
    await asyncio.gather(asking, return_exceptions=True)
    await here.batches.settled(0.1)
    assert not here.batches.tasks and not any(call.ended for call in here.hatch.calls)


async def test_who_leaves_before_anything_was_sent_sends_nothing_and_spends_nothing(house: Build):
    asked = asyncio.Event()

    class Slow(Hatch):
        async def bind(self, *args: object, **more: object) -> Bound:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

    here = house(Slow())
    asking = asyncio.create_task(here.ask())
    await asyncio.wait_for(asked.wait(), 20)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await here.settled()
    assert here.hatch.calls == [] and await spent(here) == 0
    assert here.batches.claim(512) == 512, "all room is given back"


@pytest.mark.parametrize(("asked", "sent"), [(0, 2), (1, 2), (3, 3), (USUAL_DECOYS, 2)])
async def test_the_operators_minimum_raises_what_is_asked_for(house: Build, asked: int, sent: int):
    here = house(minimum=Minimum(decoys=2))
    reply, _ = await here.ask(decoys=asked)
    await here.settled()
    assert (reply.company.covers, len(here.hatch.calls)) == (sent, sent + 1)


async def test_who_asks_for_no_covers_goes_alone(house: Build):
    here = house()
    reply, _ = await here.ask(decoys=0)
    assert (reply.company.covers, reply.company.reason, len(here.hatch.calls)) == (0, None, 1)
    assert here.hatch.bound == {} and [key async for key in here.state.redis.scan_iter("ws:{covers:*")] == []


async def test_a_preview_says_what_would_go_and_spends_nothing(house: Build):
    here = house(allowance=Allowance(1000, 10**9, 1000, 1000))
    caller, flags = Caller("somebody"), PrivacyFlags(decoys=8)
    for _ in range(3):
        assert await here.exchange.decoys_would(caller, TEXT, flags) == (2, "budget_spent")
    assert await here.exchange.decoys_would(caller, TEXT, PrivacyFlags(decoys=2)) == (2, None)
    assert here.hatch.calls == []


def test_a_picture_is_not_sent_about_with_other_questions():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    payload = {"messages": [{"role": "user", "content": [{"type": "text", "text": TEXT}, picture]}]}
    shield = shield_of(replace(DEFAULT, attachments=frozenset({"image"})))
    flags = PrivacyFlags(attached=frozenset({"image"}))
    scrubbed = shield.protect(Query(ModelRef("p", "m"), payload, flags=flags), Ledger(bytes(32)))
    assert conversation.uncoverable(scrubbed) == "attachments"
