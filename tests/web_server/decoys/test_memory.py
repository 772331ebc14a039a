"""The same query goes with the same covers, and what is kept for that opens to nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.hatch import Hatch
from tests.web_server.decoys.conftest import TEXT, House
from web_server.decoys.companion import Companion
from web_server.decoys.memory import Memory
from web_server.privacy.decoys.gift import prepared
from web_server.privacy.decoys.grammar import Grammar
from web_server.privacy.decoys.stock import Stock
from web_server.privacy.decoys.template import Template
from web_server.privacy.policy import DEFAULT
from web_server.query import Answer, Caller, ModelRef, PrivacyFlags, Query
from web_server.rules import shield_of
from web_server.sealing import Sealing

Build = Callable[..., House]
MARK = "a" * 32


def texts(hatch: Hatch, since: int = 0) -> set[str]:
    return {call.text for call in hatch.calls[since:]}


async def test_asked_again_a_query_goes_with_the_same_covers_from_any_worker(house: Build):
    one, other = house(), house()
    await one.ask(decoys=3)
    await one.settled()
    await other.ask(decoys=3)
    await other.settled()
    assert texts(one.hatch) == texts(other.hatch) and len(texts(one.hatch)) == 4


async def test_more_and_fewer_covers_are_the_same_ones_and_others(house: Build):
    seen = []
    for count in (2, 1, 3):
        here = house()
        await here.ask(decoys=count)
        await here.settled()
        seen.append(texts(here.hatch))
    assert seen[1] < seen[0] < seen[2]


async def test_another_callers_same_query_goes_with_other_covers(house: Build):
    one, other = house(), house()
    await one.ask(decoys=2, subject="one")
    await other.ask(decoys=2, subject="other")
    await one.settled()
    await other.settled()
    assert texts(one.hatch) & texts(other.hatch) == {TEXT}


async def test_a_copy_of_redis_holds_no_text_and_everything_in_it_ends(house: Build):
    here = house()
    await here.ask("Is the marmalade of Anna Kowalska sold at the harbour?")
    await here.settled()
    covers = texts(here.hatch)
    found = 0
    async for key in here.state.redis.scan_iter("ws:{covers:*"):
        found += 1
        assert await here.state.redis.ttl(key) > 0
        dump = key + await here.state.redis.dump(key)
        words = {word for text in covers for word in text.split() if len(word) > 5}
        assert not any(word.encode() in dump for word in words | {"somebody", "Kowalska"})
    assert found == 2, "a record and the index"


async def test_a_record_opens_with_the_very_words_alone_and_old_ones_make_room(house: Build):
    state = house().state
    memory = Memory(state, Sealing(b"s" * 32), 3600, most=3)
    cover = Companion("grammar", Template((("Is it late?",),)))
    for number in range(5):
        await memory.keep(MARK, f"words {number}", [cover])
    assert [len(await memory.recall(MARK, f"words {number}")) for number in range(5)] == [0, 0, 1, 1, 1]
    assert await memory.recall("b" * 32, "words 4") == []
    assert await Memory(state, Sealing(b"t" * 32), 3600).recall(MARK, "words 4") == []
    first = await memory.keep(MARK, "words 4", [cover, cover], first=True)
    assert len(first) == 1, "who was first stays"


async def test_covers_go_on_with_a_history_and_repeat_with_it(house: Build):
    here = house()

    async def turn(*said: str) -> set[tuple[str, ...]]:
        """What members said, turn by turn, the provider's included."""
        since = len(here.hatch.calls)
        roles = ("user", "assistant")
        messages = [{"role": roles[at % 2], "content": each} for at, each in enumerate(said)]
        query = Query(ModelRef("p", "m"), {"messages": [*messages]}, flags=PrivacyFlags(decoys=2), size=100)
        answered: tuple[object, Answer] = await here.exchange.answer(Caller("somebody"), query, resent=True)
        assert answered[1].choices[0].content == said[-1]
        await here.settled()
        members = [tuple(str(each["content"]) for each in call.body["messages"]) for call in here.hatch.calls[since:]]
        return set(members) - {said}

    first = await turn("Where do swallows nest?")
    second = await turn("Where do swallows nest?", "Where do swallows nest?", "And when do they leave?")
    assert len(first) == len(second) == 2
    assert {each[:1] for each in second} == first
    assert all(each[1] == each[0] for each in second), "the provider's own answer to the cover"
    again = await turn("Where do swallows nest?", "Where do swallows nest?", "And when do they leave?")
    assert again == second
    assert await turn("Where do swallows nest?") == first


