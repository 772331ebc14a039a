"""The newcomer's first answer: private values go in, the provider sees none of them, they come back in place."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess

import openai
import pytest

from tests.support.letter import CHAT, PRIVATE, PROMPT, assert_nothing_left
from tests.support.stack import Stack


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_banners_curl_can_be_pasted(stack: Stack):
    command = re.search(r"^\s*curl .*?(?:[^\\])$", stack.output(), re.MULTILINE | re.DOTALL)
    assert command, stack.output()
    words = shlex.split(command.group(0).replace("\\\n", " "))
    answer = json.loads(subprocess.run([*words, "-sS"], check=True, capture_output=True).stdout)
    asked = json.loads(words[words.index("-d") + 1] if "-d" in words else words[words.index("--data") + 1])
    assert answer["message"]["content"] == asked["prompt"]
    assert sum(answer["privacy"]["entities"].values()) >= 6
    seen = stack.received()[0]["body"]
    assert json.dumps(asked["prompt"]) not in json.dumps(seen)


def test_a_stateless_query_comes_back_with_every_value_in_place(stack: Stack):
    with stack.client() as client:
        answer = client.post("/api/v1/stateless-query", json={"model": "mirror/openai", "prompt": PROMPT})
    assert answer.status_code == 200, answer.text
    reply = answer.json()
    assert reply["message"] == {"role": "assistant", "content": PROMPT}
    assert reply["finish_reason"] == "stop"
    assert reply["usage"]["total_tokens"] > 0
    assert reply["endpoint_id"] == answer.headers["x-served-by"]
    assert answer.headers["x-request-id"]
    assert {"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "CREDIT_CARD", "SECRET"} <= set(
        reply["privacy"]["entities"]
    )
    assert_nothing_left(stack)


def test_a_streamed_stateless_query_says_the_same_piece_by_piece(stack: Stack):
    with (
        stack.client() as client,
        client.stream(
            "POST", "/api/v1/stateless-query", json={"model": "mirror/openai", "prompt": PROMPT, "stream": True}
        ) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [line.removeprefix("data: ") for line in answer.iter_lines() if line]
    assert events[-1] == "[DONE]"
    *deltas, done = map(json.loads, events[:-1])
    assert len(deltas) > 10
    assert "".join(delta["content"] for delta in deltas) == PROMPT
    assert done["type"] == "done" and done["finish_reason"] == "stop"
    assert_nothing_left(stack)


def test_the_official_sdk_gets_a_plain_answer(stack: Stack, sdk: openai.OpenAI):
    answer = sdk.chat.completions.create(
        model="mirror/openai", messages=[{"role": "system", "content": "Be kind."}, {"role": "user", "content": PROMPT}]
    )
    assert answer.choices[0].message.content == PROMPT
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage and answer.usage.prompt_tokens > 0
    assert_nothing_left(stack)


def test_the_official_sdk_gets_a_stream(stack: Stack, sdk: openai.OpenAI):
    stream = sdk.chat.completions.create(
        model="mirror/openai",
        messages=[{"role": "user", "content": PROMPT}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == PROMPT
    assert chunks[-1].usage and chunks[-1].usage.total_tokens > 0
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert_nothing_left(stack)


@pytest.mark.parametrize("stream", [False, True])
def test_tool_arguments_are_restored_and_stay_json(stack: Stack, sdk: openai.OpenAI, stream: bool):
    asked = {"model": "mirror/openai", "messages": [{"role": "user", "content": PROMPT}], "tools": [CHAT]}
    if stream:
        arguments = ""
        for chunk in sdk.chat.completions.create(**asked, stream=True):
            for call in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
                arguments += call.function.arguments or ""
    else:
        calls = sdk.chat.completions.create(**asked).choices[0].message.tool_calls
        arguments = calls[0].function.arguments
    assert PROMPT in json.loads(arguments).values()
    assert_nothing_left(stack)


def test_past_tool_calls_and_results_are_hidden_too(stack: Stack, sdk: openai.OpenAI):
    arguments = json.dumps({"to": PRIVATE[1], "iban": PRIVATE[3]})
    call = {"id": "call_1", "type": "function", "function": {"name": "send_mail", "arguments": arguments}}
    answer = sdk.chat.completions.create(
        model="mirror/openai",
        messages=[
            {"role": "user", "content": PROMPT},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": f"sent to {PRIVATE[1]} with {PRIVATE[5]}"},
        ],
        tools=[CHAT],
        user="a-person",
    )
    assert answer.choices[0].finish_reason == "stop"
    assert_nothing_left(stack)
    assert "a-person" not in json.dumps(stack.received())


def test_a_resent_history_meets_the_same_surrogates_and_a_stateless_query_new_ones(stack: Stack, sdk: openai.OpenAI):
    first = [{"role": "user", "content": PROMPT}]
    sdk.chat.completions.create(model="mirror/openai", messages=first)
    sdk.chat.completions.create(
        model="mirror/openai",
        messages=[*first, {"role": "assistant", "content": "Done."}, {"role": "user", "content": "Thanks!"}],
    )
    second_turn, first_turn = (each["body"]["messages"][0]["content"] for each in stack.received())
    assert first_turn == second_turn
    with stack.client() as client:
        for _ in range(2):
            client.post("/api/v1/stateless-query", json={"model": "mirror/openai", "prompt": PROMPT})
    one, other = (each["body"]["messages"][0]["content"] for each in stack.received()[:2])
    assert one != other


def test_the_providers_credential_is_the_pools_and_no_header_tells_of_the_caller(stack: Stack, sdk: openai.OpenAI):
    sdk.chat.completions.create(
        model="mirror/openai",
        messages=[{"role": "user", "content": "Hello"}],
        extra_headers={"X-Forwarded-For": "203.0.113.9", "X-Canary": "canary", "Cookie": "canary=1"},
    )
    headers = {name.lower(): value for name, value in stack.received()[0]["headers"].items()}
    assert "***" in headers["authorization"]
    everything = json.dumps(headers)
    for word in ("canary", "203.0.113.9", "stainless", "OpenAI/Python", stack.token):
        assert word not in everything


def test_the_models_are_listed_for_the_sdk(sdk: openai.OpenAI):
    assert "mirror/openai" in {model.id for model in sdk.models.list()}
    assert sdk.models.retrieve("mirror/openai").id == "mirror/openai"


def test_the_parts_say_how_they_are(stack: Stack):
    with stack.client() as client:
        health = client.get("/api/health").json()
        assert (health["status"], health["key_server"], health["redis"]) == ("ok", "ok", "ok")
        rows = {row["id"]: row for row in client.get("/api/providers").json()["providers"]}
        assert rows["mirror"]["status"] == "ready"
        assert "mirror/openai" in {model["id"] for model in rows["mirror"]["models"]}
        assert client.get("/livez").status_code == 200


def test_the_page_that_describes_the_api_loads_nothing_from_elsewhere(stack: Stack):
    with stack.client(follow_redirects=True) as client:
        page = client.get("/")
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        script = client.get("/docs.js").text
        assert "://" not in page.text + script
        described = client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/stateless-query", "/v1/chat/completions", "/v1/models"} <= set(described)
