"""One text, span by span: what is shown is what would be sent."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy import kinds
from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import DEFAULT, STRICT
from web_server.privacy.policy_file import load
from web_server.privacy.reasons import SENTENCES, sentence
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span, applied
from web_server.query import PrivacyFlags
from web_server.rules import shield_of
from web_server.scrubber import Scrubber

PIECES = [
    "Dear Dr. Kesia Varga,",
    "Kesia",
    "VARGA's",
    "kesia.varga@fjordmail.example",
    "+44 20 7946 0958",
    "DE89 3704 0044 0532 0130 00",
    "4012 8888 8888 1881",
    "born 12 May 1984",
    "e\u0301",
    "\u200b",
    "\U0001f600",
    "\udcff",
    "\r\n",
    "[PERSON_1_a2]",
    "12 Elm Street, Springfield, IL 62704",
    "user",
    "nothing at all",
]

DEFAULTS = Scrubber(shield_of(DEFAULT))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8), st.sampled_from([" ", "\n", ", "]))
def test_the_text_with_its_spans_replaced_is_the_text_that_would_be_sent(pieces: list[str], glue: str):
    text = glue.join(pieces)
    scrubbed = DEFAULTS.scrub(text)
    assert applied(text, scrubbed.replaced) == scrubbed.text
    ends = [(each.start, each.end) for each in scrubbed.replaced]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in ends)
    assert all(one[1] <= other[0] for one, other in pairwise(ends))


def test_a_text_is_read_once():
    read: list[str] = []

    class Counting(PatternFinder):
        def find(self, text: str):
            read.append(text)
            return super().find(text)

    Scrubber(Shield(Counting(DEFAULT), DEFAULT)).scrub("Write to Kesia Varga, kesia@fjordmail.example.")
    assert read == ["Write to Kesia Varga, kesia@fjordmail.example."]


def test_what_is_hidden_because_it_is_hidden_elsewhere_is_a_span_too():
    text = "the code PRJ-4711-canary, and again: PRJ-4711-canary"

    class First(PatternFinder):
        def find(self, text: str):
            return [Span(text.index("PRJ"), text.index(","), "USERNAME", 0.9, "planted")]

    scrubbed = Scrubber(Shield(First(DEFAULT), DEFAULT)).scrub(text)
    assert [text[each.start : each.end] for each in scrubbed.replaced] == ["PRJ-4711-canary"] * 2
    assert [each.reason for each in scrubbed.replaced] == ["planted", "elsewhere"]
    assert "canary" not in str(scrubbed.text)


def test_hiding_that_is_off_shows_the_text_as_it_is():
    scrubbed = DEFAULTS.scrub("I am Kesia Varga.", PrivacyFlags(pii_removal=False))
    assert (scrubbed.text, list(scrubbed.replaced), dict(scrubbed.entities)) == ("I am Kesia Varga.", [], {})


def test_a_blocked_text_names_kinds_and_shows_spans_but_no_text_and_no_surrogate():
    policy = load("treatments: {CREDIT_CARD: block}\n", "p.yaml")
    scrubbed = Scrubber(shield_of(policy)).scrub("I am Kesia Varga, card 4012 8888 8888 1881.")
    assert scrubbed.text is None
    assert scrubbed.blocked == ("CREDIT_CARD",)
    assert [(each.kind, each.surrogate) for each in scrubbed.replaced] == [("PERSON", ""), ("CREDIT_CARD", "")]
    assert all(span["surrogate"] is None for span in scrubbed.spans())
    assert dict(scrubbed.entities) == {"CREDIT_CARD": 1, "PERSON": 1}


CORPUS = """Dear Dr. Kesia Varga, my name is Marta Lindqvist and my wife Berta is here. Regards, Tom Halloran
From: Anna Example <anna@example.com>; customer_name: Rosa Diaz; Mr. Peter Novak asked. Peter said no. Kesia called.
IBAN DE89 3704 0044 0532 0130 00, card 4012 8888 8888 1881, VAT DE136695976, BIC DEUTDEFF.
SSN 536-22-1234, NINO AB123456C, passport no. X1234567, licence plate B-MW 1234, patient number 4711222.
tel. +44 20 7946 0958, call 0171 1234567 or (212) 555-0123; https://example.com/u/kesia?mail=a@b.example
10.1.2.3, 2001:db8::1, 00:1a:2b:3c:4d:5e; 12 Elm Street, Springfield, IL 62704; Hauptstraße 12, 10115 Berlin
born 12 May 1984, aged 44, on 3 June 2021; 52.5200, 13.4050; works at Fjordmail Ltd, lives in Uppsala; @kesia_v
password: hunter2-zebra-canary; postgres://bob:hunter2zebra@db.example/x; bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4
"""


def test_every_find_in_a_text_of_many_kinds_is_explained_in_plain_words():
    scrubbed = Scrubber(shield_of(STRICT)).scrub(CORPUS)
    rows = scrubbed.explained()
    assert len({row["reason"] for row in rows}) > 20
    assert not [row for row in rows if str(row["explanation"]).startswith("was found")]


def test_every_kind_can_be_explained():
    assert {kind for kind in kinds.ALL if sentence("a-new-rule", kind).startswith("was found")} == set()


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("street-de", SENTENCES["street"]),
        ("secret-of-a-new-vendor", SENTENCES["secret"]),
        ("badge-told", "is announced by the words before it"),
        ("BadgeRecognizer", "was found by the rule `BadgeRecognizer`"),
        ("", "was found"),
    ],
)
def test_a_rule_without_a_sentence_takes_its_familys_or_is_named(reason: str, says: str):
    assert sentence(reason, "BADGE") == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Password: Hunter2!xyz", "announced as a password"),
        ("curl -u anna:Hunter2!xyz https://example.com", "handed to a program"),
        ("Your PIN is 4821.", "announced as a PIN"),
    ],
)
def test_a_secret_is_explained_by_what_made_it_one(text: str, says: str):
    assert [says in str(span["explanation"]) for span in DEFAULTS.scrub(text).explained()] == [True]


def test_what_is_shown_is_not_in_a_repr():
    scrubbed = DEFAULTS.scrub("I am Kesia Varga.")
    surrogate = scrubbed.replaced[0].surrogate
    assert "Kesia" not in repr(scrubbed)
    assert surrogate not in repr(scrubbed)
