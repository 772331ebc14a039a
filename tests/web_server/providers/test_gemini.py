"""Gemini's dialect: whole answers, faults, and requests that leave nothing out in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.dialects import CHAT, FUNCTION, read, written
from web_server.answer import collect
from web_server.providers.dialect import DialectError, ProviderFault, Unsayable
from web_server.providers.gemini import Gemini
from web_server.query import Choice, ToolCall


def test_a_whole_answer_says_the_same_and_a_call_without_an_id_gets_one():
    call = {"functionCall": {"name": "clock", "args": {}}}
    candidate = {"content": {"parts": [{"text": "Four."}, call]}, "finishReason": "STOP"}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 2}
    answer = {"candidates": [candidate, {**candidate, "index": 1}], "usageMetadata": usage}
    made = collect(Gemini().read(json.dumps(answer).encode()))
    ids = [choice.tool_calls[0].id for choice in made.choices]
    assert len(set(ids)) == 2 and all(ids)
    first, second = (replace(choice, tool_calls=(replace(choice.tool_calls[0], id="x"),)) for choice in made.choices)
    assert first == Choice(0, "Four.", None, None, (ToolCall("x", "clock", "{}"),), "tool_calls")
    assert second == replace(first, index=1)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"candidates": 5}',
        b'{"candidates": [5]}',
        b'{"candidates": [{"content": 5}]}',
        b'{"candidates": [{"content": {"parts": 5}}]}',
        b'{"candidates": [{"content": {"parts": [5]}}]}',
        b'{"candidates": [{"content": {"parts": [{"text": 5}]}}]}',
        b'{"candidates": [{"content": {"parts": [{"inlineData": {}}]}}]}',
        b'{"candidates": [{"content": {"parts": [{"functionCall": 5}]}}]}',
        b'{"candidates": [{"index": "0", "content": {"parts": []}}]}',
        b'{"candidates": [{"content": {"parts": [{"text": "no end"}]}}]}',
        b"\xff",
    ],
)
def test_what_is_not_an_answer_is_refused(answer: bytes):
    with pytest.raises(DialectError):
        Gemini().read(answer)


FAULT = {"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}


def test_a_failure_is_a_failure_wherever_it_stands():
    with pytest.raises(ProviderFault):
        read(Gemini(), b"data: " + json.dumps(FAULT).encode() + b"\n\n")
    assert Gemini().complaint(json.dumps(FAULT).encode()) == "overloaded"
    assert Gemini().complaint(json.dumps([FAULT]).encode()) == "overloaded"
    assert Gemini().complaint(b"<html>") is None


def test_a_chat_with_tools_is_written_as_contents():
    signed = {"thought_signature": "skip_thought_signature_validator"}
    assert written(Gemini(), messages=CHAT) == {
        "system_instruction": {"parts": [{"text": "Be kind."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "mail x"}]},
            {
                "role": "model",
                "parts": [
                    {"text": "Yes."},
                    {"function_call": {"name": "mail", "args": {"to": "x"}}, **signed},
                    {"function_call": {"name": "clock", "args": {}}, **signed},
                ],
            },
            {
                "role": "user",
                "parts": [
                    {"function_response": {"name": "mail", "response": {"output": "sent"}}},
                    {"function_response": {"name": "clock", "response": {"error": "noon"}}},
                    {"text": "thanks"},
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    ("asked", "calling"),
    [
        ({}, None),
        ({"tool_choice": "auto"}, {"mode": "AUTO"}),
        ({"tool_choice": "none"}, {"mode": "NONE"}),
        ({"tool_choice": "required", "parallel_tool_calls": True}, {"mode": "ANY"}),
        (
            {"tool_choice": {"type": "function", "function": {"name": "mail"}}},
            {"mode": "ANY", "allowed_function_names": ["mail"]},
        ),
    ],
)
def test_tools_and_their_choice_are_written_in_the_vendors_words(asked: dict[str, Any], calling: Any):
    body = written(Gemini(), tools=[{"type": "function", "function": FUNCTION}], **asked)
    declared = {"name": "mail", "description": "Sends.", "parameters_json_schema": FUNCTION["parameters"]}
    assert body["tools"] == [{"function_declarations": [declared]}]
    assert body.get("tool_config") == (calling and {"function_calling_config": calling})


def test_sampling_stops_and_shapes_have_their_own_names():
    shape = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    asked: dict[str, Any] = {
        "temperature": 0,
        "top_p": 0.5,
        "top_k": 3,
        "max_tokens": 6,
        "n": 2,
        "seed": 7,
        "stop": "E",
    }
    assert written(Gemini(), response_format=shape, **asked)["generation_config"] == {
        "temperature": 0,
        "top_p": 0.5,
        "top_k": 3,
        "max_output_tokens": 6,
        "candidate_count": 2,
        "seed": 7,
        "stop_sequences": ["E"],
        "response_mime_type": "application/json",
        "response_json_schema": {"type": "object"},
    }


def test_an_object_of_any_shape_is_asked_for_as_json():
    body = written(Gemini(), response_format={"type": "json_object"})
    assert body["generation_config"] == {"response_mime_type": "application/json"}


@pytest.mark.parametrize(("effort", "budget"), [("none", 0), ("minimal", 1024), ("medium", 8192), ("xhigh", 24576)])
def test_how_hard_a_model_is_to_think_is_said_in_tokens(effort: str, budget: int):
    body = written(Gemini(), reasoning_effort=effort, verbosity="high", prompt_cache_retention="24h")
    assert body["generation_config"] == {"thinking_config": {"thinking_budget": budget}}


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"logprobs": True}, "logprobs"),
        ({"reasoning_effort": "Anna"}, "reasoning_effort"),
        ({"verbosity": "Anna"}, "verbosity"),
        ({"parallel_tool_calls": False}, "parallel_tool_calls"),
        ({"Anna's field": 1}, "A field"),
        ({"response_format": {"type": "grammar"}}, "response_format"),
        ({"tools": [{"type": "custom"}]}, r"tools\[0\].type"),
        ({"tools": [{"type": "function", "function": FUNCTION}], "tool_choice": "perhaps"}, "tool_choice"),
        ({"messages": [{"role": "function", "content": "x"}]}, r"messages\[0\].role"),
        ({"messages": [{"role": "user", "content": "x", "name": "Anna"}]}, r"messages\[0\].name"),
        ({"messages": [{"role": "assistant", "function_call": {"name": "Anna"}}]}, r"messages\[0\].function_call"),
        ({"prompt_cache_retention": "Anna"}, "prompt_cache_retention"),
        ({"messages": [{"role": "tool", "tool_call_id": "Anna", "content": "x"}]}, "tool_call_id"),
        ({"messages": [{"role": "assistant", "tool_calls": [{"id": "a", "function": {"arguments": "["}}]}]}, "JSON"),
    ],
)
def test_what_the_vendor_has_no_word_for_is_refused_by_name(payload: dict[str, Any], named: str):
    with pytest.raises(Unsayable, match=named) as caught:
        written(Gemini(), **payload)
    assert "Anna" not in str(caught.value)
