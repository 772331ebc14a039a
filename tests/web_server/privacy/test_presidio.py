"""Presidio and this room fit together in both directions."""

from __future__ import annotations

import subprocess
import sys

import pytest
from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import EmailRecognizer, UsLicenseRecognizer
from presidio_anonymizer import AnonymizerEngine, DeanonymizeEngine
from presidio_anonymizer.entities import InvalidParamError, OperatorConfig

from web_server.privacy import kinds
from web_server.privacy.detectors.table import DETECTORS
from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.presidio.operators import Restore, Surrogate
from web_server.privacy.presidio.recognizers import recognizers

TEXT = "My name is Annika Dahlgren, write to annika@fjordmail.example or pay DE89 3704 0044 0532 0130 00."
PRIVATE = ("Annika Dahlgren", "annika@fjordmail.example", "DE89 3704 0044 0532 0130 00")


class NoNlp(NlpEngine):
    """An engine without a model: our detectors need no tokens."""

    def load(self) -> None:
        pass

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return NlpArtifacts([], [], [], [], self, language)

    def process_batch(self, texts, language, **kwargs):
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


@pytest.fixture(scope="module")
def engine() -> AnalyzerEngine:
    return AnalyzerEngine(registry=RecognizerRegistry(recognizers()), nlp_engine=NoNlp(), supported_languages=["en"])


def test_our_detectors_find_the_same_inside_presidios_engine(engine: AnalyzerEngine) -> None:
    found = {(result.entity_type, TEXT[result.start : result.end]) for result in engine.analyze(TEXT, language="en")}
    assert {(span.kind, TEXT[span.start : span.end]) for span in PatternFinder().find(TEXT)} <= found
    assert len(recognizers()) == len(DETECTORS)


def test_a_recognizer_gives_only_the_entities_it_is_asked_for(engine: AnalyzerEngine) -> None:
    asked = engine.analyze(TEXT, language="en", entities=[kinds.IBAN_CODE])
    assert [TEXT[result.start : result.end] for result in asked] == [PRIVATE[2]]


def test_presidios_anonymizer_hides_through_the_ledger_and_its_deanonymizer_restores(engine: AnalyzerEngine) -> None:
    ledger = Ledger(b"s" * 32)
    hide, back = AnonymizerEngine(), DeanonymizeEngine()
    hide.add_anonymizer(Surrogate)
    back.add_deanonymizer(Restore)
    hidden = hide.anonymize(
        TEXT, engine.analyze(TEXT, language="en"), {"DEFAULT": OperatorConfig("surrogate", {"ledger": ledger})}
    )
    assert not [value for value in PRIVATE if value in hidden.text]
    restored = back.deanonymize(hidden.text, hidden.items, {"DEFAULT": OperatorConfig("restore", {"ledger": ledger})})
    assert restored.text == TEXT


def test_an_operator_without_a_ledger_is_refused_by_presidio() -> None:
    with pytest.raises(InvalidParamError, match="ledger"):
        Surrogate().validate({})


def test_a_stock_presidio_recognizer_plugs_in() -> None:
    finder = PatternFinder(extra=[UsLicenseRecognizer()])
    text = "my driver license is H12234567"
    assert [text[s.start : s.end] for s in finder.find(text)] == ["H12234567"]
    assert PatternFinder(extra=[EmailRecognizer()]).find("a@example.com")[0].kind == kinds.EMAIL_ADDRESS


def test_an_operators_own_recognizer_is_raised_by_its_context_words() -> None:
    badge = PatternRecognizer("BADGE", patterns=[Pattern("badge", r"\bB\d{4}\b", 0.2)], context=["badge"])
    finder = PatternFinder(extra=[badge])
    assert [span.kind for span in finder.find("my badge B1234")] == ["BADGE"]
    assert finder.find("the plane B1234") == []


def test_who_plugs_nothing_in_does_not_pay_for_presidio() -> None:
    program = "import sys, web_server.app; sys.exit('spacy' in sys.modules or 'presidio_analyzer' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
