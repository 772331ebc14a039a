"""Item 22 through the whole router: a guess in a provider's own turn is not confirmed by what is resent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.stack import Stack

GUESS = "was it lindwurm?"
"""As no finder takes it for a name: so it reaches the provider, and the mirror says it of its own."""


def said(stack: Stack, messages: list[dict[str, Any]], *, stream: bool) -> str:
    body = {"model": "mirror/openai", "messages": messages, "stream": stream}
    with stack.client() as client:
        answer = client.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    if not stream:
        return str(answer.json()["choices"][0]["message"]["content"])
    events = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
    choices = [choice for event in events for choice in json.loads(event)["choices"]]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


def sent(stack: Stack) -> list[str]:
    (call,) = stack.received()
    body = json.loads(call["body"]) if isinstance(call["body"], str) else call["body"]
    stack.forget()
    return [message["content"] for message in body["messages"]]


@pytest.mark.parametrize("stream", [False, True])
def test_a_guess_of_the_provider_s_goes_back_as_it_was_written(stack: Stack, stream: bool) -> None:
    opening = {"role": "user", "content": GUESS}
    guess = said(stack, [opening], stream=stream)
    assert guess == GUESS
    assert sent(stack) == [GUESS]
    told = {"role": "user", "content": "My name is Otto Lindwurm."}
    answer = said(stack, [opening, {"role": "assistant", "content": guess}, told], stream=stream)
    mine, again, name = sent(stack)
    assert again == GUESS
    assert "lindwurm" not in f"{mine} {name}".lower()
    assert answer == told["content"]
    changed = {"role": "assistant", "content": f"{guess} (edited)"}
    said(stack, [opening, changed, told], stream=stream)
    assert "lindwurm" not in " ".join(sent(stack)).lower()  # not as it was written: hiding wins over the guess


def test_what_was_put_into_an_answer_is_taken_out_again(stack: Stack) -> None:
    opening = {"role": "user", "content": "My name is Otto Lindwurm, mail otto@lindwurm.example"}
    answer = said(stack, [opening], stream=True)
    (before,) = sent(stack)
    assert answer == opening["content"]
    assert "otto" not in before.lower()
    said(stack, [opening, {"role": "assistant", "content": answer}, {"role": "user", "content": "go on"}], stream=True)
    assert sent(stack) == [before, before, "go on"]
