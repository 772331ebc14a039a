"""The operator's policy in a running router with two workers: what it blocks, holds callers to, and takes over."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.plain_http import PLAIN
from tests.support.stack import Stack, mint, running

CARD = "4012 8888 8888 1881"
TICKET = "PRJ-4711-canary"
PERSON = "Kesia Varga"
POLICY = """
patterns:
  - {name: ticket, kind: TICKET, pattern: 'PRJ-\\d{4}-[a-z]+'}
treatments: {CREDIT_CARD: block, TICKET: block}
attachments: [image]
minimum: {pii: off}
callers:
  "*@held.example": {pii: on, policy: strict}
  "soft@*": {obfuscate: format}
  "hard@*": {obfuscate: rewrite}
  "padded@*": {pad: on}
  "text@*": {text_only: on}
"""
HOUSE = "Answer in one sentence."
OWN = "/api/v1/stateless-query"
SDK = "/v1/chat/completions"
TOOL = {"type": "function", "function": {"name": "pay", "description": "Pays.", "parameters": {"type": "object"}}}


@pytest.fixture(scope="module")
def policy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("policy") / "privacy.yaml"
    file.write_text(POLICY)
    return file


@pytest.fixture(scope="module")
def running_stack(policy_file: Path) -> Iterator[Stack]:
    settings = {
        "PRIVACY_FILE": str(policy_file),
        "WEB_SERVER_PRIVACY_MINIMUM": "none",
        "WEB_SERVER_WORKERS": "2",
        "WEB_SERVER_SYSTEM_PROMPT": HOUSE,
    }
    with running(settings) as stack:
        yield stack


@pytest.fixture
def stack(running_stack: Stack, policy_file: Path) -> Stack:
    running_stack.forget()
    return running_stack


def asked(content: str, *more: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"model": "mirror/openai", "messages": [*more, {"role": "user", "content": content}], **fields}


def called(arguments: str) -> list[dict[str, Any]]:
    function = {"name": "pay", "arguments": arguments}
    return [
        {"role": "user", "content": "pay"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "c1", "content": "done"},
    ]


BLOCKED = [
    (asked(f"my card is {CARD}"), "CREDIT_CARD"),
    (asked(f"see {TICKET}"), "TICKET"),
    (
        asked("and now?", {"role": "user", "content": f"card {CARD}"}, {"role": "assistant", "content": "ok"}),
        "CREDIT_CARD",
    ),
    (asked("and now?", {"role": "system", "content": f"You know {TICKET}."}), "TICKET"),
    (asked("and now?", *called(json.dumps({"card": CARD}))), "CREDIT_CARD"),
    (asked("and now?", *called(json.dumps({"deep": [{"note": f"for {TICKET}"}]}))), "TICKET"),
    (asked("hi", tools=[{**TOOL, "function": {**TOOL["function"], "description": f"Pays for {TICKET}"}}]), "TICKET"),
]


@pytest.mark.parametrize("door", [OWN, SDK])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("body", "kind"), BLOCKED)
def test_a_blocked_kind_stops_the_query_and_is_named_without_its_value(
    stack: Stack, door: str, stream: bool, body: dict[str, Any], kind: str
):
    with stack.client() as client:
        answer = client.post(door, json={**body, "stream": stream})
    assert answer.status_code == 403, answer.text
    error = answer.json()["error"]
    assert error["code"].upper() == "BLOCKED_BY_POLICY"
    assert kind in error["message"]
    if door == OWN:
        assert error["details"] == {"kinds": [kind]}
    assert CARD not in answer.text and TICKET not in answer.text
    assert stack.received() == []
    logged = stack.log("webserver")
    assert CARD not in logged and TICKET not in logged


def test_both_kinds_are_named_where_both_are_there(stack: Stack):
    with stack.client() as client:
        error = client.post(OWN, json=asked(f"{CARD} and {TICKET}")).json()["error"]
    assert error["details"] == {"kinds": ["CREDIT_CARD", "TICKET"]}


def test_a_preview_says_what_would_be_blocked_and_sends_nothing(stack: Stack):
    body = {"prompt": f"{PERSON} paid with {CARD}"}
    shown = httpx.post(f"{stack.url}/api/web/preview", json=body, **PLAIN).json()
    assert (shown["text"], shown["blocked"]) == (None, ["CREDIT_CARD"])
    shown = httpx.post(f"{stack.url}/api/web/preview", json={"prompt": f"{PERSON} called"}, **PLAIN).json()
    assert PERSON not in shown["text"]
    assert stack.received() == []
    assert "Kesia" not in stack.log("webserver") + stack.output()


def test_a_caller_can_be_held_to_a_stricter_policy(stack: Stack):
    body = {"model": "mirror/openai", "prompt": f"{PERSON} is 44 years old.", "pii_removal": False}
    held = {"authorization": f"Bearer {mint(stack, '--subject', 'ann@held.example')}"}
    with stack.client() as client:
        assert client.post(OWN, json=body).status_code == 200
        assert PERSON in json.dumps(stack.received())
        stack.forget()
        refused = client.post(OWN, json=body, headers=held)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "PRIVACY_MINIMUM")
        refused = client.post(SDK, json=asked("hi"), headers={**held, "x-privacy": "pii=off"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "privacy_minimum")
        assert stack.received() == []
        free = client.post(OWN, json={**body, "pii_removal": True})
        assert "AGE" not in free.json()["privacy"]["entities"]
        strict = client.post(OWN, json={**body, "pii_removal": True}, headers=held)
        assert strict.json()["privacy"]["entities"]["AGE"] == 1


def as_caller(stack: Stack, subject: str) -> dict[str, str]:
    return {"authorization": f"Bearer {mint(stack, '--subject', subject)}"}


TYPED = "hey!!! how are u???"


def test_softening_is_raised_to_the_minimum_at_every_door_and_the_answer_says_so(stack: Stack):
    soft = as_caller(stack, "soft@a.example")
    with stack.client() as client:
        asked_for_less = {"model": "mirror/openai", "prompt": TYPED, "obfuscate": False}
        reply = client.post(OWN, json=asked_for_less, headers=soft).json()
        assert reply["privacy"]["obfuscated"] == "format"
        answer = client.post(SDK, json=asked(TYPED), headers={**soft, "x-privacy": "obfuscate=off"})
        assert answer.headers["x-privacy"] == "obfuscated=format"
        more = client.post(OWN, json={**asked_for_less, "obfuscate": "quasi"}, headers=soft).json()
        assert more["privacy"]["obfuscated"] == "quasi"
        shown = client.post("/api/web/preview", json={"prompt": TYPED}, headers=soft).json()
        assert shown["obfuscated"] == "format" and "!!!" not in shown["text"]
    assert "!!!" not in json.dumps(stack.received())


@pytest.mark.parametrize("door", [OWN, SDK])
@pytest.mark.parametrize("stream", [False, True])
def test_where_rewriting_is_the_minimum_nothing_leaves_that_is_not_rewritten(stack: Stack, door: str, stream: bool):
    with stack.client() as client:
        answer = client.post(door, json=asked(TYPED, stream=stream), headers=as_caller(stack, "hard@a.example"))
    assert (answer.status_code, answer.json()["error"]["code"].upper()) == (503, "REWRITE_UNAVAILABLE")
    assert stack.received() == []


def test_every_worker_takes_a_changed_policy_over_and_keeps_it_when_the_next_is_broken(stack: Stack, policy_file: Path):
    def settle(done: Callable[[], bool]) -> None:
        """Until `done` says so many times in a row: whichever worker answers."""
        until, row = time.monotonic() + 10, 0
        while row < 12:
            assert time.monotonic() < until
            row = row + 1 if done() else 0

    def ask() -> str:
        # A connection of its own each time, so that both workers are met.
        body = {"prompt": f"{PERSON} called"}
        return str(httpx.post(f"{stack.url}/api/web/preview", json=body, **PLAIN).json()["text"])

    def health() -> str:
        return str(httpx.get(f"{stack.url}/api/health", **PLAIN).json()["policy"])

    try:
        policy_file.write_text(POLICY.replace("treatments: {", "treatments: {PERSON: tag, "))
        settle(lambda: "[PERSON_1_" in ask())
        policy_file.write_text(POLICY.replace("treatments: {", "treatments: {PERSN: tag, "))
        settle(lambda: health().startswith("privacy.yaml is wrong (line 4, column 14)"))
        assert all("[PERSON_1_" in ask() for _ in range(6))
        mistakes = [line for line in stack.log("webserver").splitlines() if "policy file not taken over" in line]
        assert 1 <= len(mistakes) <= 2, "once for each worker"
        assert all("privacy.yaml:4:14: unknown kind `PERSN`; did you mean PERSON?" in line for line in mistakes)
    finally:
        policy_file.write_text(POLICY)
    settle(lambda: health() == "ok")
    assert "[PERSON" not in ask()


@pytest.mark.parametrize(("path", "fields"), [(OWN, {"pad": False}), (SDK, {})])
def test_answers_are_padded_where_the_minimum_says_so_whatever_is_asked_for(
    stack: Stack, path: str, fields: dict[str, Any]
):
    token = mint(stack, "--subject", "padded@there.example")
    headers = {"authorization": f"Bearer {token}", "x-privacy": "pad=off"}
    answer = httpx.post(f"{stack.url}{path}", json=asked("Hello.", **fields), headers=headers, timeout=20, **PLAIN)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-privacy"] == "padded=on" and len(answer.content) == 1024


def told(stack: Stack) -> list[str]:
    """What the model was told first, newest query first; empty where it was told nothing."""
    queries = [each["body"]["messages"] for each in stack.received()]
    stack.forget()
    return [each[0]["content"] if each[0]["role"] == "system" else "" for each in queries]


def test_the_operators_system_prompt_holds_where_a_caller_brings_none(stack: Stack):
    model = "mirror/openai"
    with stack.client() as client:

        def post(door: str, **body: Any) -> dict[str, Any]:
            answer = client.post(f"/api/v1/{door}", json=body)
            assert answer.status_code == 200, answer.text
            return dict(answer.json())

        own = [{"role": "system", "content": "Sing."}, {"role": "user", "content": "hi"}]
        for door, name in (("stateless-query", "prompt"), ("chat", "message")):
            post(door, model=model, **{name: "hi"})
            post(door, model=model, **{name: "hi"}, system_prompt="Rhyme.")
            post(door, model=model, **{name: "hi"}, system_prompt="")
            post(door, model=model, messages=own)
            assert told(stack) == ["Sing.", "", "Rhyme.", HOUSE]
        session_id = post("create-session", model=model)["session_id"]
        post("stateful-query", session_id=session_id, prompt="hi")
        post("stateful-query", session_id=session_id, prompt="hi", system_prompt="Rhyme.")
        post("chat", session_id=session_id, message="hi")
        assert told(stack) == ["Rhyme.", "Rhyme.", HOUSE]
        for more, wanted in (({}, HOUSE), ({"system_prompt": "Rhyme."}, "Rhyme.")):
            post("compare", prompt="hi", modelA=model, modelB=model, **more)
            assert told(stack) == [wanted, wanted]
        steps = [{"model": model}, {"model": model}, {"model": model, "system_prompt": "Rhyme."}]
        post("chain", message="hi", steps=steps)
        last, second, first = told(stack)
        assert (first, last) == (HOUSE, "Rhyme.")
        assert second.startswith(HOUSE) and "better answer" in second
        client.post(SDK, json=asked("hi"))
        assert told(stack) == [""], "an unmodified client says what its model is told"


PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
PICTURE = {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}}


def shown(model: str, *parts: dict[str, Any]) -> dict[str, Any]:
    text = {"type": "text", "text": f"What does {PERSON} hold?"}
    return {"model": model, "messages": [{"role": "user", "content": [text, *parts]}]}


def test_a_picture_passes_as_it_is_where_the_policy_says_so_and_the_words_beside_it_are_hidden(stack: Stack):
    with stack.client() as client:
        for model in ("mirror/openai", "mirror/azure"):
            answer = client.post(SDK, json=shown(model, PICTURE), headers=as_caller(stack, "ann@a.example"))
            assert answer.status_code == 200, answer.text
            assert PERSON in answer.json()["choices"][0]["message"]["content"]
            text, picture = stack.received()[0]["body"]["messages"][0]["content"]
            assert picture == PICTURE
            assert PERSON not in text["text"]


def test_pictures_pass_at_the_other_vendors_doors_too(stack: Stack):
    ann, base64 = as_caller(stack, "ann@a.example"), PIXEL.partition(",")[2]
    source = {"type": "base64", "media_type": "image/png", "data": base64}
    say = {"type": "text", "text": f"Who is {PERSON}?"}
    asked_for: list[tuple[str, dict[str, Any]]] = [
        (
            "/v1/messages",
            {"max_tokens": 9, "messages": [{"role": "user", "content": [{"type": "image", "source": source}, say]}]},
        ),
        (
            "/v1/responses",
            {
                "input": [
                    {
                        "role": "user",
                        "content": [{"type": "input_image", "image_url": PIXEL}, {**say, "type": "input_text"}],
                    }
                ]
            },
        ),
    ]
    with stack.client() as client:
        for door, body in asked_for:
            answer = client.post(door, json={"model": "mirror/openai", **body}, headers=ann)
            assert answer.status_code == 200, answer.text
            picture, text = stack.received()[0]["body"]["messages"][0]["content"]
            assert picture == {"type": "image_url", "image_url": {"url": PIXEL}}
            assert PERSON not in text["text"] and PERSON in answer.text
            refused = client.post(
                door, json={"model": "mirror/openai", **body}, headers=as_caller(stack, "text@a.example")
            )
            assert refused.status_code == 400 and "lets none pass" in refused.text


def test_every_vendor_gets_the_picture_in_its_own_words(stack: Stack):
    with stack.client() as client:
        for model in ("mirror/anthropic", "mirror/gemini", "mirror/bedrock"):
            answer = client.post(SDK, json=shown(model, PICTURE), headers=as_caller(stack, "ann@a.example"))
            assert answer.status_code == 200, answer.text
            assert PERSON in answer.json()["choices"][0]["message"]["content"]
            sent = json.dumps(stack.received()[0]["body"])
            assert PIXEL.partition(",")[2] in sent and PERSON not in sent


def test_what_no_policy_of_the_callers_lets_pass_is_refused_and_nothing_is_sent(stack: Stack):
    recording = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    elsewhere = {"type": "image_url", "image_url": {"url": f"https://pictures.example/{TICKET}.png"}}
    asked_for = [("text@a.example", PICTURE), ("ann@held.example", PICTURE)]
    with stack.client() as client:
        for who, part in [*asked_for, ("ann@a.example", recording), ("ann@a.example", elsewhere)]:
            answer = client.post(OWN, json=shown("mirror/openai", part), headers=as_caller(stack, who))
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "UNSUPPORTED_CONTENT"), who
            assert "messages[0].content[1]" in answer.json()["error"]["message"], "as if the house had said nothing"
            assert TICKET not in answer.text
    assert stack.received() == []
