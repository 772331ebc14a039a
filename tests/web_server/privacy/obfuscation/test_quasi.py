"""The level `quasi`: exact values leave as what they are close to, and come back exactly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from web_server.privacy import kinds
from web_server.privacy.finder import PatternFinder
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.obfuscation.bands import band
from web_server.privacy.obfuscation.quasi import QuasiFinder
from web_server.privacy.policy import DEFAULT, STRICT, Policy
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span
from web_server.query import Delta, ModelRef, Obfuscation, PrivacyFlags, Query

SEED = b"a seed of sixteen bytes or more"
TEXT = "I am 37 years old, I earn $52,317.44 and I was hired on 14 March 2019."


def sent(
    *messages: tuple[str, str], level: Obfuscation = "quasi", pii: bool = True, policy: Policy = DEFAULT
) -> tuple[list[str], Ledger]:
    ledger = Ledger(SEED)
    payload: dict[str, Any] = {"messages": [{"role": role, "content": text} for role, text in messages]}
    query = Query(ModelRef("p", "m"), payload, flags=PrivacyFlags(pii, level))
    scrubbed = Shield(PatternFinder(policy), policy).protect(query, ledger)
    last_look(ledger, json.dumps(scrubbed.payload).encode())
    assert scrubbed.obfuscated == level
    said: Any = scrubbed.payload["messages"]
    return [message["content"] for message in said], ledger


def restored(ledger: Ledger, text: str) -> str:
    lane = Restorer(ledger)
    deltas = [made for char in text for made in lane.feed(Delta(text=char))]
    return "".join(delta.text for delta in [*deltas, *lane.close()])


def test_exact_values_leave_as_bands_and_come_back_exactly():
    (made,), ledger = sent(("user", TEXT))
    for value in ("37", "52,317", "14 March"):
        assert value not in made
    for close in ("35-39", "~$50,000", "March 2019"):
        assert close in made
    assert restored(ledger, made) == TEXT


def test_a_model_may_leave_the_band_out():
    (made,), ledger = sent(("user", TEXT))
    name, _, _ = made[made.index("[") :].partition(":")
    assert restored(ledger, f"At {name}] you are young, {name[1:]}.") == "At 37 you are young, 37."


def test_below_this_level_they_stay():
    (made,), _ = sent(("user", TEXT), level="format")
    assert made == TEXT


def test_it_works_where_hiding_is_off_and_then_hides_nothing_else():
    (made,), _ = sent(("user", "I am 37 years old, mail anna.example@mailbox.test."), pii=False)
    assert "37" not in made and "anna.example@mailbox.test" in made


def test_a_small_place_named_in_passing_is_hidden_and_a_big_one_or_no_place_is_not():
    text = "Is there a night bus from Zoetermeer to Paris, written in Python in March?"
    (made,), ledger = sent(("user", text))
    assert "Zoetermeer" not in made
    assert all(word in made for word in ("Paris", "Python", "March"))
    assert restored(ledger, made) == text
    (below,), _ = sent(("user", text), level="format")
    assert below == text


def test_what_the_policy_hides_already_stays_hidden_as_it_says():
    (made,), _ = sent(("user", TEXT), policy=STRICT)
    assert "35-39" not in made and "37" not in made


def test_an_age_that_came_back_leaves_as_its_band_again():
    messages = [("user", "I am 37 years old."), ("assistant", "At 37 you may run. Step 3: rest."), ("user", "Why?")]
    made, ledger = sent(*messages)
    assert "37" not in " ".join(made)
    assert "Step 3" in made[1]
    assert [restored(ledger, text) for text in made] == [text for _, text in messages]


def test_the_same_history_is_the_same_on_every_turn():
    first, _ = sent(("user", TEXT))
    again, _ = sent(("user", TEXT), ("assistant", "ok"), ("user", "and at 41 years old?"))
    assert again[0] == first[0]


def test_tags_in_a_caller_s_text_survive_the_uniform_format():
    (made,), ledger = sent(("user", "hey!! im 37 years old... i earn $52,317.44 lol"))
    assert restored(ledger, made) == "I am 37 years old, I earn $52,317.44."


@pytest.mark.parametrize(
    ("kind", "value", "close"),
    [
        (kinds.AGE, "17", "16-17"),
        (kinds.AGE, "18", "18-19"),
        (kinds.AGE, "2", "0-2"),
        (kinds.AGE, "37jährige", "35-39"),
        (kinds.AGE, "103", "90 or more"),
        (kinds.DATE_TIME, "14.03.2019", "2019-03"),
        (kinds.DATE_TIME, "2019-03-14", "2019-03"),
        (kinds.DATE_TIME, "03/04/2019", "2019"),
        (kinds.DATE_TIME, "12/25/2019", "2019-12"),
        (kinds.DATE_TIME, "12 de enero de 2020", "enero 2020"),
        (kinds.DATE_TIME, "3. Mai", "Mai"),
        (kinds.DATE_TIME, "14 July 1789", None),
        (kinds.MONEY, "$52,317.44", "~$50,000"),
        (kinds.MONEY, "52.317,44 €", "~50.000 €"),
        (kinds.MONEY, "CHF 1'230.50", "~CHF 1'000"),
        (kinds.MONEY, "1.23 million dollars", "~1 million dollars"),
        (kinds.MONEY, "€ 2.610,-", "~€ 2.500"),
        (kinds.MONEY, "$12.99", None),
        (kinds.MONEY, "$1,500", None),
        (kinds.SECRET, "anything", ""),
    ],
)
def test_a_band_is_what_many_share_and_round_values_stay(kind: str, value: str, close: str | None):
    assert band(kind, value) == close


def test_what_a_finder_found_goes_before_what_would_be_generalised():
    class Finds:
        def find(self, text: str) -> list[Span]:
            at = text.index("$52")
            return [Span(at, at + 3, kinds.SECRET)]

    spans = QuasiFinder(Finds(), DEFAULT).find(TEXT)
    assert [(span.kind, TEXT[span.start : span.end]) for span in spans] == [
        (kinds.AGE, "37"),
        (kinds.SECRET, "$52"),
        (kinds.DATE_TIME, "14 March 2019"),
    ]
