"""What the figures for operators count: each answer that was an error, wherever it broke, as what it was."""

from __future__ import annotations

import collections

import httpx
import pytest

from tests.support.stack import Stack

PROMPT = "word " * 40


def errors(stack: Stack) -> collections.Counter[str]:
    """Errors by code."""
    text = httpx.get(f"{stack.url}/metrics", trust_env=False).text
    lines = [line for line in text.splitlines() if line.startswith("llmvpn_errors_total{")]
    return collections.Counter({line.split('"')[1]: int(line.rpartition(" ")[2]) for line in lines})


CHAT = {"messages": [{"role": "user", "content": PROMPT}]}
HALF = "-half"
CALLS = {
    "a stream of our own": ("/api/v1/stateless-query", {"prompt": PROMPT, "stream": True}, HALF, "STREAM_CUT"),
    "a stream of OpenAI's": ("/v1/chat/completions", {**CHAT, "stream": True}, HALF, "STREAM_CUT"),
    "a stream of a response": ("/v1/responses", {"input": PROMPT, "stream": True}, HALF, "STREAM_CUT"),
    "a stream of Anthropic's": ("/v1/messages", {**CHAT, "max_tokens": 9, "stream": True}, HALF, "STREAM_CUT"),
    "a plain answer": ("/api/v1/stateless-query", {"prompt": PROMPT}, "-400", "PROVIDER_REJECTED"),
    "a count of tokens": ("/v1/messages/count_tokens", {"messages": [5]}, "", "BAD_REQUEST"),
}


@pytest.mark.parametrize("call", CALLS)
def test_an_error_is_counted_once_before_a_stream_and_inside_it(stack: Stack, call: str):
    door, body, ending, code = CALLS[call]
    before = errors(stack)
    with stack.client() as client:
        client.post(door, json={**body, "model": f"{stack.spare()}/m{ending}"})
    assert errors(stack) - before == {code: 1}


def test_a_run_of_the_playground_counts_as_what_it_is(stack: Stack):
    before = errors(stack)
    with stack.client() as client:
        for model in ("nowhere/none", f"{stack.spare()}/m{HALF}"):
            client.post(f"/v1/playground/agents/{model}/runs", json={"message": PROMPT})
    assert errors(stack) - before == {"MODEL_NOT_FOUND": 1, "STREAM_CUT": 1}


def test_each_side_of_a_comparison_and_each_step_of_a_chain_counts(stack: Stack):
    before = errors(stack)
    sides = {"prompt": PROMPT, "modelA": "mirror/openai"}
    with stack.client() as client:
        for stream in (False, True):
            failing = f"{stack.spare()}/m-400"
            client.post("/api/v1/compare", json={**sides, "modelB": failing, "stream": stream})
            steps = [{"model": "mirror/openai"}, {"model": failing}]
            client.post("/api/v1/chain", json={"message": PROMPT, "steps": steps, "stream": stream})
    assert errors(stack) - before == {"PROVIDER_REJECTED": 4}
