"""What the slots of templates are filled with: people of many countries, towns, organisations, numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from training import gazetteers
from training.gazetteers import LOCALES, People
from training.patterns import COUNTRIES, SORTS, STREETS


@cache
def _people(locale: str) -> People:
    return gazetteers.people(locale)


class Fillers:
    """Everything that templates are filled with, read once."""

    def __init__(self, towns: Sequence[tuple[str, str, int]]) -> None:
        """`towns` as `gazetteers.towns` gives them."""
        self._towns = list(towns)
        self._countries = gazetteers.countries()
        self._regions = gazetteers.regions()
        self._organisations = {language: gazetteers.organisations(language) for language in COUNTRIES}
        self._town_of = {
            language: [town for town in self._towns if town[1] in codes] for language, codes in COUNTRIES.items()
        }
        for listed in (self._towns, *self._town_of.values()):
            listed.sort(key=lambda town: -town[2])

    def town(self, language: str, draw: random.Random) -> str:
        towns = self._town_of[language] if draw.random() < 0.75 else self._towns
        at = draw.randrange(len(towns)) if draw.random() < 0.5 else int(len(towns) * draw.random() ** 4)
        return towns[at][0]

    def country(self, draw: random.Random) -> str:
        return draw.choice(self._countries)

    def region(self, draw: random.Random) -> str:
        return draw.choice(self._regions)

    def locale(self, language: str, draw: random.Random) -> str:
        chance = draw.random()
        tongue = (
            language
            if chance < 0.65
            else "other"
            if chance < 0.85
            else draw.choice(("en", "de", "fr", "es", "it", "nl"))
        )
        return draw.choice(LOCALES[tongue])

    def person(self, language: str, draw: random.Random) -> tuple[str, str]:
        names = _people(self.locale(language, draw))
        first, last = draw.choice(names.first), draw.choice(names.last or names.first)
        if draw.random() < 0.06:
            first = f"{first}{draw.choice(('-', ' '))}{draw.choice(names.first)}"
        if draw.random() < 0.06:
            last = f"{last}{draw.choice(('-', ' '))}{draw.choice(names.last or names.first)}"
        if draw.random() < 0.04:
            last = invented(draw)
        if draw.random() < 0.04:
            first = invented(draw)
        return first.title() if first.islower() else first, last.title() if last.islower() else last

    def organisation(self, sort: str, language: str, draw: random.Random) -> str:
        sort = sort or draw.choice(("firm", "firm", "firm", "school", "clinic", "team", "agency"))
        listed = [name for kind, name in self._organisations[language] if kind == sort]
        if listed and draw.random() < 0.6:
            return draw.choice(listed)
        first, last = self.person(language, draw)
        return draw.choice(SORTS[sort][language]).format(
            l=last, k=self.person(language, draw)[1], f=first, c=self.town(language, draw)
        )

    def street(self, language: str, draw: random.Random) -> str:
        first, last = self.person(language, draw)
        return draw.choice(STREETS[language]).format(f=first, l=last, n=draw.randrange(1, 240), m=draw.randrange(1, 20))


def invented(draw: random.Random) -> str:
    """A word that nobody knows, of two to four syllables."""
    syllables = (
        "ka",
        "lo",
        "mi",
        "ren",
        "ta",
        "vor",
        "shi",
        "el",
        "dra",
        "no",
        "be",
        "qu",
        "zan",
        "oli",
        "fer",
        "wy",
        "ju",
        "sta",
        "gri",
        "po",
        "ham",
        "ser",
        "ul",
        "bri",
        "cho",
        "dev",
        "nar",
        "ima",
        "kov",
        "esh",
    )
    return "".join(draw.choice(syllables) for _ in range(draw.randrange(2, 5))).capitalize()
