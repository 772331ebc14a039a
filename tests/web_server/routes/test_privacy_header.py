"""X-Privacy is understood or refused, never guessed."""

from __future__ import annotations

import pytest

from web_server.errors import ApiError
from web_server.query import USUAL_DECOYS
from web_server.routes.privacy_header import flags


@pytest.mark.parametrize(
    ("header", "on"),
    [
        (None, True),
        ("", True),
        ("pii=on", True),
        ("pii=off", False),
        (" PII = Off , obfuscate=off,decoys=0 ", False),
    ],
)
def test_what_it_knows_is_taken(header: str | None, on: bool):
    assert flags(header).pii_removal is on


def test_covers_are_asked_for_by_their_number():
    asked = {header: flags(header).decoys for header in ("decoys=0", "decoys=off", "decoys=8", "decoys=on", "pii=on")}
    assert asked == {"decoys=0": 0, "decoys=off": 0, "decoys=8": 8, "decoys=on": USUAL_DECOYS, "pii=on": 0}


def test_nothing_is_given_away_unasked():
    assert [flags(header).give for header in (None, "give=off", "decoys=2", "give=on")] == [False, False, False, True]


@pytest.mark.parametrize("level", ["format", "quasi", "rewrite"])
def test_a_level_of_softening_is_taken_by_its_name(level: str):
    assert flags(f"obfuscate={level}").obfuscate == level
    assert flags("obfuscate=off").obfuscate == flags(None).obfuscate == "none"
    assert flags("obfuscate=none").obfuscate == "none", "as answers and policies say it"


def test_padding_is_asked_for_by_name():
    assert flags("pii=on, pad=on").pad is True
    assert flags("pad=off").pad is flags(None).pad is False


@pytest.mark.parametrize(
    "header",
    [
        *("pad=1", "pad"),
        *("pii", "pii=no", "off", "obfuscate=loud", "obfuscate=on", "pii=off; decoys=0", "x=1"),
        *("decoys=9", "decoys=-1", "decoys=two", "decoys=", "give", "give=2"),
    ],
)
def test_what_it_does_not_know_or_cannot_do_is_refused(header: str):
    with pytest.raises(ApiError) as refused:
        flags(header)
    assert refused.value.code == "BAD_REQUEST"
