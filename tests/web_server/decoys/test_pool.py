"""The pool of what callers gave away: whose covers they may be, how often, and what one caller can do to it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable

import pytest

from tests.web_server.decoys.conftest import House
from web_server.decoys.pool import Pool
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.template import Slot, Template
from web_server.query import Caller, ModelRef, PrivacyFlags, Query
from web_server.sealing import Sealing
from web_server.state import State

Build = Callable[..., House]
CHANCE = random.Random(7)
GIVERS = [f"giver-{number}" for number in range(8)]


def template(text: str) -> Template:
    return Template((("Does ", Slot("PERSON", "Ida Dal"), f" know {text}?"),))


SHAPE = Shape.of_frame(template("the way to the harbour").turns)


@pytest.fixture
async def state(url: str) -> AsyncIterator[State]:
    state = State(url)
    await state.redis.flushall()
    yield state
    await state.aclose()


def pool(state: State, secret: bytes = b"s" * 32, ttl: int = 3600, **more: int) -> Pool:
    """As a worker has it; it looks again each time."""
    clock = iter(range(0, 10**9, 10))
    return Pool(state, Sealing(secret), ttl, clock=lambda: float(next(clock)), **more)


async def drawn(pool: Pool, subject: str = "asker", count: int = 2, provider: str = "p") -> list[Template]:
    await pool.source(provider, subject)
    await pool.looked(provider)
    source = await pool.source(provider, subject)
    await pool.looked(provider)
    return list(source.draw(SHAPE, count, CHANCE))


async def filled(pool: Pool, *, givers: list[str] = GIVERS, each: int = 3, provider: str = "p") -> None:
    for giver in givers:
        for number in range(each):
            assert await pool.give(provider, giver, template(f"{giver} at number {number}"))


async def test_nothing_is_drawn_until_five_others_have_given(state: State):
    here = pool(state)
    await filled(here, givers=GIVERS[:4])
    assert await drawn(here) == []
    await filled(here, givers=["asker"])
    assert await drawn(here) == [], "the asker's own do not count"
    await filled(here, givers=GIVERS[4:5])
    assert len(await drawn(here)) == 2


async def test_nobody_is_given_what_they_gave(state: State):
    here = pool(state)
    await filled(here, each=1)
    for giver in GIVERS:
        assert not any(giver in text for each in await drawn(here, giver, 99) for text in each.texts())


async def test_a_gift_is_somebodys_once_whichever_workers_draw(state: State):
    one, other = pool(state), pool(state)
    await filled(one)
    first, second = await drawn(one, count=5), await drawn(other, count=5)
    got = [await one.claim("p", first), await other.claim("p", second), await other.claim("p", first)]
    assert len(got[0]) == 5 and got[2] == set() and not got[0] & got[1]
    gone = {each.id for each in first}
    assert not gone & {each.id for each in await drawn(other, count=99)}


async def test_what_was_used_is_not_given_again(state: State):
    here = pool(state)
    await filled(here)
    used = (await drawn(here, count=1))[0]
    await here.claim("p", [used])
    dressed_anew = Template(
        tuple(tuple(Slot("PERSON", "Eva Holm") if isinstance(p, Slot) else p for p in turn) for turn in used.turns)
    )
    assert not await here.give("p", "giver-1", dressed_anew)


async def test_one_caller_who_gives_a_thousand_is_one_of_many(state: State):
    here = pool(state, most_of_one=40)
    await filled(here, each=2)
    given = [await here.give("p", "poisoner", template(f"poison at number {number}")) for number in range(200)]
    assert sum(given) == 40
    batches = [await drawn(here, f"asker-{number}", 2) for number in range(90)]
    poisoned = [sum("poison" in text for each in batch for text in each.texts()) for batch in batches]
    assert max(poisoned) <= 1, "never two of one giver's in a batch"
    assert sum(poisoned) <= 45, "of nine givers two are drawn: 20 times of 90, give or take 4"


async def test_two_texts_of_one_giver_are_never_in_one_batch(state: State):
    here = pool(state)
    await filled(here, each=4)
    await drawn(here)
    stock = (await here.source("p", "asker"))._stock
    drawn_ones = stock.draw(SHAPE, 99, CHANCE)
    givers = [text.split(" know ")[1].split(" at number ")[0] for each in drawn_ones for text in each.texts()]
    assert sorted(givers) == sorted(GIVERS)


async def test_pools_of_two_providers_share_nothing(state: State):
    here = pool(state)
    await filled(here)
    assert await drawn(here, provider="q") == []
    assert await here.claim("q", await drawn(here)) == set()


async def test_a_full_pool_lets_the_oldest_go(state: State):
    here = pool(state, most=10)
    await filled(here, each=2)
    assert len(await drawn(here, count=99)) <= 10
    [name] = [key async for key in state.redis.scan_iter("ws:*:gifts")]
    assert await state.redis.hlen(name) == 10


async def test_a_copy_of_redis_tells_neither_a_word_nor_a_giver(state: State):
    here = pool(state)
    await filled(here)
    await here.claim("p", await drawn(here))
    async for key in state.redis.scan_iter("*"):
        assert key.startswith(b"ws:")
        assert await state.redis.ttl(key) > 0, "everything has an end"
        dump = key + await state.redis.dump(key)
        assert not any(word in dump for word in (b"giver-", b"know", b"number", b"Ida"))
    assert await drawn(pool(state, secret=b"t" * 32)) == []


async def test_what_is_given_is_drawn_by_others_and_goes_once(house: Build):
    """The whole way: callers who give, and one whose query goes in the company of what they gave."""
    here = house()
    for number in range(6):
        given = f"Which of the {number} bakers in the old town has fresh rye bread on Sundays and on Mondays?"
        await here.ask(given, 0, subject=f"giver-{number}", resent=True, give=True)
    await here.settled()
    here.pool._opened.clear()
    await here.pool.source("p", "somebody")
    await here.pool.looked("p")
    before = len(here.hatch.calls)
    await here.ask(decoys=3)
    await here.settled()
    covers = {call.text for call in here.hatch.calls[before:]} - {"Which of the two apple trees in my garden"}
    assert sum("bakers in the old town" in text for text in covers) == 3
    [name] = [key async for key in here.state.redis.scan_iter("ws:*:gifts")]
    assert await here.state.redis.hlen(name) == 3


async def test_no_giver_is_in_two_conversations_of_a_batch_however_long_they_go_on(house: Build):
    """Two of one person's are alike: the real one would be the conversation that is like no other."""
    here = house()
    towns = ("Lund", "Gent", "Porto", "Turin", "Basel", "Tartu", "Graz")
    for town in towns:
        for number in range(4):
            text = f"Which of the {number} bakers near the old town hall of {town} has fresh rye bread on Sundays?"
            assert await here.pool.give("p", f"giver-of-{town}", Template(((text,),)))
    await here.pool.source("p", "somebody")
    await here.pool.looked("p")
    history: list[dict[str, str]] = []
    for turn in ("long way up the hill", "short way down the hill", "quick way round the lake"):
        real = f"Which of the {len(history)} buses to the other side takes the {turn} on Sundays?"
        history.append({"role": "user", "content": real})
        since = len(here.hatch.calls)
        query = Query(ModelRef("p", "m"), {"messages": [*history]}, flags=PrivacyFlags(decoys=3), size=100)
        await here.exchange.answer(Caller("somebody"), query, resent=True)
        await here.settled()
        history.append({"role": "assistant", "content": real})
        said = [" ".join(str(each["content"]) for each in call.body["messages"]) for call in here.hatch.calls[since:]]
        of = [{town for town in towns if town in each} for each in said if "bakers" in each]
        assert len(of) == 3, "all covers are of the pool"
        assert len(set().union(*of)) == sum(map(len, of))


async def test_of_a_history_the_newest_turn_is_given(house: Build):
    here = house()
    first, answer, then = "Which bus goes to the lake in winter?", "The blue one does.", "And does it run at night too?"
    said = [{"role": "user", "content": first}, {"role": "assistant", "content": answer}]
    query = Query(
        ModelRef("p", "m"),
        {"messages": [*said, {"role": "user", "content": then}]},
        flags=PrivacyFlags(give=True),
        size=100,
    )
    await here.exchange.answer(Caller("somebody"), query, resent=True)
    await here.settled()
    await here.pool.source("p", "nobody")
    await here.pool.looked("p")
    [gift] = here.pool._opened["p"].gifts.values()
    assert gift.template.texts() == (then,)


async def test_stateless_queries_are_never_given(house: Build):
    here = house()
    await here.ask(decoys=0, give=True)
    await here.settled()
    assert [key async for key in here.state.redis.scan_iter("ws:{pool:*")] == []
