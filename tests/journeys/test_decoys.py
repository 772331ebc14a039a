"""What a provider sees of a query that goes in company, and what its caller sees of that."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest
import redis

from mirror_provider import echo
from tests.support.redis_server import redis_server
from tests.support.router import usage
from tests.support.stack import Stack, mint, running

WINDOW_MS = 40
ASKED = "Please write a short letter to Anna Kowalska at anna.kowalska@fjordmail.example about the garden party."
PRIVATE = ["Kowalska", "anna.kowalska@fjordmail.example"]


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(scope="module")
def company(store: str) -> Iterator[Stack]:
    """A router whose callers have limits, and whose batches are quick."""
    settings = {
        "WEB_SERVER_REDIS_URL": store,
        "KEY_SERVER_REDIS_URL": store,
        "WEB_SERVER_DECOY_WINDOW_MS": str(WINDOW_MS),
        "WEB_SERVER_DECOY_CALLER_DAILY_TOKENS": "100000000",
        "WEB_SERVER_DECOY_DAILY_TOKENS": "100000000",
        "WEB_SERVER_LIMIT_REQUESTS": "100000",
        "WEB_SERVER_LIMIT_TOKENS": "100000000",
    }
    with running(settings) as stack:
        yield stack


@pytest.fixture
def stack(company: Stack) -> Stack:
    company.forget()
    return company


def until(found: Callable[[], Any], seconds: float = 20) -> Any:
    """What is found, once there is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def seen(stack: Stack, number: int) -> list[dict[str, Any]]:
    """What the provider saw, the first first; waits for so many."""

    def all_there() -> list[dict[str, Any]] | None:
        members = stack.received()
        return members if len(members) >= number else None

    return list(reversed(until(all_there)))


