"""First names and surnames of about thirty locales, and the words that are not names, from the installed Faker package.

Loaded once, when the first person detector is made (about 0.2 s): only the modules that hold the lists are imported,
not Faker's factory. Words of running text and names of places make a name ambiguous: it then needs company.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from web_server.privacy.detectors.given_names import GIVEN_NAMES
from web_server.privacy.detectors.not_names import ALSO_WORDS, NOT_NAMES, PLACES, SAMPLE_NAMES
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.detectors.words_too import NAMES_FIRST, WORDS_TOO
from web_server.privacy.transliterate import spellings

_PERSON_LOCALES = (
    "en_US", "en_GB", "en_IE", "en_IN", "en_NZ", "en_KE", "en_NG", "en_PK", "de_DE", "de_AT", "de_CH", "fr_FR", "fr_CH",
    "fr_BE", "es_ES", "es_MX", "es_AR", "es_CO", "es_CL", "it_IT", "nl_NL", "nl_BE", "pl_PL", "pt_PT", "pt_BR", "sv_SE",
    "no_NO", "da_DK", "fi_FI", "cs_CZ", "sk_SK", "sl_SI", "tr_TR", "ro_RO", "hr_HR", "hu_HU", "ga_IE", "et_EE", "lt_LT",
    "lv_LV", "is_IS", "id_ID", "az_AZ", "ru_RU", "uk_UA", "bg_BG", "el_GR", "hi_IN", "yo_NG", "ig_NG", "tw_GH", "zu_ZA",
    "en", "de_LI", "de_LU", "fr_CA", "fr_DZ", "es_CA", "ha_NG", "en_TH", "uz_UZ", "vi_VN", "ja_JP", "mk_MK",
)  # fmt: skip
_FIRST_LISTS = ("first_names", "first_names_male", "first_names_female", "first_romanized_names")
_WORD_LOCALES = ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL")
_PLACE_LOCALES = ("en", "en_US", "de_DE", "fr_FR", "es_ES")
_PLACE_LISTS = ("countries", "cities", "states", "regions", "provinces", "counties")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All in lower case. `words` are the ordinary words of six languages and the names of places."""

    first: frozenset[str] = field(repr=False)
    common: frozenset[str] = field(repr=False)
    """First names that more than one country's list has: one of these alone is believed where a rare one is not."""
    last: frozenset[str] = field(repr=False)
    words: frozenset[str] = field(repr=False)
    plain_first: frozenset[str] = field(repr=False)
    """First names that are no word, no place and no month."""
    plain_last: frozenset[str] = field(repr=False)
    plain_names: frozenset[str] = field(repr=False)

    def is_plain_first(self, name: str) -> bool:
        return name in self.plain_first

    def is_plain_last(self, name: str) -> bool:
        return name in self.plain_last

    def is_word(self, name: str) -> bool:
        """An ordinary word and nobody's name."""
        return name in NOT_NAMES or (name in self.words and name not in self.first and name not in self.last)


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    listed = Counter[str]()
    last: set[str] = set()
    for locale in _PERSON_LOCALES:
        provider = _provider("person", locale)
        firsts: set[str] = set()
        for attribute in dir(provider):
            if attribute.endswith(_FIRST_LISTS):
                firsts |= _words(getattr(provider, attribute))
            elif attribute.startswith(("last_names", "unisex_last", "male_last", "female_last", "last_romanized")):
                last |= _words(getattr(provider, attribute))
        listed.update(spellings(firsts))
    words = {word.lower() for locale in _WORD_LOCALES for word in _provider("lorem", locale).word_list}
    for locale in _PLACE_LOCALES:
        provider = _provider("address", locale)
        for attribute in _PLACE_LISTS:
            words |= _words(getattr(provider, attribute, ()), whole=True)
    first = frozenset(listed.keys() | GIVEN_NAMES) - NOT_NAMES
    surnames = frozenset(spellings(last)) - NOT_NAMES | SAMPLE_NAMES
    ambiguous = frozenset(words | ALSO_WORDS | PLACES | WORDS_TOO | place_names().known) - NAMES_FIRST
    return Gazetteer(
        first=first,
        common=first & ({name for name, lists in listed.items() if lists > 1} | GIVEN_NAMES | NAMES_FIRST),
        last=surnames,
        words=ambiguous,
        plain_first=first - ambiguous,
        plain_last=surnames - ambiguous,
        plain_names=(first | surnames) - ambiguous,
    )


def _provider(family: str, locale: str) -> Any:
    return importlib.import_module(f"faker.providers.{family}.{locale}").Provider


def _words(names: Any, whole: bool = False) -> set[str]:
    """The words of names, in lower case; one- and two-letter ones are too often something else.

    With `whole`, only names of one word (`San Juan` makes `Juan` no place). Modules that compute a list are skipped.
    """
    listed = [name for name in names if isinstance(name, str)] if isinstance(names, Iterable) else []
    if whole:
        listed = [name for name in listed if " " not in name]
    return {word for word in " ".join(listed).lower().split() if len(word) >= 3}
