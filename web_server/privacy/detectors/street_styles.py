"""How six countries and their neighbours write a street: the table of patterns that the street detector follows.

Each pattern starts at something rare (a house number, a word for street) and is tried only where the text has such a
word. A number may stand before the street (English, French) or behind it (German, Dutch, Spanish, Italian).
What follows the street is not said here: `address_tail` knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from web_server.privacy.detectors import street_words
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED, UPPER, WORD


def either(of: frozenset[str], capital: bool = False) -> str:
    """A pattern of these words, the longest first; `capital`: with a capital, or in capitals."""
    ordered = sorted(of, key=lambda word: (-len(word), word))
    if capital:
        return "(?:" + "|".join(f"{word.title()}|{word.upper()}" for word in ordered) + ")"
    return "(?:" + "|".join(ordered) + ")"


_NUMBER = r"\d{1,5}(?: ?[A-Za-z]\b| ?(?:bis|ter)\b|[\-/]\d{1,4})?"
_SMALL = (
    r"(?:(?:de la|de los|de las|de l['’]|du|des|de|del|della|dei|delle|di|d['’]|la|le|les|l['’]|el|los|las|y|san|"
    r"santa|der|den|dem|van|von) ?){0,2}"
)
_NAME = rf"{_SMALL}{CAPITALISED}(?:[ .]{_SMALL}{CAPITALISED}){{0,4}}"


@dataclass(frozen=True)
class Style:
    name: str
    words: frozenset[str]
    """One of these words must be in the text; empty: `stems` decide."""
    pattern: re.Pattern[str]
    score: float = 0.8
    stems: tuple[str, ...] = ()
    """Endings inside longer words (`Hauptstraße`), looked for in the text itself."""
    anchored: bool = False
    """The pattern begins with one of `words`, so it is tried nowhere else."""
    numbered: bool = False
    """The pattern begins behind a house number."""

    @cached_property
    def endings(self) -> tuple[str, ...]:
        """The stems as they stand right before a number."""
        return tuple(sorted({stem if stem.endswith(".") else f"{stem.rstrip()} " for stem in self.stems}))


_DE_STEMS = (
    "straße", "strasse", "str.", "weg ", "platz ", "allee ", "gasse ", "ring ", "damm ", "ufer ", "chaussee ",
    "Straße", "Strasse", "Str.", "Weg ", "Platz ", "Allee ", "Gasse ", "Ring ", "Damm ", "Ufer ", "Markt ", "Tor ",
    "Graben ",
)  # fmt: skip
_NL_STEMS = (
    "straat",
    "laan ",
    "weg ",
    "plein ",
    "gracht ",
    "kade ",
    "singel ",
    "dijk ",
    "hof ",
    "steeg ",
    "pad ",
    "dreef ",
    "kaai ",
    "lei ",
    "laantje ",
    "markt ",
    "park ",
    "boulevard ",
)

BEHIND_WORD = re.compile(r"[0-9](?:(?<=[^\W\d_.,][ .].)|(?<=[^\W\d_.,]\. .))")
"""A number that a street's name may stand before."""
NUMBERED = re.compile(
    rf"[0-9](?<![\w.,\-/$€£].)\d{{0,5}}(?:[\-/]\d{{1,4}})?[A-Za-z]? (?=[{UPPER}]|\d{{1,3}}(?:st|nd|rd|th)\b)"
)
"""A number that a street's name may stand behind, with the space."""

_ES = (
    "calle avenida plaza paseo carretera camino ronda travesía urbanización glorieta callejón callejon viaducto "
    "privada pasaje circuito prolongación diagonal bulevar boulevard rambla cuesta andador cerrada calzada carrera rúa "
    "carrer plaça passeig alameda vial acceso acequia ampliación autopista autovía cañada circunvalación continuación "
    "corredor costanilla eje pasadizo peatonal periférico periferico retorno senda torrente vereda avinguda"
)
_IT = (
    "via viale piazza corso largo vicolo piazzale strada rotonda incrocio contrada borgo piazzetta lungomare salita "
    "stretto canale fondamenta traversa galleria vico lungotevere circonvallazione"
)

