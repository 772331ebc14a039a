"""Names of people, by rules: what announces them, lists of known names, an e-mail address that spells them.

Works on runs of capitalised words. A trained model sees more; this is what can be said without one in under a
millisecond. Never decides who is famous: that is the finder's, because it depends on the policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from web_server.privacy import kinds
from web_server.privacy.detectors.chat import speakers
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.famous import FAMOUS
from web_server.privacy.detectors.foreign_names import names_in_other_scripts
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.given_names import GIVEN_WORDS
from web_server.privacy.detectors.letters import CAPITALISED, INITIAL, PARTICLE, UPPER
from web_server.privacy.detectors.name_contexts import names_by_context
from web_server.privacy.detectors.name_lists import names_in_lists
from web_server.privacy.detectors.name_runs import is_german, joins, judge_run, span_of
from web_server.privacy.detectors.name_token import Token, tokens_of
from web_server.privacy.detectors.nobody import is_a_things, is_a_word_of_science, is_published, is_textbook
from web_server.privacy.detectors.not_names import AFTER_THINGS, BEFORE_PLACES, MONTHS, NOT_NAMES, PLACES
from web_server.privacy.detectors.person_cues import (
    ASKED,
    ASKED_NAME,
    CUES,
    MET,
    MET_NAME,
    RELATED,
    NameCue,
)  # fmt: skip
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.small_names import names_in_small_letters
from web_server.privacy.spans import Span

_RUN = re.compile(
    rf"(?<![\w@#/\\$<_])(?:{INITIAL}|{CAPITALISED})"
    rf"(?:(?:[ \u00a0](?:{PARTICLE}[ \u00a0])?|(?<=\.))(?:{INITIAL}|{CAPITALISED})){{0,7}}(?![\w(_@/\\]|\.\w)"
)
_ADDRESS = re.compile(r"([A-Za-z][\w.\-]{1,60})@[\w\-]+\.\w")
_OWNER = re.compile(
    rf"({CAPITALISED}(?: (?:{PARTICLE} )?(?:{CAPITALISED}|{INITIAL})){{1,3}})[\"']?,?\s{{0,2}}(?:[<(\[]|mailto:)\s?$"
)
_PARTS = re.compile(r"[^\W\d_]{2,}")
_LETTERHEAD = re.compile(
    rf"^[>\s]{{0,4}}({CAPITALISED}(?: (?:{CAPITALISED}|{INITIAL}|[{UPPER}])){{1,3}})[ \t]{{0,3}}$", re.MULTILINE
)
_REACHABLE = re.compile(r"@\w|\d{3}")
_OPENERS = frozenset("<([:")
_GLUED = frozenset("@/_-(")
_BY_NAME_ALONE = frozenset(("person-doing", "person-first", "person-surname", "person-known", "person-asked"))
_WORD_ENDINGS = ("tion", "ions", "ings", "ing", "ers", "ment", "ents", "ness", "ity", "ies", "ed", "ly")
_NEVER_ASKED = NOT_NAMES | RELATED
_CUE_WORDS = frozenset().union(*(cue.words for cue in CUES))
_MENTION = 0.6
_BELIEVED = 0.6
"""Behind a cue of this score one known name is enough, even if it is a word too."""


PUBLIC = "person-mention-public"
"""The reason of names that are public knowledge: the finder keeps them where the policy keeps well-known people."""


def _as_published(found: Sequence[Span], reading: Reading) -> Iterator[Span]:
    """Authors are public, where nothing but their name and their work is said."""
    for span in found:
        lone = span.reason in _BY_NAME_ALONE
        if lone and is_published(span.start, span.end, reading, by_work=span.reason != "person-first"):
            yield Span(span.start, span.end, span.kind, span.score, PUBLIC)
        else:
            yield span


class PersonDetector(Detector):
    """Cues, then known names, then addresses, then every other mention of a name found so."""

    KINDS = (kinds.PERSON, kinds.USERNAME)  # who speaks in a chat may have a made-up name

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        runs = self._runs(reading)
        found = [
            *self._announced(reading),
            *self._known(reading, runs),
            *self._asked(reading),
            *names_in_small_letters(reading, self._names),
            *names_in_lists(reading, self._names),
            *names_by_context(reading, self._names),
            *names_in_other_scripts(text),
            *self._addressed(reading, runs),
            *self._headed(reading),
        ]
        found = list(_as_published([span for span in found if not self._is_nobody(span, reading)], reading))
        yield from found
        yield from speakers(reading, self._names)
        yield from self._mentioned(reading, [span for span in found if span.score >= _MENTION])

    def _announced(self, reading: Reading) -> Iterator[Span]:
        present = _CUE_WORDS & reading.words
        for cue in CUES if present else ():
            for word in cue.words & present:
                for _, end in reading.places[word]:
                    found = cue.pattern.match(reading.text, end)
                    if found is not None:
                        yield from self._believe(cue, tokens_of(found[1], found.start(1)))

    def _asked(self, reading: Reading) -> Iterator[Span]:
        """A word that no list knows, where only a person is spoken to: `ask Xochitl about it`."""
        for cues, pattern in ((ASKED, ASKED_NAME), (MET, MET_NAME)):
            for word in cues & reading.words:
                for _, end in reading.places[word]:
                    found = pattern.match(reading.text, end)
                    if found is not None and self._is_nobodys_word(found[1]):
                        yield Span(*found.span(1), kinds.PERSON, 0.5, "person-asked")

    def _is_nobodys_word(self, name: str) -> bool:
        keys = name.lower().split()
        return all(
            len(key) > 3
            and not key.endswith(_WORD_ENDINGS)
            and key not in self._names.words
            and key not in _NEVER_ASKED
            for key in keys
        )

    def _is_nobody(self, span: Span, reading: Reading) -> bool:
        text = reading.text
        if span.reason in _BY_NAME_ALONE and is_a_word_of_science(
            span.start, span.end, text, first=text[span.start : span.end].lower() in self._names.first
        ):
            return True
        if span.score < _MENTION and is_textbook(span.start, span.end, reading):
            return True
        return is_a_things(span.start, reading)

    def _believe(self, cue: NameCue, tokens: list[Token]) -> Iterator[Span]:
        name = self._trimmed(tokens)
        if not name:
            return
        score = cue.score
        if not cue.sure:
            known = any(
                (token.key in self._names.first and (score >= _BELIEVED or token.key in GIVEN_WORDS or len(name) > 1))
                or (score >= _BELIEVED and token.key in GIVEN_WORDS)
                for token in name
            )
            plain = any(self._names.is_plain_first(token.key) or self._names.is_plain_last(token.key) for token in name)
            believed = len(name) > 1 or score >= _BELIEVED or name[0].key not in PLACES | MONTHS
            if score < _BELIEVED and len(name) == 1 and len(name[0].word) < 5 and name[0].word.isupper():
                return  # `512 bits for SHA`
            if not (plain or (known and believed) or self._is_unheard_of(name)):
                return
        yield span_of(name, score, f"person-{cue.name}")

    def _is_unheard_of(self, name: Sequence[Token]) -> bool:
        """Two or three words of which none is a word or a place: most likely a name of a language not listed."""
        return len(name) in (2, 3) and all(
            token.is_initial
            or (
                len(token.word) > 2
                and token.word[1:].islower()
                and token.key not in self._names.words
                and token.key not in COMMON
                and token.key.removesuffix("s") not in COMMON
                and not token.key.endswith(_WORD_ENDINGS)
            )
            for token in name
            if token.is_capitalised
        )

    def _trimmed(self, tokens: Sequence[Token]) -> list[Token]:
        """As many words from the left as can be a name; none where a thing or a word begins."""
        name: list[Token] = []
        for at, token in enumerate(tokens if tokens and tokens[0].key not in BEFORE_PLACES else ()):
            if name and name[-1].owns:
                break
            if name and not name[-1].is_capitalised and self._names.is_plain_first(token.key):
                break  # `Schneider von Katharina` is two people
            if joins(tokens, at) or (not name and token.key in GIVEN_WORDS):
                name.append(token)
                continue
            if (
                token.is_capitalised
                and len(token.word) > 1
                and (
                    token.key in NOT_NAMES
                    or token.is_no_name
                    or (token.key in AFTER_THINGS and name and token.key not in self._names.last)
                    or self._names.is_word(token.key)
                )
            ):
                break
            name.append(token)
        while name and not name[-1].is_capitalised:
            name.pop()
        return name if any(not token.is_initial and len(token.word) > 1 for token in name) else []

    def _runs(self, reading: Reading) -> list[list[Token]]:
        """Runs of capitalised words; a lone word that is no first name is not worth a token."""
        text, first = reading.text, self._names.first
        german = is_german(reading)
        runs = []
        for found in _RUN.finditer(text):
            run = found[0]
            if " " in run or "." in run or "\u00a0" in run:
                runs.append(tokens_of(run, found.start()))
            elif run.lower() in first or (run[-2:-1] in "'’" and run[:-2].lower() in first):
                runs.append([Token(run, found.start())])
            elif german and run[-1] == "s" and run[:-1].lower() in self._names.common:
                owner = Token(run, found.start())
                owner.key, owner.owns = owner.key[:-1], True  # `Annas Haus`
                runs.append([owner])
        return runs

    def _known(self, reading: Reading, runs: Sequence[list[Token]]) -> Iterator[Span]:
        for tokens in runs:
            yield from judge_run(tokens, self._names, reading)

    def _addressed(self, reading: Reading, runs: Sequence[list[Token]]) -> Iterator[Span]:
        """`Anna Kowalska ... anna.kowalska@`: the address says which words are the name."""
        text = reading.text
        if "@" not in text:
            return
        spelled: set[str] = set()
        for found in _ADDRESS.finditer(text):
            spelled.update(_PARTS.findall(found[1].lower()))
            if text[max(0, found.start() - 2) : found.start()].strip()[-1:] in _OPENERS:
                owner = _OWNER.search(text, max(0, found.start() - 80), found.start())
                if owner is not None:
                    yield Span(*owner.span(1), kinds.PERSON, 0.8, "person-owner")
        spelled = {part for part in spelled if part in reading.places and len(part) > 2} - NOT_NAMES
        for tokens in runs if spelled else ():
            told = [token.key for token in tokens if token.key in spelled]
            if len(told) > 1 or (told and len(tokens) > 1 and not self._names.is_word(told[0])):
                name = self._trimmed(tokens)
                if name and any(token.key in spelled for token in name):
                    yield span_of(name, 0.8, "person-address")

    def _headed(self, reading: Reading) -> Iterator[Span]:
        """A line that is nothing but a name, with an address, a number or a mailbox in the next lines."""
        if not reading.has_digit and "@" not in reading.text:
            return
        for found in _LETTERHEAD.finditer(reading.text):
            name = tokens_of(found[1], found.start(1))
            if self._is_unheard_of(name) and _REACHABLE.search(reading.text, found.end(), found.end() + 120):
                yield span_of(name, 0.55, "person-letterhead")

    def _mentioned(self, reading: Reading, found: Sequence[Span]) -> Iterator[Span]:
        """The same person by one name only: `Rachel` after `Rachel Zheng`."""
        text = reading.text
        parts: dict[str, str] = {}
        told: set[int] = set()
        for span in found:
            name = text[span.start : span.end]
            public = span.reason == PUBLIC or (span.reason == "person-known" and name.lower() in FAMOUS)
            reason = PUBLIC if public else "person-mention"
            for token in tokens_of(name, span.start):
                told.add(token.start)
                if token.is_capitalised and len(token.word) > 2 and not self._names.is_word(token.key):
                    for part in _PARTS.findall(token.key) if "-" in token.key else (token.key,):
                        if not (public and part in parts):
                            parts[part] = reason
        for part, reason in parts.items():
            for start, end in reading.places.get(part, ()):
                if start in told or not text[start].isupper():
                    continue
                if text[start - 1 : start] not in _GLUED and text[end : end + 1] not in _GLUED:
                    yield Span(start, end, kinds.PERSON, _MENTION, reason)
