"""The operator's file of limits: who has which, and what becomes of a file that changes or is wrong."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from web_server.limits.limit import Limit
from web_server.limits.limits_file import LimitsError, LimitsFile

ROOT = Path(__file__).resolve().parents[3]
EVERYONE = Limit(requests_per_minute=10, tokens_per_day=1000)
TEXT = """
callers:
  "*@corp.example": {requests_per_minute: 60}
  ann@corp.example: {requests_per_minute: 0, dollars_per_day: 2}
groups:
  research: {tokens_per_day: 5000, requests_per_minute: 20}
  staff: {tokens_per_day: 9}
"""


def written(folder: Path, text: str) -> LimitsFile:
    (folder / "limits.yaml").write_text(text)
    return LimitsFile(folder / "limits.yaml", EVERYONE)


def test_a_callers_rule_goes_over_the_groups_and_that_over_the_settings(tmp_path: Path):
    limits = written(tmp_path, TEXT)
    assert limits.of("nobody") == EVERYONE
    assert limits.of("bob@corp.example") == Limit(60, tokens_per_day=1000)
    assert limits.of("ann@corp.example") == Limit(0, tokens_per_day=1000, dollars_per_day=2)
    assert limits.of("carl", {"staff", "research"}) == Limit(20, tokens_per_day=5000)
    assert limits.of("bob@corp.example", {"research"}) == Limit(60, tokens_per_day=5000)


def test_without_a_file_the_settings_hold_for_all():
    assert LimitsFile(None, EVERYONE).of("ann@corp.example", {"staff"}) == EVERYONE


def test_the_example_is_one(tmp_path: Path):
    limits = LimitsFile(ROOT / "limits.yaml.example", Limit())
    assert limits.of("x@guests.example") == Limit(10, answers_at_once=2, dollars_per_day=1.5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("callers: {kesia: {requests_per_minute: -1}}", "callers.requests_per_minute"),
        ("callers: {kesia: {requests: 1}}", "callers.requests"),
        ("callers: {kesia: {requests_per_minute: '9'}}", "callers.requests_per_minute"),
        ("groups: {kesia: {dollars_per_day: .inf}}", "groups.dollars_per_day"),
        ("caller: {}", "caller"),
        ("[1]", "the file as a whole"),
        ("callers: {kesia: [", "limits.yaml:1: not YAML"),
        ("", "empty"),
    ],
)
def test_a_mistake_is_named_by_its_place_and_no_caller(tmp_path: Path, text: str, says: str):
    with pytest.raises(LimitsError, match=says) as wrong:
        written(tmp_path, text)
    assert "kesia" not in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there_is_said_to_be(tmp_path: Path):
    with pytest.raises(LimitsError, match="No such file"):
        LimitsFile(tmp_path / "limits.yaml", EVERYONE)


def test_a_change_is_taken_over_and_a_mistake_leaves_the_last_good_version(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    limits = written(tmp_path, TEXT)
    for text, found in (
        ("callers: {ann: {requests_per_minute: 7}}", 7),
        ("callers: {ann: {requests_per_minut: 8}}", 7),
        ("", 7),
        ("callers: {ann: {requests_per_minute: 9}}", 9),
    ):
        (tmp_path / "limits.yaml").write_text(text)
        limits.look()
        limits.look()
        assert limits.of("ann").requests_per_minute == found
        assert (limits.mistake is None) == (found == 9 or "requests_per_minute" in text)


def test_shares_are_never_none_and_together_no_more_than_the_whole():
    assert Limit(10, 100, 4, 50, 1.0).shared(4) == Limit(2, 25, 1, 12, 0.25)
    assert Limit(1, answers_at_once=1).shared(4) == Limit(1, answers_at_once=1)
    assert Limit().shared(4).is_none
    assert Limit(dollars_per_day=1e-9).micro_dollars_per_day == 1
