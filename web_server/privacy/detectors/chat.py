"""Who speaks: chat logs, exported conversations, forum threads, interviews, quoted mails.

Called by the person detector. A time, brackets or a second line of the same shape tell a speaker from a heading.
Never reads what is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.gazetteer import Gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED, INITIAL, PARTICLE
from web_server.privacy.detectors.not_names import AFTER_THINGS, NOT_NAMES
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_CASED = rf"{CAPITALISED}(?: (?:{PARTICLE} )?(?:{INITIAL}|{CAPITALISED})){{0,3}}"
_ANY = r"[^\W\d_][\w.'’\-]{1,24}(?: [^\W\d_][\w.'’\-]{0,24}){0,2}"
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?"
_DATE = r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}"
_STAMP = rf"(?:\[?(?:{_DATE},? ?(?:um |at |à |a las |alle |om )?)?{_TIME}\]?)"
_TIMED = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"^[>\s]{{0,4}}{_STAMP}(?: ?[-–|] ?| )(?:<({_ANY})>|({_ANY}):)(?= |$)",
        rf"^[>\s]{{0,4}}({_ANY}),? ?[(\[]{_STAMP}[)\]]:?(?=\s|$)",
        rf"^[>\s]{{0,4}}({_CASED})[,  \t]{{1,4}}{_STAMP}[ \t]{{0,3}}$",
    )
)
_ANGLED = re.compile(rf"^[>\s]{{0,4}}<({_ANY})> \S", re.MULTILINE)
_SPEAKER = re.compile(rf"^[>\s\-•*]{{0,6}}({_ANY})[*]{{0,2}}: ?[*]{{0,2}} ?(?=[\"“'«„]?[^\W\d_])", re.MULTILINE)
_MAIL = r"(?: ?(?:<[^>\n]{3,60}>|\[mailto:[^\]\n]{3,60}\]|\([^)\n]{3,60}@[^)\n]{3,60}\)))?"
_QUOTED = (
    re.compile(
        rf"(?:[\d,]|Uhr|[AaPp]\.?[Mm]\.?),? ({_CASED})(?={_MAIL} ?(?:wrote|a écrit|escribió|ha scritto|escreveu|napisał"
        r"|heeft [^\n]{0,30}geschreven)\b)"
    ),
    re.compile(rf"(?:\bschrieb|\bschreef|\bskrev) ({_CASED})(?={_MAIL} ?:)"),
)
_FORUM = re.compile(
    rf"(?:^|(?<=[.!?]\s))({_CASED}|[^\W\d_]{{3,20}}) (?:replied|commented|posted|wrote|said) on (?=[A-Z\d])",
    re.MULTILINE,
)
_WROTE = words("wrote schrieb écrit escribió scritto schreef geschreven escreveu")
_SAID = words("replied commented posted wrote said")
_NOBODY = (
    NOT_NAMES
    | AFTER_THINGS
    | words(
        "user assistant system bot agent ai human model client server customer support operator admin moderator host "
        "guest interviewer interviewee speaker narrator chorus verse bridge intro outro scene act int ext everyone "
        "all both note notes warning error info debug tip hint example examples question answer step steps subject re "
        "fw fwd date from to cc bcc sent received title summary abstract keywords author authors source sources "
        "reference references input output result results task tasks todo goal goals objective context background "
        "problem solution conclusion pros cons total price cost amount quantity name email phone address city country "
        "state zip website url link language languages skills experience education hobbies interests profile contact "
        "position role company employer department status priority type category tags version license usage features "
        "requirements instructions rules format style tone audience length topic topics theme genre characters "
        "character setting plot location time day week month year morning afternoon evening night today tomorrow "
        "yesterday monday tuesday wednesday thursday friday saturday sunday breakfast lunch dinner snack ingredients "
        "directions method materials equipment warning caution important remember finally first second third next "
        "then also however therefore thus hence meanwhile edit update ps nb faq qa q a ceo cto manager teacher "
        "student doctor patient nurse lawyer judge officer boss employee narrator lehrer schüler arzt kunde frage "
        "antwort hinweis beispiel aufgabe lösung ziel betreff datum ort name adresse telefon pregunta respuesta "
        "ejemplo nota tarea fecha asunto lugar usuario asistente sistema question réponse exemple remarque objet date "
        "lieu utilisateur domanda risposta esempio oggetto data luogo utente vraag antwoord voorbeeld onderwerp datum "
        "plaats gebruiker http https file class def function return import public private const var let select where "
        "order case default switch try except finally else elif while for key value id index key data"
    )
)


def speakers(reading: Reading, names: Gazetteer) -> Iterator[Span]:
    text = reading.text
    if reading.has_digit:
        yield from _timed(text, names)
        if not reading.words.isdisjoint(_WROTE):
            for pattern in _QUOTED:
                for found in pattern.finditer(text):
                    yield Span(*found.span(1), kinds.PERSON, 0.75, "person-quoted")
    if not reading.words.isdisjoint(_SAID):
        for found in _FORUM.finditer(text):
            if found[1][0].isupper() and _may_speak(found[1], names):
                yield Span(*found.span(1), kinds.PERSON, 0.55, "person-forum")
    if "<" in text:
        yield from _in_angles(text, names)
    if ":" in text:
        yield from _by_turns(text, names)


def _in_angles(text: str, names: Gazetteer) -> Iterator[Span]:
    """`<anna> hello`, but no tag: a tag has its end somewhere."""
    found = [line for line in _ANGLED.finditer(text) if _may_speak(line[1], names) and f"</{line[1]}>" not in text]
    if any(_is_known(line[1], names) for line in found):
        for line in found:
            yield Span(*line.span(1), kinds.PERSON, 0.55, "person-speaker")


def _timed(text: str, names: Gazetteer) -> Iterator[Span]:
    for pattern in _TIMED:
        for found in pattern.finditer(text):
            group = found.lastindex or 1
            if _may_speak(found[group], names):
                handle = any(char.isdigit() or char == "_" for char in found[group])
                kind = kinds.USERNAME if handle else kinds.PERSON
                yield Span(*found.span(group), kind, 0.65, "person-speaker")


def _by_turns(text: str, names: Gazetteer) -> Iterator[Span]:
    """`Ubul: What a wife.` and `Nicole: Remember?`: one who is known, or two who take turns, one of them known."""
    lines = [found for found in _SPEAKER.finditer(text) if _may_speak(found[1], names)]
    if not lines:
        return
    turns = Counter(found[1] for found in lines)
    known = {name for name in turns if _is_known(name, names)}
    if not known:
        return
    for found in lines:
        name = found[1]
        if name in known:
            yield Span(*found.span(1), kinds.PERSON, 0.6, "person-speaker")
        elif len(name.split()) == 1 and name.lower() not in names.words and (len(turns) < 12 or turns[name] > 1):
            yield Span(*found.span(1), kinds.PERSON, 0.5, "person-speaker")


def _is_known(name: str, names: Gazetteer) -> bool:
    first, _, rest = name.lower().partition(" ")
    if not names.is_plain_first(first):
        return False
    return (first in names.common) if not rest else not any(names.is_word(word) for word in rest.split())


def _may_speak(name: str, names: Gazetteer) -> bool:
    keys = name.lower().split()
    if any(key.strip(".") in _NOBODY for key in keys if len(key) > 2 or len(keys) == 1) or len(name) < 3:
        return False
    return not all(names.is_word(key) for key in keys)
