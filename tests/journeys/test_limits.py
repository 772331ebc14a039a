"""Limits per caller in a running router with two workers: exact, told in headers, given back, and Redis away."""

from __future__ import annotations

import itertools
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import redis

from tests.support.callers import OWN, client, exact, fresh, statuses
from tests.support.plain_http import PLAIN
from tests.support.stack import Stack, mint, running
from tests.support.waiting import until

SDK = "/v1/chat/completions"
ASKED: dict[str, Any] = {"model": "mirror/openai", "prompt": "Write to mend.me@fjordmail.example, please."}
SLOW: dict[str, Any] = {"model": "mirror/openai-slow", "prompt": "word " * 300, "stream": True}
LIMITS = """
callers:
  "requests-*": {requests_per_minute: 5}
  "tokens-*": {tokens_per_minute: 400}
  "answers-*": {answers_at_once: 2}
  "day-*": {tokens_per_day: 60}
  "last-*": {answers_at_once: 1}
  "left-*": {requests_per_minute: 5, tokens_per_minute: 100000, answers_at_once: 3, dollars_per_day: 0.5}
groups:
  guests: {requests_per_minute: 2}
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    file = tmp_path_factory.mktemp("limits") / "limits.yaml"
    file.write_text(LIMITS)
    policy = file.with_name("privacy.yaml")
    policy.write_text("rewrite: {model: mirror/writer}\n")
    with running(
        {"WEB_SERVER_LIMITS_FILE": str(file), "PRIVACY_FILE": str(policy), "WEB_SERVER_WORKERS": "2"}
    ) as stack:
        yield stack


def stored(stack: Stack) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(stack.state / "run" / "redis.sock"), db=0, protocol=2)


def test_who_has_no_limit_is_told_of_none(stack: Stack):
    with stack.client() as asking:
        answer = asking.post(OWN, json=ASKED)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if "ratelimit" in name]


def test_what_a_caller_has_left_stands_beside_the_list_of_models(stack: Stack):
    with client(stack, "left-1") as asking:
        spent = sum(asking.post(OWN, json=ASKED).json()["usage"]["total_tokens"] for _ in range(2))
        for _ in range(4):  # looking counts nothing, whichever worker is asked
            told = asking.get("/api/v1/models").json()["limits"]
            assert told == {
                "requests_per_minute": {"most": 5, "left": 3},
                "tokens_per_minute": {"most": 100_000, "left": 100_000 - spent},
                "answers_at_once": {"most": 3, "left": 3},
                "tokens_per_day": None,
                "dollars_per_day": {"most": 0.5, "left": 0.5},
            }
    with stack.client() as asking:
        assert set(asking.get("/api/v1/models").json()["limits"].values()) == {None}


def spent(asking: httpx.Client) -> tuple[int, int]:
    """Requests and tokens of this minute."""
    limits = asking.get("/api/v1/models").json()["limits"]
    requests, tokens = limits["requests_per_minute"], limits["tokens_per_minute"]
    return requests["most"] - requests["left"], tokens["most"] - tokens["left"]


def booked(stack: Stack, caller: str) -> dict[str, dict[str, Any]]:
    """What is in the book of this caller's, by model."""
    with client(stack, "an-operator", "--scopes", "ops") as operator:
        rows = operator.get("/api/admin/usage?days=1").json()["usage"]
    return {row["model"]: row for row in rows if row["caller"] == caller}


def test_a_rewriting_is_paid_for_by_the_caller_whose_turn_it_is(stack: Stack):
    with client(stack, "left-rewritten") as asking:
        prompt = "Please write to my aunt and tell her that the train is late."
        answer = asking.post(OWN, json={**ASKED, "prompt": prompt, "obfuscate": "rewrite"})
        assert answer.status_code == 200, answer.text
        requests, tokens = spent(asking)
    (writing,) = [each["body"] for each in stack.received() if each["body"]["model"] == "writer"]
    assert requests == 1, "it is no query of the caller's"
    own = answer.json()["usage"]["total_tokens"]
    assert tokens > own + len(str(writing["messages"])) // 5
    until(lambda: set(booked(stack, "left-rewritten")) == {"mirror/openai", "mirror/writer"})
    mine = booked(stack, "left-rewritten")
    used = sum(row["prompt_tokens"] + row["completion_tokens"] for row in mine.values())
    assert (used, mine["mirror/writer"]["requests"]) == (tokens, 1)


