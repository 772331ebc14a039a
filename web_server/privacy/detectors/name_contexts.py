"""What only people do, own and are called: `Timotea lives on`, `Asya's kid`, `call me Csanád`, `poor emily`.

Called by the person detector for names that stand alone and that no list vouches for by itself. The words around must
be of people; a word of the language is never a name here, whatever stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.gazetteer import Gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED
from web_server.privacy.detectors.name_runs import is_german
from web_server.privacy.detectors.not_names import AFTER_THINGS, MONTHS, NOT_NAMES, PLACES
from web_server.privacy.detectors.person_cues import RELATED
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_ENDINGS = (
    "tion",
    "ions",
    "ings",
    "ing",
    "ers",
    "ment",
    "ents",
    "ness",
    "ity",
    "ies",
    "ed",
    "ly",
    "ists",
    "isms",
    "ware",
)
_KIN = (
    "wife|husband|mother|father|mom|mum|dad|son|daughter|sister|brother|kid|kids|child|children|parents|boyfriend|"
    "girlfriend|friend|friends|boss|colleague|birthday|phone|email|salary|house|apartment|room|husband's|killer|"
    "killers|"
    "face|hair|nose|eyes|voice|heart|lawyer|doctor|teacher|desk|calendar|laptop|funeral|wedding|diagnosis|address"
)
_NAME = rf"({CAPITALISED}(?: {CAPITALISED})?)"
_OWNER_BEFORE = re.compile(rf"(?<![\w.'’@#/\-]){_NAME}['’]s? $")
_KIN_WORDS = words(_KIN.replace("|", " "))

_DOES = (
    r"lives|lived|texted|emailed|e-mailed|phoned|smiled|laughed|cried|sighed|nodded|whispered|shouted|shrugged|grinned|"
    r"had given|has given|gave (?:me|him|her|us)|told (?:me|him|her|us|them)|asked (?:me|him|her|us|them|if|for)|"
    r"called (?:me|him|her|us)|is very|is from|is away|is sick|is ill|is late|is here|is a very|is so|is my|is his"
    r"|is her|is our|was born|got married|is married|"
    r"is pregnant|passed away|wants to|thinks|and (?:I|me|my)|has been (?:my|our)|works (?:at|for|with|in|as)|"
    r"wohnt|lebt|arbeitet|sagte|sagt|meinte|hat gesagt|vive|trabaja|dijo|dice|habite|travaille|a dit|dit que|abita|"
    r"lavora|ha detto|woont|werkt|zei|zegt"
)
_DOES_HERE = re.compile(rf"(?:{_DOES})\b")
_SUBJECT_BEFORE = re.compile(rf"(?<![\w.'’@#/\-]){_NAME},? $")
_SUBJECT_WORDS = frozenset(re.findall(r"[^\W\d_]+", _DOES.replace("(?:", "|"))) & words(
    "lives lived texted emailed e phoned smiled laughed cried sighed nodded whispered shouted shrugged grinned "
    "had has gave "
    "told asked called is was got passed wants thinks and works wohnt lebt arbeitet sagte sagt meinte hat vive "
    "trabaja dijo "
    "dice habite travaille a dit abita lavora ha woont werkt zei zegt"
)
"""The first word of each of these."""

_SAID = words(
    "says said replied asked sagt sagte erklärt erklärte meint meinte betont betonte fragt fragte dijo dice "
    "explicó dit "
    "zegt zei ha so"
)
_SAYS = re.compile(rf"(?: detto)? {_NAME}(?= ?(?:[.,!?;:\"”«»]| to\b| ?$|\n))")
_CALLED = re.compile(
    r"(?:(?<=call me)|(?<=calls me)|(?<=called me)|(?<=named him)|(?<=named her)|(?<=name him)|(?<=name her)|"
    r"(?<=call him)|"
    r"(?<=call her)|(?<=calls her)|(?<=calls him)|(?<=nennt mich)|(?<=nennen mich)|(?<=llaman me)|(?<=me llaman)|"
    r"(?<=m['’]appellent)|(?<=mi chiamano)|(?<=noemt me)|(?<=noemen me)) ([^\W\d_]{2,20})(?![\w'’])"
)
_CALLED_WORDS = words("me him her mich llaman appellent chiamano")
_MAIDEN = re.compile(r"(?<=maiden) name (?:is|was) ([^\W\d_]{2,20})(?![\w'’])")

_VOCATIVE = re.compile(
    r"(?:^|[.!?\"“]\s{1,2}|\n)([^\W\d_]{3,15}), (?=(?:can|could|would|will|please|thanks|thank|how|what|are|do|did"
    r"|have|I|"
    r"you|we|it|let|kannst|könntest|bitte|danke|puedes|podrías|gracias|peux|pourrais|merci|puoi|potresti|grazie|"
    r"kun|kan)\b)"
)
_OF_MINE = re.compile(
    r"(?:\b(?:my|his|her|our|your|their|mein\w{0,2}|dein\w{0,2}|sein\w{0,2}|ihr\w{0,2}|unser\w{0,2}|mi|tu|su|"
    r"nuestr[oa]|"
    r"mon|ma|notre|votre|ton|ta|mio|mia|tuo|tua|suo|sua|nostr[oa]|mijn|onze|ons|zijn|haar|jouw)) "
    r"(?:[^\W\d_]{3,12} )?$",
    re.IGNORECASE,
)
_BEHIND_KIN = re.compile(r",? ([^\W\d_]{3,20})(?![\w'’@.]\w|\w)")

_SMALL_BEFORE = words(
    "with like love miss poor hey omg hi dear about tell told ask met and thanks thank bye from called named saw see "
    "texted hate hugs congrats mit von avec con met à wie y und et"
)
_SMALL_AFTER = words(
    "is was did does has had said says told asked wants likes loves hates just never always will would should and from "
    "ist war hat sagt sagte es está dijo dice est était dit era ha detto zei was heeft"
)
_AROUND = re.compile(r"([^\W\d_]{1,12})[ ]$")
_BEHIND = re.compile(r"(?:['’]s\b| ([^\W\d_]{1,10})\b)")


def names_by_context(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    text, present = reading.text, reading.words
    for word in _KIN_WORDS & present:
        for start, _ in reading.places[word]:
            yield from _ending_at(text, start, names, _OWNER_BEFORE, "person-owner-of")
    for word in _SUBJECT_WORDS & present:
        for start, _ in reading.places[word]:
            if _DOES_HERE.match(text, start) is not None:
                yield from _without_noun(
                    _ending_at(text, start, names, _SUBJECT_BEFORE, "person-subject"), reading, names
                )
    yield from _sayers(reading, names)
    for word in _CALLED_WORDS & present:
        for _, end in reading.places[word]:
            yield from _named(_CALLED.match(text, end), names)
    for _, end in reading.places.get("maiden", ()):
        yield from _named(_MAIDEN.match(text, end), names)
    if "," in text:
        for found in _VOCATIVE.finditer(text):
            key = found[1].lower()
            if found[1].istitle() and (key in names.plain_first or _is_nobodys_word(key, names)):
                yield Span(*found.span(1), kinds.PERSON, 0.5, "person-spoken-to")
    yield from _pairs(reading, names)
    yield from _kin(reading, names)
    yield from _small(reading, names)


def _sayers(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    """`..., says Hartvigsson.`"""
    for word in _SAID & reading.words:
        for _, end in reading.places[word]:
            found = _SAYS.match(reading.text, end)
            if found is not None and _could_be_name(found[1], names):
                span = Span(*found.span(1), kinds.PERSON, 0.5, "person-doing")
                yield from _without_noun(iter((span,)), reading, names)


def _without_noun(spans: Iterator[Span], reading: Reading, names: Gazetteer) -> Iterator[Span]:
    """`Handelsminister Gref sagte`: in German the word before a surname may be any noun."""
    for span in spans:
        first, _, rest = reading.text[span.start : span.end].partition(" ")
        key = first.lower()
        if rest and key not in names.first and key not in names.last and is_german(reading):
            yield Span(span.end - len(rest), span.end, span.kind, span.score, span.reason)
        else:
            yield span


def _ending_at(text: str, at: int, names: Gazetteer, pattern: re.Pattern[str], reason: str) -> Iterator[Span]:
    """A name that ends right before a place."""
    if at > 2 and text[at - 1] == " ":
        found = pattern.search(text, max(0, at - 48), at)
        if found is not None and _could_be_name(found[1], names):
            yield Span(*found.span(1), kinds.PERSON, 0.5, reason)


_NOT_CALLED = (
    NOT_NAMES | COMMON | words("tomorrow today tonight later back maybe again when asap anytime soon crazy stupid")
)


def _named(found: re.Match[str] | None, names: Gazetteer) -> Iterator[Span]:
    if found is None:
        return
    key = found[1].lower()
    known = key in names.plain_first or key in names.plain_last
    if known or (found[1][0].isupper() and key not in _NOT_CALLED and not names.is_word(key)):
        yield Span(*found.span(1), kinds.PERSON, 0.6, "person-called")


def _pairs(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    """`Praneel and Maanas`: two first names vouch for each other, however rare."""
    text = reading.text
    for word in _AND & reading.words:
        for start, end in reading.places[word]:
            before = _LAST_WORD.search(text, max(0, start - 24), start)
            behind = _NEXT_WORD.match(text, end)
            if before is not None and behind is not None:
                keys = (before[1].lower(), behind[1].lower())
                if all(key in names.plain_first for key in keys) or (
                    any(key in names.common and key in names.plain_first for key in keys)
                    and all(key in names.first and key not in PLACES for key in keys)
                ):
                    yield Span(*before.span(1), kinds.PERSON, 0.5, "person-first")
                    yield Span(*behind.span(1), kinds.PERSON, 0.5, "person-first")


def _kin(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    """`my kid Dzhambek`: a word that nobody knows, behind somebody's own."""
    text = reading.text
    for word in RELATED & reading.words:
        for start, end in reading.places[word]:
            found = _BEHIND_KIN.match(text, end)
            if (
                found is not None
                and found[1].istitle()
                and (_is_nobodys_word(found[1].lower(), names) or found[1].lower() in names.first)
                and _OF_MINE.search(text, max(0, start - 24), start)
            ):
                yield Span(*found.span(1), kinds.PERSON, 0.55, "person-related")


