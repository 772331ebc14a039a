"""What OpenAI's doors beside chat have in common: errors, limits, the privacy header; nothing private leaves by any."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.support.letter import BRIEF, NAME, RESPONSES, assert_nothing_left, bodies
from tests.support.plain_http import PLAIN
from tests.support.sdks import async_openai_at
from tests.support.stack import Stack


async def test_the_asynchronous_sdk_gets_all_of_it_side_by_side(stack: Stack):
    async with async_openai_at(stack) as sdk:

        async def responded() -> str:
            stream = await sdk.responses.create(model="mirror/openai", input=BRIEF, stream=True)
            return "".join([event.delta async for event in stream if event.type == "response.output_text.delta"])

        async def called() -> str:
            async with sdk.responses.stream(model="mirror/openai", input=BRIEF, tools=[RESPONSES]) as stream:
                final = await stream.get_final_response()
            assert final.output[0].type == "function_call"
            return str(json.loads(final.output[0].arguments)["text"])

        async def completed() -> str:
            stream = await sdk.completions.create(model="mirror/openai", prompt=BRIEF, stream=True)
            return "".join([chunk.choices[0].text async for chunk in stream])

        async def chatted() -> str:
            messages: Any = [{"role": "user", "content": BRIEF}]
            answer = await sdk.chat.completions.create(model="mirror/openai", messages=messages)
            return str(answer.choices[0].message.content)

        vector, *texts = await asyncio.gather(
            sdk.embeddings.create(model="mirror/openai", input=BRIEF),
            *(each() for each in (responded, called, completed, chatted) for _ in range(4)),
        )
    assert set(texts) == {BRIEF} and len(texts) == 16
    assert vector.data[0].embedding
    assert_nothing_left(stack)


@pytest.mark.parametrize("door", ["responses", "completions", "embeddings"])
def test_errors_wear_openais_envelope_at_each_door(stack: Stack, door: str):
    field = "prompt" if door == "completions" else "input"
    asked = {"model": "mirror/openai", field: BRIEF}
    with stack.client() as client:
        for body, headers, status, code in (
            (asked | {"model": "nobody/nothing"}, {}, 404, "model_not_found"),
            ({field: BRIEF}, {}, 400, "bad_request"),
            (asked, {"authorization": "Bearer x"}, 401, "unauthorized"),
            (asked, {"x-privacy": "pii=perhaps"}, 400, "bad_request"),
            (asked | {"model": f"{stack.spare()}/openai-400"}, {}, 400, "provider_rejected"),
            (asked | {"model": f"{stack.spare()}/openai-garbage"}, {}, 502, "provider_failed"),
            (asked | {"model": f"{stack.spare()}/openai-429"}, {}, 429, "provider_limited"),
        ):
            answer = client.post(f"/v1/{door}", json=body, headers=headers)
            assert answer.status_code == status, answer.text
            assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
            assert answer.json()["error"]["code"] == code
            assert "Lindqvist" not in answer.text


@pytest.mark.parametrize("door", ["responses", "completions", "embeddings"])
@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (b"\xff", 400), (b'{"a": NaN}', 400), (b" " * 5_000_000, 413)],
)
def test_what_is_no_request_is_refused_at_each_door(stack: Stack, door: str, raw: bytes, status: int):
    with stack.client() as client:
        answer = client.post(f"/v1/{door}", content=raw)
    assert (answer.status_code, set(answer.json()["error"])) == (status, {"message", "type", "param", "code"})
    assert stack.received() == []


def test_json_that_is_nested_too_deeply_is_refused_at_each_door(stack: Stack):
    deep: Any = {}
    for _ in range(100):
        deep = {"type": "object", "properties": {"a": deep}}
    tools = [{"type": "function", "name": "find", "parameters": deep}]
    with stack.client() as client:
        for door, body in (
            ("responses", {"input": "a", "tools": tools}),
            ("completions", {"prompt": "a", "other": deep}),
            ("embeddings", {"input": "a", "other": deep}),
        ):
            assert client.post(f"/v1/{door}", json={"model": "mirror/openai", **body}).status_code == 400
    assert stack.received() == []


@pytest.mark.parametrize("door", ["responses", "completions", "embeddings"])
def test_the_privacy_header_is_honoured(stack: Stack, door: str):
    field = "prompt" if door == "completions" else "input"
    asked = {"model": "mirror/openai", field: BRIEF}
    with stack.client() as client:
        open_ = client.post(f"/v1/{door}", json=asked, headers={"x-privacy": "pii=off"})
        soft = client.post(f"/v1/{door}", json=asked, headers={"x-privacy": "obfuscate=format"})
    assert (open_.status_code, soft.status_code) == (200, 200)
    assert soft.headers["x-privacy"] == "obfuscated=format" and soft.headers["x-served-by"]
    seen, hidden = (json.dumps(body) for body in bodies(stack))
    assert NAME in seen and NAME not in hidden


def test_a_caller_that_hangs_up_frees_the_endpoint(stack: Stack):
    asked = {"model": "mirror/openai-slow", "input": BRIEF * 20, "stream": True}
    with (
        stack.client() as client,
        client.stream("POST", "/v1/responses", json=asked) as answer,
    ):
        assert next(answer.iter_lines()).startswith("event: response.created")
    assert httpx.get(f"{stack.url}/livez", **PLAIN).status_code == 200
