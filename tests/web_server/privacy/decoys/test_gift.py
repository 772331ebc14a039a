"""What may be given to the pool, and what becomes of it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.web_server.privacy.decoys.test_covers import scrubbed, shield  # noqa: F401
from web_server.privacy.decoys.gift import gift
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.stock import Stock
from web_server.privacy.decoys.template import Slot, Template
from web_server.privacy.shield import Shield


def test_surrogates_become_typed_slots_and_no_real_value_is_in_a_gift(shield: Shield):  # noqa: F811
    template = gift(*scrubbed(shield, "Call Annika Brunswick, annika@brunswick.org, about the boiler please."))
    assert template is not None
    slots = [each for each in template.turns[0] if isinstance(each, Slot)]
    assert [each.kind for each in slots] == ["PERSON", "EMAIL_ADDRESS"]
    assert "runswick" not in str(template.dumped())


TURNS = ("What helps against snails in a small garden?", "Which garden?", "And what helps against them in a cellar?")


def test_of_a_conversation_the_newest_turn_alone_is_given(shield: Shield):  # noqa: F811
    """The turns before it were given with their own, or were not to be given; the provider's are nobody's to give."""
    template = gift(*scrubbed(shield, *TURNS))
    assert template is not None
    assert (template.texts(), template.goes_on) == (TURNS[-1:], True)
    assert Template.loaded(template.dumped()) == template
    first = gift(*scrubbed(shield, TURNS[0]))
    assert first is not None and not first.goes_on


def test_what_was_said_after_something_else_begins_no_conversation(shield: Shield):  # noqa: F811
    templates = [gift(*scrubbed(shield, *TURNS)), gift(*scrubbed(shield, "What helps against moths in wool?"))]
    stock = Stock("pool", [each for each in templates if each is not None])
    shape = Shape.of(*scrubbed(shield, "What helps against ants in a kitchen drawer?"))
    for goes_on, count in ((False, 1), (True, 2)):
        drawn = stock.draw(replace(shape, goes_on=goes_on), 9, random.Random(1))
        assert len(drawn) == count
        assert sum(each.goes_on for each in drawn) == count - 1, "an opening may go on with another"


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "word " * 2000,
        "buy now " * 30,
        "What does [PERSON_1] mean in this letter of mine?",
        "The order 4471 0098 2231 7 has not arrived, what now?",
        "1234 5678",
    ],
)
def test_what_is_odd_or_could_be_known_again_is_not_given(shield: Shield, text: str):  # noqa: F811
    assert gift(*scrubbed(shield, text)) is None
