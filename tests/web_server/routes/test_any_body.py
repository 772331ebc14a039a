"""Whatever a body holds, a door that reads it refuses it with an error of the table, or understands it."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from web_server.errors import ApiError
from web_server.routes.form import read_fields
from web_server.routes.responses_input import READ, REFUSED, SAME, payload

WORDS = st.sampled_from([
    "type", "message", "function_call", "function_call_output", "reasoning", "role", "user", "assistant", "content",
    "input_text", "output_text", "refusal", "text", "call_id", "name", "arguments", "output", "function", "format",
    "json_schema", "allowed_tools", "mode", "auto", "tools", "effort", "item_reference",
])  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | WORDS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=20
)
ODD: st.SearchStrategy[Any] = st.sampled_from([None, 7, True, [], {}, [[]], "other"])


def mostly(*usual: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(usual) | st.sampled_from(usual) | ODD


PART = ODD | st.fixed_dictionaries(
    {"type": mostly("input_text", "output_text", "refusal", "input_image")},
    optional={"text": mostly("a"), "refusal": mostly("a")},
)
ITEM = ODD | st.fixed_dictionaries(
    {"type": mostly("message", "function_call", "function_call_output", "reasoning")},
    optional={
        "role": mostly("user", "assistant"),
        "content": mostly("a") | st.lists(PART, max_size=2),
        "output": mostly("a") | st.lists(PART, max_size=2),
        "call_id": mostly("call_1"),
        "name": mostly("find"),
        "arguments": mostly("{}"),
    },
)
FIELDS = st.sampled_from(sorted({*READ, *REFUSED, *SAME, "truncation", "metadata", "other"}))


@given(st.dictionaries(FIELDS, VALUES, max_size=2))
@settings(deadline=None)
def test_any_request_for_a_response_is_read_or_refused(fields: dict[str, Any]):
    with contextlib.suppress(ApiError):
        assert payload({"input": "a", **fields})[0]["messages"]


@given(st.lists(ITEM, min_size=1, max_size=2))
@settings(deadline=None)
def test_any_item_is_read_or_refused(items: list[Any]):
    with contextlib.suppress(ApiError):
        assert payload({"input": items})[0]["messages"]


def request(content_type: str, body: bytes) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode("latin-1"))]
    return Request({"type": "http", "headers": headers}, receive)


PARTS = st.lists(
    st.sampled_from([
        b"--b\r\n", b"--b--\r\n", b"\r\n", b"\r\n\r\n", b'Content-Disposition: form-data; name="message"\r\n', b"hello",
        b'Content-Disposition: form-data; name="f"; filename="a"\r\n', b"Content-Type: multipart/mixed; boundary=c\r\n",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Disposition: form-data; name*=utf-8''%ff\r\n", b"--c\r\n",
        b"\xff\xfe", b"\0", b"Content-Type: message/rfc822\r\n", b"message=a&stream=%zz",
    ]),
    max_size=12,
).map(b"".join)  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=b", "multipart/form-data", "application/x-www-form-urlencoded", "x/y", ""]
)
@given(PARTS | st.binary(max_size=60))
@settings(deadline=None)
async def test_any_form_is_read_or_refused(kind: str, body: bytes):
    with contextlib.suppress(ApiError):
        fields = (await read_fields(request(kind, body), 1000)).fields
        assert all(isinstance(name, str) for name in fields)
