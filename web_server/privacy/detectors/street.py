"""Street addresses as six countries write them, with the postcode and town that follow.

Each pattern starts at something rare (a house number, a word for street) and is tried only where the text has such a
word. A number may stand before the street (English, French) or behind it (German, Dutch, Spanish, Italian).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from web_server.privacy import kinds
from web_server.privacy.detectors import small_streets
from web_server.privacy.detectors.address_block import addresses_by_surroundings, below_a_name, extended
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED, UPPER, WORD
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_EN_SUFFIXES = words(
    "street st avenue ave av road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace "
    "way highway hwy parkway pkwy circle cir trail crescent close grove mews row plaza alley loop gardens "
    "hill walk pike route expressway turnpike crossing bend cove ridge point summit station fork run "
    "heights meadow mill mount oval pass path quay rise view vista villas wharf"
)
_EN_STRONG = (
    r"(?:street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|"
    r"highway|hwy|parkway|pkwy|circle|cir|trail|crescent|close|grove|mews|row|plaza|alley|loop|gardens|hill|walk|pike|"
    r"route|expressway|turnpike|crossing|bend|cove|ridge|point|summit|station|fork|run|heights|meadow|mill|mount|oval|"
    r"pass|path|quay|rise|view|vista|villas|wharf)"
)
_TOWN = (
    rf"{CAPITALISED}(?!\w)(?:[ \-](?:(?:am|an der|im|bei|sur|de la|de|del|upon|on|la|le) )?{CAPITALISED}(?!\w)){{0,2}}"
)
_POSTCODE = r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{4})"
_UNIT = r"(?:,? (?:(?i:apt|apartment|suite|ste|unit|flat|floor|room|building|bldg)\.?|#) ?[A-Z]?\d{0,5}[A-Za-z]?)?"
_EN_TAIL = (
    rf"{_UNIT}(?:,\s{{0,2}}{_TOWN}(?:,\s{{0,2}}{_TOWN})?(?:,? {_POSTCODE}\b|,? [A-Z]{{2}}(?: {_POSTCODE})?\b)?|"
    rf",?\s{{0,2}}{_POSTCODE}\b)?"
)
_TAIL = rf"(?:,?\s{{1,2}}(?:[A-Z]{{1,2}}-)?{_POSTCODE}(?: {_TOWN})?(?![\w]))?"
_NUMBER = r"\d{1,5}(?: ?[A-Za-z]\b| ?(?:bis|ter)\b|[\-/]\d{1,4})?"
_SMALL = (
    r"(?:(?:de la|de los|de las|de l['’]|du|des|de|del|della|dei|delle|di|d['’]|la|le|les|l['’]|el|los|las|y|san|"
    r"santa|der|den|dem|van|von) ?){0,2}"
)
_NAME = rf"{_SMALL}{CAPITALISED}(?:[ .]{_SMALL}{CAPITALISED}){{0,4}}"


@dataclass(frozen=True)
class _Style:
    name: str
    words: frozenset[str]
    """One of these words must be in the text; empty: `stems` decide."""
    pattern: re.Pattern[str]
    score: float = 0.8
    stems: tuple[str, ...] = ()
    """Endings inside longer words (`Hauptstraße`), looked for in the text itself."""
    anchored: bool = False
    """The pattern begins with one of `words`, so it is tried nowhere else."""

    @cached_property
    def endings(self) -> tuple[str, ...]:
        """The stems as they stand right before a number."""
        return tuple(sorted({stem if stem.endswith(".") else f"{stem.rstrip()} " for stem in self.stems}))


_DE_STEMS = (
    "straße", "strasse", "str.", "weg ", "platz ", "allee ", "gasse ", "ring ", "damm ", "ufer ", "chaussee ",
    "Straße", "Strasse", "Str.", "Weg ", "Platz ", "Allee ", "Gasse ", "Ring ", "Damm ", "Ufer ", "Markt ", "Tor ",
    "Graben ",
)  # fmt: skip
_NL_STEMS = ("straat", "laan ", "weg ", "plein ", "gracht ", "kade ", "singel ", "dijk ", "hof ", "steeg ")

_BEHIND_WORD = re.compile(r"[^\W\d_.,][ .](?=\d)")
"""Two characters before a number that may end a street's name."""

