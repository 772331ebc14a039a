"""Sessions of a running router: begun, asked, and looked at from the provider's side."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.support.stack import Stack


def settings(store: str, **more: str) -> dict[str, str]:
    return {"WEB_SERVER_REDIS_URL": store, "KEY_SERVER_REDIS_URL": store, **more}


def begun(client: httpx.Client, model: str = "mirror/openai", **more: Any) -> str:
    answer = client.post("/api/v1/create-session", json={"model": model, **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["session_id"])


def asked(client: httpx.Client, session_id: str, **turn: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/stateful-query", json={"session_id": session_id, **turn})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def events(client: httpx.Client, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    with client.stream("POST", path, json=body) as answer:
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line]
        assert answer.status_code == 200, lines
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def messages(stack: Stack) -> list[dict[str, Any]]:
    """The messages of the newest query that the provider saw."""
    return list(stack.received()[0]["body"]["messages"])
