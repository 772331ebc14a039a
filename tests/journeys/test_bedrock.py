"""Bedrock as the provider: Converse requests, signed, and answers out of its binary frames."""

from __future__ import annotations

import json
from typing import Any

import openai

from tests.support.letter import CHAT, PRIVATE, PROMPT, assert_nothing_left, user
from tests.support.sessions import asked, begun
from tests.support.stack import Stack

MODEL = "mirror/bedrock"


def test_an_answer_has_every_value_in_place_whole_and_piece_by_piece(stack: Stack, sdk: openai.OpenAI):
    answer = sdk.chat.completions.create(model=MODEL, messages=[user(PROMPT)], max_tokens=99, temperature=0.5)
    assert answer.choices[0].message.content == PROMPT
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage and answer.usage.prompt_tokens > 0
    chunks = list(
        sdk.chat.completions.create(
            model=MODEL, messages=[user(PROMPT)], stream=True, stream_options={"include_usage": True}
        )
    )
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert ("".join(pieces), len(pieces) > 10) == (PROMPT, True)
    assert chunks[-1].usage and chunks[-1].usage.prompt_tokens == answer.usage.prompt_tokens
    streamed, whole = stack.received()
    assert (whole["path"], streamed["path"]) == (
        "/v1/model/bedrock/converse", "/v1/model/bedrock/converse-stream",
    )  # fmt: skip
    assert whole["body"]["inferenceConfig"] == {"maxTokens": 99, "temperature": 0.5}
    assert_nothing_left(stack)


def test_tools_go_round_and_their_arguments_are_restored(stack: Stack, sdk: openai.OpenAI):
    messages = [user(PROMPT)]
    message = sdk.chat.completions.create(model=MODEL, messages=messages, tools=[CHAT]).choices[0].message
    assert message.tool_calls
    call: Any = message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"text": PROMPT}
    chunks = list(sdk.chat.completions.create(model=MODEL, messages=messages, tools=[CHAT], stream=True))
    told = [chunk.choices[0].delta.tool_calls for chunk in chunks if chunk.choices]
    arguments = "".join(each.function.arguments or "" for calls in told for each in calls or () if each.function)
    assert json.loads(arguments) == {"text": PROMPT}
    result: Any = {"role": "tool", "tool_call_id": call.id, "content": f"sent to {PRIVATE[1]}"}
    said: Any = message.model_dump(exclude_none=True)
    last = sdk.chat.completions.create(model=MODEL, messages=[*messages, said, result], tools=[CHAT])
    assert f"sent to {PRIVATE[1]}" in str(last.choices[0].message.content)
    assert_nothing_left(stack)


def test_edited_surrogates_come_back_too(stack: Stack, sdk: openai.OpenAI):
    answer = sdk.chat.completions.create(model=f"{MODEL}-edit", messages=[user(PROMPT)])
    said = str(answer.choices[0].message.content).lower()
    assert PRIVATE[1].lower().replace("-", "\u2011") in said.replace("-", "\u2011")
    assert_nothing_left(stack)


def test_a_session_keeps_its_surrogates_and_a_call_is_signed(stack: Stack):
    with stack.client() as client:
        session_id = begun(client, f"{stack.spare('bedrock')}/anthropic.claude-x-v1:0")
        for prompt in (PROMPT, PROMPT):
            assert asked(client, session_id, prompt=prompt)["message"]["content"] == prompt
    second, first = stack.received()
    assert second["body"]["messages"][0] == first["body"]["messages"][0] == second["body"]["messages"][2]
    assert first["path"] == "/v1/model/anthropic.claude-x-v1:0/converse"
    assert {"x-amz-date", "authorization"} <= set(first["headers"])
    assert_nothing_left(stack)
