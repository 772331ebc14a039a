"""Cover queries: what they share with the real one, and what they never do."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from web_server.privacy import names
from web_server.privacy.decoys.conversation import tied, uncoverable
from web_server.privacy.decoys.covers import Cover, choose, covers, dress
from web_server.privacy.decoys.gift import gift
from web_server.privacy.decoys.going_on import named_again, next_turn
from web_server.privacy.decoys.grammar import Grammar
from web_server.privacy.decoys.sources import Source
from web_server.privacy.decoys.stock import Stock
from web_server.privacy.decoys.template import Template, UnknownTemplate
from web_server.privacy.draw import Draw
from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query, ScrubbedQuery

MODEL = ModelRef("mirror", "openai")


@pytest.fixture(scope="module")
def shield() -> Shield:
    return Shield(PatternFinder(DEFAULT), DEFAULT)


def scrubbed(shield: Shield, *turns: str, **payload: Any) -> tuple[ScrubbedQuery, Ledger]:
    ledger = Ledger(bytes(range(32)))
    roles = ("user", "assistant") * len(turns)
    messages = [{"role": role, "content": text} for role, text in zip(roles, turns, strict=False)]
    query = Query(MODEL, {"messages": messages, **payload}, stream=True)
    return shield.protect(query, ledger), ledger


def texts(query: ScrubbedQuery | Cover) -> list[str]:
    said: Any = (query.query if isinstance(query, Cover) else query).payload["messages"]
    return [each["content"] for each in said]


def templates(shield: Shield, *asked: str) -> list[Template]:
    made = [gift(*scrubbed(shield, text)) for text in asked]
    assert None not in made
    return [each for each in made if each]


QUESTION = "Please write to Annika Brunswick at annika.brunswick@mailbox.example about the broken boiler."
OTHERS = [
    f"Please write a note to Farid Castellane at farid.castellane@mailbox.example about the {thing}."
    for thing in ("old violin", "late tram", "new orchard", "lost parcel", "red kettle", "wet cellar", "big invoice")
]


def test_a_cover_has_the_real_ones_model_parameters_and_streaming_and_surrogates_of_its_own(shield: Shield):
    real, ledger = scrubbed(shield, QUESTION, temperature=0.3, max_tokens=200)
    made = covers(real, ledger, 3, [Grammar()], random.Random(1))
    assert [each.source for each in made] == ["grammar"] * 3
    for each in made:
        assert (each.query.model, each.query.stream) == (real.model, real.stream)
        assert {k: v for k, v in each.query.payload.items() if k != "messages"} == {
            "temperature": 0.3,
            "max_tokens": 200,
        }
        assert each.query.entities == real.entities
        [said] = texts(each)
        assert "boiler" not in said and "@" in said
        assert not any(
            word in said
            for hit in ledger.surrogates.all(texts(real)[0])
            for word in texts(real)[0][hit.start : hit.end].split()
        )
    assert len({texts(each)[0] for each in made} | {texts(real)[0]}) == 4


@pytest.mark.parametrize("source", ["file", "grammar"])
def test_names_and_mail_addresses_agree_in_a_cover(shield: Shield, source: str):
    real, ledger = scrubbed(shield, QUESTION)
    sources: list[Source] = [Grammar() if source == "grammar" else Stock("file", templates(shield, *OTHERS))]
    for cover in covers(real, ledger, 3, sources, random.Random(2)):
        [(given, family, mailbox)] = re.findall(r"([A-Z]\w+) ([A-Z]\w+) at (\S+)@", texts(cover)[0])
        assert f"{given}.{family}".lower() == mailbox


NAMED = "I am Annika Brunswick and I want a letter about the broken boiler."
MAILED = "Please send the letter about the boiler to annika.brunswick@mailbox.example for me."


@pytest.mark.parametrize("source", ["file", "grammar"])
@pytest.mark.parametrize("turns", [(NAMED, MAILED), (MAILED, NAMED)], ids=["the name first", "the address first"])
def test_names_and_mail_addresses_agree_over_the_turns_of_a_cover(shield: Shield, source: str, turns: tuple[str, str]):
    def drawn(text: str) -> list[Source]:
        """Of a stock: what others say in such a turn."""
        if source == "grammar":
            return [Grammar()]
        names = (("Annika", "Farid"), ("annika", "farid"), ("Brunswick", "Castellane"), ("brunswick", "castellane"))
        for ours, theirs in names:
            text = text.replace(ours, theirs)
        things = ("violin", "orchard", "kettle", "cellar")
        return [Stock("file", templates(shield, *(text.replace("boiler", thing) for thing in things)))]

    first, ledger = scrubbed(shield, turns[0])
    for begun in choose(first, ledger, 3, drawn(turns[0]), random.Random(2)):
        real, ledger = scrubbed(shield, turns[0], turns[0], turns[1])
        chosen = next_turn(real, ledger, drawn(turns[1]), random.Random(3))
        assert chosen is not None
        template = named_again(chosen.template, [begun.template], real, ledger)
        said = " ".join([*begun.template.dressed(bytes(32)), *template.dressed(bytes(32), [begun.template])])
        [(given, family)] = re.findall(r"I am (\S+) (\S+) ", said)
        [mailbox] = re.findall(r"(\S+)@", said)
        assert f"{given}.{family}".lower() == mailbox, said


def test_a_family_name_that_is_named_again_is_one_in_a_cover_too(shield: Shield):
    begins, goes_on = "My boss Annika Lindqvist was rude.", "Lindqvist wrote from annika.lindqvist@mailbox.example."
    first, ledger = scrubbed(shield, begins)
    for begun in choose(first, ledger, 3, [Grammar()], random.Random(2)):
        real, ledger = scrubbed(shield, begins, begins, goes_on)
        chosen = next_turn(real, ledger, [Grammar()], random.Random(3))
        assert chosen is not None
        template = named_again(chosen.template, [begun.template], real, ledger)
        (said,), (then,) = begun.template.dressed(bytes(32)), template.dressed(bytes(32), [begun.template])
        given, family = said.split()[2:4]
        assert then.split()[0] == family
        assert f" {given}.{family}@".lower() in then


def test_a_first_name_alone_becomes_a_first_name_of_the_same_gender(shield: Shield):
    real, ledger = scrubbed(shield, "My sister Annika moves to Ghent in spring. What does Annika need to bring?")
    first_names = names._pools().rare
    female = {name for (_, part), listed in first_names.items() if part == "female" for name in listed}
    for cover in covers(real, ledger, 4, [Grammar()], random.Random(11)):
        said = texts(cover)[0].split()
        assert said[2] in female and said.count(said[2]) == 2


@pytest.mark.parametrize("name", ["Hildegard", "Hans", "Pedro", "Hannelore"])
def test_the_likeness_of_a_first_name_is_one_word(name: str):
    likenesses = {names.known_like(name, Draw(b"likeness", str(at))) for at in range(3000)}
    assert len(likenesses) > 20
    assert all(each.isalpha() for each in likenesses)


def test_the_same_templates_are_chosen_for_the_same_generator_and_dressed_otherwise(shield: Shield):
    real, ledger = scrubbed(shield, QUESTION)
    sources = [Stock("file", templates(shield, *OTHERS)), Grammar()]
    once, again = (choose(real, ledger, 9, sources, random.Random(3)) for _ in range(2))
    assert once == again and {each.source for each in once} == {"file", "grammar"}
    assert texts(dress(once[0], real, b"1" * 32)) != texts(dress(once[0], real, b"2" * 32))


def test_a_cover_is_never_the_real_text_itself(shield: Shield):
    real, ledger = scrubbed(shield, OTHERS[0])
    made = choose(real, ledger, 9, [Stock("file", templates(shield, *OTHERS))], random.Random(4))
    assert len(made) == len(OTHERS) - 1


def test_a_cover_has_the_real_ones_blanks_around_it(shield: Shield):
    real, ledger = scrubbed(shield, f"\n{QUESTION} \n\n")
    made = covers(real, ledger, 3, [Stock("file", templates(shield, *OTHERS))], random.Random(8))
    assert len(made) == 3
    for said in (texts(each)[0] for each in made):
        assert said.startswith("\nPlease") and said.endswith(". \n\n")


def test_of_one_giver_one_text_alone_is_in_a_batch(shield: Shield):
    real, ledger = scrubbed(shield, QUESTION)
    others = templates(shield, *OTHERS)
    givers = {each.id: "the same" for each in others[:3]}
    made = choose(real, ledger, 9, [Stock("pool", others, givers)], random.Random(5))
    assert len(made) == len(OTHERS) - 2


@pytest.mark.parametrize(
    "payload",
    [
        {"tools": [{"type": "function", "function": {"name": "weather"}}]},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "invoice", "schema": {}}}},
        {"prediction": {"type": "content", "content": "def f(): pass"}},
    ],
)
def test_what_says_elsewhere_what_it_is_about_gets_no_covers(shield: Shield, payload: dict[str, Any]):
    real, ledger = scrubbed(shield, QUESTION, **payload)
    assert covers(real, ledger, 3, [Grammar()], random.Random(6)) == ()
    assert gift(real, ledger) is None


@pytest.mark.parametrize(
    "part",
    [{"type": "refusal", "refusal": "I do not talk about boilers."}, {"type": "text", "text": "Yes.", "of": "boilers"}],
)
def test_a_part_that_says_more_than_its_text_gets_no_covers(shield: Shield, part: dict[str, str]):
    messages = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": [part]}]
    ledger = Ledger(b"a seed of sixteen bytes or more")
    asked = Query(ModelRef("mirror", "openai"), {"messages": [*messages, {"role": "user", "content": QUESTION}]})
    real = shield.protect(asked, ledger)
    assert uncoverable(real) == "history"
    assert covers(real, ledger, 3, [Grammar()], random.Random(6)) == ()


def test_what_is_said_in_the_system_prompt_too_is_tied_to_the_real_query(shield: Shield):
    def asked(system: str) -> tuple[ScrubbedQuery, Ledger]:
        ledger = Ledger(bytes(range(32)))
        said = [{"role": "system", "content": system}, {"role": "user", "content": QUESTION}]
        return shield.protect(Query(MODEL, {"messages": said}), ledger), ledger

    assert tied(*asked("You work for Annika Brunswick."))
    assert not tied(*asked("You work for Farid Castellane."))
    assert not tied(*asked("You work for a plumber."))


def test_a_template_survives_being_kept(shield: Shield):
    [template] = templates(shield, QUESTION)
    assert Template.loaded(template.dumped()) == template
    for bad in (None, {}, {"version": 9, "turns": []}, {"version": 1}, {"version": 1, "turns": [[[1, 2, 3, 4, 5]]]}):
        with pytest.raises(UnknownTemplate):
            Template.loaded(bad)


GRAMMATICAL = [
    (
        "Please explain how a qubit is measured, in 3 steps.",
        ("qubit", "measured"),
        ("Please explain how a", "3 steps."),
    ),
    ("Bitte erkläre mir den Vergaser eines Rasenmähers.", ("Vergaser", "Rasenmähers"), ("Bitte erkläre mir den", ".")),
    ("Explique-moi comment réparer une chaudière ?", ("chaudière", "réparer"), ("Explique-moi comment", " ?")),
    ("def boiler(pressure):\n    return pressure * 25", ("boiler", "pressure"), ("def ", "    return ", " * ")),
]


@pytest.mark.parametrize(("text", "gone", "kept"), GRAMMATICAL)
def test_the_grammar_keeps_how_one_asks_and_changes_what_about(
    shield: Shield, text: str, gone: tuple[str, ...], kept: tuple[str, ...]
):
    real, ledger = scrubbed(shield, text)
    for cover in covers(real, ledger, 3, [Grammar()], random.Random(9)):
        [said] = texts(cover)
        assert not [word for word in gone if word.lower() in said.lower()]
        assert [part for part in kept if part in said] == list(kept)


def test_a_word_becomes_the_same_other_word_throughout_a_cover(shield: Shield):
    real, ledger = scrubbed(shield, "Sort the invoices by amount. Then print the invoices.")
    [cover] = covers(real, ledger, 1, [Grammar()], random.Random(10))
    words = texts(cover)[0].rstrip(".").split()
    assert words[2] == words[-1] != "invoices"


def test_a_query_longer_than_all_in_a_stock_gets_no_cover_from_it(shield: Shield):
    long = "Please write a note to the tenants about the broken boiler, and say when it is repaired. " * 4
    real, ledger = scrubbed(shield, long)
    sources = [Stock("file", templates(shield, *OTHERS)), Grammar()]
    made = choose(real, ledger, 2, sources, random.Random(12))
    assert [each.source for each in made] == ["grammar", "grammar"]
    assert all(len(each.template.texts()[0]) > len(long) * 0.7 for each in made)
