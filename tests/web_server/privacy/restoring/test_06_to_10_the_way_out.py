"""Items 6 to 11, 15 and 17 of the list: what leaves, whose map it is, and who is who."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cast import ANNA, PIOTR, STYLES, everywhere, restored, sent, shielded
from tests.support.planted import Planted
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT, Policy, Treatment
from web_server.privacy.shield import Shield
from web_server.providers import DIALECTS
from web_server.providers.dialect import Unsayable
from web_server.query import ModelRef, Query

MODEL = ModelRef("p", "m")
SEED = b"a seed of sixteen bytes or more"
ALL = ANNA | PIOTR


def protected(payload: dict[str, Any], ledger: Ledger, policy: Policy = DEFAULT) -> dict[str, Any]:
    return dict(Shield(Planted(ALL), policy).protect(Query(MODEL, payload), ledger).payload)


@pytest.mark.parametrize("style", STYLES)
def test_06_and_07_no_field_of_any_dialect_s_request_holds_a_value(style: Treatment) -> None:
    said = ", ".join(ALL)
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps({said: [said]})}}
    payload = {
        "messages": [
            {"role": "system", "content": said},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": json.dumps({"who": said})},
            {"role": "user", "content": [{"type": "text", "text": said}]},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "description": said, "parameters": {"title": said}}}],
        "unknown": {"x": [said]},
    }
    ledger = Ledger(SEED)
    scrubbed = Shield(Planted(ALL), Policy("p", otherwise=style)).protect(Query(MODEL, payload), ledger)
    known = replace(scrubbed, payload={name: value for name, value in scrubbed.payload.items() if name != "unknown"})
    for dialect in DIALECTS.values():
        try:
            body = dialect.write(scrubbed)
        except Unsayable:  # a dialect that passes nothing on that it does not know
            body = dialect.write(known)
        last_look(ledger, body)
        for value in ALL:
            assert value not in body.decode()
            assert json.dumps(value)[1:-1] not in body.decode()


@pytest.mark.parametrize("style", STYLES)
@given(st.text(st.characters(codec="utf-8", exclude_characters="/:"), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_08_no_value_breaks_the_json_around_it(style: Treatment, odd: str) -> None:
    ledger = shielded(style)
    value = f"Werk {odd} Nord"
    made = ledger.assign("ORGANIZATION", value, style)
    said = json.dumps({"a": made, "b": [made, 1]})
    assert json.loads(restored(ledger, list(said), "tool")) == {"a": value, "b": [value, 1]}


@pytest.mark.parametrize("before", ["", "\U0001f600\U0001f600", "e\u0301e\u0301", "\u200b\u00ad", "\r\n\r\n", "\ufeff"])
def test_09_offsets_are_right_behind_whatever_counts_otherwise(before: str) -> None:
    ledger = Ledger(SEED)
    text = f"{before} Anna Kowalska {before}, 4111 1111 1111 1111{before}"
    content = protected({"messages": [{"role": "user", "content": text}]}, ledger)["messages"][0]["content"]
    assert "Kowalska" not in content
    assert "1111" not in content
    assert everywhere(ledger, content) == {text}


def test_10_another_process_makes_the_same_map_of_the_same_history() -> None:
    payload = {"messages": [{"role": "user", "content": ", ".join(ALL)}]}
    here, there = Ledger(SEED), Ledger(SEED)
    assert protected(payload, here) == protected(payload, there)
    content = protected(payload, here)["messages"][0]["content"]
    assert restored(there, list(content)) == ", ".join(ALL)


@pytest.mark.parametrize("style", STYLES)
def test_11_no_two_values_share_a_surrogate(style: Treatment) -> None:
    ledger = shielded(style)
    assert len({sent(ledger, style, value) for value in ALL}) == len(ALL)


GENITIVES = ["{}s", "{}'s", "{}\u2019s", "l'{}", "d\u2019{}", "dell'{}", "van {}", "de {}", "die {}s", "los {}"]


@pytest.mark.parametrize("shape", GENITIVES)
def test_15_first_and_last_names_alone_and_inflected(shape: str) -> None:
    ledger = shielded(Treatment.SURROGATE)
    first, last = sent(ledger, Treatment.SURROGATE, "Anna Kowalska").split()
    for made, value in ((first, "Anna"), (last, "Kowalska")):
        assert everywhere(ledger, f"So {shape.format(made)} it is") == {f"So {shape.format(value)} it is"}
    assert everywhere(ledger, f"{last}, {first}; {first[0]}. {last}; {first}{last}") == {
        "Kowalska, Anna; A. Kowalska; AnnaKowalska"
    }


def test_15_spellings_without_accents_and_glued_ones_are_hidden_and_come_back() -> None:
    finder = Planted({"Jos\u00e9 Mu\u00f1oz": "PERSON", "Anna Kowalska": "PERSON"})
    text = "Jos\u00e9 Mu\u00f1oz, munoz, MUNOZ, josemunoz; Anna Kowalska, AnnaKowalska, annakowalska92, a.kowalska"
    ledger = Ledger(SEED)
    payload = Shield(finder, DEFAULT).protect(Query(MODEL, {"messages": [{"role": "user", "content": text}]}), ledger)
    content = payload.payload["messages"][0]["content"]  # type: ignore[index,call-overload]  # as it was put in
    for part in ("munoz", "mu\u00f1oz", "kowalska"):
        assert part not in content.lower()
    assert everywhere(ledger, content) == {text}


def test_15_a_name_that_equals_a_surrogate_gets_another() -> None:
    taken = sent(shielded(Treatment.SURROGATE), Treatment.SURROGATE, "Anna Kowalska").split()[0]
    ledger = shielded(Treatment.SURROGATE, text=f"{taken} was here")
    assert taken not in sent(ledger, Treatment.SURROGATE, "Anna Kowalska")
    assert everywhere(ledger, f"{taken} said") == {f"{taken} said"}


@pytest.mark.parametrize("style", STYLES)
def test_17_one_conversation_s_answer_says_nothing_in_another(style: Treatment) -> None:
    mine, other = shielded(style), Ledger(b"the seed of somebody else's conversation")
    other.meet(["Zofia Nowak"], (), [])
    other.assign("PERSON", "Zofia Nowak", style)
    for value in ALL:
        made = sent(mine, style, value)
        assert "zofia" not in restored(other, [made]).lower()
