"""What a detector is, and the table of rules and cues that fully says most of them.

Subclassed by every family in this package; the finder calls `spans`. `web_server.privacy.presidio` gives each one
Presidio's face. Never uses NLP artifacts, never logs.

Scores are on one scale, so that a policy's threshold means the same for every kind:

    0.9  to 1.0   a checksum, a published format, a form that nothing else has: settling lets it beat a longer guess
    0.7  to 0.85  the words beside it say what it is, or its form does
    0.5  to 0.65  likely: the default policy's threshold is 0.5
    0.3  to 0.4   for policies that hide public names, any link and any date: the threshold of `strict` is 0.3
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern looked for in the whole text. The value is its last group that matched, else the whole match."""

    kind: str
    name: str
    pattern: re.Pattern[str]
    score: float
    check: Check | None = None
    marks: tuple[str, ...] = ()
    """The text must contain one of these for the pattern to be tried; empty: always tried."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that announce a value, and the pattern that must match right behind them; the value as in a rule."""

    kind: str
    name: str
    words: frozenset[str]
    pattern: re.Pattern[str]
    score: float
    check: Check | None = None


class Detector:
    """One family of kinds."""

    KINDS: ClassVar[tuple[str, ...]]
    BEST: ClassVar[float] = 1.0
    """The highest score it gives: under a policy that asks for more it is not run at all."""
    WHOLE: ClassVar[bool] = False
    """Whether it reads a long text as a whole, and then goes through it line by line; the others see windows of it."""

    def spans(self, reading: Reading) -> Iterator[Span]:
        """Spans in any order, overlapping as they may."""
        raise NotImplementedError


class TableDetector(Detector):
    """A family that is fully said by a table of rules and cues."""

    RULES: ClassVar[tuple[Rule, ...]] = ()
    CUES: ClassVar[tuple[Cue, ...]] = ()

    def spans(self, reading: Reading) -> Iterator[Span]:
        for rule in self.RULES:
            yield from follow_rule(rule, reading)
        for cue in self.CUES:
            yield from follow_cue(cue, reading)


def follow_rule(rule: Rule, reading: Reading) -> Iterator[Span]:
    text = reading.text
    if rule.marks and not any(mark in text for mark in rule.marks):
        return
    for found in rule.pattern.finditer(text):
        yield from _span_of(rule, found)


def follow_cue(cue: Cue, reading: Reading) -> Iterator[Span]:
    for word in cue.words & reading.words:
        for _, end in reading.places[word]:
            found = cue.pattern.match(reading.text, end)
            if found is not None:
                yield from _span_of(cue, found)


def _span_of(rule: Rule | Cue, found: re.Match[str]) -> Iterator[Span]:
    group = found.lastindex or 0
    if found[group] and (rule.check is None or rule.check(found[group])):
        yield Span(found.start(group), found.end(group), rule.kind, rule.score, rule.name)
