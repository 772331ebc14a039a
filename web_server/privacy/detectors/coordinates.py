"""Coordinates: decimal degrees in pairs, degrees with minutes, links of maps, fields of their own.

Two decimal numbers are a place where a word says so, or where both are precise and stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_DECIMAL = r"[+\-−]?\d{1,3}\.\d{3,15}"
_PAIR = re.compile(
    r"[+\-−\d](?<![\w.,+\-−].)(?:(?<=\d)|\d)\d{0,2}\.\d{3,15}°? ?([NS])?\s{0,2}[,;/ ]\s{0,2}"
    rf"({_DECIMAL})°? ?([EWO])?(?!\w|\.\d|,\s{{0,2}}[+\-−]?\d(?!\d{{0,3}}z))"
)
_MINUTES = r"\d{1,3} ?[°º] ?\d{1,2}(?:\.\d{1,6})?(?: ?['′’] ?(?:\d{1,2}(?:\.\d{1,6})?(?:[\"″”]|''|′′) ?)?)? ?"
_DEGREES = re.compile(
    rf"(?<![\w.])(?:{_MINUTES}[NS]\b[,;/ ]{{0,3}}{_MINUTES}[EWO]\b|[NS] ?{_MINUTES}[,;/ ]{{0,3}}[EWO] ?{_MINUTES})"
)
_FIELD = re.compile(r"[\"']?\s{0,2}[:=]\s{0,2}[\"']?([+\-−]?\d{1,3}\.\d{2,15})(?!\w|\.\d)")
_FIELDS = words(
    "lat latitude lng lon longitude breitengrad längengrad latitud longitud latitudine longitudine breedtegraad"
)
_WORDS = words(
    "gps coordinates coordinate coords latitude longitude lat lon lng long located location koordinaten standort "
    "coordonnées coordenadas coordinate coördinaten maps geo"
)
_VAGUE = words("position posición posizione positie pos point punkt")
"""A drawing has some too, as a list of two."""
_PRECISE = 4
"""Digits behind the point: ten metres."""


class CoordinateDetector(Detector):
    KINDS = (kinds.GPS,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        if not reading.has_digit:
            return
        if "°" in text or "º" in text:
            for found in _DEGREES.finditer(text):
                yield Span(found.start(), found.start() + len(found[0].rstrip()), kinds.GPS, 0.9, "gps-degrees")
        if "." not in text:
            return
        for word in _FIELDS & reading.words:
            for _, end in reading.places[word]:
                field = _FIELD.match(text, end)
                if field is not None and abs(_degrees(field[1])) <= 180:
                    yield Span(*field.span(1), kinds.GPS, 0.8, "gps-field")
        for found in _PAIR.finditer(text):
            yield from _pair(found, reading)


def _pair(found: re.Match[str], reading: Reading) -> Iterator[Span]:
    first = re.match(_DECIMAL, found[0])
    if first is None or abs(_degrees(first[0])) > 90 or abs(_degrees(found[2])) > 180:
        return
    precise = min(len(part.partition(".")[2]) for part in (first[0], found[2])) >= _PRECISE
    listed = reading.text[max(0, found.start() - 2) : found.start()].rstrip()[-1:] in ("[", ",", ";", "=")
    before = reading.before(found.start())
    if found[1] or found[3] or not before.isdisjoint(_WORDS) or not (listed or before.isdisjoint(_VAGUE)):
        yield Span(*found.span(), kinds.GPS, 0.85, "gps")
    elif precise and not listed and re.search("[,;]", found[0]) is not None:
        yield Span(*found.span(), kinds.GPS, 0.5, "gps-precise")


def _degrees(value: str) -> float:
    return float(value.replace("−", "-"))
