"""Presidio recognizers that a policy file names: made at the start, bounded in time, offline."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer import predefined_recognizers as predefined

from tests.support.finding import found
from web_server.privacy.errors import ShieldFailure
from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.linear import LinearPattern
from web_server.privacy.policy import DEFAULT
from web_server.privacy.policy_file import PolicyError, load
from web_server.privacy.presidio import bounded
from web_server.privacy.presidio.chosen import choose
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

_ZIP = (
    "{name: Zip, supported_language: en, supported_entity: MY_ZIP, context: [zip],"
    r" patterns: [{name: zip, regex: '\bZ\d{5}\b', score: 0.2}]}"
)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of an operator's own; its name."""
    (tmp_path / "badges_of_mine.py").write_text(
        "from presidio_analyzer import Pattern, PatternRecognizer, LocalRecognizer\n"
        "class Badge(PatternRecognizer):\n"
        "    def __init__(self, site, supported_language='en', context=None):\n"
        "        super().__init__('BADGE', patterns=[Pattern('b', site + r'-\\d{4}', 0.7)], context=context,\n"
        "                         supported_language=supported_language)\n"
        "    def validate_result(self, pattern_text):\n"
        "        return False if pattern_text.endswith('0') else None\n"
        "class Broken(LocalRecognizer):\n"
        "    def __init__(self): raise OSError('words of a private file')\n"
        "NotOne = dict\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return "badges_of_mine"


def test_a_class_of_presidio_is_named_by_its_path_and_its_entity_by_a_kind_of_ours() -> None:
    path = "presidio_analyzer.predefined_recognizers.UsPassportRecognizer"
    policy = load(f"recognizers: [{{class: {path}, kinds: {{US_PASSPORT: PASSPORT}}}}]", "p.yaml")
    assert policy.recognizers[0].kinds == ("PASSPORT",)
    plain = load(
        f"recognizers: [{path}]\nthresholds: {{US_PASSPORT: 0.05}}\ntreatments: {{US_PASSPORT: tag}}", "p.yaml"
    )
    assert ("US_PASSPORT", "A12345678") in found("A12345678", plain)


def test_a_class_of_ones_own_gets_its_arguments_and_keeps_its_check(module: str) -> None:
    policy = load(f"recognizers: [{{class: '{module}:Badge', language: de, site: Werk}}]", "p.yaml")
    assert policy.recognizers[0].recognizer.supported_language == "de"
    assert found("Ausweis Werk-4821, Werk-4820", policy) == [("BADGE", "Werk-4821")]


def test_a_recognizer_without_code_is_presidios_own_yaml() -> None:
    policy = load(f"recognizers: [{_ZIP}]", "p.yaml")
    assert found("my zip Z12345", policy) == [("MY_ZIP", "Z12345")]
    assert found("my car Z12345", policy) == []
    words = load("recognizers: [{name: T, supported_entity: TEAM, deny_list: [Blue Heron, Q-7]}]", "p.yaml")
    assert found("Ask Blue Heron or Q-7.", words) == [("TEAM", "Blue Heron"), ("TEAM", "Q-7")]
    named = load(
        "recognizers: [{name: UsPassportRecognizer, type: predefined, "
        "supported_languages: [{language: en, context: [book]}]}]",
        "p.yaml",
    )
    assert named.recognizers[0].recognizer.context == ["book"]


def test_what_a_recognizer_finds_leaves_hidden_and_comes_back() -> None:
    policy = load(f"recognizers: [{_ZIP}]", "p.yaml")
    ledger = Ledger(b"s" * 32)
    query = Query(ModelRef("a", "b"), {"messages": [{"role": "user", "content": "my zip is Z12345, 😀 zip Z12345"}]})
    left = Shield(PatternFinder(policy), policy).protect(query, ledger).payload["messages"][0]["content"]
    assert "12345" not in left
    assert Restorer(ledger).text(left) == "my zip is Z12345, 😀 zip Z12345"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("no_such_module.Recognizer", "cannot import `no_such_module`: ModuleNotFoundError"),
        ("NoSuchRecognizer", "has no class `NoSuchRecognizer`"),
        ("'badges_of_mine:NotOne'", "`NotOne` is no Presidio recognizer"),
        ("'badges_of_mine:Broken'", "`Broken` cannot be made: OSError"),
        ("'badges_of_mine:Badge'", "`Badge` cannot be made:"),
        ("{class: UsPassportRecognizer, colour: red}", "unexpected keyword argument 'colour'"),
        ("{class: UsPassportRecognizer, kinds: {PASSPORT: PASSPORT}}", "finds US_PASSPORT, not PASSPORT"),
        ("{class: UsPassportRecognizer, kinds: {US_PASSPORT: passport}}", "expected a kind, or a new name"),
        ("AzureAILanguageRecognizer", "would send the text elsewhere"),
        ("SpacyRecognizer", "needs a trained model"),
        ("{name: X}", "expected a class, or patterns, or a deny_list"),
        ("{name: X, supported_entity: X, patterns: [{name: x, regex: '(', score: 1}]}", "Invalid regex pattern"),
        ("{name: X, supported_entity: X, patterns: [{name: x, regex: 'a', score: 7}]}", "Invalid score"),
        ("{name: X, patterns: [{name: x, regex: 'a', score: 1}]}", "not a recognizer of Presidio's"),
        ("{name: X, supported_entity: X, patterns: 7}", "not a recognizer of Presidio's"),
        ("[1]", "expected `name: value` lines"),
    ],
)
def test_what_cannot_be_plugged_in_is_an_error_at_the_start(entry: str, why: str, module: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(why)) as error:
        load(f"threshold: 0.5\nrecognizers:\n- {entry}\n", "p.yaml")
    assert str(error.value).startswith("p.yaml:3:")
    assert "private file" not in str(error.value)