_STYLES = (
    _Style("street-en", _EN_SUFFIXES, re.compile(
        rf"(?<![\w.,\-/])\d{{1,6}}(?:-\d{{1,4}})?[A-Za-z]? (?:[NSEW]{{1,2}}\.? |North |South |East |West )?"
        rf"(?:(?:{CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th))\.? ){{1,4}}?(?i:{_EN_STRONG})\b(?!['’])"
        rf"(?:\.(?=,| [A-Z#]))?(?: [NSEW]{{1,2}}\b)?{_EN_TAIL}")),
    _Style("street-en-named", words("broadway box"), re.compile(
        rf"(?<!\w)(?:\d{{1,6}} Broadway\b|(?i:p\.? ?o\.? box) \d{{1,7}}){_EN_TAIL}")),
    _Style("street-de", frozenset(), re.compile(
        rf"(?<!\w)(?:[{UPPER}]{WORD}{{1,30}}(?:-{CAPITALISED}){{0,3}}"
        r"(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee|stieg|steig|pfad|markt|hof)"
        rf"|(?:(?:Am|An der|Im|In der|Zum|Zur|Auf der|Alte|Neue|Große|Kleine|{CAPITALISED})[ \-]){{1,3}}"
        rf"(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer|Markt|Tor|Graben)) ?{_NUMBER}(?!\w){_TAIL}"),
        stems=_DE_STEMS),
    _Style("street-nl", frozenset(), re.compile(
        rf"(?<!\w)(?:{CAPITALISED} ){{0,2}}[{UPPER}]{WORD}{{1,30}}(?:straat|laan|weg|plein|gracht|kade|singel|dijk|"
        rf"hof|steeg)"
        rf" {_NUMBER}(?!\w){_TAIL}"), stems=_NL_STEMS),
    _Style("street-fr", words(
            "rue avenue boulevard bd place chemin allée allées impasse quai cours route square"
        ),
        re.compile(rf"(?<![\w.,\-/])\d{{1,4}}(?: ?(?:bis|ter|quater)\b)?,? "
                   rf"(?i:rue|avenue|av\.|boulevard|bd\.?|place|chemin|allées?|impasse|quai|cours|route|square) "
                   rf"{_NAME}{_TAIL}")),
    _Style("street-fr-behind", words("rue avenue boulevard chemin place impasse quai route allée ruelle"), re.compile(
        rf"(?<!\w)(?i:rue|avenue|boulevard|chemin|place|impasse|quai|route|allée|ruelle) {_NAME},? \d{{1,4}}[a-z]?"
        rf"(?!\w)"
        rf"{_TAIL}"), anchored=True),
    _Style("street-north", frozenset(), re.compile(
        rf"(?<!\w)(?:{CAPITALISED} ){{0,2}}[{UPPER}]?{WORD}{{2,30}}(?:gatan|gata|vägen|gränd|torget|stigen|backen|"
        rf"gade|vej|gaten|"
        rf"veien|vegen|katu|kuja|tie|polku|ulica|ulice|utca|stræde|allé|straeti|stræti|baan|boulevard|dreef|út|tér"
        rf") \d{{1,5}}[A-Za-z]?\.?"
        rf"(?!\w){_TAIL}"), stems=(
            "gatan ", "gata ", "vägen ", "gränd ", "torget ", "stigen ", "backen ", "gade ", "vej ", "gaten ", "veien ",
            "vegen ", "katu ", "kuja ", "tie ", "polku ", "utca ", "stræde ", "allé ", "straeti ", "stræti ", "baan ",
            "boulevard ", "dreef ", " út ", " tér ")),
    _Style("street-es",
        words(
            "calle c avenida avda av plaza pza paseo pº carretera ctra camino ronda travesía urbanización glorieta "
            "callejón callejon viaducto privada pasaje circuito prolongación diagonal bulevar boulevard rambla "
            "cuesta andador "
            "cerrada calzada urb carrera rúa carrer plaça passeig"
        ),
        re.compile(
            rf"(?<!\w)(?i:c/\.?|c\.|calle|avenida|avda\.?|av\.|plaza|pza\.?|paseo|pº|carretera|ctra\.?|camino|ronda|"
                   rf"travesía|urbanización|glorieta|callejón|callejon|viaducto|privada|pasaje|circuito|prolongaci"
                   rf"ón|diagonal|bulevar|"
            rf"boulevard|rambla|cuesta|andador|cerrada|calzada|urb\.|carrera|rúa|carrer|plaça|passeig) ?{_NAME},?("
            rf"?: (?i:n[ºo°]\.?|número|num\.?|s/n))?,? ?"
                   rf"(?:\d{{1,4}}|(?i:s/?n\b))"
                   rf"(?!\w)(?:,? ?\d{{1,2}}(?!\d)[ºª°]?(?: ?[A-Z]\b)?)?{_TAIL}"), anchored=True),
    _Style("street-it", words(
        "via viale piazza corso largo vicolo piazzale strada rotonda incrocio contrada borgo piazzetta lungomare salita"
    ), re.compile(
        rf"(?<!\w)(?i:via|viale|piazza|corso|largo|vicolo|piazzale|strada|rotonda|incrocio|contrada|borgo|piazzett"
        rf"a|lungomare|"
        rf"salita) {_NAME},? (?:n\.? ?)?\d{{1,4}}(?:/?"
        rf"[A-Za-z]\b)?(?!\w){_TAIL}"), anchored=True),
    _Style("street-pt-pl", words("rua travessa praça avenida ul al os pl"), re.compile(
        rf"(?<!\w)(?:(?i:rua|travessa|praça|avenida) {_NAME},? (?:n\.?º? ?)?|(?:ul|al|os|pl)\. ?{CAPITALISED}(?: "
        rf"{CAPITALISED}){{0,2}} )"
        rf"\d{{1,4}}(?:[/\-]?[A-Za-z0-9]{{1,3}})?(?!\w){_TAIL}"), anchored=True),
    _Style("street-unit", words("apt apartment suite unit flat"), re.compile(
        rf"(?<![\w.,\-/])\d{{1,6}} (?:{CAPITALISED}\.? ){{1,4}}?(?:{CAPITALISED}|\d{{1,4}}),?\s{{1,4}}"
        rf"(?i:apt|apartment|suite|unit|flat)\.? #?\d{{1,5}}[A-Z]?(?!\w)(?:,? {_TOWN}(?:,? [A-Z]{{2}})?(?:,? "
        rf"{_POSTCODE}\b)?)?")),
)  # fmt: skip


