"""What a detector finds, as kind and text, for tables of hits and near-misses."""

from __future__ import annotations

from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import DEFAULT, Policy


def spans_of(detector: Detector, text: str, least: float = 0.5) -> set[tuple[str, str]]:
    return {(s.kind, text[s.start : s.end]) for s in detector.spans(Reading(text)) if s.score >= least}


def found(text: str, policy: Policy = DEFAULT) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in PatternFinder(policy).find(text)]
