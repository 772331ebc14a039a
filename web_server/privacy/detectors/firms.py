"""Organisations, by their legal form, by what the text says they are to somebody, or by the shape of partners' names.

A household name alone is public knowledge and kept. Never judges a name that nothing around says to be a firm's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import COMMON, HOUSEHOLD, STOPS
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED, END, PROPER, UPPER
from web_server.privacy.detectors.not_names import MONTHS, NOT_NAMES
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_SMALL_FORMS = words("inc ltd llc gmbh plc corp pty")
_FORM = (
    r"(?:Inc|Incorporated|Ltd|Limited|LLC|L\.L\.C|LLP|PLC|plc|Corp|Corporation"
    r"|(?:g?GmbH|AG|SE|UG)(?: ?& ?Co\.? ?(?:KG|KGaA|OHG))?|KGaA|KG|OHG|eG"
    r"|SARL|S\.A\.R\.L|SASU|SAS|EURL|SLU|S\.L\.U|SpA|S\.p\.A|SPA|Srl|SRL|S\.r\.l|SNC|S\.n\.c"
    r"|S\.A\.S|S\.A\.U|SA de CV|S\.A|S\.L|SL|B\.V|BV|N\.V|NV|VOF|V\.O\.F|AB|ASA|Oyj|Oy|ApS|A/S"
    r"|Pty Ltd|Pvt Ltd|e\. ?V|e\.K|Kft|d\.o\.o|sp\. z o\.o|S\.C\.A)"
)
_PART = rf"(?:{CAPITALISED}|[{UPPER}0-9][{UPPER}0-9.&]{{0,8}}|(?:de|of|für|und|and|y|et|des|la|der|the))"
_FORM_HERE = re.compile(rf" {_FORM}(?!\w)(?:\.(?!\s{{1,4}}[{UPPER}]|\s{{0,4}}$))?")
_PLATE = re.compile(r"(?<!\w)[A-ZÄÖÜ]{1,3}[ \-][A-Z]{1,2} ?\d{1,4}(?!\d)")
"""`B AB 1234` is a number plate, not a Swedish company."""
_NAME_BEFORE = re.compile(
    rf"(?<![\w.])(?:{CAPITALISED}|[{UPPER}0-9][{UPPER}0-9&]{{0,8}})(?:(?:,? ?(?:&|\+) ?|, | |-){_PART}){{0,6}},?$"
)
_SMALL_NAMED = re.compile(r"(?<![\w.@/])((?:[^\W\d_][\w\-]{1,20} ){1,3}(?:inc|ltd|llc|gmbh|plc|corp|pty ltd)\b\.?)")
_PARTNERS = re.compile(
    rf"(?<![\w'’])({CAPITALISED}(?:, {CAPITALISED},? (?:and|&|und|y|et|e|en) {CAPITALISED}|"
    r" (?:and|&) (?:Sons?|Partners?|Associates|Co\b\.?|Söhne|Fils|Hijos|Figli)|(?<=[a-z])))(?![\w'’])"
)
_AT_FIRM = re.compile(
    r"(?:\b(?:at|for|from|with|of|by|joined|The|the|bei|chez|en|presso|bij|address of)|^|\n[>\s]"
    r"{0,4}) ?$"
)
HOUSEHOLD_TOO = HOUSEHOLD | words(
    "anthropic aws azure barclays bbc cambridge cnn dell ferrari fiat github harvard heineken home house hp hsbc "
    "inditex lenovo mastercard meta mit nasa nato night novartis oxford peugeot philips pwc renault reuters roche "
    "salesforce santander sap shell slack stanford telefonica ubs visa wikipedia work zara zoom"
)
"""Here also those that are ordinary words, or schools."""
_KINDS_OF_FIRM = (
    "company|firm|employer|startup|start-up|business|client|supplier|vendor|customer|agency|bank|school|university"
    "|hospital|"
    "clinic|practice|shop|store|restaurant|organization|organisation|charity|team|church|brand|firma|arbeitgeber|"
    "arbeitgeberin|"
    "unternehmen|kunde|lieferant|schule|verein|entreprise|société|employeur|école|client|empresa|empleador|colegio"
    "|compañía|"
    "azienda|ditta|società|datore di lavoro|scuola|bedrijf|werkgever|klant|school"
)
_OURS = r"(?:my|our|his|her|their|meine?|unsere?|mein|mi|nuestr[oa]|mon|ma|notre|la mia|il mio|la nostra|mijn|ons|onze)"


def _is_private(name: str) -> bool:
    first = name.split(maxsplit=1)[0].rstrip(".,'’s").lower()
    return first not in HOUSEHOLD_TOO and name.lower() not in HOUSEHOLD_TOO and first not in MONTHS


def _is_firm(name: str) -> bool:
    keys = name.lower().replace("-", " ").split()
    return _is_private(name) and not all(key in NOT_NAMES or key in COMMON for key in keys)


class FirmDetector(Detector):
    KINDS = (kinds.ORGANIZATION,)
    CUES = (
        Cue(kinds.ORGANIZATION, "works-at",
            words(
            "work works worked working employed job intern internship interned interning arbeite arbeitet gearbeitet "
            "angestellt beschäftigt travaille travaillé embauché trabajo trabaja trabajé trabajando lavoro lavora "
            "lavorato werk "
            "werkt gewerkt employee position role interview offer hired fired laid contract started joined quit"
        ),
            re.compile(
                rf"(?: as an? [a-z \-]{{2,30}}| als [^\W\d_]{{3,20}}| como [a-z ]{{3,20}}| comme [a-z ]{{3,20}})?"
                rf"(?: (?i:at|for|with|by|bei|bei der|beim|chez|en|para|presso|per|bij|voor|from|off from))"
                rf"(?: the)? ({PROPER}){END}"),
            0.55, _is_firm),
        Cue(kinds.ORGANIZATION, "ours",
            words(_KINDS_OF_FIRM.replace("|", " ").replace("-", " ")),
            re.compile(
                rf"(?:(?:,| is| named| called| namens| heißt| ist| se llama| llamad[oa]| es| s['’]appelle| est"
                rf"| si chiama| è| heet| genaamd| is called| is named),?| the)? ({PROPER}){END}"), 0.55, _is_firm),
        Cue(kinds.ORGANIZATION, "field-firm",
            words(
            "company employer organization organisation firma arbeitgeber entreprise empresa azienda bedrijf "
            "employeur werkgever hospital companyname"
        ),
            re.compile(rf"(?: name)?[\"']?\s{{0,2}}[:=]\s{{0,3}}[\"']?({PROPER}){END}"), 0.6, _is_private),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for cue in self.CUES:
            for span in follow_cue(cue, reading):
                if cue.name != "ours" or _OWNED.search(text, max(0, span.start - 60), span.start):
                    yield span
        for form in _FORM_HERE.finditer(text):
            found = _NAME_BEFORE.search(text, max(0, form.start() - 90), form.start())
            if found is not None and _PLATE.search(text, max(0, form.start() - 4), form.end() + 6) is None:
                start = _after_words(text, found.start(), form.end())
                if " " in text[start : form.end()] and _is_private(text[start : form.end()]):
                    yield Span(start, form.end(), kinds.ORGANIZATION, 0.75, "legal-form")
        if not reading.small.isdisjoint(_SMALL_FORMS):
            for found in _SMALL_NAMED.finditer(text):
                if found[1].islower() and _is_firm(found[1].rsplit(maxsplit=1)[0]):
                    yield Span(*found.span(1), kinds.ORGANIZATION, 0.55, "legal-form-small")
        if not _JOINERS.isdisjoint(reading.words) or "&" in text or "-" in text:
            yield from self._partners(text)

    def _partners(self, text: str) -> Iterator[Span]:
        """`Barnett, Melton and Garcia`: surnames only, where a firm stands."""
        for found in _PARTNERS.finditer(text):
            if " " not in found[1] and "-" not in found[1]:
                continue
            keys = [key for key in re.findall(r"[^\W\d_]+", found[1].lower()) if len(key) > 2]
            surnames = sum(key in self._names.last for key in keys)
            three = (
                "," in found[1]
                and surnames >= 3
                and not any(key in self._names.common for key in keys if key not in self._names.last)
            )
            pair = "-" in found[1] and len(keys) == 2 and surnames == 2 and _alone(text, found)
            told = found[1].rpartition(" ")[2] in _KINSHIP
            if (three or pair or told) and (
                _AT_FIRM.search(text, max(0, found.start() - 14), found.start()) or _alone(text, found)
            ):
                yield Span(*found.span(1), kinds.ORGANIZATION, 0.6, "partners")


_OWNED = re.compile(
    rf"(?<!\w){_OURS} (?:[^\W\d_]{{3,15}} ){{0,2}}(?:{_KINDS_OF_FIRM})(?:,| \w{{1,20}})? ?(?:\w{{1,20}} ?)?,? ?$",
    re.IGNORECASE,
)
_JOINERS = words("and und y et e en")
_KINSHIP = frozenset(("Sons", "Son", "Associates", "Söhne", "Fils", "Hijos", "Figli"))


def _after_words(text: str, start: int, end: int) -> int:
    """Where the name begins behind words such as `Our Client` and `Mein Arbeitgeber`."""
    while (word := _OPENING.match(text, start, end)) is not None and word[1].lower() in _OPENERS:
        start = word.end()
    return start


_OPENING = re.compile(r"([^\W\d_]{1,20}),? (?=\S{2,})")
_OPENERS = (
    NOT_NAMES | STOPS | words("mein unser dem nuestra nuestro notre nostra nostro mijn onze ons")
) - HOUSEHOLD_TOO - words("bank group art school hospital new city data") | words(
    _KINDS_OF_FIRM.replace("|", " ")
) - words("bank school team brand shop store church")


def _alone(text: str, found: re.Match[str]) -> bool:
    """A line of its own."""
    start = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    return not start.strip(" >\t|?*") and text[found.end() : found.end() + 1] in ("", "\n", "\r")