def test_a_preview_and_a_count_of_tokens_are_queries_that_use_none(stack: Stack):
    with client(stack, "left-looking") as asking:
        counted = {"model": "mirror/openai", "messages": [{"role": "user", "content": "hello " * 200}]}
        for call in range(1, 6):
            door, body = ("/v1/messages/count_tokens", counted) if call % 2 else ("/api/web/preview", {"prompt": "hi"})
            assert asking.post(door, json=body).status_code == 200
            assert spent(asking) == (call, 0)
        assert asking.post("/v1/messages/count_tokens", json=counted).status_code == 429
        assert asking.post("/api/web/preview", json={"prompt": "hi"}).status_code == 429
    until(lambda: sum(row["requests"] for row in booked(stack, "left-looking").values()) == 5)
    mine = booked(stack, "left-looking")
    assert {name: (row["requests"], row["prompt_tokens"]) for name, row in mine.items()} == {
        "count_tokens": (3, 0),
        "preview": (2, 0),
    }


def test_a_turn_that_is_tried_again_with_less_counts_once(stack: Stack):
    with client(stack, "left-again") as asking:
        session = asking.post("/api/v1/create-session", json={"model": "mirror/x-short"}).json()["session_id"]
        for turn in range(1, 4):
            answer = asking.post("/api/v1/stateful-query", json={"session_id": session, "prompt": "word " * 500})
            assert answer.status_code == 200, answer.text
            assert spent(asking)[0] == turn
        asking.delete(f"/api/v1/sessions/{session}")
    tried = [each for each in stack.received() if each["body"]["model"] == "x-short"]
    assert len(tried) > 3, "the provider said that it was too much"


def test_a_limit_of_a_group_is_each_members_own_and_a_query_counts_whichever_door_it_came_through(stack: Stack):
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/v1/embeddings", {"model": "mirror/openai", "input": "hello"}),
        ("/v1/responses", {"model": "mirror/openai", "input": "hello"}),
        ("/v1/messages", {"model": "mirror/openai", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}),
        ("/api/v1/chat", {"model": "mirror/openai", "message": "hello"}),
    ]
    for name in ("one", "other"):
        with client(stack, f"guest-{name}", "--groups", "guests") as asking:
            answers = [asking.post(door, json=body).status_code for door, body in asked]
        assert answers == [200, 200, 429, 429]


