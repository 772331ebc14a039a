"""What every detector promises: the kinds it names, a score on the one scale, and a place inside the text.

Read over every text that stands in the tests of this room.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.finding import found
from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.detectors.table import DETECTORS
from web_server.privacy.policy import Policy, Treatment

TEXTS = sorted({
    node.value
    for file in Path(__file__).parents[1].rglob("test_*.py")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and 3 < len(node.value) < 2_000
})  # fmt: skip
SCALE = (0.3, 1.0)


@pytest.mark.parametrize("family", DETECTORS, ids=lambda family: family.__name__)
def test_a_find_is_of_a_kind_that_its_detector_names_with_a_score_on_the_scale(family: type[Detector]) -> None:
    detector = family()
    for text in TEXTS:
        for span in detector.spans(Reading(text)):
            assert span.kind in family.KINDS, (text, span)
            assert SCALE[0] <= span.score <= min(SCALE[1], family.BEST), (text, span)
            assert 0 <= span.start < span.end <= len(text), (text, span)
            assert span.reason, (text, span)


def test_a_speaker_with_a_made_up_name_is_hidden_where_names_of_people_are_kept() -> None:
    log = "[10:31] merle_44: are you there?\n[10:32] merle_44: hello?"
    keeps_people = Policy("keeps people", treatments={kinds.PERSON: Treatment.KEEP})
    assert found(log, keeps_people) == [("USERNAME", "merle_44")] * 2


def test_together_the_detectors_find_every_kind() -> None:
    assert {kind for family in DETECTORS for kind in family.KINDS} == kinds.ALL
