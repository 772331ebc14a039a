"""The other doors of the direct API: chat, two models side by side, models in a chain, and what models there are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.sessions import asked, begun, code, events, messages
from tests.support.stack import Stack

NAME = "Marta Lindqvist"
TEXT = f"Write to {NAME} at marta.lindqvist@fjordmail.example."


def said(stack: Stack) -> str:
    seen = json.dumps(stack.received(), ensure_ascii=False)
    assert "indqvist" not in seen
    return seen


def test_a_chat_without_a_session_is_answered_whole_and_as_it_comes(stack: Stack):
    body = {"model": "mirror/openai", "message": TEXT, "system_prompt": "Be kind."}
    with stack.client() as client:
        reply = client.post("/api/v1/chat", json=body).json()
        assert reply["message"]["content"] == TEXT
        assert "session_id" not in reply
        *deltas, done = events(client, "/api/v1/chat/stream", body)
        assert "".join(each["content"] for each in deltas) == TEXT
        assert done["type"] == "done"
        listed = {**body, "messages": [{"role": "user", "content": TEXT}], "message": None}
        assert client.post("/api/v1/chat", json=listed).json()["message"]["content"] == TEXT
    assert messages(stack)[0] == {"role": "system", "content": "Be kind."}
    said(stack)


def test_a_chat_with_a_session_goes_on_where_the_session_was(stack: Stack):
    with stack.client() as client:
        session_id = begun(client)
        asked(client, session_id, prompt=TEXT)
        reply = client.post("/api/v1/chat", json={"session_id": session_id, "message": f"And {NAME}?"}).json()
        assert (reply["session_id"], reply["message"]["content"]) == (session_id, f"And {NAME}?")
        *_, done = events(client, "/api/v1/chat/stream", {"session_id": session_id, "message": "Well?"})
        assert done["session_id"] == session_id
        told = client.get(f"/api/v1/sessions/{session_id}").json()
    assert [each["content"] for each in told["messages"][::2]] == [TEXT, f"And {NAME}?", "Well?"]
    said(stack)


def test_two_models_answer_side_by_side(stack: Stack):
    body = {"prompt": TEXT, "modelA": "mirror/openai", "modelB": f"{stack.spare()}/other"}
    with stack.client() as client:
        reply = client.post("/api/v1/compare", json=body).json()
        assert [reply[side]["message"]["content"] for side in ("modelA", "modelB")] == [TEXT, TEXT]
        assert [reply[side]["model"] for side in ("modelA", "modelB")] == [body["modelA"], body["modelB"]]
        one, other = (each["body"]["messages"][-1]["content"] for each in stack.received())
        assert one != other, "nothing links the two"
        came = events(client, "/api/v1/compare", {**body, "modelA": "mirror/openai-slow", "stream": True})
        for side in ("modelA", "modelB"):
            mine = [each for each in came if each["side"] == side]
            assert "".join(each["content"] for each in mine[:-1]) == TEXT
            assert mine[-1]["type"] == "done"
    said(stack)


def test_one_side_that_fails_does_not_cost_the_other(stack: Stack):
    body = {"prompt": TEXT, "modelA": f"{stack.spare()}/model-400", "modelB": "mirror/openai"}
    with stack.client() as client:
        reply = client.post("/api/v1/compare", json=body).json()
        assert reply["modelA"]["error"]["code"] == "PROVIDER_REJECTED"
        assert reply["modelB"]["message"]["content"] == TEXT
        came = events(client, "/api/v1/compare", {**body, "stream": True})
        assert [each["type"] for each in came if each["side"] == "modelA"] == ["error"]
        assert [each["type"] for each in came if each["side"] == "modelB"][-1] == "done"
        for stream in (False, True):
            both = {**body, "modelB": f"{stack.spare()}/model-400", "stream": stream}
            assert code(client.post("/api/v1/compare", json=both)) == (400, "PROVIDER_REJECTED")


def test_a_chain_shows_each_model_the_question_and_the_answer_before(stack: Stack):
    steps = [{"model": "mirror/openai", "system_prompt": "Draft."}, {"model": f"{stack.spare()}/next"}]
    with stack.client() as client:
        reply = client.post("/api/v1/chain", json={"message": TEXT, "steps": steps}).json()
        assert reply["steps"][0]["message"]["content"] == TEXT
        assert reply["message"]["content"] == f"Question:\n{TEXT}\n\nAnswer:\n{TEXT}"
        assert reply["usage"]["total_tokens"] == sum(each["usage"]["total_tokens"] for each in reply["steps"])
        stack.forget()
        steps[1]["model"] = f"{stack.spare()}/model-400"
        broken = client.post("/api/v1/chain", json={"message": TEXT, "steps": steps})
        assert code(broken) == (400, "PROVIDER_REJECTED")
        details = broken.json()["error"]["details"]
        assert details["step"] == 1
        assert [step["message"]["content"] for step in details["steps"]] == [TEXT], "what came is the caller's"
        steps[0]["model"] = f"{stack.spare()}/model-400"
        broken = client.post("/api/v1/chain", json={"message": TEXT, "steps": steps})
        assert (code(broken), broken.json()["error"]["details"]) == ((400, "PROVIDER_REJECTED"), {"step": 0})
        stack.forget()
        steps[1]["model"] = "nowhere/none"
        assert code(client.post("/api/v1/chain", json={"message": TEXT, "steps": steps})) == (404, "MODEL_NOT_FOUND")
        assert stack.received() == []


def test_a_chain_is_told_as_it_comes_step_by_step(stack: Stack):
    steps = [{"model": "mirror/openai-slow", "system_prompt": "Draft."}, {"model": f"{stack.spare('anthropic')}/next"}]
    body = {"message": TEXT, "steps": steps, "stream": True}
    with stack.client() as client:
        *came, last = events(client, "/api/v1/chain", body)
        wanted = [TEXT, f"Question:\n{TEXT}\n\nAnswer:\n{TEXT}"]
        used = 0
        for step, answer in enumerate(wanted):
            mine = [each for each in came if each["step"] == step]
            assert [each["type"] for each in mine].count("delta") > 1, "token by token"
            assert "".join(each["content"] for each in mine[:-1]) == answer
            assert (mine[-1]["type"], mine[-1]["model"]) == ("done", steps[step]["model"])
            used += mine[-1]["usage"]["total_tokens"]
        assert [each["step"] for each in came] == sorted(each["step"] for each in came)
        assert (last["type"], last["usage"]["total_tokens"]) == ("done", used)
        assert "step" not in last
        said(stack)
        steps[1]["model"] = f"{stack.spare()}/model-400"
        *came, last = events(client, "/api/v1/chain", body)
        assert (last["type"], last["step"]) == ("error", 1)
        assert last["error"]["code"] == "PROVIDER_REJECTED"
        assert [each["type"] for each in came if each["step"] == 0][-1] == "done"
        steps[0]["model"] = f"{stack.spare()}/model-400"
        broken = client.post("/api/v1/chain", json=body)
        assert code(broken) == (400, "PROVIDER_REJECTED"), "before the first word a failure has its status"
        assert broken.json()["error"]["details"]["step"] == 0


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("chat", {"message": "x"}),
        ("chat", {"model": "mirror/openai"}),
        ("chat", {"model": "mirror/openai", "message": " "}),
        ("chat", {"model": "mirror/openai", "message": "x", "messages": [{"role": "user", "content": "x"}]}),
        ("chat/stream", {"model": "mirror/openai", "message": 7}),
        ("compare", {"prompt": "x", "modelA": "mirror/openai"}),
        ("compare", {"prompt": "", "modelA": "mirror/openai", "modelB": "mirror/openai"}),
        ("chain", {"message": "x", "steps": []}),
        ("chain", {"message": "x", "steps": [{"model": "mirror/openai"}] * 11}),
        ("create-session", {}),
        ("stateful-query", {"prompt": "x"}),
        ("stateful-query", {"session_id": "x", "messages": [{"role": "assistant", "content": "x"}]}),
        ("stateful-query", {"session_id": "x", "messages": [{"role": ["user"], "content": "x"}]}),
        ("stateful-query", {"session_id": "x", "messages": [{}]}),
        ("stateful-query", {"session_id": "x", "prompt": "x", "decoy": -1}),
    ],
)
def test_bad_input_has_its_status_and_nothing_is_sent(stack: Stack, door: str, body: dict[str, Any]):
    with stack.client() as client:
        assert code(client.post(f"/api/v1/{door}", json=body)) == (422, "VALIDATION_FAILED")
    assert stack.received() == []


def test_models_are_listed_with_their_status_and_what_is_left(stack: Stack):
    with stack.client() as client:
        rows = {each["id"]: each for each in client.get("/api/v1/models").json()["models"]}
    row = rows["mirror/openai"]
    assert (row["status"], row["provider"]) == ("ready", "mirror")
    assert row["endpoints"] >= 1
    assert set(row) == {
        "id", "name", "provider", "context", "capabilities", "price", "status", "endpoints", "quota",
    }  # fmt: skip
    assert set(row["quota"]) == {"requests", "tokens"}
    assert rows["openai/gpt-5"]["status"] == "no keys"
    assert rows["openai/gpt-5"]["context"] == 400_000
