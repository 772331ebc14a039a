"""What the page does, call by call: a session, models, an endpoint, questions with and without it, and the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.plain_http import PLAIN
from tests.support.redis_server import redis_server, time_goes_by
from tests.support.sessions import code, messages, settings
from tests.support.stack import Stack, running

NAME = "Marta Lindqvist"
TEXT = f"Write to {NAME}."


SESSION_SECONDS = 1000


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(scope="module")
def stack(store: str) -> Iterator[Stack]:
    more = {"WEB_SERVER_WEB_ACCESS": "open", "WEB_SERVER_SESSION_SECONDS": str(SESSION_SECONDS)}
    with running(settings(store, **more)) as stack:
        yield stack


@pytest.fixture
def page(stack: Stack) -> Iterator[httpx.Client]:
    """A browser on this machine, without any token."""
    stack.forget()
    headers = {"origin": stack.url, "sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=20, **PLAIN) as client:
        yield client


def post(page: httpx.Client, call: str, **body: Any) -> dict[str, Any]:
    answer = page.post(f"/api/web/{call}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def begun(page: httpx.Client, *models: str) -> str:
    return str(post(page, "initialize-session", models=[*models] or ["mirror/openai"])["session_id"])


def test_the_whole_way_of_a_session(stack: Stack, page: httpx.Client):
    first = post(page, "initialize-session", user_id="somebody", privacy={"obfuscate": "format"})
    assert {"session_id", "expires_at", "selected_models", "privacy"} <= set(first)
    assert first["selected_models"] == []
    assert first["privacy"] == {"pii_removal": True, "obfuscate": "format", "decoy": False, "give": False, "pad": False}
    session_id = first["session_id"]
    assert code(page.post("/api/web/connect", json={"session_id": session_id})) == (422, "VALIDATION_FAILED")
    chosen = page.put(
        "/api/web/session/models", json={"session_id": session_id, "selected_models": ["mirror/openai"]}
    ).json()
    assert chosen["selected_models"] == ["mirror/openai"]
    listed = page.get(f"/api/web/session/{session_id}/endpoints").json()["endpoints"]
    assert listed and all(set(each) == {"id", "models", "status", "bound"} for each in listed)
    assert not any(each["bound"] for each in listed)
    connected = post(page, "connect", session_id=session_id)
    assert connected["endpoint_id"] in {each["id"] for each in listed}
    again = post(page, f"session/{session_id}/choose-endpoint", endpoint_id=connected["endpoint_id"])
    assert again["endpoint_id"] == connected["endpoint_id"]
    unknown = page.post(f"/api/web/session/{session_id}/choose-endpoint", json={"endpoint_id": "ep_0000000000000000"})
    assert code(unknown) == (404, "ENDPOINT_NOT_FOUND")
    assert post(page, f"session/{session_id}/choose-endpoint")["endpoint_id"] == connected["endpoint_id"]
    shown = post(page, "preview", session_id=session_id, prompt=TEXT)
    reply = post(page, "generate", session_id=session_id, prompt=TEXT)
    assert reply["message"]["content"] == TEXT
    assert reply["endpoint_id"] == connected["endpoint_id"]
    assert messages(stack)[-1]["content"] == shown["text"] != TEXT
    shown_again = post(page, "preview", session_id=session_id, prompt=f"And {NAME}?")
    assert shown_again["spans"][0]["surrogate"] == shown["spans"][0]["surrogate"]
    told = page.get(f"/api/web/session/{session_id}").json()
    assert (told["turns"], told["hidden"], told["endpoint_id"]) == (1, {"PERSON": 1}, connected["endpoint_id"])
    post(page, "end-session", session_id=session_id)
    gone = page.post("/api/web/generate", json={"session_id": session_id, "prompt": "x"})
    assert gone.status_code == 410
    assert gone.json() == {
        "error": {
            "code": "session_expired",
            "message": gone.json()["error"]["message"],
            "details": {"action": "create_new_session"},
        }
    }


def test_an_answer_comes_as_events_where_it_is_streamed(page: httpx.Client):
    body = {"session_id": begun(page), "prompt": TEXT, "streaming": True}
    with page.stream("POST", "/api/web/generate", json=body) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line]
    assert lines[-1] == "[DONE]"
    *deltas, done = map(json.loads, lines[:-1])
    assert "".join(each["content"] for each in deltas) == TEXT
    assert (done["type"], done["session_id"]) == ("done", body["session_id"])


def test_a_stateless_question_brings_its_history_and_leaves_nothing(stack: Stack, page: httpx.Client):
    session_id = begun(page)
    history = [{"role": "user", "content": f"I am {NAME}."}, {"role": "assistant", "content": "Hello."}]
    reply = post(page, "generate", session_id=session_id, prompt=TEXT, stateless=True, conversation_history=history)
    assert reply["message"]["content"] == TEXT
    assert "session_id" not in reply
    assert [each["role"] for each in messages(stack)] == ["user", "assistant", "user"]
    assert NAME not in json.dumps(stack.received())
    assert page.get(f"/api/web/session/{session_id}").json()["turns"] == 0
    (endpoint, *_) = page.get(f"/api/web/session/{session_id}/endpoints").json()["endpoints"]
    wanted = {"session_id": session_id, "prompt": TEXT, "stateless": True}
    assert post(page, "generate", **wanted, endpoint_id=endpoint["id"])["endpoint_id"] == endpoint["id"]
    nowhere = page.post("/api/web/generate", json={**wanted, "endpoint_id": "ep_0000000000000000"})
    assert code(nowhere) == (404, "ENDPOINT_NOT_FOUND")
    assert post(page, "generate", model="mirror/openai", prompt=TEXT, stateless=True)["message"]["content"] == TEXT


@pytest.mark.parametrize(
    "wrong",
    [
        {"conversation_history": []},
        {"prompt": " "},
        {"session_id": None},
        {"streaming": "yes"},
        {"stateless": True, "session_id": None},
        {"stateless": True, "conversation_history": [{"role": "tool", "content": "x"}]},
        {"decoy": 9},
        {"stateless": True, "give": True},
        {"endpoint_id": "no such/id"},
        {"surprise": 1},
    ],
)
def test_a_wrong_question_is_refused_and_nothing_is_sent(stack: Stack, page: httpx.Client, wrong: dict[str, Any]):
    body = {"session_id": begun(page), "prompt": TEXT, **wrong}
    assert code(page.post("/api/web/generate", json=body)) == (422, "VALIDATION_FAILED")
    assert stack.received() == []


def test_models_that_are_not_there_or_too_many_are_refused(page: httpx.Client):
    session_id = begun(page)
    for names, expected in (
        (["nowhere/none"], (404, "MODEL_NOT_FOUND")),
        ([], (422, "VALIDATION_FAILED")),
        (["mirror/openai"] * 21, (422, "VALIDATION_FAILED")),
    ):
        body = {"session_id": session_id, "selected_models": names}
        assert code(page.put("/api/web/session/models", json=body)) == expected


def test_a_session_that_nobody_uses_expires_and_one_that_is_used_does_not(page: httpx.Client, store: str):
    kept, left = begun(page), begun(page)
    for _ in range(2):
        time_goes_by(store, SESSION_SECONDS * 0.6, "ws:session*")
        assert page.get(f"/api/web/session/{kept}").status_code == 200
    gone = page.get(f"/api/web/session/{left}")
    assert code(gone) == (410, "session_expired")
    assert gone.json()["error"]["details"] == {"action": "create_new_session"}


def test_another_site_reaches_nothing(stack: Stack, page: httpx.Client):
    session_id = begun(page)
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"host": "evil.example"},
    ):
        for call in (
            page.build_request("POST", "/api/web/initialize-session", json={}, headers=headers),
            page.build_request("GET", f"/api/web/session/{session_id}", headers=headers),
            page.build_request(
                "POST", "/api/web/generate", json={"session_id": session_id, "prompt": "x"}, headers=headers
            ),
        ):
            assert code(page.send(call)) == (403, "FORBIDDEN")
    form = page.post("/api/web/end-session", content=json.dumps({"session_id": session_id}),
                     headers={"content-type": "text/plain"})  # fmt: skip
    assert code(form) == (400, "BAD_REQUEST")
    assert stack.received() == []
