"""Values that are nobody else's: a name, an address, a phone and an account for each query, and whose occur in a text.

found = Lookout(canaries).seen(answer)   # the numbers of those canaries of which any part is there
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

SYLLABLES = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiou")]
"""70, so that three of them tell 343,000 people apart."""

WORD = re.compile(r"[a-z]+")
DIGITS = re.compile(r"\d(?:[\d -]*\d)?")
PHONE, ACCOUNT = 11, 18
"""Digits of each that are looked for: of a shorter run the same may turn up in a time, an id or a surrogate."""


@dataclass(frozen=True)
class Canary:
    """What is private in one query."""

    number: int

    @property
    def name(self) -> str:
        made = _syllables(self.number * 104_729)
        return f"Ya{''.join(reversed(made))}l Ze{''.join(made)}n"

    @property
    def mail(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@quiltmail.example"

    @property
    def phone(self) -> str:
        digits = f"{self.number * 7_919 % 10_000_000:07}"
        return f"+46 73 {digits[:3]} {digits[3:5]} {digits[5:]}"

    @property
    def account(self) -> str:
        digits = f"37040044{self.number * 15_485_863 % 10**10:010}"
        check = 98 - int(f"{digits}131400") % 97  # ISO 13616: D and E are 13 and 14
        whole = f"DE{check:02}{digits}"
        return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))

    @property
    def text(self) -> str:
        """Forty-odd pieces of a stream, with all of it."""
        return f"My name is {self.name}, write to {self.mail} or call {self.phone}, and pay to {self.account}. Thanks."


def _syllables(number: int) -> list[str]:
    size = len(SYLLABLES)
    return [SYLLABLES[number // size**place % size] for place in range(3)]


class Lookout:
    """Knows all canaries, and tells which of them are in a text, whole or in part, in any case and grouping."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._words: dict[str, int] = {}
        self._digits: dict[str, int] = {}
        known = list(canaries)
        for canary in known:
            self._words |= dict.fromkeys(canary.name.lower().split(), canary.number)
            for value, size in ((canary.phone, PHONE), (canary.account, ACCOUNT)):
                self._digits[re.sub(r"\D", "", value)[-size:]] = canary.number
        assert len(self._words) == len(self._digits) == 2 * len(known), "two canaries are one"

    def seen(self, text: str) -> set[int]:
        """The numbers of the canaries of which something is there."""
        found = {self._words[word] for word in WORD.findall(text.lower()) if word in self._words}
        for run in DIGITS.findall(text):
            digits = run.replace(" ", "").replace("-", "")
            windows = (digits[at : at + size] for size in (PHONE, ACCOUNT) for at in range(len(digits) - size + 1))
            found |= {self._digits[window] for window in windows if window in self._digits}
        return found
