"""Presidio's own recognizers, or any written for it, beside ours.

Made by the finder from those that its policy names and those that code hands it. They get what Presidio's engine would
give them - tokens of a blank pipeline, context words that raise a score - but no model is loaded, nothing is fetched.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts

from web_server.privacy.offline import stay_offline
from web_server.privacy.presidio.bounded import bound
from web_server.privacy.presidio.chosen import Chosen
from web_server.privacy.spans import Span


class Plugged:
    """Runs recognizers one after the other over one text."""

    def __init__(self, chosen: Sequence[Chosen], extra: Sequence[EntityRecognizer] = ()) -> None:
        stay_offline()
        for recognizer in extra:
            bound(recognizer)
        self._chosen = (*chosen, *(Chosen(recognizer, {}) for recognizer in extra))
        self._enhancer = LemmaContextAwareEnhancer()
        self._lock = threading.Lock()
        self._tokenizer: Any = None

    def spans(self, text: str) -> Iterator[Span]:
        artifacts = self._artifacts(text)
        for chosen in self._chosen:
            recognizer = chosen.recognizer
            results = recognizer.analyze(text, recognizer.supported_entities, artifacts) or []
            for result in results:
                metadata = dict(result.recognition_metadata or {})
                metadata.setdefault(result.RECOGNIZER_IDENTIFIER_KEY, recognizer.id)
                result.recognition_metadata = metadata
            for result in self._enhancer.enhance_using_context(text, results, artifacts, [recognizer]):
                if not 0 <= result.start < result.end <= len(text):
                    raise ValueError(f"{recognizer.name} found something outside the text")
                kind = chosen.renamed.get(result.entity_type, result.entity_type)
                yield Span(result.start, result.end, kind, result.score, recognizer.name)

    def _artifacts(self, text: str) -> NlpArtifacts:
        with self._lock:  # spaCy's vocabulary grows while it reads
            if self._tokenizer is None:
                import spacy  # noqa: PLC0415  0.1 s that only a plugged-in recognizer should cost

                self._tokenizer = spacy.blank("en").tokenizer
            tokens = self._tokenizer(text)
        lemmas = [token.lower_ for token in tokens]
        artifacts = NlpArtifacts([], tokens, [token.idx for token in tokens], lemmas, None, "en")
        artifacts.keywords = [token.lower_ for token in tokens if token.is_alpha and not token.is_stop]
        return artifacts
