"""An operator's own patterns: what the policy file's `patterns:` say, as one more family beside our detectors.

Read by `policy_patterns`, run by the finder. Each runs on RE2 (see `linear`). Never logs and never keeps a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from web_server.privacy.detectors.reading import Reading
from web_server.privacy.linear import LinearPattern
from web_server.privacy.spans import Span

_RAISE = 0.35
"""What a context word adds to a score: Presidio's own figure, so that a recognizer carried over scores the same."""


@dataclass(frozen=True, slots=True)
class OwnPattern:
    """One of them. `context`: words in lower case, one of which nearby raises the score."""

    name: str
    kind: str
    pattern: LinearPattern = field(repr=False)
    score: float
    context: frozenset[str] = frozenset()


class OwnPatterns:
    """All of a policy's, run over one text."""

    def __init__(self, patterns: Sequence[OwnPattern]) -> None:
        self._patterns = tuple(patterns)

    def spans(self, reading: Reading) -> Iterator[Span]:
        for own in self._patterns:
            is_near = bool(own.context & reading.words)
            for found in own.pattern.finditer(reading.text):
                score = own.score
                if is_near and own.context & (reading.before(found.first) | reading.after(found.last)):
                    score = min(1.0, score + _RAISE)
                yield Span(found.first, found.last, own.kind, score, f"own-{own.name}")
