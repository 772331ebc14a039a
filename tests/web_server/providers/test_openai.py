"""OpenAI's dialect: one reading for whole answers and for streams, and no silent losses."""

from __future__ import annotations

import json

import pytest

from tests.support.dialects import query, read
from web_server.answer import collect
from web_server.providers.dialect import DialectError, ProviderFault, Unsayable
from web_server.providers.openai import OpenAI
from web_server.query import Choice, ToolCall, Usage

TOOL = {"id": "call_1", "type": "function", "function": {"name": "mail", "arguments": '{"to": "x"}'}}
WHOLE = {
    "id": "x",
    "object": "chat.completion",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Grüße"}, "finish_reason": "stop"},
        {
            "index": 1,
            "message": {"role": "assistant", "content": None, "reasoning_content": "hm", "tool_calls": [TOOL]},
            "finish_reason": "tool_calls",
        },
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
}
CHUNKS = [
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]},
    {"choices": [{"index": 0, "delta": {"content": "Grü"}}]},
    {"choices": [{"index": 1, "delta": {"reasoning_content": "hm"}}]},
    {
        "choices": [
            {
                "index": 1,
                "delta": {
                    "tool_calls": [
                        {"index": 0, "id": "call_1", "type": "function", "function": {"name": "mail", "arguments": ""}}
                    ]
                },
            }
        ]
    },
    {"choices": [{"index": 0, "delta": {"content": "ße"}}]},
    {"choices": [{"index": 1, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": '{"to"'}}]}}]},
    {"choices": [{"index": 1, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": ': "x"}'}}]}}]},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    {"choices": [{"index": 1, "delta": {}, "finish_reason": "tool_calls"}]},
    {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
]
STREAM = (
    b"".join(b"data: " + json.dumps(c, ensure_ascii=False).encode() + b"\n\n" for c in CHUNKS) + b"data: [DONE]\n\n"
)
CHOICES = (
    Choice(0, "Grüße", None, None, (), "stop"),
    Choice(1, None, "hm", None, (ToolCall("call_1", "mail", '{"to": "x"}'),), "tool_calls"),
)


def test_a_stream_and_a_whole_answer_say_the_same():
    assert collect(read(OpenAI(), STREAM)) == collect(OpenAI().read(json.dumps(WHOLE).encode()))
    assert collect(read(OpenAI(), STREAM)).choices == CHOICES
    assert collect(read(OpenAI(), STREAM)).usage == Usage(3, 4)


def test_the_stream_may_be_cut_into_reads_anywhere():
    whole = read(OpenAI(), STREAM)
    for cut in range(len(STREAM)):
        assert read(OpenAI(), STREAM[:cut], STREAM[cut:]) == whole


@pytest.mark.parametrize("cut", range(0, STREAM.index(b"data: [DONE]") - 200, 37))
def test_a_stream_that_breaks_off_is_noticed(cut: int):
    with pytest.raises(DialectError):
        read(OpenAI(), STREAM[:cut])


def test_a_stream_without_its_last_word_is_whole_if_every_choice_was_finished():
    assert collect(read(OpenAI(), STREAM.removesuffix(b"data: [DONE]\n\n"))).choices == CHOICES


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [3]}',
        b'{"choices": [{"index": 0, "message": {}}]}',
        b"\xff",
    ],
)
def test_what_is_not_an_answer_is_refused(answer: bytes):
    with pytest.raises(DialectError):
        OpenAI().read(answer)


@pytest.mark.parametrize(
    "part",
    [
        {"content": [{"text": 5}]},
        {"tool_calls": 5},
        {"tool_calls": [{"function": "x"}]},
        {"tool_calls": [{"index": [1], "function": {}}]},
        {"tool_calls": [{"index": "a", "function": {}}, {"index": 1, "function": {}}]},
        {"tool_calls": [{"id": {"a": 1}, "function": {}}]},
        {"tool_calls": [{"function": {"name": 5}}]},
    ],
)
def test_a_value_of_another_type_than_promised_is_refused(part: object):
    refused({"index": 0, "message": part, "delta": part})


@pytest.mark.parametrize("fields", [{"index": [1]}, {"index": "a"}, {"index": 1.5}, {"finish_reason": {"a": 1}}])
def test_a_choice_that_is_counted_or_ended_strangely_is_refused(fields: dict[str, object]):
    refused({"message": {"content": "x"}, "delta": {"content": "x"}, **fields})


def refused(choice: dict[str, object]) -> None:
    answer = json.dumps({"choices": [choice]}).encode()
    with pytest.raises(DialectError):
        collect(OpenAI().read(answer))
    with pytest.raises(DialectError):
        collect(read(OpenAI(), b"data: " + answer + b"\n\ndata: [DONE]\n\n"))


def test_a_failure_inside_a_stream_is_a_failure():
    with pytest.raises(ProviderFault):
        read(OpenAI(), b'data: {"error": {"message": "overloaded"}}\n\n')


def test_the_request_names_the_model_and_asks_a_stream_for_its_usage():
    body = json.loads(OpenAI().write(query(streamed=True, messages=[], temperature=0)))
    assert body == {
        "model": "m",
        "messages": [],
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert "stream" not in json.loads(OpenAI().write(query(messages=[])))


def test_a_payload_cannot_name_another_model():
    assert json.loads(OpenAI().write(query(messages=[], model="another")))["model"] == "m"


@pytest.mark.parametrize("field", ["logprobs", "functions", "audio", "plugins", "models", "fallbacks"])
def test_what_could_not_be_restored_or_leads_elsewhere_is_refused_rather_than_dropped(field: str):
    with pytest.raises(Unsayable, match=field):
        OpenAI().write(query(messages=[], **{field: True}))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "too long"}}', "too long"),
        (b'{"error": "too long"}', "too long"),
        (b'{"message": "too long"}', "too long"),
        (b"<html>", None),
        (b'{"error": {"code": 3}}', None),
    ],
)
def test_a_complaint_is_read_in_every_shape_it_comes_in(body: bytes, said: str | None):
    assert OpenAI().complaint(body) == said


@pytest.mark.parametrize("field", ["models", "fallbacks", "plugins", "logprobs"])
def test_what_is_refused_where_it_says_something_is_not_even_named_where_it_says_nothing(field: str):
    assert field not in json.loads(OpenAI().write(query(messages=[], **{field: {}})))


@pytest.mark.parametrize("kind", ["custom", "web_search", "code_interpreter", None])
def test_tools_that_are_no_functions_are_refused(kind: str | None):
    tools = [{"type": "function", "function": {"name": "a"}}, {"type": kind, "function": {"name": "b"}}]
    with pytest.raises(Unsayable, match=r"tools\[1\].type"):
        OpenAI().write(query(messages=[], tools=tools))
