"""Coordinates, and pairs of numbers that are none."""

from __future__ import annotations

import pytest

from tests.support.finding import found, spans_of
from web_server.privacy.detectors.coordinates import CoordinateDetector


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("we met at 67.2699,-27.6776.", "67.2699,-27.6776"),
        ("at 52.520008, 13.404954", "52.520008, 13.404954"),
        ("41°24'12.2\"N 2°10'26.5\"E", "41°24'12.2\"N 2°10'26.5\"E"),
        ("(52.5200, 13.4050)", "52.5200, 13.4050"),
        ("52.52000° N, 13.40500° E", "52.52000° N, 13.40500° E"),
        ("40°26'46\"N 79°58'56\"W", "40°26'46\"N 79°58'56\"W"),
        ("40° 26′ 46″ N, 79° 58′ 56″ W", "40° 26′ 46″ N, 79° 58′ 56″ W"),
        ("N 52° 31.1234' E 13° 24.5678'", "N 52° 31.1234' E 13° 24.5678'"),
        ("https://maps.example/?q=52.5200,13.4050", "52.5200,13.4050"),
        ("GPS 52.520 13.405", "52.520 13.405"),
        ("maps/@37.7749,-122.4194,15z", "37.7749,-122.4194"),
    ],
)
def test_a_place_on_the_map_is_found(text: str, value: str) -> None:
    assert spans_of(CoordinateDetector(), text) == {("GPS", value)}


def test_each_field_of_a_position_is_found() -> None:
    text = '{"latitude": 52.52, "lng": 13.405123}'
    assert spans_of(CoordinateDetector(), text) == {("GPS", "52.52"), ("GPS", "13.405123")}


@pytest.mark.parametrize(
    "text",
    ["[0.1234, 0.5678]", "3.1415, 2.7182, 1.4142", "loss 0.1234 0.5678", "x = 12.3456, 45.6789", "95.1234, 13.4050",
     "0.123 0.456 seconds", "1.234.567, 8.9101", "20° and 30°"],
)  # fmt: skip
def test_other_numbers_are_nowhere(text: str) -> None:
    assert spans_of(CoordinateDetector(), text) == set()


@pytest.mark.parametrize(
    "text",
    ["position: [12.34567, 45.67891], scale: 2", "Results: 0.91234, 0.81234, 12.3456, 78.9012", "pos = (1.0, 22.3456)"],
)
def test_vectors_and_results_are_nowhere(text: str) -> None:
    assert found(text) == []
