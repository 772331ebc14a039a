"""Addresses that their postcode gives away: `Flat 3, Margaret Via, Port Gavin, AB2 5YN`, whatever the street is called.

Called by the street detector. Postcodes with letters, or with a state before them, are rare enough to look back from;
so are the post offices of armed forces. Never judges a postcode that stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy.detectors.address_tail import MARGIN, STEP, UNIT
from web_server.privacy.detectors.letters import CAPITALISED, UPPER
from web_server.privacy.detectors.reading import Reading

_CODE = re.compile(
    r"[A-Z](?<![\w\-].)(?:[A-Z]?\d[A-Z\d]? ?\d[A-Z]{2}|\d[A-Z] ?\d[A-Z]\d|\d[\dW] ?[A-Z\d]{4}|"
    r"(?:[A-Z]|[A-Z]{2,4}(?<=ACT|NSW|QLD|TAS|VIC)),? (?:\d{5}(?:-\d{4})?|\d{4}))(?![\w\-])"
)
_WORD = (
    rf"(?:{CAPITALISED}\.?|[{UPPER}]\.|\d{{1,3}}(?:st|nd|rd|th)|of|upon|on|the|le|la|de|los|altos|bajos|{UNIT}|"
    r"[A-Z]{1,2}\d[\dW] ?[A-Z\d]{4})"
)
_UP_TO_CODE = re.compile(
    rf"(?<![\w.,/\-#£$€])(?:{UNIT} ?{STEP}(?:\d{{1,6}}[A-Za-z]?(?:[/\-]\d{{1,6}})?,? )?|"
    rf"\d{{1,6}}[A-Za-z]?(?:[/\-]\d{{1,6}}[A-Za-z]?)?,? )(?:{_WORD}{STEP}){{2,11}}$"
)
_TOWN_BEHIND = re.compile(rf" {CAPITALISED}(?: {CAPITALISED})?(?=[ \t]{{0,3}}(?:[.,?!;)\"'<]|\r?\n|$))")
_FARTHEST = 120
_MILITARY = re.compile(
    rf"(?<!\w)(?:(?:(?i:psc|cmr|unit)\.? \d{{1,5}},? (?i:box) \d{{1,6}}|(?i:USS|USNS|USNV|USCGC) {CAPITALISED})"
    rf"(?:,?\s{{1,4}}{MARGIN}(?i:[adf]po),? (?i:a[aep])(?:,? \d{{5}}(?:-\d{{4}})?)?)?)(?!\w)"
)
_ARMED = frozenset(("psc", "cmr", "apo", "fpo", "dpo"))


def addresses_by_code(reading: Reading) -> Iterator[tuple[int, int]]:
    text = reading.text
    for code in _CODE.finditer(text):
        before = _UP_TO_CODE.search(text, max(0, code.start() - _FARTHEST), code.start())
        if before is not None:
            end = code.end()
            behind = _TOWN_BEHIND.match(text, end) if before[0].count(" ") < 4 and code[0][0].isalpha() else None
            yield before.start(), behind.end() if behind is not None else end
    if not reading.words.isdisjoint(_ARMED):
        for found in _MILITARY.finditer(text):
            if found[0][:2].lower() != "us" or found[0][-1].isdigit():
                yield found.span()
