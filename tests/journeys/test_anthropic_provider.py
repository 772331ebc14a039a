"""An Anthropic provider behind OpenAI's own SDK."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tests.support.letter import CHAT, PROMPT, assert_nothing_left, bodies, user
from tests.support.stack import Stack


@pytest.mark.parametrize("stream", [False, True])
def test_openais_sdk_gets_its_answer_from_an_anthropic_provider(stack: Stack, sdk: openai.OpenAI, stream: bool):
    asked: dict[str, Any] = {"model": "mirror/anthropic", "messages": [user(PROMPT)], "temperature": 0.3, "stop": "END"}
    if stream:
        chunks = list(sdk.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        finish = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1]
        usage, arguments = chunks[-1].usage, ""
        for chunk in sdk.chat.completions.create(**asked, stream=True, tools=[CHAT]):
            for call in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
                arguments += call.function.arguments or ""
    else:
        answer = sdk.chat.completions.create(**asked)
        text, finish, usage = answer.choices[0].message.content, answer.choices[0].finish_reason, answer.usage
        called = sdk.chat.completions.create(**asked, tools=[CHAT]).choices[0]
        arguments = called.message.tool_calls[0].function.arguments
        assert called.finish_reason == "tool_calls"
    assert (text, finish) == (PROMPT, "stop")
    assert usage and usage.prompt_tokens > 0 and usage.completion_tokens > 0
    assert json.loads(arguments) == {"text": PROMPT}
    assert_nothing_left(stack)
    assert bodies(stack)[-1]["stop_sequences"] == ["END"]


def test_what_an_anthropic_provider_has_no_word_for_is_said_to_openais_client(stack: Stack, sdk: openai.OpenAI):
    with pytest.raises(openai.BadRequestError, match="`n` is not supported"):
        sdk.chat.completions.create(model="mirror/anthropic", messages=[user("hi")], n=2)
    assert stack.received() == []
