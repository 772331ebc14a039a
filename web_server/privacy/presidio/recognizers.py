"""Our detectors as Presidio recognizers, for a registry or an `AnalyzerEngine` of somebody's own.

Called by those who build on Presidio. A recognizer finds what its detector finds; it needs no NLP artifacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.table import DETECTORS


class DetectorRecognizer(LocalRecognizer):  # type: ignore[misc]  # Presidio is untyped to mypy (follow_imports = skip)
    """One detector with Presidio's face."""

    def __init__(self, detector: Detector, language: str = "en") -> None:
        self._detector = detector
        name = type(detector).__name__
        super().__init__(supported_entities=list(detector.KINDS), name=name, supported_language=language)

    def load(self) -> None:
        """Nothing to load; Presidio asks for it."""

    def analyze(self, text: str, entities: Sequence[str] | None, nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """What the detector finds of `entities`; none named means all."""
        return [
            RecognizerResult(span.kind, span.start, span.end, span.score)
            for span in self._detector.spans(Reading(text))
            if not entities or span.kind in entities
        ]


def recognizers(language: str = "en") -> list[DetectorRecognizer]:
    """One recognizer a detector. Presidio keeps a registry a language; our detectors read six in one pass."""
    return [DetectorRecognizer(detector(), language) for detector in DETECTORS]