def _small(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    """`poor emily`, `marisa is pretty`: a common first name in small letters where a person's name may stand."""
    text = reading.text
    for word in reading.small & names.common:
        if len(word) < 4 or word in names.words:
            continue
        for start, end in reading.places[word]:
            if not text[start].islower() or text[start - 1 : start] in _GLUED or text[end : end + 1] in _GLUED:
                continue
            before = _AROUND.search(text, max(0, start - 13), start)
            behind = _BEHIND.match(text, end)
            told = before is not None and before[1].lower() in _SMALL_BEFORE
            told = told or (behind is not None and (behind[1] is None or behind[1].lower() in _SMALL_AFTER))
            yield Span(start, end, kinds.PERSON, 0.5 if told else 0.35, "person-small-context")


_AND = words("and und et y e en")
_LAST_WORD = re.compile(rf"(?<![\w.'’@#/\-])({CAPITALISED}) $")
_NEXT_WORD = re.compile(rf" ({CAPITALISED})(?![\w'’@/\-])(?! (?:{CAPITALISED}))")
_GLUED = frozenset("@/_-(.#&=$")


def _could_be_name(name: str, names: Gazetteer) -> bool:
    parts = name.split()
    keys = [part.lower() for part in parts]
    if not all(part.istitle() for part in parts):
        return False
    if any(key in names.plain_first for key in keys):
        return all(not names.is_word(key) and key not in PLACES for key in keys)
    return all(key in names.plain_last or _is_nobodys_word(key, names) for key in keys)


def _is_nobodys_word(key: str, names: Gazetteer) -> bool:
    return (
        len(key) > 3
        and not key.endswith(_ENDINGS)
        and key not in names.words
        and key not in NOT_NAMES
        and key not in COMMON
        and key not in PLACES
        and key not in RELATED
        and key not in AFTER_THINGS
        and key not in MONTHS
    )
