"""Presidio as it comes, with a blank spaCy pipeline: what a first run has without a download. The peer to beat.

Used by `bench.detection`. All its default recognizers, its default threshold (0), overlaps left as it leaves them.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from typing import Any

from web_server.privacy import kinds
from web_server.privacy.offline import stay_offline
from web_server.privacy.spans import Span

KINDS = {
    "DOMAIN_NAME": kinds.URL,
    "US_BANK_NUMBER": kinds.BANK_ACCOUNT,
    "US_DRIVER_LICENSE": kinds.DRIVER_LICENSE,
    "US_PASSPORT": kinds.PASSPORT,
    "MEDICAL_LICENSE": kinds.MEDICAL_RECORD,
}
LANGUAGES = ("en", "de", "es", "fr", "it", "nl")


class StockPresidio:
    """Its AnalyzerEngine with one blank pipeline a language."""

    def __init__(self) -> None:
        import spacy  # noqa: PLC0415 - a second of imports that only this peer costs
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
        from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

        stay_offline()
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        warnings.simplefilter("ignore")

        class Blank(SpacyNlpEngine):  # type: ignore[misc]  # Presidio is untyped to mypy
            def load(self) -> None:
                self.nlp = {language: spacy.blank(language) for language in LANGUAGES}

        models = [{"lang_code": language, "model_name": "blank"} for language in LANGUAGES]
        engine: Any = Blank(models=models)
        engine.load()
        registry = RecognizerRegistry(supported_languages=list(LANGUAGES))
        registry.load_predefined_recognizers(languages=list(LANGUAGES), nlp_engine=engine)
        self._analyzer = AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=list(LANGUAGES))

    def find(self, text: str, language: str) -> Sequence[Span]:
        """What it finds, longest first where two overlap, as its anonymizer would replace it."""
        results = self._analyzer.analyze(text, language=language if language in LANGUAGES else "en")
        found: list[Span] = []
        for each in sorted(results, key=lambda each: (-each.score, each.start - each.end)):
            if all(each.end <= other.start or other.end <= each.start for other in found):
                found.append(Span(each.start, each.end, KINDS.get(each.entity_type, each.entity_type), each.score))
        return sorted(found, key=lambda span: span.start)
