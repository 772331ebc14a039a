"""Bedrock's dialect: whole answers, faults, and requests that leave nothing out in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.dialects import CALLS, CHAT, FUNCTION, read, stream, written
from tests.support.frames import framed, text
from web_server.answer import collect
from web_server.providers.bedrock import Bedrock
from web_server.providers.dialect import DialectError, ProviderFault, Unsayable
from web_server.query import Choice, ToolCall, Usage


def event(kind: str, payload: Any, message: str = "event") -> bytes:
    return framed(text(f":{message}-type", kind) + text(":message-type", message), json.dumps(payload).encode())


def test_a_whole_answer_says_the_same():
    blocks = [
        {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "c2ln"}}},
        {"text": "Four"},
        {"citationsContent": {"content": [{"text": "."}], "citations": [{"title": "x"}]}},
        {"toolUse": {"toolUseId": "t", "name": "clock", "input": {"at": "Münster"}}},
    ]
    answer = {
        "output": {"message": {"role": "assistant", "content": blocks}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7},
    }
    made = collect(Bedrock().read(json.dumps(answer).encode()))
    calls = (ToolCall("t", "clock", '{"at": "Münster"}'),)
    assert made.choices == (Choice(0, "Four.", "hm", None, calls, "tool_calls"),)
    assert made.usage == Usage(3, 4)


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"<html>", b"[]", b"{}", b"\xff", b'{"output": 5}', b'{"output": {"message": {"content": 5}}}'),
        b'{"output": {"message": {"content": []}}}',
        *(
            b'{"stopReason": "end_turn", "output": {"message": {"content": [%b]}}}' % block
            for block in (b"5", b"{}", b'{"text": 5}', b'{"image": {}}', b'{"toolUse": 5}', b'{"toolUse": {"name": 5}}')
        ),
    ],
)
def test_what_is_not_an_answer_is_refused(answer: bytes):
    with pytest.raises(DialectError):
        Bedrock().read(answer)


@pytest.mark.parametrize(
    "frames",
    [
        b"data: {}\n\n, which is no frame",
        event("contentBlockDelta", {"delta": {"text": "x"}}),
        event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": 5}}),
        event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"toolUse": {"input": "{}"}}}),
        event("contentBlockDelta", []),
        framed(text(":message-type", "perhaps"), b"{}"),
        framed(b"", b"{}"),
    ],
)
def test_a_stream_of_something_else_is_refused(frames: bytes):
    with pytest.raises(DialectError):
        read(Bedrock(), frames)


def test_what_the_vendor_may_add_is_passed_over():
    more = event("somethingNew", {"a": 1}) + event(
        "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"citation": {"title": "x"}}}
    )
    whole = stream("bedrock", "text")
    assert read(Bedrock(), more + whole) == read(Bedrock(), whole)


def test_a_failure_is_a_failure_wherever_it_stands():
    for failure in (
        event("throttlingException", {"message": "Too many tokens"}, "exception"),
        framed(
            text(":message-type", "error") + text(":error-code", "500") + text(":error-message", "Too many tokens"), b""
        ),
    ):
        with pytest.raises(ProviderFault) as fault:
            read(Bedrock(), event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "x"}}) + failure)
        assert fault.value.message == "Too many tokens"
    assert Bedrock().complaint(b'{"message": "The model is not there"}') == "The model is not there"
    assert Bedrock().complaint(b'{"Message": "The key is not good"}') == "The key is not good"
    assert Bedrock().complaint(b"<html>") is None


def test_a_chat_with_tools_is_written_as_turns():
    assert written(Bedrock(), messages=CHAT) == {
        "system": [{"text": "Be kind."}],
        "messages": [
            {"role": "user", "content": [{"text": "mail x"}]},
            {
                "role": "assistant",
                "content": [
                    {"text": "Yes."},
                    {"toolUse": {"toolUseId": "call_1", "name": "mail", "input": {"to": "x"}}},
                    {"toolUse": {"toolUseId": "call_2", "name": "clock", "input": {}}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"toolResult": {"toolUseId": "call_1", "content": [{"text": "sent"}]}},
                    {"toolResult": {"toolUseId": "call_2", "content": [{"text": "noon"}], "status": "error"}},
                    {"text": "thanks"},
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    ("asked", "choice"),
    [
        ({}, None),
        ({"tool_choice": "auto"}, {"auto": {}}),
        ({"tool_choice": "required", "parallel_tool_calls": True}, {"any": {}}),
        ({"tool_choice": {"type": "function", "function": {"name": "mail"}}}, {"tool": {"name": "mail"}}),
    ],
)
def test_tools_and_their_choice_are_written_in_the_vendors_words(asked: dict[str, Any], choice: Any):
    config = written(Bedrock(), tools=[{"type": "function", "function": FUNCTION}], **asked)["toolConfig"]
    spec = {"name": "mail", "description": "Sends.", "strict": True, "inputSchema": {"json": FUNCTION["parameters"]}}
    assert config["tools"] == [{"toolSpec": spec}]
    assert config.get("toolChoice") == choice


def test_sampling_stops_and_shapes_have_their_own_names():
    shape = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    body = written(
        Bedrock(), response_format=shape, reasoning_effort="low", temperature=0, top_p=0.5, max_tokens=6, stop="E"
    )
    assert body["inferenceConfig"] == {"temperature": 0, "topP": 0.5, "maxTokens": 6, "stopSequences": ["E"]}
    structure = {"jsonSchema": {"schema": '{"type": "object"}'}}
    assert body["outputConfig"] == {
        "textFormat": {"type": "json_schema", "structure": structure},
        "effort": "low",
    }


@pytest.mark.parametrize(("effort", "said"), [("none", None), ("minimal", "low"), ("xhigh", "xhigh"), ("max", "max")])
def test_how_hard_a_model_is_to_think_is_said_in_the_vendors_words(effort: str, said: str | None):
    body = written(Bedrock(), reasoning_effort=effort, verbosity="high", prompt_cache_retention="24h")
    assert body.get("outputConfig") == ({"effort": said} if said else None)
    assert "verbosity" not in json.dumps(body)


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"logprobs": True}, "logprobs"),
        ({"n": 2}, "`n`"),
        ({"seed": 7}, "seed"),
        ({"top_k": 3}, "top_k"),
        ({"reasoning_effort": "Anna"}, "reasoning_effort"),
        ({"reasoning_effort": {}}, "reasoning_effort"),
        ({"verbosity": "Anna"}, "verbosity"),
        ({"Anna's field": 1}, "A field"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"tools": [{"type": "function", "function": FUNCTION}], "tool_choice": "none"}, "tool_choice"),
        ({"messages": [{"role": "function", "content": "x"}]}, r"messages\[0\].role"),
        ({"messages": [{"role": "user", "content": "x", "name": "Anna"}]}, r"messages\[0\].name"),
        ({"messages": [{"role": "assistant", "function_call": {"name": "Anna"}}]}, r"messages\[0\].function_call"),
        ({"prompt_cache_retention": "Anna"}, "prompt_cache_retention"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "needs the id"),
        ({"messages": [{"role": "assistant", "tool_calls": [{"id": "a", "function": {"arguments": "["}}]}]}, "JSON"),
    ],
)
def test_what_the_vendor_has_no_word_for_is_refused_by_name(payload: dict[str, Any], named: str):
    with pytest.raises(Unsayable, match=named) as caught:
        written(Bedrock(), **payload)
    assert "Anna" not in str(caught.value)


def test_ids_of_calls_have_letters_that_the_vendor_takes():
    calls = [{**CALLS[0], "id": "call/1:a"}]
    (call,) = written(Bedrock(), messages=[{"role": "assistant", "tool_calls": calls}])["messages"][0]["content"]
    assert call["toolUse"]["toolUseId"] == "call_1_a"
