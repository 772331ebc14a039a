"""Where a tagger and the rules do not agree: which of them is believed.

Called by the finder, before and after overlaps are settled. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.read_names import PUBLIC_READ, READ, SURE
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.settle import rest
from web_server.privacy.spans import END, START, Span
from web_server.privacy.tagger.name import Name

PROPER: Final = "proper"
"""What the reasons of the detector of proper names begin with."""
IN_PASSING = frozenset(("person-known", "person-first", "person-surname", "person-mention", "person-doing"))
"""Reasons that rest on the name alone."""
_LONE = IN_PASSING | {"person-small-letters"}
_WEAK = 0.6
_DOUBTFUL = IN_PASSING - {"person-mention"}
"""Those that rest on nothing else in the text either: of these the tagger is asked."""
_TOLD, _TOLD_WHY = 0.5, 0.6
"""Rules that are likely, and those that have a reason: a word before it, a field, a form."""
_WORDS = re.compile(r"[^\W\d_]+")


def yielding(found: Sequence[Span], text: str) -> Iterator[Span]:
    """What was read and what the rules found, made to agree.

    What was read is left where a rule says that it is something else: the surer the reading, the surer must the rule
    be. A name that a capital alone spoke for is left to what was read in it, but for its other words.
    """
    rules = sorted((span for span in found if span.reason not in (READ, PUBLIC_READ)), key=START)
    ends = list(accumulate((span.end for span in rules), max))
    kept = [span for span in found if span.reason != READ or not _is_told(span, rules, ends)]
    read = sorted((span for span in kept if span.reason == READ and span.score >= _TOLD), key=START)
    for span in kept:
        if not span.reason.startswith(PROPER) or not read:
            yield span
            continue
        start = span.start
        for name in read[bisect_right(read, span.start, key=END) :]:
            if name.start >= span.end:
                break
            if left := rest(span, start, name.start, text):
                yield left
            start = name.end
        if start == span.start:
            yield span
        elif left := rest(span, start, span.end, text):
            yield left


def _is_told(span: Span, rules: Sequence[Span], ends: Sequence[int]) -> bool:
    at = bisect_right(ends, span.start)
    while at < len(rules) and rules[at].start < span.end:
        rule = rules[at]
        covers = rule.kind == kinds.PERSON and rule.start <= span.start and rule.end >= span.end
        unsure = span.score < SURE or rule.score >= _TOLD_WHY or covers
        if rule.end > span.start and rule.kind != span.kind and rule.score >= _TOLD and unsure:
            return True
        at += 1
    return False


def is_doubted(span: Span, names: Sequence[Name] | None, public: Sequence[Span], reading: Reading) -> bool:
    """What rests on a list of names alone, or on a capital in German, where the tagger reads no name at all; and a
    piece of a name that everybody knows. `names` is None where silence says nothing."""
    if public and _is_lone(span):
        at = bisect_left(public, span.end, key=END)
        if at < len(public) and public[at].start <= span.start:
            return True
    doubtful = span.reason in _DOUBTFUL or (span.reason.startswith(PROPER) and reading.language == "de")
    return doubtful and names is not None and is_denied(span, names)


def _is_lone(span: Span) -> bool:
    """Whether no more than the name and a word such as `is` speaks for it."""
    return span.reason in _LONE or (span.reason == "person-introduced" and span.score <= _WEAK)


def is_denied(span: Span, names: Sequence[Name]) -> bool:
    """Whether the tagger reads no name at all there, however unlikely."""
    at = bisect_right(names, span.start, key=lambda name: name.end)
    return at == len(names) or names[at].start >= span.end


def without_scraps(settled: Iterable[Span], found: Iterable[Span], text: str) -> Iterator[Span]:
    """Without what another find has left of a name that was read, where no name is left: `Country Club`."""
    whole = {(span.start, span.end) for span in found if span.reason == READ}
    for span in settled:
        if span.reason != READ or (span.start, span.end) in whole or _holds_a_name(text[span.start : span.end]):
            yield span


def _holds_a_name(value: str) -> bool:
    return any(word[0].isupper() and word.lower() not in COMMON for word in _WORDS.findall(value) if len(word) > 1)
