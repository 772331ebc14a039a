"""The Gemini dialect over a real socket; and as strict as the vendor is."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

TEXT = "Größe 🎉 für Ms Test-Person\nand a second line."
PATH = "/v1/models/gemini:generateContent"
STREAM = "/v1beta/models/gemini:streamGenerateContent?alt=sse"
GOOD: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": TEXT}]}]}
TOOLS = [{"functionDeclarations": [{"name": "first", "parametersJsonSchema": {"type": "object", "properties": {}}}]}]


def test_the_answer_is_the_last_user_text_whole_and_in_pieces(http: httpx.Client) -> None:
    whole = http.post(PATH, json=GOOD).json()
    assert whole["candidates"][0]["content"]["parts"] == [{"text": TEXT}]
    assert whole["candidates"][0]["finishReason"] == "STOP"
    lines = [line for line in http.post(STREAM, json=GOOD).text.splitlines() if line.startswith("data: ")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert "".join(part["text"] for each in events for part in each["candidates"][0]["content"]["parts"]) == TEXT
    assert events[-1]["usageMetadata"] == whole["usageMetadata"]


def test_a_function_is_called_and_its_result_answered_in_either_spelling(http: httpx.Client) -> None:
    (part,) = http.post(PATH, json={**GOOD, "tools": TOOLS}).json()["candidates"][0]["content"]["parts"]
    assert part["functionCall"] == {"name": "first", "args": {"text": TEXT}}
    result = {"function_response": {"name": "first", "response": {"output": "sunny"}}}
    contents = [*GOOD["contents"], {"role": "model", "parts": [part]}, {"role": "user", "parts": [result]}]
    answer = http.post(PATH, json={"contents": contents, "tools": TOOLS}).json()
    assert answer["candidates"][0]["content"]["parts"] == [{"text": f"{TEXT}\nsunny"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"contents": None},
        {"contents": []},
        {"contents": [{"role": "assistant", "parts": [{"text": "x"}]}]},
        {"contents": [{"role": "user", "parts": []}]},
        {"contents": [{"role": "model", "parts": [{"functionCall": {"name": "a", "args": {}}}]}]},
        {"contents": [{"role": "user", "parts": [{"functionResponse": {"name": "a", "response": "x"}}]}]},
        {"messages": []},
    ],
)
def test_what_the_vendor_refuses_is_refused_in_its_envelope(http: httpx.Client, wrong: dict[str, Any]) -> None:
    reply = http.post(PATH, json={**GOOD, **wrong})
    assert (reply.status_code, reply.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_it_cannot_read_is_a_400(http: httpx.Client, body: bytes) -> None:
    assert http.post(PATH, content=body).status_code == 400


def test_it_misbehaves_by_the_model_in_its_path(http: httpx.Client) -> None:
    reply = http.post("/v1/models/gemini-429:generateContent", json=GOOD)
    assert (reply.status_code, reply.json()["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert http.get("/received").json()[0]["dialect"] == "gemini"
