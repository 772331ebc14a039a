"""Names in small letters, as people type them in a hurry: `its derek from accounting`, `margaret o'shaughnessy`.

Called by the person detector. Small letters say nothing, so a first name must be known and be no word, or stand where
only a name does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.gazetteer import Gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.not_names import NOT_NAMES
from web_server.privacy.detectors.person_cues import LOWER, LOWER_WORDS
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_NEXT = re.compile(
    r" (?:[^\W\d_]\.? )?(?:(?:van der|van den|van de|van|von|de la|de|del|di|da|le|al|el|ten|ter) )?"
    r"([^\W\d_]{3,20}|[^\W\d_]{1,4}['’][^\W\d_]{3,20})(?![\w@]|['’](?!s\b))"
)
_SURNAME_SHAPE = re.compile(
    r"(?:o['’]|mc|mac(?=[bcdfgklmnpqrt])|fitz|d['’])[^\W\d_]{4,}"
    r"|[^\W\d_]{3,}(?:ski|sky|ska|cki|cka|sson|ssen|enko|ová|ský|cký|ovich|evich|ović|wicz|czyk|berg|stein|mann|elli|ellini|escu|"
    r"opoulos|akis|ashvili|oğlu|ov|ova|eva|ez|quist|gaard|shvili|weiler|hauser|bauer|strom|ström|singh|preet|moto|awa)"
)
_TRADES = words(
    "smith taylor cooper wright turner carter porter mason fisher hunter baker miller chapman marshall palmer fowler "
    "potter walker weaver bishop fox wood woods hill green brown white black gray grey young king"
)
"""Words that hardly anybody writes behind a first name but as a surname."""
_GREETINGS = words(
    "dear hi hey hello hallo hoi liebe lieber geehrte geehrter bonjour salut chère cher hola querido querida "
    "estimado estimada "
    "ciao caro cara gentile beste geachte dag moin servus buongiorno"
)
_SIGN_OFFS = words(
    "regards sincerely faithfully wishes yours thanks cheers best love thx grüßen grüße gruß lg vg mfg bises bisous "
    "cordialement amicalement saludos atentamente besos abrazo saluti baci abbracci cordialmente groet groeten "
    "groetjes liefs"
)
_TITLES = (
    r"(?P<title>(?:(?:mr|mrs|ms|miss|dr|prof|herr|frau|monsieur|madame|mme|mlle|m|sr|sra|srta|sig|sig\.ra|signora?"
    r"|dott|"
    r"mevrouw|meneer|dhr|mevr)\b\.? ){0,2})"
)
_SMALL_NAME = r"(?P<name>[^\W\d_]{2,20}(?:[ \-](?:(?:van|von|de|der|den|di|da|le|la) ){0,2}[^\W\d_]{2,20})?)"
_GREETED = re.compile(rf",? {_TITLES}{_SMALL_NAME}(?=[ \t]{{0,3}}(?:[,!.:;\n\r–—-]|$))")
_SIGNED = re.compile(
    rf"[,!.]?[ \t]{{0,3}}(?:\r?\n[ \t]{{0,4}}){{1,3}}[-–— ]{{0,3}}{_TITLES}{_SMALL_NAME}(?=[ \t]"
    rf"{{0,3}}(?:[,\n\r]|$))"
)
_NEED_A_VERB = words("i it this")
"""`i am derek`, but not `i derek`."""


_SPOKEN_FIRST = words("frank mark jack nick rob bob dan jan max bruno clara grace dean jordan tyler taylor sandy ray")


def names_in_small_letters(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    yield from _announced(reading, names)
    yield from _in_passing(reading, names)
    yield from _in_letters(reading, names)


def _in_letters(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    """Greetings and signatures, on a line of their own: `dear ms mcaleenan,`, `cheers` and a line `diane`."""
    text = reading.text
    for cues, pattern in ((_GREETINGS, _GREETED), (_SIGN_OFFS, _SIGNED)):
        for cue in cues & reading.words:
            for _, end in reading.places[cue]:
                found = pattern.match(text, end)
                if found is None or not found["name"].islower():
                    continue
                keys = found["name"].split()
                known = keys[0] in names.first or keys[-1] in names.plain_last
                if (known or found["title"]) and not any(key in NOT_NAMES or key in COMMON for key in keys):
                    yield Span(*found.span("name"), kinds.PERSON, 0.6, "person-small-letters")


def _announced(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    for word in LOWER_WORDS & reading.words:
        for _, end in reading.places[word]:
            found = LOWER.match(reading.text, end)
            if found is None or not found[1].islower() or (word in _NEED_A_VERB and found.start(1) == end + 1):
                continue
            first = found[1].partition(" ")[0]
            if first in COMMON or (word in ("this", "it", "its") and first not in names.common):
                continue
            if names.is_plain_first(first) or (word == "name" and first in names.first):
                start = found.start(1)
                last = _surname_end(reading.text, start + len(first), names)
                yield Span(start, last or start + len(first), kinds.PERSON, 0.6, "person-small-letters")


def _in_passing(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    """A known first name with a known surname, or one of the shape of a surname."""
    text = reading.text
    for word in reading.small & names.first:
        if word in names.words and word not in _SPOKEN_FIRST:
            continue
        for start, end in reading.places[word]:
            last = _surname_end(text, end, names) if text[start].islower() else 0
            if last and word in names.words and not names.is_plain_last(text[end:last].rsplit(None, 1)[-1]):
                last = 0
            if last:
                yield Span(start, last, kinds.PERSON, 0.5, "person-small-letters")


def _surname_end(text: str, end: int, names: Gazetteer) -> int:
    """Where the surname behind a first name ends; 0 where there is none."""
    found = _NEXT.match(text, end)
    if found is None or not found[1].islower():
        return 0
    word = found[1].replace("’", "'")
    known = names.is_plain_last(word) or names.is_plain_first(word) or word in _TRADES
    shaped = word not in names.words and _SURNAME_SHAPE.fullmatch(word) is not None
    return found.end() if known or shaped else 0
