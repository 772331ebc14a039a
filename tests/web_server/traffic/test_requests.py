"""A body that leaves is as long as its bucket, and the same JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from web_server.traffic.requests import LEAST, filled

LARGEST_BODY = 8 * 1024 * 1024
"""The key server takes no more."""


@given(size=st.integers(0, 20_000))
def test_a_body_means_the_same_and_costs_an_eighth_at_most(size: int):
    body = json.dumps({"text": "x" * size}).encode()
    left = filled(body)
    assert json.loads(left) == json.loads(body)
    assert len(body) <= len(left) <= max(LEAST, len(body) * 9 / 8)
    assert filled(left) == left


def test_lengths_that_are_near_each_other_look_the_same():
    assert len({len(filled(json.dumps({"text": "x" * size}).encode())) for size in range(4000)}) <= 18


def test_what_fits_the_key_server_still_does():
    for size in (LARGEST_BODY, LARGEST_BODY - 1, LARGEST_BODY * 15 // 16):
        assert len(filled(b"{" + b" " * (size - 2) + b"}")) <= LARGEST_BODY


def test_what_is_no_json_object_is_left_alone():
    assert filled(b"\x00\x01") == b"\x00\x01" and filled(b"") == b""