STYLES = (
    Style("street-en", street_words.SURE | street_words.CAPITAL_ONLY, re.compile(
        r"(?:[NSEW]{1,2}\.? |North |South |East |West )?"
        rf"(?:(?:{CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th))\.? ){{1,4}}?"
        rf"(?:(?i:{either(street_words.SURE)})|{either(street_words.CAPITAL_ONLY, capital=True)})\b(?!['’])"
        rf"(?:\.(?=,| [A-Z#]))?(?: [NSEW]{{1,2}}\b)?"), numbered=True),
    Style("street-en-named", words("broadway box"), re.compile(
        r"(?<!\w)(?:\d{1,6} Broadway\b|(?i:p\.? ?o\.? box) \d{1,7})")),
    Style("street-de", frozenset(), re.compile(
        rf"(?<!\w)(?:[{UPPER}]{WORD}{{1,30}}(?:-{CAPITALISED}){{0,3}}"
        r"(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee|stieg|steig|pfad|markt|hof)"
        rf"|(?:(?:Am|An der|Im|In der|Zum|Zur|Auf der|Alte|Neue|Große|Kleine|{CAPITALISED})[ \-]){{1,3}}"
        rf"(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer|Markt|Tor|Graben)) ?{_NUMBER}(?!\w)"),
        stems=_DE_STEMS),
    Style("street-nl", frozenset(), re.compile(
        rf"(?<!\w)(?:{CAPITALISED} ){{0,2}}[{UPPER}]{WORD}{{1,30}}(?:straat|laan|weg|plein|gracht|kade|singel|dijk|"
        rf"hof|steeg|pad|dreef|kaai|lei|laantje|markt|park|boulevard)"
        rf" {_NUMBER}(?!\w)"), stems=_NL_STEMS),
    Style("street-fr", words(
            "rue avenue boulevard bd place chemin allée allées impasse quai cours route square"
        ),
        re.compile(rf"(?<![\w.,\-/])\d{{1,4}}(?: ?(?:bis|ter|quater)\b)?,? "
                   rf"(?i:rue|avenue|av\.|boulevard|bd\.?|place|chemin|allées?|impasse|quai|cours|route|square) "
                   rf"{_NAME}")),
    Style("street-fr-coded", words("rue avenue boulevard bd chemin impasse quai allée route place"), re.compile(
        rf"(?<!\w)(?i:rue|avenue|boulevard|bd\.?|chemin|impasse|quai|allée|route|place) {_NAME}"
        rf"(?=,?[ \t]{{0,3}}(?:\r?\n[ \t]{{0,8}})?,? ?(?:[BF]-)?\d{{4,5}},? (?:{CAPITALISED}))"), anchored=True),
    Style("street-fr-behind", words("rue avenue boulevard chemin place impasse quai route allée ruelle"), re.compile(
        rf"(?<!\w)(?i:rue|avenue|boulevard|chemin|place|impasse|quai|route|allée|ruelle) {_NAME},? \d{{1,4}}[a-z]?"
        rf"(?!\w)"), anchored=True),
    Style("street-north", frozenset(), re.compile(
        rf"(?<!\w)(?:{CAPITALISED} ){{0,2}}[{UPPER}]?{WORD}{{2,30}}(?:gatan|gata|vägen|gränd|torget|stigen|backen|"
        rf"gade|vej|gaten|"
        rf"veien|vegen|katu|kuja|tie|polku|ulica|ulice|utca|stræde|allé|straeti|stræti|baan|boulevard|dreef|út|tér"
        rf") \d{{1,5}}[A-Za-z]?\.?"
        rf"(?!\w)"), stems=(
            "gatan ", "gata ", "vägen ", "gränd ", "torget ", "stigen ", "backen ", "gade ", "vej ", "gaten ", "veien ",
            "vegen ", "katu ", "kuja ", "tie ", "polku ", "utca ", "stræde ", "allé ", "straeti ", "stræti ", "baan ",
            "boulevard ", "dreef ", " út ", " tér ")),
    Style("street-es", words(f"{_ES} c avda av pza pº ctra urb gta"), re.compile(
        rf"(?<!\w)(?i:c/\.?|c\.|avda\.?|av\.|pza\.?|pº|ctra\.?|urb\.|gta\.|{_ES.replace(' ', '|')}) ?"
        r"(?:(?i:dra?|sta|sto|gral|prof)\.? )?"
        rf"(?:(?:Sur|Norte|Este|Oeste|vial) )?{_NAME},?(?: (?i:n[ºo°]\.?|número|num\.?|s/n))?,? ?"
        r"(?:\d{1,4}(?: \d{1,4}(?![\w.,\-]\w|\w))?|(?i:s/?n\b))(?!\w)"
        r"(?:,? ?\d{1,2}(?!\d)[ºª°]?(?: ?[A-Z]\b)?)?"), anchored=True),
    Style("street-it", words(_IT), re.compile(
        rf"(?<!\w)(?i:{_IT.replace(' ', '|')}) {_NAME},? (?:n\.? ?)?\d{{1,4}}(?:/?[A-Za-z]\b)?(?!\w)"), anchored=True),
    Style("street-pt-pl", words("rua travessa praça avenida ul al os pl"), re.compile(
        rf"(?<!\w)(?:(?i:rua|travessa|praça|avenida) {_NAME},? (?:n\.?º? ?)?|(?:ul|al|os|pl)\. ?{CAPITALISED}(?: "
        rf"{CAPITALISED}){{0,2}} )"
        rf"\d{{1,4}}(?:[/\-]?[A-Za-z0-9]{{1,3}})?(?!\w)"), anchored=True),
    Style("street-unit", words("apt apartment suite unit flat"), re.compile(
        rf"(?<![\w.,\-/])\d{{1,6}} (?:{CAPITALISED}\.? ){{1,4}}?(?:{CAPITALISED}|\d{{1,4}}),?\s{{1,4}}"
        rf"(?i:apt|apartment|suite|unit|flat)\.? #?\d{{1,5}}[A-Z]?(?!\w)")),
)  # fmt: skip


ALL_ENDINGS = tuple(sorted({ending for style in STYLES for ending in style.endings}))
