"""Who and what stands in one text: the same slot and number is the same person, town or organisation throughout."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from training.fillers import Fillers, invented
from training.patterns import COUNTRIES, SORTS

_PHONES = ("+# ### ### ####", "(###) ###-####", "0### ######", "###-###-####", "+## ## ########")
_IDS = ("########", "AB-######", "####-####", "X######")
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %B")
_DOMAINS = ("com", "org", "de", "net", "example")
_FIRST_DAY, _DAYS = date(1950, 1, 1), 28_000


class Cast:
    """Made for one text. Unknown slots are a KeyError."""

    def __init__(self, fillers: Fillers, language: str, draw: random.Random) -> None:
        self._of, self._draw = fillers, draw
        self._language = language if language in COUNTRIES else "en"
        self._known: dict[tuple[str, str], str] = {}
        self._people: dict[str, tuple[str, str]] = {}
        self._makers: dict[str, tuple[str, Callable[[], str]]] = {
            "o": ("ORGANIZATION", lambda: self._organisation("")),
            "c": ("LOCATION", lambda: fillers.town(self._language, draw)),
            "k": ("LOCATION", lambda: fillers.country(draw)),
            "r": ("LOCATION", lambda: fillers.region(draw)),
            "s": ("LOCATION", lambda: fillers.street(self._language, draw)),
            "u": ("USERNAME", self._somebodys_user),
            "email": ("", lambda: f"{self._somebodys_user()}@{invented(draw).lower()}.{draw.choice(_DOMAINS)}"),
            "phone": ("", lambda: self._digits(_PHONES)),
            "date": ("", self._date),
            "time": ("", lambda: f"{draw.randrange(24)}:{draw.randrange(60):02}"),
            "money": ("", lambda: f"{draw.choice('$€£')}{draw.randrange(5, 90000):,}"),
            "num": ("", lambda: str(draw.randrange(1, 5000))),
            "id": ("", lambda: self._digits(_IDS)),
            "url": ("", lambda: f"https://www.{invented(draw).lower()}.com/{invented(draw).lower()}"),
            **{sort: ("ORGANIZATION", partial(self._organisation, sort)) for sort in SORTS},
        }

    def value(self, slot: str, number: str, forms: Sequence[str]) -> tuple[str, str]:
        """The text and its kind, which is empty where it is none of ours."""
        if slot == "p":
            if number not in self._people:
                self._people[number] = self._of.person(self._language, self._draw)
            return self._person(*self._people[number], forms)
        kind, make = self._makers[slot]
        if not number:
            return _cased(make(), forms), kind
        if (slot, number) not in self._known:
            self._known[slot, number] = make()
        return _cased(self._known[slot, number], forms), kind

    def _person(self, first: str, last: str, forms: Sequence[str]) -> tuple[str, str]:
        if "user" in forms:
            return _cased(self._user(first, last), forms), "USERNAME"
        if "first" in forms:
            name = first
        elif "last" in forms:
            name = last
        elif "initial" in forms:
            name = f"{first[0]}. {last}"
        elif "formal" in forms:
            name = f"{last}, {first}"
        elif "short" in forms:
            name = f"{first} {last[0]}."
        elif self._draw.random() < 0.05:
            name = f"{first} {self._draw.choice('ABCDEFGHJKLMPRSTW')}. {last}"
        else:
            name = f"{first} {last}"
        return _cased(name, forms), "PERSON"

    def _organisation(self, sort: str) -> str:
        return self._of.organisation(sort, self._language, self._draw)

    def _somebodys_user(self) -> str:
        return self._user(*self._of.person(self._language, self._draw))

    def _user(self, first: str, last: str) -> str:
        draw = self._draw
        first, last = _plain(first), _plain(last)
        return draw.choice(
            (
                f"{first}.{last}",
                f"{first}{last}",
                f"{first[0]}{last}",
                f"{first}_{last}",
                f"{first}{draw.randrange(100)}",
                f"{last}{first[0]}{draw.randrange(10)}",
                f"x{first}x",
                f"{invented(draw).lower()}{draw.randrange(1000)}",
                f"the_{last}",
            )
        )

    def _date(self) -> str:
        day = _FIRST_DAY + timedelta(days=self._draw.randrange(_DAYS))
        return day.strftime(self._draw.choice(_DATES))

    def _digits(self, patterns: Sequence[str]) -> str:
        pattern = self._draw.choice(patterns)
        return "".join(str(self._draw.randrange(10)) if char == "#" else char for char in pattern)


def _cased(name: str, forms: Sequence[str]) -> str:
    if "lower" in forms:
        return name.lower()
    return name.upper() if "upper" in forms else name


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalpha()) or "user"