def asked(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"])


def query(stack: Stack, **more: Any) -> dict[str, Any]:
    with stack.client() as client:
        answer = client.post("/api/v1/stateless-query", json={"model": "mirror/openai", "prompt": ASKED, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("stream", [False, True])
def test_a_provider_sees_members_that_differ_in_what_they_say_alone(stack: Stack, stream: bool):
    more = {"temperature": 0.3, "max_tokens": 200, "system_prompt": "Be brief.", "decoy": 3, "stream": stream}
    with stack.client() as client:
        answer = client.post("/api/v1/stateless-query", json={"model": "mirror/openai", "prompt": ASKED, **more})
    if stream:
        events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
        said, told = "".join(each.get("content", "") for each in events), events[-1]["privacy"]
    else:
        said, told = answer.json()["message"]["content"], answer.json()["privacy"]
    assert said == ASKED
    assert told["decoys"] == 3 and "decoys_reason" not in told
    members = seen(stack, 4)
    assert len(members) == 4
    texts = [asked(each["body"]) for each in members]
    assert len(set(texts)) == 4
    assert not any(value in text for value in PRIVATE for text in texts)

    def alike(member: dict[str, Any]) -> Any:
        body = dict(member["body"], messages=[each["role"] for each in member["body"]["messages"]])
        headers = {name: value for name, value in member["headers"].items() if name != "content-length"}
        return member["path"], headers, body, member["body"]["messages"][0]

    assert all(alike(each) == alike(members[0]) for each in members)
    at = [datetime.fromisoformat(each["at"]) for each in members]
    assert (max(at) - min(at)).total_seconds() < WINDOW_MS / 1000 + 1


def test_the_real_query_has_every_place_alike(stack: Stack):
    """60 batches of three: each place is 20 times the real one's, give or take 3.7."""
    places = {0: 0, 1: 0, 2: 0}
    for number in range(60):
        stack.forget()
        real = f"What is the best season for planting number {number} of my apple trees?"
        told = query(stack, prompt=real, decoy=2)["privacy"]
        assert told["decoys"] == 2, told
        members = [asked(each["body"]) for each in seen(stack, 3)]
        places[members.index(real)] += 1
    assert all(5 <= count <= 40 for count in places.values()), places


def settled(stack: Stack, provider: str, requests: int) -> int:
    """The tokens of so many calls, once each was reported by what the provider said at its end."""
    members = seen(stack, requests)
    said = sum(echo.tokens(asked(each["body"])) for each in members)

    def told() -> bool:
        row = usage(stack.state / "run", "provider").get(provider)
        return row is not None and row.requests == requests and row.completion_tokens == said

    until(told)
    row = usage(stack.state / "run", "provider")[provider]
    assert row.errors == 0
    return int(row.completion_tokens)


@pytest.mark.parametrize("moment", ["before the answer begins", "at its first words"])
def test_who_hangs_up_changes_nothing_towards_the_provider(stack: Stack, moment: str):
    """Every member is read to its end, which is where the provider tells what was used."""
    provider = stack.spare()
    body = {"model": f"{provider}/openai-slow", "prompt": ASKED, "decoy": 2, "stream": moment == "at its first words"}
    raw = json.dumps(body).encode()
    head = f"POST /api/v1/stateless-query HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {stack.token}\r\n"
    with socket.create_connection(("127.0.0.1", stack.port), timeout=20) as caller:
        caller.sendall(f"{head}content-length: {len(raw)}\r\n\r\n".encode() + raw)
        if body["stream"]:
            assert b"200" in caller.recv(100)
        else:
            seen(stack, 1)
    assert settled(stack, provider, 3)


def test_who_reads_slowly_changes_nothing_towards_the_provider(stack: Stack):
    provider = stack.spare()
    long = " ".join(f"Sentence number {number} says what the weather was like." for number in range(10_000))
    body = {"model": f"{provider}/openai", "prompt": long, "stream": True, "decoy": 1}
    with stack.client(), httpx.Client(timeout=120, trust_env=False) as client:
        headers = {"authorization": f"Bearer {stack.token}"}
        with client.stream("POST", f"{stack.url}/api/v1/stateless-query", json=body, headers=headers) as answer:
            read = answer.iter_raw(1024)
            next(read)
            assert settled(stack, provider, 2)
            rest = b"".join(read)
    assert b'"type":"done"' in rest and b'"decoys":1' in rest


def test_covers_are_nobodys_requests_and_are_booked_apart(stack: Stack):
    token = mint(stack, "--subject", "somebody-with-a-budget", "--scopes", "query,ops")
    with httpx.Client(base_url=stack.url, headers={"authorization": f"Bearer {token}"}, trust_env=False) as client:

        def ask() -> httpx.Response:
            body = {"model": "mirror/openai", "prompt": ASKED, "decoy": 3}
            answer = client.post("/api/v1/stateless-query", json=body, timeout=20)
            assert answer.json()["privacy"]["decoys"] == 3, answer.text
            return answer

        first, second = ask(), ask()
        left = [int(each.headers["x-ratelimit-remaining-requests"]) for each in (first, second)]
        assert left[0] - left[1] == 1
        used = [each.json()["usage"] for each in (first, second)]

        def booked() -> dict[str, Any] | None:
            rows = client.get("/api/admin/usage").json()["usage"]
            mine = [row for row in rows if row["caller"] == "somebody-with-a-budget"]
            return mine[0] if mine and mine[0]["decoys"] == 6 else None

        row = until(booked)
        assert row["requests"] == 2
        assert row["prompt_tokens"] == sum(each["prompt_tokens"] for each in used)
        assert row["completion_tokens"] == sum(each["completion_tokens"] for each in used)
        assert row["decoy_prompt_tokens"] > row["prompt_tokens"]
        page = client.get("/metrics").text
    assert 'llmvpn_decoys_total{source="grammar",outcome="answered"}' in page
    assert 'llmvpn_decoy_tokens_total{direction="in"}' in page


def test_a_query_that_is_asked_again_goes_with_the_same_covers(stack: Stack):
    batches = []
    for _ in range(2):
        stack.forget()
        query(stack, prompt="How long does a letter from Oslo to Porto take in winter?", decoy=3)
        batches.append({asked(each["body"]) for each in seen(stack, 4)})
    assert batches[0] == batches[1]


def spoken(member: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["role"], each["content"]) for each in member["body"]["messages"] if each["role"] != "system"]


def chat(stack: Stack, messages: list[dict[str, str]], privacy: str) -> httpx.Response:
    with stack.client() as client:
        body = {"model": "mirror/openai", "messages": messages}
        answer = client.post("/v1/chat/completions", json=body, headers={"x-privacy": privacy})
    assert answer.status_code == 200, answer.text
    return answer


def test_a_history_that_is_sent_again_takes_the_covers_conversations_along(stack: Stack):
    messages: list[dict[str, str]] = [{"role": "system", "content": "You know trains."}]
    turns = []
    for said in ("Which trains go to Bergen?", "And which of them at night?", "How much is a bed?"):
        stack.forget()
        messages.append({"role": "user", "content": said})
        answer = chat(stack, messages, "decoys=2")
        assert answer.headers["x-privacy"] == "decoys=2"
        messages.append({"role": "assistant", "content": answer.json()["choices"][0]["message"]["content"]})
        members = [spoken(each) for each in seen(stack, 3)]
        turns.append([each for each in members if each[-1] != ("user", said)])
        time.sleep(0.3)  # as people do; a cover whose answer has not come yet does not go on
    for before, now in pairwise(turns):
        for cover in now:
            assert cover[-2][0] == "assistant" and cover[-1][0] == "user"
            assert cover[:-2] in before


def kept_back(body: dict[str, Any]) -> Any:
    """A body without its words."""

    def silent(content: Any) -> Any:
        return [{**part, "text": ""} for part in content] if isinstance(content, list) else ""

    return {**body, "messages": [{**each, "content": silent(each["content"])} for each in body["messages"]]}


def test_a_history_in_whichever_form_its_client_writes_it_is_in_the_covers_form_too(stack: Stack):
    """OpenAI's client sends an answer back with empty fields; Anthropic's users move a mark from turn to turn."""
    said = "How should the old garden fence be mended before winter?"
    first: list[Any] = [{"role": "user", "content": [{"type": "text", "text": said}]}]
    chat(stack, first, "decoys=2")
    before = {each["body"]["messages"][0]["content"][0]["text"] for each in seen(stack, 3)}
    time.sleep(0.3)
    stack.forget()
    history = [
        {"role": "user", "content": said},
        {"role": "assistant", "content": said, "refusal": None, "annotations": []},
        {"role": "user", "content": "And how long would that take us?"},
    ]
    assert chat(stack, history, "decoys=2").headers["x-privacy"] == "decoys=2"
    members = [each["body"] for each in seen(stack, 3)]
    assert all(kept_back(each) == kept_back(members[0]) for each in members)
    begun = {each["messages"][0]["content"] for each in members}
    assert begun == before, "what says nothing by itself continues every conversation"


def test_a_mark_that_moves_with_the_newest_turn_leaves_surrogates_and_covers_as_they_were(stack: Stack):
    mark = {"cache_control": {"type": "ephemeral"}}
    said = "How should Piotr Nowak mend the old garden fence before winter?"

    def ask(messages: list[Any]) -> list[dict[str, Any]]:
        stack.forget()
        body = {"model": "mirror/anthropic", "max_tokens": 99, "messages": messages}
        with stack.client() as client:
            answer = client.post("/v1/messages", json=body, headers={"x-privacy": "decoys=2"})
        assert answer.status_code == 200 and answer.headers["x-privacy"] == "decoys=2"
        time.sleep(0.3)
        return [each["body"] for each in seen(stack, 3)]

    def opening(body: dict[str, Any]) -> str:
        return str(body["messages"][0]["content"][0]["text"])

    before = ask([{"role": "user", "content": [{"type": "text", "text": said, **mark}]}])
    now = ask(
        [
            {"role": "user", "content": [{"type": "text", "text": said}]},
            {"role": "assistant", "content": [{"type": "text", "text": said}]},
            {"role": "user", "content": [{"type": "text", "text": "And what would the wood for it cost?", **mark}]},
        ]
    )
    assert {opening(each) for each in now} == {opening(each) for each in before}
    assert all(kept_back(each) == kept_back(now[0]) for each in now)


def test_of_a_session_that_was_ended_no_cover_is_remembered(stack: Stack, store: str):
    def kept() -> set[bytes]:
        """Records and lists of them; the one of a first question's own words is of no session."""
        return {each for each in held.scan_iter("ws:{covers:*") if not each.endswith(b":index")}

    with redis.Redis.from_url(store) as held, stack.client() as client:
        before = kept()
        begun = client.post("/api/v1/create-session", json={"model": "mirror/openai", "decoy": 2}).json()
        for said in ("Which trees bear in the north?", "Which of them are early?", "Do birds eat them?"):
            body = {"session_id": begun["session_id"], "prompt": said}
            assert client.post("/api/v1/stateful-query", json=body).json()["privacy"]["decoys"] == 2
            time.sleep(0.3)
        assert len(kept() - before) == 3 + 1 + 1
        assert client.delete(f"/api/v1/sessions/{begun['session_id']}").status_code == 200
        assert len(kept() - before) == 1
        assert client.post("/api/v1/stateful-query", json=body).status_code == 410


def test_a_session_has_covers_that_go_on_with_it(stack: Stack):
    with stack.client() as client:
        begun = client.post("/api/v1/create-session", json={"model": "mirror/openai", "decoy": 2}).json()
        assert begun["privacy"]["decoy"] == 2
        turns, endpoints = [], []
        for said in ("Which herbs grow in the shade?", "Which of them are for tea?", "Do slugs eat them?"):
            stack.forget()
            body = {"session_id": begun["session_id"], "prompt": said}
            told = client.post("/api/v1/stateful-query", json=body).json()
            assert told["privacy"]["decoys"] == 2, told
            endpoints.append(told["endpoint_id"])
            members = [spoken(each) for each in seen(stack, 3)]
            turns.append([each for each in members if each[-1] != ("user", said)])
            time.sleep(0.3)
        kept = client.get(f"/api/v1/sessions/{begun['session_id']}").json()
    assert len(set(endpoints)) == 1
    assert len(kept["messages"]) == 6, "covers are not of the conversation"
    for before, now in pairwise(turns):
        assert all(cover[:-2] in before for cover in now)
