"""Telephone numbers that ring nowhere, in the shape of a given one.

Called by the surrogates. Ranges set aside for drama and documentation: NANPA 555-0100 to 0199 (US, Canada), Ofcom's
"numbers for drama use" (UK), Bundesnetzagentur "Rufnummern für Film und Fernsehen" (Germany), ARCEP decision 2018-0881
art. 2.5.12 (France). Elsewhere country code and shape stay, and the area code begins with zeros, which no plan assigns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from web_server.privacy.draw import Draw

_NANP_AREAS = ("201", "206", "212", "303", "312", "404", "415", "503", "512", "602", "617", "702", "713", "808", "907")
_FRENCH = {"1": "19900", "2": "26191", "3": "35301", "4": "46571", "5": "53649", "6": "63998", "7": "63998"}
_ONE_DIGIT_CODES = frozenset("17")
_TWO_DIGIT_CODES = re.compile("2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")


def phone(value: str, draw: Draw) -> str:
    """A surrogate with the country code, length and separators of `value`."""
    digits = "".join(filter(str.isdigit, value))
    abroad = value.lstrip("( ").startswith("+") or digits.startswith("00")
    lead = "00" if abroad and digits.startswith("00") else ""
    rest = digits[len(lead) :]
    code = country_code(rest) if abroad else ""
    national = rest[len(code) :]
    trunk = "0" if national.startswith("0") and len(national) > 1 else ""
    made = lead + code + trunk + _national(code, national[len(trunk) :], trunk, draw)
    flow = iter(made)
    return "".join(next(flow) if char.isdigit() else char for char in value)


def country_code(digits: str) -> str:
    """The country code that an international number begins with."""
    if digits[:1] in _ONE_DIGIT_CODES:
        return digits[:1]
    return digits[:2] if _TWO_DIGIT_CODES.match(digits) else digits[:3]


def _national(code: str, number: str, trunk: str, draw: Draw) -> str:
    size = len(number)
    if code == "1" or (not code and not trunk and size in {7, 10}):
        return _north_american(number, draw)
    range_of = _RANGES.get(code)
    made = range_of(number, draw) if range_of else None
    if made is None and trunk and not code and size == 10 and number[0] in "127":
        made = _british(number, draw)
    if made is None or len(made) != size:
        zeros = "00" if size > 4 else ""
        made = zeros + draw.digits(size - len(zeros))
    return made


def _north_american(number: str, draw: Draw) -> str:
    line = "55501" + draw.digits(2)
    more = len(number) - 10
    return draw.digits(more) + "555" + line if more > 0 else (draw.pick(_NANP_AREAS) + line)[-len(number) :]


def _british(number: str, draw: Draw) -> str:
    if number.startswith("7"):
        return "7700900" + draw.digits(3)
    return "2079460" + draw.digits(3) if number.startswith("2") else "1632960" + draw.digits(3)


def _german(number: str, draw: Draw) -> str:
    if number.startswith("1"):
        return ("17139200" + draw.digits(3))[: max(10, min(11, len(number)))]
    return "3023125" + draw.digits(3)


def _french(number: str, draw: Draw) -> str | None:
    head = _FRENCH.get(number[:1])
    return head + draw.digits(4) if head else None


_RANGES: Mapping[str, Callable[[str, Draw], str | None]] = {"44": _british, "49": _german, "33": _french}
