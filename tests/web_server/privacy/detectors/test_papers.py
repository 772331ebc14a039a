"""Papers, files, ages and names of accounts in six languages: what the words before them announce."""

from __future__ import annotations

import pytest

from tests.support.finding import found, spans_of
from web_server.privacy.detectors.calendar import CalendarDetector
from web_server.privacy.detectors.handles import HandleDetector
from web_server.privacy.detectors.papers import PaperDetector


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Reisepass Nr. C01X00T47", "PASSPORT", "C01X00T47"),
        ("numéro de passeport : 12AB34567", "PASSPORT", "12AB34567"),
        ("passaporto n. YA1234567", "PASSPORT", "YA1234567"),
        ("número de pasaporte: AAB123456", "PASSPORT", "AAB123456"),
        ("paspoort nr. NX1234567", "PASSPORT", "NX1234567"),
        ("permis de conduire n° 12AB34567", "DRIVER_LICENSE", "12AB34567"),
        ("patente di guida MI1234567X", "DRIVER_LICENSE", "MI1234567X"),
        ("rijbewijs: 1234567890", "DRIVER_LICENSE", "1234567890"),
        ("Führerschein-Nr. B072RRE2I55", "DRIVER_LICENSE", "B072RRE2I55"),
        ("immatriculé AB-123-CD", "LICENSE_PLATE", "AB-123-CD"),
        ("targata AB 123 CD", "LICENSE_PLATE", "AB 123 CD"),
        ("matrícula: 1234BCD", "LICENSE_PLATE", "1234BCD"),
        ("met kenteken 12-ABC-3", "LICENSE_PLATE", "12-ABC-3"),
        ("Patienten-ID 483920", "MEDICAL_RECORD", "483920"),
        ("n° de dossier médical : 483920", "MEDICAL_RECORD", "483920"),
        ("historia clínica nº 483920", "MEDICAL_RECORD", "483920"),
        ("cartella clinica n. 483920", "MEDICAL_RECORD", "483920"),
        ("patiëntnummer 483920", "MEDICAL_RECORD", "483920"),
        ("health insurance number 1EG4-TE5-MK73", "MEDICAL_RECORD", "1EG4-TE5-MK73"),
    ],
)
def test_a_paper_is_found_in_six_languages(text: str, kind: str, value: str) -> None:
    assert (kind, value) in spans_of(PaperDetector(), text)


@pytest.mark.parametrize(
    "text",
    ["patient 45 years old", "the patient 2023-05-01 visit", "dossier de 12 pages", "la historia de 1812",
     "pass rate 99.5",
     "matrícula abierta", "the license 2.0 text", "patent 4711"],
)  # fmt: skip
def test_the_words_of_papers_in_prose_are_none(text: str) -> None:
    assert spans_of(PaperDetector(), text) == set()


@pytest.mark.parametrize(
    "text",
    ["I'm {}.", "{}yo male", "{} y.o. man", "she just turned {}", "aged {}", "{} Jahre alt", "{}-jährige Frau",
     "âgé de {} ans",
     "edad: {}", "{} anni", "{} jaar", "leeftijd: {}"],
)  # fmt: skip
def test_an_age_is_found_in_six_languages(text: str) -> None:
    assert spans_of(CalendarDetector(), text.format(34)) == {("AGE", "34")}


@pytest.mark.parametrize(
    "text", ["I'm 34% sure", "turned 34,000 pages", "I am 3.5 out", "34 people", "340 years old, 1.34 y"]
)
def test_other_numbers_are_no_ages(text: str) -> None:
    assert ("AGE", "34") not in spans_of(CalendarDetector(), text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my discord is jdoe#1234", "jdoe#1234"),
        ("u/jdoe84 on reddit", "jdoe84"),
        ("gamertag DarkLord99", "DarkLord99"),
        ("my Steam name is DarkLord99", "DarkLord99"),
        ("user: jdoe84", "jdoe84"),
        ("usuario: jdoe84", "jdoe84"),
    ],
)
def test_the_name_of_an_account_is_found(text: str, value: str) -> None:
    assert found(text) == [("USERNAME", value)]


@pytest.mark.parametrize(
    "text", ["user: hello there", "issue #1234", "steam engine", "https://x.example/u/x", "the epic is long"]
)
def test_other_words_name_no_account(text: str) -> None:
    assert spans_of(HandleDetector(), text) == set()
