"""OpenAI's old completions, with its own SDK: through chat, and of a model that can nothing else."""

from __future__ import annotations

import time
from typing import Any

import openai
import pytest

from tests.support.letter import BRIEF, MAIL, assert_nothing_left
from tests.support.stack import Stack


def test_an_old_completion_is_served_through_chat(stack: Stack, sdk: openai.OpenAI):
    answer = sdk.completions.create(model="mirror/openai", prompt=BRIEF, max_tokens=100)
    assert (answer.choices[0].text, answer.choices[0].finish_reason) == (BRIEF, "stop")
    assert answer.object == "text_completion" and answer.usage and answer.usage.total_tokens > 0
    (call,) = stack.received()
    assert call["path"].endswith("/chat/completions")
    assert_nothing_left(stack)


@pytest.mark.parametrize("stream", [False, True])
def test_several_prompts_are_several_choices(stack: Stack, sdk: openai.OpenAI, stream: bool):
    prompts = [BRIEF, "Hello there.", f"{MAIL} again"]
    asked: dict[str, Any] = {"model": "mirror/openai", "prompt": prompts, "n": 2}
    texts = dict.fromkeys(range(6), "")
    if stream:
        chunks = list(sdk.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
        for chunk in chunks:
            for choice in chunk.choices:
                texts[choice.index] += choice.text
        used = chunks[-1].usage
    else:
        answer = sdk.completions.create(**asked)
        texts |= {choice.index: choice.text for choice in answer.choices}
        used = answer.usage
    assert [*texts.values()] == [prompt for prompt in prompts for _ in range(2)]
    assert used and used.total_tokens > 0
    assert_nothing_left(stack)


COMPLETER = """
  completer:
    dialect: openai
    base_url: {mirror}/v1
    allow_private: true
    auth: none
    models: [{{id: base, capabilities: [completions]}}]
"""


@pytest.fixture
def completer(stack: Stack, sdk: openai.OpenAI) -> str:
    """A provider that has completions and no chat; both processes follow the file."""
    file = stack.folder / "providers.yaml"
    if "completer:" not in file.read_text():
        with file.open("a") as providers:
            providers.write(COMPLETER.format(mirror=stack.mirror))
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with stack.client() as client:
            listed = {row["id"]: row for row in client.get("/api/providers").json()["providers"]}
        if listed.get("completer", {}).get("status") == "ready":
            return "completer/base"
        time.sleep(0.1)
    raise AssertionError("the new provider was not taken over")


def test_a_model_that_only_completes_is_asked_so(stack: Stack, sdk: openai.OpenAI, completer: str):
    answer = sdk.completions.create(model=completer, prompt=BRIEF, max_tokens=9)
    assert answer.choices[0].text == BRIEF
    chunks = list(sdk.completions.create(model=completer, prompt=BRIEF, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == BRIEF
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "stop"
    chat = sdk.chat.completions.create(model=completer, messages=[{"role": "user", "content": BRIEF}])
    assert chat.choices[0].message.content == BRIEF
    assert {call["path"] for call in stack.received()} == {"/v1/completions"}
    assert_nothing_left(stack)
    with pytest.raises(openai.BadRequestError, match="only completes"):
        sdk.responses.create(model=completer, input=BRIEF, instructions="Be kind.")


@pytest.mark.parametrize(
    "asked",
    [
        {"prompt": [1, 2]},
        {"prompt": []},
        {"prompt": ""},
        {"prompt": ["a"] * 33},
        {"prompt": "a", "echo": True},
        {"prompt": "a", "suffix": "b"},
        {"prompt": "a", "logprobs": 1},
        {"prompt": "a", "best_of": 3},
    ],
)
def test_a_completion_that_cannot_be_had_is_refused(stack: Stack, sdk: openai.OpenAI, asked: dict[str, Any]):
    with pytest.raises(openai.BadRequestError):
        sdk.completions.create(model="mirror/openai", **asked)
    assert stack.received() == []
