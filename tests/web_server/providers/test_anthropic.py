"""Anthropic's dialect: whole answers, faults, and requests that leave nothing out in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.dialects import FUNCTION, query, read, stream, written
from web_server.answer import collect
from web_server.providers.anthropic import Anthropic
from web_server.providers.dialect import DialectError, ProviderFault, Unsayable
from web_server.query import Choice, Usage


def test_what_was_read_is_told_with_the_first_words_and_not_before():
    reader = Anthropic().reader()
    begin, rest = stream("anthropic", "text").split(b"event: content_block_delta", 1)
    assert list(reader.feed(begin)) == []
    told = list(reader.feed(b"event: content_block_delta" + rest))
    assert told[0].usage == Usage(25, 1)
    assert told[-1].usage == Usage(25, 15)


WHOLE: dict[str, Any] = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "content": [
        {"type": "text", "text": "I will look."},
        {"type": "tool_use", "id": "toolu_01A", "name": "weather", "input": {"city": "Münster"}},
        {"type": "tool_use", "id": "toolu_01B", "name": "clock", "input": {}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 25,
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 5,
        "output_tokens": 89,
    },
}


def test_a_whole_answer_says_the_same_as_its_stream():
    assert collect(Anthropic().read(json.dumps(WHOLE).encode())) == collect(
        read(Anthropic(), stream("anthropic", "tools"))
    )


THINKS = {"type": "thinking", "thinking": "hm", "signature": "s"}
SAYS = {"type": "text", "text": "so"}


@pytest.mark.parametrize(
    ("blocks", "apart"),
    [
        ([SAYS, SAYS], [True, False]),  # as where a text is cited
        ([SAYS, THINKS, SAYS], [True, True, False, True]),
        ([{**THINKS, "signature": ""}, {**THINKS, "signature": ""}, SAYS], [True, True, True]),
        ([SAYS, WHOLE["content"][2], SAYS], [True, True, False, True]),
    ],
)
def test_what_stands_between_blocks_of_other_kinds_is_set_apart(blocks: list[dict[str, Any]], apart: list[bool]):
    deltas = Anthropic().read(json.dumps({**WHOLE, "content": blocks}).encode())
    assert [each.apart for each in deltas if not each.finish_reason and not each.usage] == apart


def test_an_answer_without_words_has_ended_all_the_same():
    empty = {**WHOLE, "content": [], "stop_reason": "end_turn"}
    assert collect(Anthropic().read(json.dumps(empty).encode())).choices == (Choice(0, None, None, None, (), "stop"),)


@pytest.mark.parametrize(
    ("stop", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("pause_turn", "stop"),
        ("something_new", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_calls"),
        ("refusal", "content_filter"),
    ],
)
def test_why_an_answer_ended_is_said_in_the_common_language(stop: str, finish: str):
    answer = json.dumps({**WHOLE, "stop_reason": stop}).encode()
    assert collect(Anthropic().read(answer)).choices[0].finish_reason == finish


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"type": "message"}',
        b'{"type": "message", "content": 5}',
        b'{"type": "message", "content": [5]}',
        b'{"type": "message", "content": [{"type": "image"}]}',
        b'{"type": "message", "content": [{"type": "text", "text": 5}]}',
        b'{"type": "message", "content": [{"type": "tool_use", "id": 5, "input": {}}]}',
        b'{"type": "message", "content": [{"type": "tool_use", "input": "x"}]}',
        b'{"type": "message", "content": [], "usage": 5}',
        b'{"type": "message", "content": [], "stop_reason": 5}',
        b'{"choices": [{"index": 0, "message": {"content": "hi"}}]}',
        b"\xff",
    ],
)
def test_what_is_not_an_answer_is_refused(answer: bytes):
    with pytest.raises(DialectError):
        Anthropic().read(answer)


@pytest.mark.parametrize(
    "event",
    [
        "5",
        "{",
        '{"type": "content_block_start", "content_block": {"type": "text"}}',
        '{"type": "content_block_start", "index": 0}',
        '{"type": "content_block_start", "index": 0, "content_block": {"type": "server_tool_use"}}',
        '{"type": "content_block_delta", "index": "0", "delta": {"type": "text_delta", "text": "x"}}',
        '{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 5}}',
        '{"type": "content_block_delta", "index": 7, "delta": {"type": "input_json_delta", "partial_json": "{"}}',
        '{"type": "message_delta", "delta": 5}',
    ],
)
def test_an_event_that_is_not_one_is_refused(event: str):
    with pytest.raises(DialectError):
        read(Anthropic(), b"data: " + event.encode() + b"\n\n" + stream("anthropic", "text"))


FAULT = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


def test_a_failure_is_a_failure_wherever_it_stands():
    with pytest.raises(ProviderFault) as caught:
        read(
            Anthropic(),
            stream("anthropic", "text").partition(b"event: content_block_stop")[0]
            + b"event: error\ndata: "
            + json.dumps(FAULT).encode()
            + b"\n\n",
        )
    assert caught.value.message == "Overloaded"
    with pytest.raises(ProviderFault):
        Anthropic().read(json.dumps(FAULT).encode())
    assert Anthropic().complaint(json.dumps(FAULT).encode()) == "Overloaded"
    assert Anthropic().complaint(b"<html>") is None


CALLS = [
    {"id": "call.1", "type": "function", "function": {"name": "mail", "arguments": '{"to": "x"}'}},
    {"id": "call_2", "type": "function", "function": {"name": "clock", "arguments": ""}},
]
CHAT = [
    {"role": "system", "content": "Be kind."},
    {"role": "developer", "content": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]},
    {"role": "user", "content": "mail x"},
    {"role": "assistant", "content": "Yes.", "tool_calls": CALLS, "refusal": None, "reasoning_content": "hm"},
    {"role": "tool", "tool_call_id": "call.1", "content": "sent", "name": "mail"},
    {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "noon"}], "is_error": True},
    {"role": "user", "content": [{"type": "text", "text": "thanks"}, {"type": "text", "text": ""}]},
]


def test_a_chat_with_tools_is_written_as_messages():
    body = written(Anthropic(), messages=CHAT, max_tokens=7)
    assert body["system"] == [
        {"type": "text", "text": "Be kind."},
        {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}},
    ]
    assert body["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "mail x"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Yes."},
                {"type": "tool_use", "id": "call_1", "name": "mail", "input": {"to": "x"}},
                {"type": "tool_use", "id": "call_2", "name": "clock", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "call_1", "content": "sent"},
                {
                    "type": "tool_result",
                    "tool_use_id": "call_2",
                    "content": [{"type": "text", "text": "noon"}],
                    "is_error": True,
                },
                {"type": "text", "text": "thanks"},
            ],
        },
    ]
    assert (body["model"], body["max_tokens"]) == ("m", 7)


@pytest.mark.parametrize(
    ("asked", "choice"),
    [
        ({}, None),
        ({"tool_choice": "auto"}, {"type": "auto"}),
        ({"tool_choice": "none"}, {"type": "none"}),
        ({"tool_choice": "required"}, {"type": "any"}),
        ({"tool_choice": {"type": "function", "function": {"name": "mail"}}}, {"type": "tool", "name": "mail"}),
        ({"parallel_tool_calls": False}, {"type": "auto", "disable_parallel_tool_use": True}),
        ({"parallel_tool_calls": True}, None),
    ],
)
def test_tools_and_their_choice_are_written_in_the_vendors_words(asked: dict[str, Any], choice: Any):
    body = written(Anthropic(), tools=[{"type": "function", "function": FUNCTION}], **asked)
    schema = FUNCTION["parameters"]
    assert body["tools"] == [{"name": "mail", "description": "Sends.", "input_schema": schema, "strict": True}]
    assert body.get("tool_choice") == choice


def test_sampling_stops_shapes_and_limits_have_their_own_names():
    shape = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    body = written(
        Anthropic(),
        temperature=0,
        top_p=0.5,
        top_k=3,
        stop="END",
        max_completion_tokens=5,
        max_tokens=6,
        response_format=shape,
        reasoning_effort="high",
        n=1,
        presence_penalty=0,
        stream_options={"include_usage": True},
    )
    assert (body["temperature"], body["top_p"], body["top_k"]) == (0, 0.5, 3)
    assert (body["stop_sequences"], body["max_tokens"]) == (["END"], 5)
    answer = {"type": "json_schema", "schema": {"type": "object"}}
    assert body["output_config"] == {"format": answer, "effort": "high"}
    assert set(body) == {
        "model", "messages", "max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "output_config",
    }  # fmt: skip
    assert json.loads(Anthropic().write(query(streamed=True)))["stream"] is True


def test_a_query_without_a_limit_gets_one():
    assert written(Anthropic())["max_tokens"] == 8192


@pytest.mark.parametrize(("effort", "said"), [("none", None), ("minimal", "low"), ("xhigh", "xhigh"), ("max", "max")])
def test_how_hard_a_model_is_to_think_is_said_in_the_vendors_words(effort: str, said: str | None):
    body = written(Anthropic(), reasoning_effort=effort, verbosity="high", prompt_cache_retention="24h")
    assert body.get("output_config") == ({"effort": said} if said else None)
    assert "verbosity" not in json.dumps(body)


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"n": 2}, "n"),
        ({"logprobs": True}, "logprobs"),
        ({"seed": 0}, "seed"),
        ({"frequency_penalty": 0.5}, "frequency_penalty"),
        ({"functions": [{}]}, "functions"),
        ({"thinking": {"type": "enabled"}}, "thinking"),
        ({"Anna's field": 1}, "A field"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"reasoning_effort": "Anna"}, "reasoning_effort"),
        ({"reasoning_effort": {}}, "reasoning_effort"),
        ({"verbosity": "Anna"}, "verbosity"),
        ({"tools": [{"type": "custom"}]}, r"tools\[0\].type"),
        ({"tools": [{"type": "function"}]}, r"tools\[0\].function"),
        ({"tools": [{"type": "function", "function": FUNCTION}], "tool_choice": "perhaps"}, "tool_choice"),
        ({"messages": [{"role": "function", "content": "x"}]}, r"messages\[0\].role"),
        ({"messages": [{"role": "user", "content": "x", "name": "Anna"}]}, r"messages\[0\].name"),
        ({"messages": [{"role": "assistant", "function_call": {"name": "Anna"}}]}, r"messages\[0\].function_call"),
        ({"prompt_cache_retention": "Anna"}, "prompt_cache_retention"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "x", "odd": 1}]}]}, "content"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "id of a tool call"),
        ({"messages": ["x"]}, r"messages\[0\]"),
        ({"messages": [{"role": "assistant", "tool_calls": [{"id": "a", "function": {"arguments": "{"}}]}]}, "JSON"),
        ({"messages": [{"role": "assistant", "tool_calls": [{"id": "a", "function": {"arguments": "[]"}}]}]}, "JSON"),
    ],
)
def test_what_the_vendor_has_no_word_for_is_refused_by_name(payload: dict[str, Any], named: str):
    with pytest.raises(Unsayable, match=named) as caught:
        written(Anthropic(), **payload)
    assert "Anna" not in str(caught.value)