_ALL_ENDINGS = tuple(sorted({ending for style in _STYLES for ending in style.endings}))


class StreetDetector(Detector):
    KINDS = (kinds.STREET_ADDRESS,)

    def __init__(self) -> None:
        super().__init__()
        self._places = place_names()

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit:
            return
        text = reading.text
        behind = [
            at for at in map(re.Match.start, _BEHIND_WORD.finditer(text)) if text.endswith(_ALL_ENDINGS, 0, at + 2)
        ]
        for style in _STYLES:
            for found in _matches(style, reading, behind):
                whole = extended(text, *found.span(), self._places)
                yield Span(*whole, kinds.STREET_ADDRESS, style.score, style.name)
        for span in _in_small_letters(reading):
            yield Span(*extended(text, span.start, span.end, self._places), span.kind, span.score, span.reason)
        for start, end, score in (
            *addresses_by_surroundings(reading, self._places),
            *below_a_name(reading, self._places),
        ):
            yield Span(start, end, kinds.STREET_ADDRESS, score, "address-block")


def _matches(style: _Style, reading: Reading, behind: Sequence[int]) -> Iterator[re.Match[str]]:
    """`behind` is where a number follows some stem: a style of stems is tried around those only."""
    text = reading.text
    if style.stems:
        done = 0
        for at in behind:
            if at >= done and text.endswith(style.endings, 0, at + 2):
                found = style.pattern.search(text, max(done, at - _LONGEST), at + _LONGEST)
                if found is not None:
                    done = found.end()
                    yield found
        return
    for word in style.words & reading.words:
        if not style.anchored:
            yield from style.pattern.finditer(text)
            return
        for start, _ in reading.places[word]:
            found = style.pattern.match(text, start)
            if found is not None:
                yield found


_LONGEST = 120


def _in_small_letters(reading: Reading) -> Iterator[Span]:
    text = reading.text
    if any(
        text[at].islower() and text[at - 1] == " "
        for word in small_streets.ENGLISH & reading.small
        for at, _ in reading.places[word]
        if at
    ):
        yield from _small(small_streets.SURE, text)
        if not small_streets.TELLING.isdisjoint(reading.words):
            for span in _small(small_streets.TOLD, text):
                if not small_streets.TELLING.isdisjoint(reading.before(span.start)):
                    yield span
    if any(stem in text for stem in small_streets.OTHER_STEMS):
        yield from _small(small_streets.STEMMED, text)
    if "c/" in text or not small_streets.OTHER_WORDS.isdisjoint(reading.small):
        yield from _small(small_streets.OTHERS, text)


def _small(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        if found[0][1:].islower():  # with capitals it is a matter of the styles above
            yield Span(*found.span(), kinds.STREET_ADDRESS, 0.6, "street-small")
