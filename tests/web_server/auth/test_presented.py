"""A token is taken from where its client puts it."""

from __future__ import annotations

import pytest

from web_server.auth.presented import presented


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, None),
        ({"authorization": "Bearer a"}, "Bearer a"),
        ({"x-api-key": "b"}, "Bearer b"),
        ({"authorization": "Bearer a", "x-api-key": "b"}, "Bearer a"),
        ({"authorization": "", "x-api-key": ""}, None),
        ({"api-key": "c", "cookie": "token=d"}, None),
    ],
)
def test_a_bearer_token_wins_over_a_key(headers: dict[str, str], found: str | None):
    assert presented(headers) == found
