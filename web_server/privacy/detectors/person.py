"""Names of people, by rules: what announces them, lists of known names, an e-mail address that spells them.

Works on runs of capitalised words. A trained model sees more; this is what can be said without one in under a
millisecond. Never decides who is famous: that is the finder's, because it depends on the policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.famous import FAMOUS
from web_server.privacy.detectors.gazetteer import Gazetteer, gazetteer
from web_server.privacy.detectors.letters import CAPITALISED, INITIAL, PARTICLE, UPPER
from web_server.privacy.detectors.not_names import AFTER_THINGS, BEFORE_PLACES, MONTHS, NOT_NAMES, PLACES
from web_server.privacy.detectors.person_cues import CUES, LOWER, LOWER_WORDS, NameCue
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_RUN = re.compile(
    rf"(?<![\w@#/\\$<_])(?:{INITIAL}|{CAPITALISED})"
    rf"(?:(?:[ \u00a0](?:{PARTICLE}[ \u00a0])?|(?<=\.))(?:{INITIAL}|{CAPITALISED})){{0,7}}(?![\w(_@/\\]|\.\w)"
)
_TOKEN = re.compile(rf"{INITIAL}|{CAPITALISED}|[^\W\d_]+")
_GENITIVE = re.compile(r"['’]s?$")
_HUMPS = re.compile(r"[^\W\d_]*[a-zß-ÿ][A-Z]")
_HUMPED_NAMES = re.compile(r"(?:Mc|Mac|De|La|Le|Di|Van|Von|Fitz|O['’])[A-Z]")
_ADDRESS = re.compile(r"([A-Za-z][\w.\-]{1,60})@[\w\-]+\.\w")
_OWNER = re.compile(
    rf"({CAPITALISED}(?: (?:{PARTICLE} )?(?:{CAPITALISED}|{INITIAL})){{1,3}})[\"']?,?\s{{0,2}}(?:[<(\[]|mailto:)\s?$"
)
_PARTS = re.compile(r"[^\W\d_]{2,}")
_SMALL_WORD = re.compile(r" ([^\W\d_]{3,20})(?![\w@])")
_LETTERHEAD = re.compile(
    rf"^[>\s]{{0,4}}({CAPITALISED}(?: (?:{CAPITALISED}|{INITIAL}|[{UPPER}])){{1,3}})[ \t]{{0,3}}$", re.MULTILINE
)
_REACHABLE = re.compile(r"@\w|\d{3}")
_GLUED = frozenset("@/_-(")
_MENTION = 0.6
_BELIEVED = 0.6
"""Behind a cue of this score one known name is enough, even if it is a word too."""


class Token:
    """One word of a run."""

    __slots__ = ("end", "key", "start", "word")

    def __init__(self, found: re.Match[str], offset: int) -> None:
        word = _GENITIVE.sub("", found[0])
        self.start = found.start() + offset
        self.end = self.start + len(word)
        self.word = word
        self.key = word.lower().replace("’", "'")

    def __repr__(self) -> str:
        return f"Token({self.start}, {self.end})"

    @property
    def is_initial(self) -> bool:
        return self.word.endswith(".")

    @property
    def is_capitalised(self) -> bool:
        return self.word[0].isupper()

    @property
    def is_code(self) -> bool:
        """`JavaScript`, `iPhone`; not `McDonald`."""
        return _HUMPS.match(self.word) is not None and _HUMPED_NAMES.match(self.word) is None


class PersonDetector(Detector):
    """Cues, then known names, then addresses, then every other mention of a name found so."""

    KINDS = (kinds.PERSON,)

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        found = [
            *self._announced(reading),
            *self._known(reading),
            *self._whispered(reading),
            *self._addressed(reading),
            *self._headed(reading),
        ]
        yield from found
        yield from self._mentioned(reading, [span for span in found if span.score >= _MENTION])

    def _announced(self, reading: Reading) -> Iterator[Span]:
        for cue in CUES:
            for word in cue.words & reading.places.keys():
                for _, end in reading.places[word]:
                    found = cue.pattern.match(reading.text, end)
                    if found is not None:
                        yield from self._believe(cue, _tokens(found[1], found.start(1)))
        for word in LOWER_WORDS & reading.places.keys():
            for _, end in reading.places[word]:
                found = LOWER.match(reading.text, end)
                if found is not None and found[1].islower():
                    yield from self._small(_tokens(found[1], found.start(1)), told=word == "name")

    def _believe(self, cue: NameCue, tokens: list[Token]) -> Iterator[Span]:
        name = self._trimmed(tokens)
        if not name:
            return
        score = cue.score
        if not cue.sure:
            known = any(token.key in self._names.first for token in name)
            plain = any(self._names.is_plain_first(token.key) or self._names.is_plain_last(token.key) for token in name)
            believed = len(name) > 1 or score >= _BELIEVED or name[0].key not in PLACES | MONTHS
            if not (plain or (known and believed) or self._is_unheard_of(name)):
                return
        yield _span(name, score, f"person-{cue.name}")

    def _is_unheard_of(self, name: Sequence[Token]) -> bool:
        """Two or three words of which none is a word or a place: most likely a name of a language not listed."""
        return len(name) in (2, 3) and all(
            token.is_initial
            or (len(token.word) > 2 and token.word[1:].islower() and token.key not in self._names.words)
            for token in name
            if token.is_capitalised
        )

    def _trimmed(self, tokens: Sequence[Token]) -> list[Token]:
        """As many words from the left as can be a name; none where a thing or a word begins."""
        name: list[Token] = []
        for token in tokens if tokens and tokens[0].key not in BEFORE_PLACES else ():
            if name and not name[-1].is_capitalised and self._names.is_plain_first(token.key):
                break  # `Schneider von Katharina` is two people
            if token.is_capitalised and (
                token.key in NOT_NAMES
                or token.is_code
                or (token.key in AFTER_THINGS and name and token.key not in self._names.last)
                or self._names.is_word(token.key)
            ):
                break
            name.append(token)
        while name and not name[-1].is_capitalised:
            name.pop()
        return name if any(not token.is_initial and len(token.word) > 1 for token in name) else []

    def _small(self, tokens: list[Token], told: bool) -> Iterator[Span]:
        if tokens and (self._names.is_plain_first(tokens[0].key) or (told and tokens[0].key in self._names.first)):
            follows = len(tokens) > 1 and (
                self._names.is_plain_last(tokens[1].key) or self._names.is_plain_first(tokens[1].key)
            )
            yield _span(tokens if follows else tokens[:1], 0.6, "person-small-letters")

    def _known(self, reading: Reading) -> Iterator[Span]:
        for found in _RUN.finditer(reading.text):
            tokens = _tokens(found[0], found.start())
            if len(tokens) > 1 or tokens[0].key in self._names.first:
                yield from _judge_run(tokens, self._names, reading)

    def _whispered(self, reading: Reading) -> Iterator[Span]:
        """A known first name and a known surname, both in small letters."""
        text = reading.text
        for word in [word for word in reading.places if word in self._names.first]:
            for start, end in reading.places[word] if self._names.is_plain_first(word) else ():
                following = _SMALL_WORD.match(text, end) if text[start:end].islower() else None
                if following is not None and self._names.is_plain_last(following[1]):
                    yield Span(start, following.end(), kinds.PERSON, 0.5, "person-small-letters")

    def _addressed(self, reading: Reading) -> Iterator[Span]:
        """`Anna Kowalska ... anna.kowalska@`: the address says which words are the name."""
        if "@" not in reading.text:
            return
        for found in _ADDRESS.finditer(reading.text):
            offset = max(0, found.start() - 80)
            owner = _OWNER.search(reading.text[offset : found.start()])
            if owner is not None:
                yield Span(owner.start(1) + offset, owner.end(1) + offset, kinds.PERSON, 0.8, "person-owner")
        spelled = {part.lower() for found in _ADDRESS.finditer(reading.text) for part in _PARTS.findall(found[1])}
        spelled = {part for part in spelled if part in reading.places and len(part) > 2} - NOT_NAMES
        for found in _RUN.finditer(reading.text) if spelled else ():
            tokens = [token for token in _tokens(found[0], found.start()) if token.key in spelled]
            whole = found[0].lower()
            if len(tokens) > 1 or (tokens and " " in whole and not self._names.is_word(tokens[0].key)):
                name = self._trimmed(_tokens(found[0], found.start()))
                if name and any(token.key in spelled for token in name):
                    yield _span(name, 0.8, "person-address")

    def _headed(self, reading: Reading) -> Iterator[Span]:
        """A line that is nothing but a name, with an address, a number or a mailbox in the next lines."""
        if not reading.has_digit and "@" not in reading.text:
            return
        for found in _LETTERHEAD.finditer(reading.text):
            name = _tokens(found[1], found.start(1))
            if self._is_unheard_of(name) and _REACHABLE.search(reading.text, found.end(), found.end() + 120):
                yield _span(name, 0.55, "person-letterhead")

    def _mentioned(self, reading: Reading, found: Sequence[Span]) -> Iterator[Span]:
        """The same person by one name only: `Rachel` after `Rachel Zheng`."""
        parts: dict[str, str] = {}
        for span in found:
            public = span.reason == "person-known" and reading.text[span.start : span.end].lower() in FAMOUS
            reason = "person-mention-public" if public else "person-mention"
            for token in _tokens(reading.text[span.start : span.end], 0):
                if token.is_capitalised and len(token.word) > 2 and not self._names.is_word(token.key):
                    for part in _PARTS.findall(token.key) if "-" in token.key else (token.key,):
                        if not (public and part in parts):
                            parts[part] = reason
        for part, reason in parts.items():
            for start, end in reading.places.get(part, ()):
                text = reading.text
                inside = text[start - 1 : start] in _GLUED or text[end : end + 1] in _GLUED
                if text[start].isupper() and not inside:
                    yield Span(start, end, kinds.PERSON, _MENTION, reason)


def _tokens(run: str, offset: int) -> list[Token]:
    return [Token(found, offset) for found in _TOKEN.finditer(run)]


def _span(tokens: Sequence[Token], score: float, reason: str) -> Span:
    return Span(tokens[0].start, tokens[-1].end, kinds.PERSON, score, reason)


def _judge_run(tokens: list[Token], names: Gazetteer, reading: Reading) -> Iterator[Span]:
    """Names inside one run of capitalised words."""
    if any(token.key in AFTER_THINGS and token.key not in names.last for token in tokens[1:]):
        return
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.key in BEFORE_PLACES:
            at += 2
            continue
        if token.key in names.first and token.is_capitalised and not token.is_code:
            name = _extended(tokens, at, names)
            score = _score(name, names, reading)
            if score:
                yield _span(name, score, "person-known" if len(name) > 1 else "person-first")
            at += len(name)
        elif _has_initial(tokens[at : at + 3], names):
            yield _span(tokens[at : at + 3], 0.6, "person-initial")
            at += 3
        elif at + 1 < len(tokens) and _is_before_surname(token, tokens[at + 1], names):
            yield _span(tokens[at : at + 2], 0.5, "person-surname")
            at += 2
        else:
            at += 1


def _extended(tokens: list[Token], at: int, names: Gazetteer) -> list[Token]:
    """The first name and up to four words that go on."""
    name = [tokens[at]]
    for token in tokens[at + 1 : at + 6]:
        if token.is_capitalised and (token.key in NOT_NAMES or token.is_code or names.is_word(token.key)):
            break
        name.append(token)
    while not name[-1].is_capitalised or (
        name[-1].is_initial and len(name) == 2 and not names.is_plain_first(name[0].key)
    ):
        name.pop()
    return name


def _score(name: list[Token], names: Gazetteer, reading: Reading) -> float:
    """How likely these words are a person; 0 for not."""
    first, last = name[0], name[-1]
    shouted = len(first.word) > 2 and first.word.isupper()
    plain = names.is_plain_first(first.key)
    if len(name) == 1:
        if shouted or not plain or _is_also_small(first, reading):
            return 0.0
        return 0.5
    surname = last.key.split("-")[-1] in names.last
    if shouted:
        return 0.7 if surname or (plain and last.word.isupper() and last.key in names.first) else 0.0
    if plain:
        return 0.85 if surname else 0.65
    if names.is_plain_last(last.key):
        return 0.7
    return 0.55 if surname and not _is_also_small(first, reading) else 0.0


def _has_initial(tokens: list[Token], names: Gazetteer) -> bool:
    """`Faina D. Yefremova`: a letter and a dot between two words that are no words."""
    return (
        len(tokens) == 3
        and tokens[1].is_initial
        and all(len(t.word) > 2 and t.word[1:].islower() and not names.is_word(t.key) for t in (tokens[0], tokens[2]))
    )


def _is_before_surname(token: Token, following: Token, names: Gazetteer) -> bool:
    """`Hanisha Müller`: an unknown word before a surname that is nothing else."""
    return (
        token.is_capitalised
        and token.word[1:].islower()
        and len(token.word) > 2
        and following.word[1:].islower()
        and names.is_plain_last(following.key)
        and token.key not in names.words
        and token.key not in NOT_NAMES | BEFORE_PLACES
        and len(following.word) > 3
    )


def _is_also_small(token: Token, reading: Reading) -> bool:
    """The text uses it as an ordinary word too."""
    return any(reading.text[start].islower() for start, _ in reading.places.get(token.key, ()))
