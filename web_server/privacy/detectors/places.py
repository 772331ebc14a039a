"""Where somebody is: coordinates, postcodes, towns said to be somebody's own.

A place named in passing is public knowledge and kept; `I live in X` is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.letters import CAPITALISED, END, PROPER
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_DECIMAL = r"[+\-−]?\d{1,3}\.\d{3,10}"
_GPS = re.compile(
    rf"(?<![\w.,+\-])({_DECIMAL})°? ?([NS])?\s{{0,2}}[,;/ ]\s{{0,2}}({_DECIMAL})°? ?([EWO])?(?![\w.])"
    r"|(?<![\w.])\d{1,3}° ?\d{1,2}['′’] ?(?:\d{1,2}(?:\.\d{1,6})?[\"″”]{1,2} ?)?[NS][,; ]{0,3}"
    r"\d{1,3}° ?\d{1,2}['′’] ?(?:\d{1,2}(?:\.\d{1,6})?[\"″”]{1,2} ?)?[EWO](?!\w)"
)
_GPS_WORDS = words(
    "gps coordinates coordinate coords latitude longitude lat lon lng long located location koordinaten "
    "standort coordonnées coordenadas coordinate coördinaten position pos at"
)
_UK = re.compile(
    r"[A-PR-UWYZ](?<![\w\-].)(?:(?:\d{1,2}|[A-HK-Y]\d[\dA-Z]?|\d[A-HJKPSTUW]) \d[ABD-HJLNP-UW-Z]{2})(?!\w)"
)
_US_TOWN = re.compile(
    rf"(?<!\w)({CAPITALISED}(?: {CAPITALISED}){{0,2}}), (?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|"
    rf"N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]),? (\d{{5}}(?:-\d{{4}})?)(?!\w)"
)
_DE_TOWN = re.compile(rf"(?<![\w.,\-])((?:D-)?\d{{5}}) ({CAPITALISED}(?: (?:am|an der|im) {CAPITALISED})?){END}")
_DE_WORDS = words("adresse anschrift wohnhaft wohne plz wohnt postleitzahl ort")


class PlaceDetector(Detector):
    KINDS = (kinds.GPS, kinds.POSTAL_CODE, kinds.LOCATION)
    CUES = (
        Cue(kinds.POSTAL_CODE, "postcode",
            words("zip zipcode postcode postal postleitzahl plz cap cp postcode postalcode codepostal"),
            after(
                r"(?:[A-Z]{1,2}-)?(?:\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{3} \d\d|\d{2}-\d{3}|\d{3,6}|[A-Z]\d"
                r"[A-Z] ?\d[A-Z]\d|"
                  r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?![\w.,%]\w|\w)", re.NOFLAG), 0.75),
        Cue(kinds.LOCATION, "lives-in",
            words(
            "live lives lived living reside resides residing based born grew moved moving relocated wohne wohnt "
            "wohnhaft habite habitons vivo vive vivimos resido abito abita vivo woon woont"
        ),
            re.compile(
                rf"(?: up)?(?: back)? (?i:in|at|near|from|to|à|en|a|aan|nach|bei)(?: the)? ({PROPER}(?:, "
                rf"{PROPER})?){END}"), 0.6),
        Cue(kinds.LOCATION, "is-from", words("am im m come komme viens vengo kom soy sono"),
            re.compile(rf"(?: originally)? (?i:from|aus|de|da|uit) ({PROPER}){END}"), 0.55),
        Cue(kinds.LOCATION, "field-town",
            words(
            "city town hometown birthplace wohnort ort ville ciudad localidad municipio provincia città comune "
            "woonplaats residence birthplace"
        ),
            re.compile(rf"[\"']?\s{{0,2}}[:=]\s{{0,3}}[\"']?({PROPER}){END}"), 0.6),
    )  # fmt: skip

    def spans(self, reading: Reading) -> Iterator[Span]:
        for cue in self.CUES:
            yield from follow_cue(cue, reading)
        if not reading.has_digit:
            return
        yield from self._coordinates(reading)
        for found in _UK.finditer(reading.text):
            yield Span(*found.span(), kinds.POSTAL_CODE, 0.65, "postcode-uk")
        for found in _US_TOWN.finditer(reading.text):
            yield Span(*found.span(1), kinds.LOCATION, 0.7, "town-us")
            yield Span(*found.span(2), kinds.POSTAL_CODE, 0.8, "zip-us")
        if not reading.words.isdisjoint(_DE_WORDS):
            for found in _DE_TOWN.finditer(reading.text):
                yield Span(*found.span(1), kinds.POSTAL_CODE, 0.7, "plz")
                yield Span(*found.span(2), kinds.LOCATION, 0.6, "town-de")

    @staticmethod
    def _coordinates(reading: Reading) -> Iterator[Span]:
        for found in _GPS.finditer(reading.text):
            if found[1] is None:
                yield Span(*found.span(), kinds.GPS, 0.9, "gps-degrees")
                continue
            latitude, longitude = (abs(float(part.replace("−", "-"))) for part in (found[1], found[3]))
            if latitude > 90 or longitude > 180:
                continue
            precise = len(found[1].partition(".")[2]) >= 4 and len(found[3].partition(".")[2]) >= 4
            named = bool(found[2] or found[4]) or not reading.before(found.start()).isdisjoint(_GPS_WORDS)
            if named or precise:
                yield Span(*found.span(), kinds.GPS, 0.85 if named else 0.5, "gps")
