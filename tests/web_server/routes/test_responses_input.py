"""A request of the Responses API as the chat that is asked of the model."""

from __future__ import annotations

from typing import Any

import pytest

from web_server.errors import ApiError
from web_server.routes.responses_input import payload

CALL = {
    "type": "function_call",
    "call_id": "call_1",
    "name": "find",
    "arguments": "{}",
    "id": "fc_1",
    "status": "completed",
}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": [{"type": "input_text", "text": "found"}]}
SAID = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "I look.", "annotations": []}],
}


def test_a_models_text_and_its_calls_are_one_message():
    given = [{"role": "user", "content": "Look."}, SAID, CALL, {**CALL, "call_id": "call_2"}, RESULT]
    made: Any = payload({"input": given, "instructions": "Be kind."})[0]["messages"]
    assert [message["role"] for message in made] == ["system", "user", "assistant", "tool"]
    assert made[2]["content"] == "I look."
    assert [call["id"] for call in made[2]["tool_calls"]] == ["call_1", "call_2"]
    assert made[3] == {"role": "tool", "tool_call_id": "call_1", "content": "found"}


def test_a_text_is_the_same_opening_however_it_is_written():
    ways: list[Any] = [
        "Hello",
        [{"role": "user", "content": "Hello"}],
        [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}],
    ]
    assert all(payload({"input": way})[0]["messages"] == [{"role": "user", "content": "Hello"}] for way in ways)


def test_thoughts_of_earlier_turns_stay_here():
    thought = {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]}
    made: Any = payload({"input": [{"role": "user", "content": "a"}, thought, SAID]})[0]["messages"]
    assert [message["role"] for message in made] == ["user", "assistant"]


def test_options_have_their_names_of_chat():
    asked = {
        "input": "a",
        "max_output_tokens": 9,
        "reasoning": {"effort": "low", "summary": "auto"},
        "text": {"verbosity": "low", "format": {"type": "json_object"}},
        "tools": [{"type": "function", "name": "find", "parameters": {}, "strict": None}],
        "tool_choice": {"type": "function", "name": "find"},
        "metadata": {"a": "b"},
        "user": "somebody",
        "store": False,
        "previous_response_id": None,
        "include": ["reasoning.encrypted_content"],
    }
    assert payload(asked)[0] == {
        "messages": [{"role": "user", "content": "a"}],
        "max_tokens": 9,
        "reasoning_effort": "low",
        "verbosity": "low",
        "response_format": {"type": "json_object"},
        "tools": [{"type": "function", "function": {"name": "find", "parameters": {}}}],
        "tool_choice": {"type": "function", "function": {"name": "find"}},
    }


def test_functions_that_are_allowed_are_named_as_chat_names_them():
    choice = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "find"}]}
    allowed = {"mode": "auto", "tools": [{"type": "function", "function": {"name": "find"}}]}
    assert payload({"input": "a", "tool_choice": choice})[0]["tool_choice"] == {
        "type": "allowed_tools",
        "allowed_tools": allowed,
    }


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"input": 7},
        {"input": [7]},
        {"input": [{"role": "user"}]},
        {"input": [{"role": "user", "content": []}]},
        {"input": [{"role": "user", "content": [7]}]},
        {"input": [{**CALL, "arguments": {}}]},
        {"input": "a", "instructions": ["b"]},
        {"input": "a", "tools": {}},
        {"input": "a", "tools": [{"type": "function"}]},
        {"input": "a", "tool_choice": "some"},
        {"input": "a", "reasoning": "low"},
        {"input": "a", "text": {"format": {"type": "grammar"}}},
        {"input": "a", "metadata": "b"},
        {"input": "a", "include": "b"},
        {"input": "a", "anna.berg@fjordmail.example": 1},
    ],
)
def test_what_no_chat_can_say_is_refused_without_being_repeated(asked: dict[str, Any]):
    with pytest.raises(ApiError) as refused:
        payload(asked)
    assert refused.value.status == 400
    assert "anna" not in refused.value.message
