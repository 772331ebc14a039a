"""What may be given to the pool, and what becomes of it."""

from __future__ import annotations

import pytest

from tests.web_server.privacy.decoys.test_covers import scrubbed, shield  # noqa: F401
from web_server.privacy.decoys.gift import gift
from web_server.privacy.decoys.template import Slot
from web_server.privacy.shield import Shield


def test_surrogates_become_typed_slots_and_no_real_value_is_in_a_gift(shield: Shield):  # noqa: F811
    template = gift(*scrubbed(shield, "Call Annika Brunswick, annika@brunswick.org, about the boiler please."))
    assert template is not None
    slots = [each for each in template.turns[0] if isinstance(each, Slot)]
    assert [each.kind for each in slots] == ["PERSON", "EMAIL_ADDRESS"]
    assert "runswick" not in str(template.dumped())


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
