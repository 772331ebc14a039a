"""The playground, the plain doors and the deep health, through the whole router."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import httpx
import pytest

from tests.support.plain_http import PLAIN
from tests.support.stack import Stack, mint

NAME = "Marta Lindqvist"
PROMPT = f"My name is {NAME}, write to marta.lindqvist@fjordmail.example. Sign it Marta."
RUNS = "/v1/playground/agents/mirror/openai/runs"


def assert_nothing_left(stack: Stack) -> None:
    seen = json.dumps(stack.received(), ensure_ascii=False)
    assert seen != "[]" and not any(word in seen for word in ("Marta", "Lindqvist", "lindqvist"))


def test_the_playground_lists_its_agents(stack: Stack):
    with stack.client() as client:
        assert client.get("/v1/playground/status").json() == {"playground": "available"}
        agents = {agent["agent_id"]: agent for agent in client.get("/v1/playground/agents").json()}
    assert agents["mirror/openai"]["model"] == {"name": "Mirror", "model": "openai", "provider": "mirror"}
    assert "openai/text-embedding-3-small" not in agents


FORMS: list[dict[str, Any]] = [
    {"json": {"message": PROMPT}},
    {"data": {"message": PROMPT, "stream": "true", "session_id": "", "monitor": "false"}},
    {"files": {"message": (None, PROMPT), "stream": (None, "true"), "user_id": (None, "somebody")}},
]


@pytest.mark.parametrize("form", FORMS, ids=["json", "form", "multipart"])
def test_a_run_is_told_line_by_line(stack: Stack, form: dict[str, Any]):
    with stack.client() as client:
        answer = client.post(RUNS, **form)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    started, *content, completed = map(json.loads, answer.text.splitlines())
    assert (started["event"], completed["event"]) == ("RunStarted", "RunCompleted")
    assert {event["event"] for event in content} == {"RunResponseContent"} and len(content) > 8
    assert "".join(event["content"] for event in content) == completed["content"] == PROMPT
    assert completed["metrics"]["total_tokens"] > 0
    assert {event["run_id"] for event in (started, *content)} == {completed["run_id"]}
    assert started["agent_id"] == "mirror/openai"
    assert_nothing_left(stack)
    assert "somebody" not in json.dumps(stack.received())


def test_a_run_may_come_whole(stack: Stack):
    with stack.client() as client:
        ran = client.post(RUNS, json={"message": PROMPT, "stream": False}).json()
    assert (ran["event"], ran["content"]) == ("RunCompleted", PROMPT)


def test_a_run_that_is_cut_ends_in_its_error(stack: Stack):
    with stack.client() as client:
        answer = client.post(RUNS.replace("mirror/openai", f"{stack.spare()}/openai-half"), json={"message": PROMPT})
    *_, last = map(json.loads, answer.text.splitlines())
    assert (last["event"], last["error_type"]) == ("RunError", "STREAM_CUT")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"json": {"message": ""}}, 400),
        ({"json": {"message": 7}}, 400),
        ({"json": {"message": "a", "stream": "perhaps"}}, 400),
        ({"json": {"message": "a", "session_id": "s_1"}}, 400),
        ({"json": {"message": "a", "images": ["x"]}}, 400),
        ({"data": {"message": ["a", "b"]}}, 400),
        ({"files": {"message": (None, "a"), "files": ("a.png", b"\x89PNG")}}, 400),
        ({"files": {"message": (None, b"\xff")}}, 400),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400),
        ({"content": b"message=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"{}"}, 400),
        ({"json": {"message": "a" * 5_000_000}}, 413),
        ({"json": {"message": "a"}, "headers": {"authorization": "Bearer x"}}, 401),
    ],
)
def test_what_cannot_be_run_is_refused_as_the_playground_says_it(stack: Stack, body: dict[str, Any], status: int):
    with stack.client() as client:
        answer = client.post(RUNS, **body)
    assert answer.status_code == status and answer.json()["detail"], answer.text
    assert stack.received() == []


def test_a_question_in_an_address_is_answered_by_the_model_that_can_be_asked(stack: Stack):
    with stack.client() as client:
        answer = client.get("/completion", params={"query": PROMPT})
    assert answer.status_code == 200, answer.text
    reply = answer.json()
    assert (reply["model"], reply["message"]["content"]) == ("mirror/openai", PROMPT)
    assert reply["privacy"]["entities"]["PERSON"] >= 1
    assert_nothing_left(stack)
    assert NAME.split(maxsplit=1)[0] not in stack.log("webserver")


def test_its_stream_is_that_of_our_own_doors(stack: Stack):
    with stack.client() as client:
        text = client.get("/completion", params={"query": PROMPT, "stream": "true", "model": "mirror/openai"}).text
    *events, end = [line.removeprefix("data: ") for line in text.splitlines() if line]
    *deltas, done = map(json.loads, events)
    assert "".join(delta["content"] for delta in deltas) == PROMPT
    assert (done["type"], end) == ("done", "[DONE]")


def test_a_chat_without_a_session_meets_the_same_surrogates_when_it_is_resent(stack: Stack):
    first = [{"role": "user", "content": PROMPT}]
    with stack.client() as client:
        one = client.post("/chat", json={"message": PROMPT}).json()
        more = [*first, one["message"], {"role": "user", "content": "Thanks"}]
        assert client.post("/chat", json={"messages": more, "model": "mirror/openai"}).status_code == 200
    second, earlier = (call["body"]["messages"] for call in stack.received())
    assert second[0] == earlier[0]
    assert_nothing_left(stack)


@pytest.mark.parametrize(
    ("door", "asked", "status"),
    [
        ("/completion", {}, 422),
        ("/completion", {"query": " "}, 422),
        ("/completion", {"query": "a", "temperature": "1"}, 422),
        ("/completion", {"query": ["a", "b"]}, 422),
        ("/completion", {"query": "a", "stream": "perhaps"}, 422),
        ("/completion", {"query": "a", "model": "nobody/nothing"}, 404),
        ("/chat", {}, 422),
        ("/chat", {"message": "a", "messages": [{"role": "user", "content": "b"}]}, 422),
        ("/chat", {"message": "a", "session_id": "s"}, 422),
        ("/chat", {"messages": []}, 422),
    ],
)
def test_what_is_wrong_is_said_in_our_own_envelope(stack: Stack, door: str, asked: dict[str, Any], status: int):
    with stack.client() as client:
        answer = client.get(door, params=asked) if door == "/completion" else client.post(door, json=asked)
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    assert stack.received() == []


@pytest.mark.parametrize("door", ["/completion?query=a", "/v1/playground/agents", "/v1/playground/status"])
def test_these_doors_need_a_token(stack: Stack, door: str):
    assert httpx.get(stack.url + door, **PLAIN).status_code == 401


def test_the_deep_health_asks_a_provider_once_in_a_while(stack: Stack):
    for _ in range(3):
        answer = httpx.get(f"{stack.url}/health", **PLAIN)
        assert (answer.status_code, answer.json()["code"], answer.json()["model"]) == (200, "OK", "mirror/openai")
    assert len(stack.received()) <= 1


@pytest.mark.parametrize("headers", [{"host": "router.example"}, {"x-forwarded-for": "203.0.113.9"}])
def test_from_elsewhere_it_needs_the_scope_of_operators(stack: Stack, headers: dict[str, str]):
    url = f"{stack.url}/health"
    assert httpx.get(url, headers=headers, **PLAIN).status_code == 401
    query, ops = (
        {**headers, "authorization": f"Bearer {token}"} for token in (stack.token, mint(stack, "--scopes", "ops"))
    )
    assert httpx.get(url, headers=query, **PLAIN).status_code == 403
    assert httpx.get(url, headers=ops, **PLAIN).status_code == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/responses", {"model": "mirror/openai", "input": PROMPT, "stream": True}),
        ("/v1/completions", {"model": "mirror/openai", "prompt": PROMPT}),
        ("/v1/embeddings", {"model": "mirror/openai", "input": PROMPT}),
        ("/chat", {"message": PROMPT}),
        (RUNS, {"message": PROMPT}),
    ],
)
def test_curl_is_client_enough(stack: Stack, path: str, body: dict[str, Any]):
    command = ["curl", "-sSN", "--fail-with-body", "--noproxy", "*", f"{stack.url}{path}", "-d", json.dumps(body)]
    command += ["-H", f"Authorization: Bearer {stack.token}", "-H", "Content-Type: application/json"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout
    assert NAME in said or "embedding" in said
    assert_nothing_left(stack)
