"""Texts with several people in them, each with values of many kinds; all drawn at random, none of a real person.

Called by `bench.restoration`. What belongs to whom is known, so that a value in the wrong place is seen.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from faker import Faker

from web_server.privacy import kinds
from web_server.privacy.checksums import iban_digits, luhn_digit

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL")
_PHONES = {
    "en_US": "+1 ### ### ####", "en_GB": "+44 20 #### ####", "de_DE": "+49 89 #######", "fr_FR": "+33 4 ## ## ## ##",
    "es_ES": "+34 9## ### ###", "it_IT": "+39 06 #### ####", "nl_NL": "+31 20 ### ####", "pl_PL": "+48 ### ### ###",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody, and what is theirs: values by kind."""

    values: Mapping[str, str]


class Cast(NamedTuple):
    """The people of one text, no two of whom share a word or a number, and the text."""

    people: tuple[Person, ...]
    text: str


def cast(seed: int) -> Cast:
    """The people and the text of this seed."""
    dice = random.Random(seed)
    people: list[Person] = []
    used: set[str] = set()
    while len(people) < 2 + seed % 4:
        locale = LOCALES[(seed + len(people)) % len(LOCALES)]
        person = _person(locale, dice)
        words = {word.lower() for word in person.values[kinds.PERSON].split(" ")}
        if len(words) == 2 and not words & used and all(word.isalpha() and len(word) > 2 for word in words):
            used |= words
            people.append(person)
    lines = [f"{', '.join(person.values.values())}; " for person in people]
    lines += [f"{person.values[kinds.PERSON].split(' ')[0]} said so. " for person in people]
    dice.shuffle(lines)
    return Cast(tuple(people), "".join(lines))


def _person(locale: str, dice: random.Random) -> Person:
    fake = Faker(locale)
    fake.seed_instance(dice.randrange(1 << 30))
    first, last = fake.first_name(), fake.last_name()
    plain = "".join(char for char in f"{first}.{last}".lower() if char.isascii())
    host = "".join(dice.choices("bcdfgklmnprstv", k=7)) + ".test"
    account = f"0{dice.randrange(10**17):017d}"
    card = f"4{dice.randrange(10**14):014d}"
    iban = f"DE{iban_digits('DE', account)}{account}"
    return Person({
        kinds.PERSON: f"{first} {last}",
        kinds.EMAIL_ADDRESS: f"{plain}{dice.randrange(10, 99)}@{host}",
        kinds.PHONE_NUMBER: "".join(str(dice.randrange(2, 10)) if c == "#" else c for c in _PHONES[locale]),
        kinds.IBAN_CODE: " ".join(iban[i : i + 4] for i in range(0, len(iban), 4)),
        kinds.CREDIT_CARD: card + luhn_digit(card),
        kinds.LOCATION: f"{_word(dice)} {_word(dice)}",
        kinds.STREET_ADDRESS: f"{dice.randrange(10, 999)} {_word(dice)} Street",
        kinds.ORGANIZATION: f'{_word(dice)} "{_word(dice)}" GmbH',
        kinds.IP_ADDRESS: ".".join(str(dice.randrange(11, 250)) for _ in range(4)),
        kinds.US_SSN: f"{dice.randrange(100, 600)}-{dice.randrange(10, 99)}-{dice.randrange(1000, 9999)}",
        kinds.DATE_OF_BIRTH: f"{dice.randrange(10, 28)} March {dice.randrange(1940, 2010)}",
        kinds.USERNAME: f"{_word(dice).lower()}{dice.randrange(100, 999)}",
        kinds.SECRET: "sk-test-" + "".join(dice.choices("abcdefghijkmnpqrstuvwxyz23456789", k=24)),
    })  # fmt: skip


def _word(dice: random.Random) -> str:
    syllables = "".join(dice.choice("bdfgklmnprtv") + dice.choice("aeiou") for _ in range(3))
    return (syllables + dice.choice("klmnrt")).capitalize()
