"""Organisations, lightly: by their legal form, or as somebody's employer. Household names are public and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED, END, PROPER, UPPER
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_FORMS = [
    "Inc",
    "Ltd",
    "LLC",
    "LLP",
    "PLC",
    "plc",
    "Corp",
    "GmbH",
    "AG",
    "KG",
    "OHG",
    "UG",
    "SE",
    "SA",
    "SARL",
    "SAS",
    "SL",
    "SLU",
    "SpA",
    "Srl",
    "BV",
    "NV",
    "AB",
    "AS",
    "Oy",
    "ApS",
    "Pty",
    "Pvt",
]
_FORM_WORDS = frozenset(form.lower() for form in _FORMS) | {"s", "b", "incorporated", "limited", "corporation", "e"}
_NAMED = re.compile(
    rf"(?<![\w])((?:(?:{CAPITALISED}|[{UPPER}0-9]{{1,6}})(?:,? | & | and | und |-)){{1,5}}"
    r"(?:Inc|Incorporated|Ltd|Limited|LLC|LLP|PLC|plc|Corp|Corporation|GmbH|AG|KG|OHG|UG|SE|SARL|SAS|SLU|SpA|"
    r"S\.p\.A|Srl|"
    r"S\.r\.l|S\.A|S\.L|B\.V|BV|N\.V|NV|Oy|ApS|Pty Ltd|Pvt Ltd|e\.V|S\.A\.S))\b(?!\w)"
)
_HOUSEHOLD = words(
    "google microsoft apple amazon facebook meta netflix openai anthropic ibm intel nvidia tesla twitter "
    "oracle samsung sony uber airbnb spotify linkedin youtube github nasa nato toyota bmw siemens walmart "
    "disney starbucks mcdonalds ikea nike adidas deloitte kpmg pwc accenture paypal visa mastercard reuters "
    "bbc cnn harvard stanford mit oxford cambridge home house night work amazon aws azure"
)


def _is_private(name: str) -> bool:
    return name.split(maxsplit=1)[0].rstrip(".,'’s").lower() not in _HOUSEHOLD and name.lower() not in _HOUSEHOLD


class FirmDetector(Detector):
    KINDS = (kinds.ORGANIZATION,)
    CUES = (
        Cue(kinds.ORGANIZATION, "works-at",
            words(
            "work works worked working employed job intern internship arbeite arbeitet travaille trabajo trabaja "
            "lavoro lavora werk werkt employee position role"
        ),
            re.compile(
                rf"(?: as an? [a-z \-]{{2,30}})? (?i:at|for|with|by|bei|chez|en|presso|per|bij)(?: the)? ({PROPER})"
                rf"{END}"), 0.55, _is_private),
        Cue(kinds.ORGANIZATION, "field-firm",
            words(
            "company employer organization organisation firma arbeitgeber entreprise empresa azienda bedrijf "
            "employeur werkgever hospital companyname"
        ),
            re.compile(rf"(?: name)?[\"']?\s{{0,2}}[:=]\s{{0,3}}[\"']?({PROPER}){END}"), 0.6, _is_private),
    )  # fmt: skip

    def spans(self, reading: Reading) -> Iterator[Span]:
        for cue in self.CUES:
            yield from follow_cue(cue, reading)
        if not reading.words.isdisjoint(_FORM_WORDS):
            for found in _NAMED.finditer(reading.text):
                if _is_private(found[1]):
                    yield Span(*found.span(1), kinds.ORGANIZATION, 0.75, "legal-form")
