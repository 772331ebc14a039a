"""The Anthropic dialect, asked by Anthropic's own client over a real socket; and as strict as the vendor is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest

TEXT = "Größe 🎉 für Ms Test-Person\nand a second line, with `ticks` and \u2028 a separator."
TOOLS: list[dict[str, Any]] = [
    {"name": "first", "input_schema": {"type": "object", "properties": {}}},
    {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}},
]
GOOD = {"model": "anthropic", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
VERSION = {"anthropic-version": "2023-06-01"}


@pytest.fixture
def claude(base_url: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=base_url, api_key="sk-test-not-a-key", max_retries=0, timeout=5) as client:
        yield client


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def test_the_answer_is_the_last_user_text_whole_and_in_pieces(claude: anthropic.Anthropic) -> None:
    asked: dict[str, Any] = {"model": "anthropic", "max_tokens": 9, "messages": [user("no"), user(TEXT)]}
    answer = claude.messages.create(**asked)
    assert answer.content[0].text == TEXT
    assert (answer.stop_reason, answer.model) == ("end_turn", "anthropic")
    with claude.messages.stream(**asked) as stream:
        pieces = list(stream.text_stream)
        made = stream.get_final_message()
    assert "".join(pieces) == TEXT and max(map(len, pieces)) <= 7
    assert made.usage.output_tokens == answer.usage.output_tokens > 0
    assert made.usage.input_tokens == answer.usage.input_tokens > 0


@pytest.mark.parametrize(
    ("choice", "name", "argument"),
    [({"type": "any"}, "first", "text"), ({"type": "tool", "name": "weather"}, "weather", "city")],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_with_the_last_user_text(
    claude: anthropic.Anthropic, choice: Any, name: str, argument: str, stream: bool
) -> None:
    asked: dict[str, Any] = {"model": "anthropic", "max_tokens": 9, "messages": [user(TEXT)]}
    asked |= {"tools": TOOLS, "tool_choice": choice}
    if stream:
        with claude.messages.stream(**asked) as events:
            answer = events.get_final_message()
    else:
        answer = claude.messages.create(**asked)
    assert answer.stop_reason == "tool_use"
    assert (answer.content[0].name, answer.content[0].input) == (name, {argument: TEXT})


def test_a_tools_result_is_answered_with_text(claude: anthropic.Anthropic) -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "first", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "sunny"}]}
    messages = [user("what?"), {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    answer = claude.messages.create(model="anthropic", max_tokens=9, messages=messages, tools=TOOLS)
    assert answer.content[0].text == "what?\nsunny"


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tokens": None},
        {"messages": None},
        {"messages": []},
        {"messages": [{"role": "tool", "content": "x"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
        {"messages": [{"role": "user", "content": [{"type": "tool_use", "input": {}}]}]},
        {"tools": [{"type": "function", "function": {"name": "a"}}]},
        {"n": 1},
    ],
)
def test_what_the_vendor_refuses_is_refused_in_its_envelope(http: httpx.Client, wrong: dict[str, Any]) -> None:
    reply = http.post("/v1/messages", json={**GOOD, **wrong}, headers=VERSION)
    assert (reply.status_code, reply.json()["type"]) == (400, "error")
    assert reply.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_it_cannot_read_is_a_400(http: httpx.Client, body: bytes) -> None:
    assert http.post("/v1/messages", content=body, headers=VERSION).status_code == 400


def test_the_version_must_be_named(http: httpx.Client) -> None:
    reply = http.post("/v1/messages", json=GOOD)
    assert "anthropic-version" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "authentication_error"), (429, "rate_limit_error"), (500, "api_error")]
)
def test_it_misbehaves_in_its_own_envelope(http: httpx.Client, status: int, kind: str) -> None:
    reply = http.post("/v1/messages", json={**GOOD, "model": f"anthropic-{status}"}, headers=VERSION)
    assert (reply.status_code, reply.json()["error"]["type"]) == (status, kind)


def test_the_book_says_which_dialect_was_spoken(http: httpx.Client) -> None:
    http.post("/v1/messages", json=GOOD, headers=VERSION)
    assert http.get("/received").json()[0]["dialect"] == "anthropic"


THINKING: dict[str, Any] = {"type": "enabled", "budget_tokens": 1024}


@pytest.mark.parametrize("word", ["a letter", "a letter, REDACTED"], ids=["shown", "redacted"])
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_a_thought_comes_first_and_only_just_so_comes_back(
    claude: anthropic.Anthropic, stream: bool, word: str
) -> None:
    asked: dict[str, Any] = {"model": "anthropic", "max_tokens": 2048, "thinking": THINKING, "tools": TOOLS}
    turns: list[Any] = [user(word)]
    if stream:
        with claude.messages.stream(messages=turns, **asked) as streamed:
            called = streamed.get_final_message()
    else:
        called = claude.messages.create(messages=turns, **asked)
    thought, call = (block.model_dump(exclude_none=True) for block in called.content)
    assert thought["type"] == ("redacted_thinking" if "REDACT" in word else "thinking")
    result = user([{"type": "tool_result", "tool_use_id": call["id"], "content": "done"}])
    name = "data" if "data" in thought else "thinking"
    for changed in ([call], [{**thought, name: thought[name].replace("6", "7").replace("l", "1")}, call]):
        with pytest.raises(anthropic.BadRequestError, match="thinking"):
            claude.messages.create(messages=[*turns, {"role": "assistant", "content": changed}, result], **asked)
    answer = claude.messages.create(
        messages=[*turns, {"role": "assistant", "content": [thought, call]}, result], **asked
    )
    assert "done" in answer.content[-1].text
