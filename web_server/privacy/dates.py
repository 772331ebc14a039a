"""Dates moved by a ledger's own number of days, and the other ways in which a model writes them.

Called by the ledger and the spellings, where a policy wants dates replaced by other dates: by default they get tags,
since a model that reckons with a date, or happens to name the surrogate, cannot be told from one that repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
_NAMES = tuple(tuple(names.split()) for names in _MONTHS)
_NUMBERS = {name: index for names in reversed(_NAMES) for index, name in enumerate(names, 1)}
_SHORT = {name[:3]: number for name, number in _NUMBERS.items() if name.isascii()}
_MONTH = "|".join(sorted(_NUMBERS, key=len, reverse=True)) + "|" + "|".join(_SHORT)
_DATE = re.compile(
    rf"(?P<y1>\d{{4}})(?P<s1>[-/.])(?P<m1>\d\d?)(?P=s1)(?P<d1>\d\d?)(?!\d)"
    rf"|(?P<a2>\d\d?)(?P<s2>[-/.])(?P<b2>\d\d?)(?P=s2)(?P<y2>\d{{4}}|\d\d)(?!\d)"
    rf"|(?P<d3>\d\d?)(?:st|nd|rd|th)?\.?(?P<s3> (?:de |of )?)(?P<m3>{_MONTH})\b\.?"
    rf"(?P<t3>,? (?:de |del )?)(?P<y3>\d{{4}})"
    rf"|(?P<m4>{_MONTH})\b\.? (?P<d4>\d\d?)(?:st|nd|rd|th)?(?P<t4>,? )(?P<y4>\d{{4}})",
    re.I,
)


def moved(value: str, days: int) -> str | None:
    """The value with its date moved, all else kept; None where it holds no whole date."""
    found = _read(value)
    if found is None:
        return None
    match, day = found
    try:
        return value[: match.start()] + _written(match, day + timedelta(days)) + value[match.end() :]
    except OverflowError:
        return None


def written_otherwise(made: str, value: str) -> Iterator[tuple[str, str]]:
    """Other ways to write the date `made`, each with `value` written in the same way."""
    one, other = _read(made), _read(value)
    if one and other and one[0][0] == made and other[0][0] == value:
        ways = dict.fromkeys([made.lower()])
        for way, real in zip(_ways(one[1]), _ways(other[1]), strict=True):
            if way.lower() not in ways:
                ways[way.lower()] = None
                yield way, real


def _ways(day: date) -> Iterator[str]:
    yield day.isoformat()
    yield f"{day.day:02d}.{day.month:02d}.{day.year}"
    yield f"{day.day}.{day.month}.{day.year}"
    yield f"{day.day:02d}/{day.month:02d}/{day.year}"
    yield f"{day.month:02d}/{day.day:02d}/{day.year}"
    for names, before, after in zip(
        _NAMES, (" ", ". ", " ", " de ", " ", " "), ("", "", "", " de", "", ""), strict=True
    ):
        yield f"{day.day}{before}{_capital(names, day)}{after} {day.year}"
    english = _capital(_NAMES[0], day)
    yield f"{english} {day.day}, {day.year}"
    yield f"{english[:3]} {day.day}, {day.year}"
    yield f"{day.day} {english[:3]} {day.year}"


def _capital(names: tuple[str, ...], day: date) -> str:
    name = names[day.month - 1]
    return name.capitalize() if names in {_NAMES[0], _NAMES[1]} else name


def _read(value: str) -> tuple[re.Match[str], date] | None:
    match = _DATE.search(value)
    if match is None:
        return None
    try:
        if match["y1"]:
            return match, date(int(match["y1"]), int(match["m1"]), int(match["d1"]))
        if match["y2"]:
            first, second = int(match["a2"]), int(match["b2"])
            day, month = (second, first) if _is_american(match) else (first, second)
            return match, date(_year(match["y2"]), month, day)
        month_name = (match["m3"] or match["m4"]).lower()
        number = _NUMBERS.get(month_name) or _SHORT[month_name]
        return match, date(int(match["y3"] or match["y4"]), number, int(match["d3"] or match["d4"]))
    except ValueError:
        return None


def _is_american(match: re.Match[str]) -> bool:
    return match["s2"] == "/" and int(match["b2"]) > 12


def _year(year: str) -> int:
    return int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 40 else 2000)


def _written(match: re.Match[str], day: date) -> str:
    if match["y1"]:
        return match["s1"].join((f"{day.year:04d}", _like(match["m1"], day.month), _like(match["d1"], day.day)))
    if match["y2"]:
        ordered = (day.month, day.day) if _is_american(match) else (day.day, day.month)
        year = f"{day.year:04d}"[-len(match["y2"]) :]
        return match["s2"].join((_like(match["a2"], ordered[0]), _like(match["b2"], ordered[1]), year))
    spelled = match["m3"] or match["m4"]
    language = next((names for names in _NAMES if spelled.lower() in names), _NAMES[0])
    name = language[day.month - 1]
    name = name[:3] if spelled.lower() not in language else name
    name = name.upper() if spelled.isupper() else name if spelled.islower() else name.capitalize()
    if match["m3"]:
        dot = "." if match[0][len(match["d3"]) :].startswith(".") else ""
        return f"{_like(match['d3'], day.day)}{dot}{match['s3']}{name}{match['t3']}{day.year}"
    return f"{name} {_like(match['d4'], day.day)}{match['t4']}{day.year}"


def _like(written: str, number: int) -> str:
    return f"{number:0{len(written)}d}"
