"""What an exact age, date or amount is generalised to: `37` to `35-39`, `14 March 2024` to `March 2024`.

Called by the ledger, for the text of a tag, and by the finder of the level `quasi`. Pure. No band: the value singles
nobody out and stays as it is. An empty band: it does, and nothing more general can be said of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

from web_server.privacy import kinds

_CHILDHOOD = (0, 3, 6, 10, 13, 16, 18, 20)
"""Where childhood changes what an answer says; at 18 law does."""
_OLDEST: Final = 90
_SMALL: Final = 100
"""Smaller amounts are prices, which many pay."""
_HISTORY: Final = 1900
"""Nobody who is asked about was there."""

_DIGITS = re.compile(r"\d+")
_NUMERIC = re.compile(r"(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4})")
_MONTH_WORD = re.compile(r"[^\W\d_]{3,}")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_NUMBER = re.compile(r"\d[\d.,'’ \u00a0\u202f]*\d|\d")
_CENTS = re.compile(r"[.,](\d{1,2})\Z")
_PENCE_DASH = re.compile(r"[.,][-–]{1,2}")
_NO_MONTHS = frozenset(("the", "den", "der", "del", "die", "dem", "von"))


def band(kind: str, value: str) -> str | None:
    """The band of a value, or None where it stays as it is."""
    made = _BANDS.get(kind)
    return made(value) if made else ""


def _age(value: str) -> str | None:
    found = _DIGITS.search(value)
    if found is None:
        return ""
    age = int(found[0][:4])
    if age >= _OLDEST:
        return f"{_OLDEST} or more"
    if age < _CHILDHOOD[-1]:
        upper = next(bound for bound in _CHILDHOOD if bound > age)
        lower = max(bound for bound in _CHILDHOOD if bound <= age)
        return f"{lower}-{upper - 1}"
    return f"{age - age % 5}-{age - age % 5 + 4}"


def _date(value: str) -> str | None:
    if found := _NUMERIC.search(value):
        return _numeric_date(*(found[part] for part in "abc"), in_order="." in found[0])
    year = _YEAR.search(value)
    if year and int(year[0]) < _HISTORY:
        return None
    months = [word for word in _MONTH_WORD.findall(value) if word.lower() not in _NO_MONTHS]
    return " ".join([*months[:1], *([year[0]] if year else [])])


def _numeric_date(first: str, second: str, third: str, *, in_order: bool) -> str | None:
    if len(first) == 4:
        return f"{first}-{int(second):02}" if int(first) >= _HISTORY else None
    year = int(third) if len(third) == 4 else int(third) + (2000 if int(third) < 50 else 1900)
    if year < _HISTORY:
        return None
    day, month = int(first), int(second)
    if month > 12:
        day, month = month, day
    elif not in_order and day <= 12:
        return str(year)  # a day of which month, depends on the country
    return f"{year}-{month:02}"


def _money(value: str) -> str | None:
    found = _NUMBER.search(value)
    if found is None:
        return ""
    number = found[0]
    cents = _CENTS.search(number)
    whole = number[: cents.start()] if cents else number
    grouping = next((sign for sign in whole if not sign.isdigit()), "")
    amount = float("".join(filter(str.isdigit, whole)) + (f".{cents[1]}" if cents else ""))
    has_magnitude = any(char.isalpha() for char in value[found.end() : found.end() + 2])
    if amount < (_SMALL if not has_magnitude else 1):
        return None
    rounded = _rounded(amount)
    if rounded == amount:
        return None
    said = f"{int(rounded):,}".replace(",", grouping) if rounded == int(rounded) else f"{rounded:g}"
    if rounded != int(rounded) and cents:
        said = said.replace(".", cents[0][0])
    return "~" + value[: found.start()] + said + _PENCE_DASH.sub("", value[found.end() :])


def _rounded(amount: float) -> float:
    """To two digits, the second of which is 0 or 5."""
    step = 5 * 10.0 ** (math.floor(math.log10(amount)) - 1)
    return round(math.floor(amount / step + 0.5) * step, 6)


_BANDS: Mapping[str, Callable[[str], str | None]] = {
    kinds.AGE: _age,
    kinds.DATE_TIME: _date,
    kinds.MONEY: _money,
}
