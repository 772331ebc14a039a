"""What a body must be before a door looks at it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from web_server.errors import ApiError
from web_server.routes import wire

LIMIT = 1000


async def read(*pieces: bytes, complete: bool = True) -> dict[str, Any]:
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if complete:
        messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await asyncio.sleep(60)
        raise AssertionError("a reader that waits for ever")

    return (await wire.read_object(Request({"type": "http", "headers": []}, receive), LIMIT)).fields


async def test_an_object_is_read_wherever_it_was_cut():
    assert await read(b'{"a": "\xc3', b'\xbc", "b": 1.5}') == {"a": "ü", "b": 1.5}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": "\\ud800"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"\xed\xa0\x80": 1}',
        '{"a": "\\ud800"}'.encode("utf-16"),
        '{"a": "b"}'.encode("utf-16"),
        '{"a": "b"}'.encode("utf-32"),
        b'{"a": "\xff"}',
        b'{"a": 1e999}',
        b'{"a": [-1e999]}',
        b'{"a": NaN}',
    ],
)
async def test_what_another_parser_would_read_differently_is_refused(raw: bytes):
    with pytest.raises(ApiError) as caught:
        await read(raw)
    assert caught.value.code == "BAD_REQUEST"


async def test_a_body_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wire, "BODY_SECONDS", 0.05)
    with pytest.raises(ApiError) as caught:
        await read(b'{"a":', complete=False)
    assert caught.value.code == "BAD_REQUEST"


async def test_a_body_beyond_the_limit_is_refused_before_it_is_all_here():
    with pytest.raises(ApiError) as caught:
        await read(b"a" * 600, b"a" * 600, complete=False)
    assert caught.value.code == "PAYLOAD_TOO_LARGE"
