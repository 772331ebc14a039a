"""What is promised of secrets, measured with `bench.secrets` on one draw of its corpus."""

from __future__ import annotations

import random

import pytest

from bench.secret_near_misses import NEAR_MISSES
from bench.secrets import Measure, draw, planted


@pytest.fixture(scope="module")
def measure() -> Measure:
    """One copy of every format in every place."""
    measure = Measure("")
    for sample in planted(random.Random(20), 1):
        measure.secret(sample)
    return measure


@pytest.mark.parametrize("group", ["marked", "named", "password", "other", "block"])
def test_of_published_formats_at_least_nineteen_in_twenty_are_found_whole(measure: Measure, group: str) -> None:
    asked = sum(count for family, count in measure.asked.items() if family.startswith(group))
    met = sum(count for family, count in measure.met.items() if family.startswith(group))
    assert asked > 5
    assert met >= 0.95 * asked


def test_what_is_seen_beside_a_secret_is_seldom_one(measure: Measure) -> None:
    assert measure.wrong <= 0.01 * measure.right


def test_what_only_looks_like_a_secret_is_none(measure: Measure) -> None:
    rng = random.Random(21)
    lines = [draw(line, rng) for line in NEAR_MISSES.strip().splitlines()]
    seen = [line for line in lines if measure.clean(line, "")]
    assert len(seen) <= 0.01 * len(lines), seen