def test_every_recognizer_of_presidio_plugs_in_or_says_why_not() -> None:
    names = [name for name in predefined.__all__ if name.endswith("Recognizer")]
    errors = []
    for name in names:
        try:
            load(f"recognizers: [{name}]", "p.yaml")
        except PolicyError as error:
            errors.append(str(error))
    assert len(names) - len(errors) > 80
    assert all("needs a trained model" in error or "elsewhere" in error for error in errors)


def test_a_shared_pattern_is_not_changed_for_others() -> None:
    before = [pattern.compiled_regex for pattern in predefined.UsPassportRecognizer.PATTERNS]
    chosen = choose({"class": "UsPassportRecognizer"})
    assert [pattern.compiled_regex for pattern in predefined.UsPassportRecognizer.PATTERNS] == before
    assert all(isinstance(pattern.compiled_regex, LinearPattern) for pattern in chosen.recognizer.patterns)


def test_a_recognizer_finds_the_same_on_re2() -> None:
    text = "Über A12345678, éA12345678 and AB1234567, 😀C00000001, 123-45-6789 ab@example.com 😀 x@exämple.de"
    for name in ("UsPassportRecognizer", "UsSsnRecognizer", "EmailRecognizer", "UsLicenseRecognizer"):
        stock, ours = getattr(predefined, name)(), choose({"class": name}).recognizer
        spans = [sorted((r.start, r.end, r.score) for r in each.analyze(text, each.supported_entities)) for each in
                 (stock, ours)]  # fmt: skip
        assert spans[0] == spans[1]


def test_a_pattern_that_takes_too_long_fails_closed_and_names_the_recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "SECONDS", 0.05)
    slow = PatternRecognizer("SLOW", name="Slow", patterns=[Pattern("s", r"(?=a)(?:a|a)+(?:a|a)+(?:a|a)+$", 0.9)])
    shield = Shield(PatternFinder(extra=[slow]), DEFAULT)
    query = Query(ModelRef("a", "b"), {"messages": [{"role": "user", "content": "a" * 5000 + "!"}]})
    with pytest.raises(ShieldFailure, match="the recognizer `Slow` took longer") as error:
        shield.protect(query, Ledger(b"s" * 32))
    assert error.value.__context__ is None


def test_the_policy_room_loads_presidio_only_for_a_recognizer() -> None:
    program = (
        "import sys; from web_server.privacy.policy_file import load; from web_server.privacy.finder import *;"
        "PatternFinder(load('patterns: [{name: a, kind: OWN, pattern: x}]', 'p'));"
        "sys.exit('presidio_analyzer' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
