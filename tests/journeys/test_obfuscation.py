"""The flag `obfuscate` and the header, through the whole router: what is done is done, and the reply says it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.stack import Stack

TYPED = "hey!! i am 37 years old, how much do i need per week???"
UNIFORM = "I am 37 years old, how much do I need per week?"


def seen(stack: Stack) -> str:
    body: Any = stack.received()[-1]["body"]
    body = json.loads(body) if isinstance(body, str) else body
    return str(body["messages"][-1]["content"])


@pytest.mark.parametrize(
    ("asked", "done"), [(False, False), (True, "format"), ("format", "format"), ("quasi", "quasi")]
)
def test_the_level_that_was_done_is_told(stack: Stack, asked: Any, done: Any):
    with stack.client() as client:
        reply = client.post(
            "/api/v1/stateless-query", json={"model": "mirror/openai", "prompt": TYPED, "obfuscate": asked}
        ).json()
    assert reply["privacy"]["obfuscated"] == done
    assert reply["message"]["content"] == (UNIFORM if done else TYPED)
    assert ("37" in seen(stack)) is (done != "quasi")


def test_a_rewriting_that_nobody_can_do_is_told_and_less_is_done(stack: Stack):
    asked = {"model": "mirror/openai", "prompt": TYPED, "obfuscate": "rewrite", "stream": True}
    with stack.client() as client, client.stream("POST", "/api/v1/stateless-query", json=asked) as answer:
        done = json.loads([line for line in answer.iter_lines() if line][-2].removeprefix("data: "))
    assert done["privacy"]["obfuscated"] == "quasi"
    assert done["privacy"]["obfuscated_reason"] == "rewrite_unavailable"
    assert "37" not in seen(stack)


def test_the_ecosystem_s_door_takes_and_tells_it_in_a_header(stack: Stack):
    body = {"model": "mirror/openai", "messages": [{"role": "user", "content": TYPED}]}
    with stack.client() as client:
        answer = client.post("/v1/chat/completions", json=body, headers={"x-privacy": "obfuscate=quasi"})
        plain = client.post("/v1/chat/completions", json=body)
    assert answer.headers["x-privacy"] == "obfuscated=quasi"
    assert answer.json()["choices"][0]["message"]["content"] == UNIFORM
    assert "x-privacy" not in plain.headers
