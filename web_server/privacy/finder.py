"""Finds what is private in a text by patterns, checksums, words and lists of names: no model, no network.

Made once and called from worker threads: nothing is written after construction but one lazily made tokenizer.
Presidio's recognizers plug in through `extra`; its AnalyzerEngine is not run, because it takes 7 ms for 1,000
characters where this takes one to two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from web_server.privacy import kinds
from web_server.privacy.detectors.famous import FAMOUS
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.table import DETECTORS
from web_server.privacy.policy import DEFAULT, Policy
from web_server.privacy.settle import settle
from web_server.privacy.spans import Span

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

    from web_server.privacy.presidio.plugged import Plugged

__all__ = ["PatternFinder"]

_IN_PASSING = frozenset(("person-known", "person-first", "person-surname", "person-mention", "person-doing"))
"""Reasons that rest on the name alone."""


class PatternFinder:
    """A `Finder` that follows one policy. `extra` are Presidio recognizers of the operator's own."""

    def __init__(self, policy: Policy = DEFAULT, extra: Iterable[EntityRecognizer] = ()) -> None:
        self._policy = policy
        self._detectors = [
            detector() for detector in DETECTORS if any(policy.hides(kind, detector.BEST) for kind in detector.KINDS)
        ]
        self._plugged = _plugged(tuple(extra))
        self._denied = [
            (re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE), kind)
            for value, kind in policy.deny.items()
        ]

    def find(self, text: str) -> Sequence[Span]:
        """Settled spans. Raises whatever a detector raises."""
        reading = Reading(text)
        return settle(span for span in self._all(reading) if self._is_hidden(span, reading))

    def _all(self, reading: Reading) -> Iterator[Span]:
        for detector in self._detectors:
            yield from detector.spans(reading)
        if self._plugged is not None:
            yield from self._plugged.spans(reading.text)
        for pattern, kind in self._denied:
            for found in pattern.finditer(reading.text):
                yield Span(*found.span(), kind, 1.0, "deny-list")

    def _is_hidden(self, span: Span, reading: Reading) -> bool:
        if span.reason == "deny-list":
            return True
        if not self._policy.hides(span.kind, span.score):
            return False
        value = reading.text[span.start : span.end].casefold()
        if value in self._policy.allow:
            return False
        return span.kind != kinds.PERSON or self._policy.public_names or not _is_public(value, span.reason)


def _plugged(recognizers: Sequence[EntityRecognizer]) -> Plugged | None:
    if not recognizers:
        return None
    from web_server.privacy.presidio.plugged import Plugged  # noqa: PLC0415 - only who plugs one in pays for Presidio

    return Plugged(recognizers)


def _is_public(name: str, reason: str) -> bool:
    """A well-known person, whom nothing around says to be the caller's own."""
    return reason == "person-mention-public" or (name in FAMOUS and reason in _IN_PASSING)
