"""Whole texts there and back with the real finder: forms of text, values, treatments and cuts, drawn together."""

from __future__ import annotations

import json
from functools import cache
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy.finder import PatternFinder
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT, STRICT, Policy, Treatment
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Replacement
from web_server.privacy.walk import Slot
from web_server.query import Delta, ModelRef, Query

POLICIES = (
    DEFAULT,
    STRICT,
    Policy("tags", otherwise=Treatment.TAG, public_names=True),
    Policy("close", otherwise=Treatment.GENERALISE, public_names=True),
)
FIRST = ("Ann", "Anna", "Annan", "Lee", "Rose", "Will", "José", "Zoë", "Björn", "Jean-Luc", "Don", "Łukasz")
LAST = (
    "Lee",
    "Leeds",
    "Annan",
    "Müller",
    "O'Brien",
    "van der Berg",
    "Berg",
    "Smith-Jones",
    "McDonald",
    "Price",
    "King",
)
OTHERS = (
    "anna.mueller7@merrow.example", "+49 30 901820", "020 7946 0958", "(415) 555-0132", "12 Baker Street",
    "Lindenstraße 21", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "4111 1111 1111 1111",
    "5500-0000-0000-0004", "203.0.113.77", "https://intra.merrow.example/u/anna?id=480213", "078-05-1120",
    "2 May 1980", "03.04.1971", "44 years old", "$51,250", "@anna_mueller7", "00:1A:2B:3C:4D:5E", "SW1A 1AA",
    "10115 Berlin", "2001:db8:85a3::8a2e:370:7334", "[PERSON_1_k7]", "%2B49%2030%20901820", "J\\u00f6rg M\\u00fcller",
)  # fmt: skip
FORMS = (
    "My name is {}.", "Hi {}, call {} or mail {}.", "{} met {}; {} was away.", "From: {} <{}>\nTo: {}\n\nDear {},\n",
    "customer_name: {}\nphone: {}\n", '{{"name": "{}", "phone": "{}", "about": ["{}", 1]}}', "name,phone\n{},{}\n{},{}",
    "**{}** `{}` _{}_ [{}](#{})", "I met {}'s sister {} at {}.", 'user = "{}"  # {}\nmail = \'{}\'', "{}\n\n\t{}\n",
    '<a title="{}">{}</a>', "Herr {} wohnt {} und hat {}.", "Mme {}, tél. {}", "({}) [{}] {{{}}}", "{}, {}, {}",
    "[PERSON_1_k7] is {} and not [PERSON_2_k7] {}", "@{} #{}", "\u200b{}\u200b {}", "私は{}です {}", "مرحبا {} {}",
    "Sincerely,\n{}\n{}\n{}", "😀{}😀 {}", "a\\n{}\\t{}", "/home/{}/{}.pdf", "cat {} | grep {}",
)  # fmt: skip
names = st.builds("{} {}".format, st.sampled_from(FIRST), st.sampled_from(LAST))
values = st.one_of(names, names.map(str.upper), names.map(quote), st.sampled_from(FIRST), st.sampled_from(OTHERS))
texts = st.lists(
    st.sampled_from(FORMS).flatmap(
        lambda form: st.lists(values, min_size=form.count("{}"), max_size=form.count("{}")).map(
            lambda chosen: form.format(*chosen)
        )
    ),
    min_size=1,
    max_size=4,
).map("\n".join)


@cache
def shield(policy: str) -> Shield:
    (chosen,) = (each for each in POLICIES if each.name == policy)
    return Shield(PatternFinder(chosen), chosen)


def pieces(text: str, sizes: list[int]) -> list[str]:
    cut: list[str] = []
    at = 0
    while at < len(text):
        cut.append(text[at : at + sizes[len(cut) % len(sizes)]])
        at += len(cut[-1])
    return cut


@given(
    texts, st.sampled_from([policy.name for policy in POLICIES]), st.lists(st.integers(1, 9), min_size=1, max_size=5)
)
@settings(max_examples=300, deadline=None)
def test_what_is_sent_holds_no_found_value_and_comes_back_letter_for_letter(
    text: str, policy: str, sizes: list[int]
) -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    told: list[tuple[str, Replacement]] = []

    def tell(slot: Slot, replaced: object) -> None:
        told.extend((slot.text[each.start : each.end], each) for each in replaced)  # type: ignore[attr-defined]

    query = Query(ModelRef("mirror", "openai"), {"messages": [{"role": "user", "content": text}]})
    payload = shield(policy).protect(query, ledger, None, tell).payload
    last_look(ledger, json.dumps(payload).encode())
    said = str(payload["messages"][0]["content"])  # type: ignore[index,call-overload]
    for value, each in told:
        assert each.surrogate != value
        assert len(value) < 12 or value not in said
    restorer = Restorer(ledger)
    made = [delta.text for piece in pieces(said, sizes) for delta in restorer.feed(Delta(text=piece))]
    assert "".join([*made, *(delta.text for delta in restorer.close())]) == text
