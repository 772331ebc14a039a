"""The OpenAI dialect, asked by OpenAI's own client over a real socket."""

from __future__ import annotations

import json

import httpx
import openai
import pytest

TEXT = "Größe 🎉 für Ms Test-Person\nand a second line, with `ticks` and \u2028 a separator."
TOOLS = [
    {"type": "function", "function": {"name": "first", "parameters": {"type": "object", "properties": {}}}},
    {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {"type": "object", "properties": {"days": {"type": "integer"}, "city": {"type": "string"}}},
        },
    },
]


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_the_answer_is_the_last_user_text(sdk: openai.OpenAI) -> None:
    messages = [user("first"), {"role": "assistant", "content": "no"}, user(TEXT)]
    answer = sdk.chat.completions.create(model="openai", messages=messages)
    assert answer.choices[0].message.content == TEXT
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "openai"


def test_text_parts_are_joined_and_pictures_are_not_text(sdk: openai.OpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    parts = [{"type": "text", "text": "one "}, picture, {"type": "text", "text": "two"}]
    answer = sdk.chat.completions.create(model="openai", messages=[{"role": "user", "content": parts}])
    assert answer.choices[0].message.content == "one two"


def test_a_stream_comes_a_few_characters_at_a_time_and_is_whole(sdk: openai.OpenAI) -> None:
    events = list(sdk.chat.completions.create(model="openai", messages=[user(TEXT)], stream=True))
    pieces = [event.choices[0].delta.content or "" for event in events]
    assert "".join(pieces) == TEXT
    assert max(map(len, pieces)) <= 7
    assert [event.choices[0].finish_reason for event in events][-1] == "stop"
    assert all(event.usage is None for event in events)


def test_usage_ends_the_stream_where_it_was_asked_for(sdk: openai.OpenAI) -> None:
    asked = {"model": "openai", "messages": [user(TEXT)]}
    plain = sdk.chat.completions.create(**asked).usage
    *_, last = sdk.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
    assert last.choices == []
    assert last.usage == plain
    assert plain.total_tokens == plain.prompt_tokens + plain.completion_tokens > 0


@pytest.mark.parametrize("stream", [False, True])
def test_n_gives_as_many_choices(sdk: openai.OpenAI, stream: bool) -> None:
    answer = sdk.chat.completions.create(model="openai", messages=[user("three times")], n=3, stream=stream)
    said = ["", "", ""]
    for event in answer if stream else [answer]:
        for choice in event.choices:
            said[choice.index] += (choice.delta if stream else choice.message).content or ""
    assert said == ["three times"] * 3


@pytest.mark.parametrize(
    ("choice", "name", "argument"),
    [
        ("auto", "first", "text"),
        ({"type": "function", "function": {"name": "weather"}}, "weather", "city"),
    ],
)
def test_a_tool_is_called_with_the_last_user_text(sdk: openai.OpenAI, choice: object, name: str, argument: str) -> None:
    answer = sdk.chat.completions.create(model="openai", messages=[user(TEXT)], tools=TOOLS, tool_choice=choice)
    assert answer.choices[0].finish_reason == "tool_calls"
    assert answer.choices[0].message.content is None
    call = answer.choices[0].message.tool_calls[0]
    assert call.function.name == name
    assert json.loads(call.function.arguments) == {argument: TEXT}


def test_a_tool_call_is_streamed_in_pieces(sdk: openai.OpenAI) -> None:
    events = sdk.chat.completions.create(model="openai", messages=[user(TEXT)], tools=TOOLS, stream=True)
    calls = [call for event in events for call in event.choices[0].delta.tool_calls or []]
    assert calls[0].id and calls[0].function.name == "first"
    assert json.loads("".join(call.function.arguments for call in calls)) == {"text": TEXT}
    assert len(calls) > 5


def test_no_tool_is_called_against_the_callers_will(sdk: openai.OpenAI) -> None:
    answer = sdk.chat.completions.create(model="openai", messages=[user("hi")], tools=TOOLS, tool_choice="none")
    assert answer.choices[0].message.content == "hi"


def test_a_tool_result_is_answered_with_text(sdk: openai.OpenAI) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "first", "arguments": "{}"}}
    messages = [
        user("what is it like?"),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
    ]
    answer = sdk.chat.completions.create(model="openai", messages=messages, tools=TOOLS)
    assert answer.choices[0].message.content == "what is it like?\nsunny"


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_embeddings_are_the_same_for_the_same_text_only(sdk: openai.OpenAI, encoding: str) -> None:
    reply = sdk.embeddings.create(model="openai", input=["a", "b", "a"], dimensions=8, encoding_format=encoding)
    first, second, third = (item.embedding for item in reply.data)
    assert first == third != second
    assert reply.usage.prompt_tokens == 3
    if encoding == "float":
        assert len(first) == 8
        assert sum(value * value for value in first) == pytest.approx(1)


def test_the_sdks_default_embeddings_are_floats(sdk: openai.OpenAI) -> None:
    assert all(isinstance(value, float) for value in sdk.embeddings.create(model="m", input="a").data[0].embedding)


def test_models_are_listed(sdk: openai.OpenAI) -> None:
    assert {"openai", "openai-slow", "openai-edit", "openai-429"} <= {model.id for model in sdk.models.list()}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"[" * 100_000, b"\xff\xfe", b'{"messages": []}', b'{"messages": [1]}',
     b'{"messages": "hi"}', b'{"messages": [{}], "n": 0.5}', b'{"messages": [{}], "n": 1000}'],
)  # fmt: skip
def test_a_call_it_cannot_read_is_a_400_in_openais_envelope(http: httpx.Client, body: bytes) -> None:
    reply = http.post("/v1/chat/completions", content=body)
    assert reply.status_code == 400
    assert reply.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "message",
    [{}, {"role": "user"}, {"role": "user", "content": 7}, {"role": 7, "content": [1, {"text": 2}, None]}],
)
def test_odd_messages_are_answered_all_the_same(http: httpx.Client, message: dict[str, object]) -> None:
    odd = {"messages": [message], "tools": [None, {"function": 1}], "stream_options": 4, "tool_choice": 5}
    assert http.post("/v1/chat/completions", json=odd).status_code == 200


def test_a_lone_surrogate_and_a_nul_come_back(http: httpx.Client) -> None:
    body = b'{"messages": [{"role": "user", "content": "a\\ud800b\\u0000c"}]}'
    reply = http.post("/v1/chat/completions", content=body)
    assert reply.json()["choices"][0]["message"]["content"] == "a\ud800b\0c"


def test_what_nobody_serves_is_a_404(http: httpx.Client) -> None:
    for path in ("/v1/nothing", "/elsewhere"):
        assert http.post(path, json={}).json()["error"]["message"] == f"Invalid URL (POST {path})"


def test_a_megabyte_comes_back_streamed_in_reasonable_time(sdk: openai.OpenAI) -> None:
    text = "0123456789 " * 100_000
    events = sdk.chat.completions.create(model="openai", messages=[user(text)], stream=True)
    assert "".join(event.choices[0].delta.content or "" for event in events) == text
