"""What could link two queries of one caller at the provider, and does not: by what the mirror was sent, byte by byte.

docs/threat-model.md lists what could; what is only stated there has no test here.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from protos import router_pb2
from tests.support.stack import Stack, mint
from web_server.traffic.buckets import bucket
from web_server.traffic.requests import LEAST, STEPS

NAME = "Marta Lindqvist"
PLAIN = "How do magnets work?"
TELLING = {
    "user-agent": "a-program/7.3",
    "x-stainless-os": "Plan 9",
    "x-forwarded-for": "203.0.113.7",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "idempotency-key": "an-own-key-of-mine",
    "openai-organization": "org-of-mine",
    "anthropic-beta": "a-beta-of-mine",
    "cookie": "own-cookie=1",
    "accept-language": "eo-mine",
    "x-request-id": "req-of-mine",
    "referer": "https://page.example/mine",
}


def received(stack: Stack) -> list[dict[str, Any]]:
    """The oldest first."""
    return [*reversed(stack.received())]


def said_to(call: dict[str, Any]) -> str:
    return str(call["body"]["messages"][-1]["content"])


def ask(stack: Stack, text: str, *, token: str = "", headers: dict[str, str] | None = None, **fields: Any) -> None:
    """By OpenAI's door."""
    asked = {"model": "mirror/openai", "messages": [{"role": "user", "content": text}], **fields}
    post(stack, "/v1/chat/completions", asked, token=token, headers=headers)


def post(
    stack: Stack, path: str, body: dict[str, Any], *, token: str = "", headers: dict[str, str] | None = None
) -> None:
    given = {**(headers or {}), "authorization": f"Bearer {token or stack.token}"}
    answer = httpx.post(f"{stack.url}{path}", json=body, headers=given, timeout=20, trust_env=False)
    assert answer.status_code == 200, answer.text


def other(stack: Stack) -> str:
    return mint(stack, "--subject", "somebody-else")


def test_two_callers_send_the_same_bytes_whatever_their_clients_add(stack: Stack):
    ask(stack, PLAIN)
    ask(stack, PLAIN, token=other(stack), headers=TELLING)
    one, two = received(stack)
    assert list(one["headers"].items()) == list(two["headers"].items()), "names, values and their order"
    assert set(one["headers"]) == {
        *("host", "user-agent", "accept-encoding", "content-length", "content-type", "accept", "authorization")
    }
    assert json.dumps(one["body"]) == json.dumps(two["body"])
    assert not any(value in json.dumps([one, two]) for value in TELLING.values())


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (
            "/v1/chat/completions",
            {
                "user": "own-mark",
                "safety_identifier": "own-mark",
                "prompt_cache_key": "own-mark",
                "metadata": {"own-mark": "own-mark"},
                "store": False,
                "messages": [{"role": "user", "content": PLAIN}],
            },
        ),
        (
            "/v1/responses",
            {"user": "own-mark", "prompt_cache_key": "own-mark", "metadata": {"a": "own-mark"}, "input": PLAIN},
        ),
        (
            "/v1/messages",
            {"metadata": {"user_id": "own-mark"}, "max_tokens": 9, "messages": [{"role": "user", "content": PLAIN}]},
        ),
        ("/v1/embeddings", {"user": "own-mark", "input": PLAIN}),
        ("/v1/completions", {"user": "own-mark", "prompt": PLAIN}),
    ],
)
def test_fields_that_name_a_caller_go_nowhere(stack: Stack, path: str, fields: dict[str, Any]):
    post(stack, path, {"model": "mirror/openai", **fields})
    (call,) = received(stack)
    assert "own-mark" not in json.dumps(call)
    assert not {"user", "safety_identifier", "prompt_cache_key", "metadata", "store"} & set(call["body"])


def test_the_order_in_which_a_client_writes_is_not_passed_on(stack: Stack):
    fields = {"temperature": 0.5, "max_tokens": 9, "top_p": 0.9, "stop": ["END"]}
    message = {"role": "user", "content": [{"type": "text", "text": PLAIN}]}
    ask(stack, "", **fields, messages=[message])
    backwards = {"type": "text", "text": PLAIN}
    swapped = {"content": [dict(reversed(backwards.items()))], "role": "user"}
    ask(stack, "", **dict(reversed(fields.items())), messages=[swapped])
    post(
        stack,
        "/api/v1/stateless-query",
        {**dict(reversed(fields.items())), "messages": [swapped], "model": "mirror/openai"},
    )
    assert len({json.dumps(call["body"]) for call in received(stack)}) == 1


def test_one_person_has_another_surrogate_in_each_stateless_query(stack: Stack):
    for _ in range(4):
        post(stack, "/api/v1/stateless-query", {"model": "mirror/openai", "prompt": f"Who is {NAME}, my boss?"})
    names = {said_to(call) for call in received(stack)}
    assert len(names) == 4 and not any(NAME in each for each in names)


def test_both_models_of_a_comparison_meet_different_surrogates(stack: Stack):
    asked = {"modelA": "mirror/openai", "modelB": "mirror/azure", "prompt": f"Who is {NAME}, my boss?"}
    post(stack, "/api/v1/compare", asked)
    one, two = map(said_to, received(stack))
    assert one != two and NAME not in one + two


def test_conversations_and_callers_share_no_surrogate(stack: Stack):
    openings = [f"Who is {NAME}, my boss?", f"Say hello to {NAME}, my boss."]
    person = re.compile(r"(?:Who is|Say hello to) (.*), my boss")
    found = []
    for token in (stack.token, other(stack)):
        for opening in openings:
            ask(stack, opening, token=token)
    for call in received(stack):
        match = person.match(said_to(call))
        assert match
        found.append(match[1])
    assert len(set(found)) == 4 and NAME not in found


def test_two_sessions_of_one_caller_share_no_surrogate(stack: Stack):
    for _ in range(2):
        with stack.client() as client:
            session = client.post("/api/v1/create-session", json={"model": "mirror/openai"}).json()["session_id"]
            client.post("/api/v1/stateful-query", json={"session_id": session, "prompt": f"Who is {NAME}, my boss?"})
    one, two = map(said_to, received(stack))
    assert one != two and NAME not in one + two


def test_what_crosses_to_the_key_server_names_no_caller():
    assert [field.name for field in router_pb2.ForwardRequest.DESCRIPTOR.fields] == [
        *("call_id", "provider", "model", "operation", "stream", "token_estimate", "binding_id", "endpoint_id"),
        *("headers", "body", "deadline_ms", "in_one"),
    ]


def test_requests_come_in_few_lengths(stack: Stack):
    for count in (1, 5, 60, 400, 402):
        ask(stack, "Was nützt es? " * count)
    lengths = [int(call["headers"]["content-length"]) for call in received(stack)]
    assert all(length == max(LEAST, bucket(length, STEPS)) for length in lengths)
    assert lengths[0] == lengths[1] == LEAST < lengths[2] < lengths[3]