async def test_what_is_remembered_of_a_session_lives_and_ends_with_it(house: Build):
    state = house().state
    memory = Memory(state, Sealing(b"s" * 32), 3600, session_seconds=60)
    cover = Companion("grammar", Template((("Is it late?",),)))

    async def ends() -> list[int]:
        """In how many seconds what is there of covers ends, the index excepted."""
        names = [each async for each in state.redis.scan_iter("ws:{covers:*") if not each.endswith(b":index")]
        return [await state.redis.ttl(each) for each in names]

    await memory.keep(MARK, "of nobody", [cover], first=True)
    for words in ("one", "another"):
        await memory.keep(MARK, words, [cover], first=True, session="mine")
    await memory.keep(MARK, "of another", [cover], first=True, session="another")
    assert sorted(each <= 60 for each in await ends()) == [False, *[True] * 5], "records, and a list for each session"
    async for each in state.redis.scan_iter("ws:{covers:*"):
        await state.redis.expire(each, 30)
    await memory.renew(MARK, "mine")
    assert sum(each > 30 for each in await ends()) == 3
    await memory.forget(MARK, "mine")
    await memory.keep(MARK, "one", [cover, cover], session="mine")  # whose answers come when it was ended already
    known = [bool(await memory.recall(MARK, words)) for words in ("of nobody", "one", "another", "of another")]
    assert known == [True, False, False, True]
    assert len(await ends()) == 3
    [index] = [each async for each in state.redis.scan_iter("ws:{covers:*:index")]
    assert await state.redis.zcard(index) == 2


OPENING = "Should Anna Kowalska sell the old boat in spring?"
TURNS = ("And what should Anna Kowalska ask for the boat?", "And what should Piotr Nowak pay for the boat?")
NAMED = re.compile(r"[SsWw]h?ould (\S+ \S+)")


@pytest.mark.parametrize("source", ["grammar", "file"])
async def test_whoever_is_named_in_a_covers_conversation_keeps_their_name_over_its_turns(house: Build, source: str):
    """As in the real one, and as often: somebody new comes into all of them at once."""
    prompts = [
        f"Would {first} {last} {verb} the {thing} in spring?"
        for thing in ("shed", "horse", "piano", "field")
        for verb in ("paint", "rent", "move")
        for first, last in (("Farid", "Castellane"), ("Greta", "Lindqvist"))
    ]
    stock = Stock("file", prepared(prompts, shield_of(DEFAULT), b"f" * 32))
    here = house(stocks=lambda: (Grammar(),) if source == "grammar" else (stock, Grammar()))
    messages: list[Any] = []
    for text in (OPENING, *TURNS):
        since = len(here.hatch.calls)
        messages.append({"role": "user", "content": text})
        query = Query(ModelRef("p", "m"), {"messages": [*messages]}, flags=PrivacyFlags(decoys=3), size=100)
        await here.exchange.answer(Caller("somebody"), query, resent=True)
        await here.settled()
        messages.append({"role": "assistant", "content": text})
    members = [[str(each["content"]) for each in call.body["messages"]] for call in here.hatch.calls[since:]]
    assert len(members) == 4
    for member in members:
        first, second, third = (NAMED.findall(turn) for turn in member[::2])
        assert len(first) == 1 and first == second != third, member
    assert len({NAMED.findall(member[0])[0] for member in members}) == 4
