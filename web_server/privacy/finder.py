"""Finds what is private in a text by patterns, checksums, words and lists of names: no model, no network.

Made once and called from worker threads: nothing is written after construction but one lazily made tokenizer.
Presidio's recognizers plug in through the policy, or `extra`; its AnalyzerEngine is not run, because it takes 7 ms for
1,000 characters where this takes one to two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from web_server.privacy.detectors.agreement import IN_PASSING, is_doubted, without_scraps, yielding
from web_server.privacy.detectors.famous import FAMOUS
from web_server.privacy.detectors.known import known
from web_server.privacy.detectors.person import PUBLIC
from web_server.privacy.detectors.read_names import PUBLIC_READ, ReadNames
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.table import DETECTORS
from web_server.privacy.fold import Folded, fold
from web_server.privacy.lexicon import Form, Lexicon
from web_server.privacy.overlay import DENIED, settled
from web_server.privacy.own_patterns import OwnPatterns
from web_server.privacy.policy import DEFAULT, Policy
from web_server.privacy.settle import settle
from web_server.privacy.spans import Span
from web_server.privacy.tagger.engines import tagger_of
from web_server.privacy.wanted import still_wanted
from web_server.privacy.windows import windows

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

    from web_server.privacy.presidio.plugged import Plugged

__all__ = ["PatternFinder"]

_PUBLIC = frozenset((PUBLIC_READ, PUBLIC))


class PatternFinder:
    """A `Finder` that follows one policy. `extra` are Presidio recognizers beside those of the policy."""

    def __init__(self, policy: Policy = DEFAULT, extra: Iterable[EntityRecognizer] = ()) -> None:
        self._policy = policy
        asked = [each for each in DETECTORS if any(policy.hides(kind, each.BEST) for kind in each.KINDS)]
        self._detectors = [detector() for detector in asked if not detector.WHOLE]
        self._whole = [detector() for detector in asked if detector.WHOLE]
        tagger = tagger_of(policy.names) if any(policy.hides(kind, 1.0) for kind in ReadNames.KINDS) else None
        self._names = ReadNames(tagger) if tagger is not None else None
        self._own = OwnPatterns(policy.patterns)
        self._plugged = _plugged(policy, tuple(extra))
        self._denied = _lexicon(policy.deny)
        self._blocked = policy.blocked()

    def find(self, text: str) -> Sequence[Span]:
        """Settled spans, of the text as it stands, however it hides its letters. Raises whatever a detector raises."""
        folded = fold(text)
        found = self._find(folded.text)
        return found if folded.text is text else [_unfolded(span, folded) for span in found]

    def _find(self, text: str) -> list[Span]:
        found: list[Span] = []
        reading = Reading("")
        for window in windows(text):
            still_wanted()
            reading = Reading(window.text)
            at = window.offset
            found += (
                span.moved(at + span.start, at + span.end) if at else span
                for span in self._seen(reading)
                if window.start <= at + span.start < window.end and self._is_hidden(span, reading)
            )
        whole = reading if len(reading.text) == len(text) else Reading(text)
        for detector in self._whole:
            still_wanted()
            found += (span for span in detector.spans(whole) if self._is_hidden(span, whole))
        if self._names is not None:
            found = list(yielding(found, text))
        plain = self._denied.is_empty and not self._blocked
        left = settle(found, text) if plain else settled(found, text, self._blocked)
        return list(without_scraps(left, found, text))

    def _seen(self, reading: Reading) -> Iterator[Span]:
        if self._names is None:
            for detector in self._detectors:
                yield from detector.spans(reading)
        else:
            names = self._names.read(reading)
            read = list(self._names.spans(names, reading))
            public = [span for span in read if span.reason == PUBLIC_READ]
            silent = names if self._names.can_deny else None
            for detector in self._detectors:
                yield from (span for span in detector.spans(reading) if not is_doubted(span, silent, public, reading))
            yield from read
        yield from self._own.spans(reading)
        if self._plugged is not None:
            yield from self._plugged.spans(reading.text)
        for hit in self._denied.all(reading.text):
            yield Span(hit.start, hit.end, hit.form.kind, 1.0, DENIED)

    def _is_hidden(self, span: Span, reading: Reading) -> bool:
        if span.reason == DENIED:
            return True
        if not self._policy.hides(span.kind, span.score):
            return False
        value = reading.text[span.start : span.end]
        if self._policy.keeps(span.kind, value):
            return False
        return self._policy.public_names or not _is_public(span.kind, value.casefold(), span.reason)


def _unfolded(span: Span, folded: Folded) -> Span:
    return span.moved(*folded.stretch(span.start, span.end))


def _lexicon(values: Mapping[str, str]) -> Lexicon:
    """Values by kind, looked for all at once: an operator may deny the names of thousands of employees."""
    lexicon = Lexicon()
    for value, kind in values.items():
        lexicon.add(value, Form(value, kind))
    return lexicon


def _plugged(policy: Policy, extra: Sequence[EntityRecognizer]) -> Plugged | None:
    if not policy.recognizers and not extra:
        return None
    from web_server.privacy.presidio.plugged import Plugged  # noqa: PLC0415 - only who plugs one in pays for Presidio

    return Plugged(policy.recognizers, extra)


def _is_public(kind: str, name: str, reason: str) -> bool:
    """Somebody or something well known, which nothing around says to be the caller's own."""
    if reason in _PUBLIC:
        return True
    return reason in IN_PASSING and known().is_known(kind, name) and (name in FAMOUS or " " in name)