@pytest.mark.parametrize("stream", [False, True])
def test_a_chain_that_a_limit_ends_gives_the_answers_before_it(stack: Stack, stream: bool):
    body = {"message": ASKED["prompt"], "steps": [{"model": "mirror/openai"}] * 3, "stream": stream}
    with client(stack, f"chained-{stream}", "--groups", "guests") as guest:
        answer = guest.post("/api/v1/chain", json=body)
    if stream:
        *came, last = (json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {"))
        assert [each["step"] for each in came if each["type"] == "done"] == [0, 1]
        assert (last["type"], last["step"]) == ("error", 2)
    else:
        assert answer.status_code == 429 and answer.headers["retry-after"]
        last = answer.json()
        first, second = (step["message"]["content"] for step in last["error"]["details"]["steps"])
        assert first == ASKED["prompt"] and second.endswith(first)
        assert last["error"]["details"]["step"] == 2
    assert last["error"]["code"] == "RATE_LIMITED"


def test_requests_a_minute_are_exact_over_all_workers_and_told_truly(stack: Stack):
    began = time.monotonic()
    answers = exact(stack, "requests-ann", ASKED, 20)
    assert statuses(answers) == {200: 5, 429: 15}
    left = sorted(int(each.headers["x-ratelimit-remaining-requests"]) for each in answers if each.status_code == 200)
    assert left == [0, 1, 2, 3, 4]
    refused = next(each for each in answers if each.status_code == 429)
    assert refused.json()["error"]["code"] == "RATE_LIMITED"
    assert refused.json()["error"]["details"] == {"limit": "requests_per_minute", "most": 5}
    assert refused.headers["x-ratelimit-limit"] == refused.headers["x-ratelimit-limit-requests"] == "5"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert 60 - (time.monotonic() - began) - 2 < int(refused.headers["retry-after"]) <= 61
    assert int(refused.headers["x-ratelimit-reset"]) == int(refused.headers["retry-after"])
    with client(stack, "requests-bob") as other:
        assert other.post(OWN, json=ASKED).status_code == 200, "another caller of the same rule has a minute of its own"


def test_openais_door_says_it_in_openais_words(stack: Stack):
    body = {"model": "mirror/openai", "messages": [{"role": "user", "content": "hello"}]}
    answers = exact(stack, "requests-oai", body, 6, SDK)
    assert statuses(answers) == {200: 5, 429: 1}
    error = next(each for each in answers if each.status_code == 429).json()["error"]
    assert (error["type"], error["code"]) == ("rate_limit_error", "rate_limited")


def test_tokens_are_estimated_before_and_settled_by_what_was_used(stack: Stack):
    with client(stack, "tokens-ann") as asking:
        first = asking.post(OWN, json={**ASKED, "max_tokens": 300})
        assert first.status_code == 200
        used = first.json()["usage"]["total_tokens"]
        second = asking.post(OWN, json=ASKED)
    assert second.status_code == 200
    left = int(second.headers["x-ratelimit-remaining-tokens"])
    estimate = len(second.request.content) // 4
    assert left == 400 - used - estimate, "the 300 that were asked for were given back, what was used was kept"
    with client(stack, "tokens-bob") as asking:
        refused = [asking.post(OWN, json={**ASKED, "max_tokens": 350}) for _ in range(12)][-1]
    assert (refused.status_code, refused.json()["error"]["details"]["limit"]) == (429, "tokens_per_minute")


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
def test_who_hangs_up_before_the_provider_has_counted_has_used_what_came(stack: Stack, dialect: str):
    name = f"tokens-hung-{dialect}"
    asked = {"model": f"mirror/{dialect}-slow", "prompt": "consideration " * 30, "stream": True}
    heard = ""
    with client(stack, name) as asking, asking.stream("POST", OWN, json=asked) as answer:
        events = (json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: {"))
        while len(heard) < 160:
            heard += next(events)["content"]
    (tokens,) = until(lambda: [row["completion_tokens"] for row in booked(stack, name).values()])
    assert len(heard) // 4 <= tokens < 30 * len("consideration ") // 4


def test_a_day_has_its_budget_until_midnight(stack: Stack):
    with client(stack, "day-ann") as asking:
        answers = [asking.post(OWN, json=ASKED) for _ in range(4)]
    assert answers[0].status_code == 200
    refused = answers[-1]
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "BUDGET_SPENT")
    midnight = 86_400 - time.time() % 86_400
    assert abs(int(refused.headers["retry-after"]) - midnight) < 15


def test_answers_at_once_are_counted_and_come_back_when_the_answer_ends_or_its_caller_hangs_up(stack: Stack):
    with client(stack, "answers-ann") as asking:
        first = asking.send(asking.build_request("POST", OWN, json=SLOW), stream=True)
        second = asking.send(asking.build_request("POST", OWN, json=SLOW), stream=True)
        assert (first.status_code, second.status_code) == (200, 200)
        refused = asking.post(OWN, json=ASKED)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "TOO_MANY_ANSWERS")
        assert refused.headers["retry-after"] == "1"
        first.close()  # hangs up
        until(lambda: asking.post(OWN, json=ASKED).status_code == 200)
        second.close()


def test_who_has_read_the_last_words_finds_the_place_free_at_once(stack: Stack):
    with client(stack, "last-ann") as asking:
        for _ in range(20):
            with asking.stream("POST", OWN, json={**ASKED, "stream": True}) as answer:
                assert answer.status_code == 200
                for line in answer.iter_lines():
                    if line == "data: [DONE]":
                        break
            assert asking.post(OWN, json=ASKED).status_code == 200


def test_no_caller_is_named_in_redis_or_the_log(stack: Stack):
    with client(stack, "requests-kesia-canary") as asking:
        assert asking.post(OWN, json=ASKED).status_code == 200
    kept = stored(stack)

    def names() -> list[bytes]:
        return [key for key in kept.scan_iter() if not key.startswith(b"ks:")]

    until(lambda: any(name.endswith(b":minute") for name in names()) and any(b"{book}" in name for name in names()))
    assert all(name.startswith(b"ws:{") for name in names())
    assert not [name for name in names() if b"canary" in name + (kept.dump(name) or b"")]
    assert "kesia" not in stack.log("webserver")


def test_what_was_used_is_in_the_book_by_caller_and_model_for_operators_alone(stack: Stack):
    with client(stack, "book-ann") as asking:
        used = [asking.post(OWN, json=ASKED).json()["usage"] for _ in range(3)]
        assert asking.get("/api/admin/usage").status_code == 403
    until(lambda: [row["requests"] for row in booked(stack, "book-ann").values()] == [3])
    (row,) = booked(stack, "book-ann").values()
    with client(stack, "an-operator", "--scopes", "ops") as operator:
        by_key = operator.get("/api/admin/usage?by=provider&days=1").json()
        keys = operator.get("/api/admin/keys").json()["keys"]
        endpoints = operator.get("/api/admin/endpoints").json()["endpoints"]
        limits = operator.get("/api/admin/limits").json()
        assert operator.get("/api/admin/usage?by=nothing").status_code == 422
        assert operator.post("/api/admin/keys", json={}).status_code == 405
    assert (row["requests"], row["failed"], row["model"]) == (3, 0, "mirror/openai")
    assert row["prompt_tokens"] == sum(each["prompt_tokens"] for each in used)
    assert row["completion_tokens"] == sum(each["completion_tokens"] for each in used)
    assert any(row["name"] == "mirror" for row in by_key["usage"])
    assert keys and all(set(key) >= {"label", "fingerprint", "state"} for key in keys)
    assert "sk-test" not in str(keys)
    assert endpoints and all("cooldown_ms" in each for each in endpoints)
    assert limits["callers"]["requests-*"] == {"requests_per_minute": 5}
    assert limits["everyone"]["requests_per_minute"] == 0
    assert '"an operator looked"' in stack.log("webserver") and "an-operator" not in stack.log("webserver")


def test_the_figures_are_those_of_all_workers_and_name_nobody(stack: Stack):
    fresh(stack, "figures-ann", ASKED, 8)
    fresh(stack, "requests-figures", ASKED, 8)
    least = {
        f'llmvpn_requests_total{{method="POST",route="{OWN}",status="200"}}': 13,
        'llmvpn_limited_total{limit="requests_per_minute"}': 3,
        'llmvpn_errors_total{code="RATE_LIMITED"}': 3,
        "llmvpn_first_token_seconds_count": 13,
        'llmvpn_tokens_total{direction="in"}': 1,
    }
    text = until(lambda: figures(stack, least))
    assert "llmvpn_redis_up 1\n" in text and "llmvpn_key_server_up 1\n" in text
    assert "ann" not in text.replace("channel", "")


def figures(stack: Stack, least: dict[str, int]) -> str:
    """The figures as they are told, once each of these is at least so much."""
    text = httpx.get(stack.url + "/metrics", **PLAIN).text
    told = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return text if all(int(told.get(name, 0)) >= count for name, count in least.items()) else ""


def test_through_a_proxy_the_figures_need_the_scope(stack: Stack):
    for headers in ({"x-forwarded-for": "192.0.2.1"}, {"host": "router.example"}, {"forwarded": "for=192.0.2.1"}):
        assert httpx.get(stack.url + "/metrics", headers=headers, **PLAIN).status_code == 401
    token = mint(stack, "--scopes", "ops")
    headers = {"host": "router.example", "authorization": f"Bearer {token}"}
    assert httpx.get(stack.url + "/metrics", headers=headers, **PLAIN).status_code == 200


def test_slots_of_a_worker_that_is_killed_come_back_in_time(stack: Stack):
    with client(stack, "answers-killed") as asking:
        streams = [asking.send(asking.build_request("POST", OWN, json=SLOW), stream=True) for _ in range(2)]
        assert [each.status_code for each in streams] == [200, 200]
        before = stack.workers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        kept = stored(stack)
        held = {name: kept.zrange(name, 0, -1, withscores=True) for name in kept.scan_iter("ws:{*}:slots")}
        now_ms = kept.time()[0] * 1000
    assert sorted(map(len, held.values()))[-1] == 2, "their end is not known yet"
    for name, slots in held.items():
        for entry, end_ms in slots:
            assert end_ms - now_ms <= 31_000, "and is known in half a minute"
            kept.zincrby(name, -31_000, entry)  # which goes by
    until(lambda: len(stack.workers()) == 2 and not set(stack.workers()) & set(before))
    stack.wait_ready()
    with client(stack, "answers-killed") as asking:
        assert asking.post(OWN, json=ASKED).status_code == 200


def test_while_redis_is_away_each_worker_lets_its_share_through(stack: Stack):
    kept = stored(stack)
    pid = int(kept.info("server")["process_id"])  # type: ignore[call-overload,index]
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        answers = fresh(stack, "requests-away", ASKED, 1)
        assert time.monotonic() - began < 15
    finally:
        os.kill(pid, signal.SIGCONT)
    # The key server shares this Redis here, and refuses without it: the limits have let it through to there.
    assert answers[0].json()["error"]["code"] == "STORE_UNAVAILABLE"
    assert answers[0].headers["x-ratelimit-limit-requests"] == "2", "a half of five"
    until = time.monotonic() + 10
    for number in itertools.count():  # the worker that missed it leaves it alone for a moment
        again = fresh(stack, f"requests-back-{number}", ASKED, 4)
        if all(answer.headers.get("x-ratelimit-limit-requests") == "5" for answer in again):
            break
        assert time.monotonic() < until, (
            f"Redis is back, and is not asked: {[(a.status_code, a.text[:200]) for a in again]}"
        )


def test_several_callers_at_once_keep_their_own_counts(stack: Stack):
    done: list[dict[int, int]] = []

    def one(number: int) -> None:
        done.append(statuses(exact(stack, f"requests-many-{number}", ASKED, 7)))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [{200: 5, 429: 2}] * 4
