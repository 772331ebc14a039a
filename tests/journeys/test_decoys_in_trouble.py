"""What goes wrong around covers, and what becomes of the query that they went with: nothing.

Providers that fail everything but the real query are the mirror's: a model that `spares` whoever says a word which no
cover has.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from mirror_provider.faults import SPARED
from tests.journeys.test_decoys import asked, seen, settled
from tests.journeys.test_servers import client as at
from tests.support.plain_http import PLAIN
from tests.support.router import in_flight
from tests.support.stack import Stack, mint
from tests.support.waiting import until
from tests.support.web_servers import server

OWN = "/api/v1/stateless-query"
REAL = f"When should the {SPARED.decode()} behind our small garden be cut back, and how far?"


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    """A caller whom nobody knows, so that each test has a day's budget of its own, and who may read the figures."""
    subject = f"in-trouble-{time.monotonic_ns()}"
    token = mint(stack, "--subject", subject, "--scopes", "query,ops")
    with httpx.Client(base_url=stack.url, headers={"authorization": f"Bearer {token}"}, timeout=60, **PLAIN) as client:
        yield client


def ended(client: httpx.Client) -> dict[str, int]:
    """How many covers have ended, by how."""
    found = dict.fromkeys(("answered", "refused", "failed"), 0)
    for line in client.get("/metrics").text.splitlines():
        if line.startswith("llmvpn_decoys_total{"):
            outcome = line.partition('outcome="')[2].partition('"')[0]
            found[outcome] += int(float(line.rpartition(" ")[2]))
    return found


def said(answer: httpx.Response) -> tuple[str, dict[str, Any]]:
    """What an answer says, whole or as events, and what it says of privacy."""
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"].startswith("application/json"):
        return answer.json()["message"]["content"], answer.json()["privacy"]
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    assert events[-1]["type"] == "done", events[-1]
    return "".join(each.get("content", "") for each in events), events[-1]["privacy"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("400", "refused"), ("500", "failed"), ("half", "failed"), ("garbage", "failed"), ("badjson", "failed")],
)
def test_covers_that_fail_leave_the_real_answer_alone_and_every_member_was_asked_once(
    stack: Stack, client: httpx.Client, fault: str, outcome: str, stream: bool
):
    """Who was asked more often than the others would be the one that somebody waits for."""
    before = ended(client)
    body = {"model": f"{stack.spare()}/openai-{fault}-spares", "prompt": REAL, "decoy": 2, "stream": stream}
    text, privacy = said(client.post(OWN, json=body))
    assert text == REAL
    until(lambda: ended(client)[outcome] == before[outcome] + 2)
    members = [asked(each["body"]) for each in seen(stack, 3)]
    assert len(members) == len(set(members)) == 3 and REAL in members
    assert sum(SPARED.decode() in each for each in members) == 1, "no cover has the word that spares"
    if not stream:
        assert privacy["decoys"] in (0, 1, 2), "how many went, as far as was known"


def test_where_every_endpoint_fails_all_members_are_tried_alike(stack: Stack, client: httpx.Client):
    """The real one has somebody who waits for it, and is asked no more often for that."""
    provider = stack.spare()
    with (stack.folder / "spare_keys.csv").open("a") as keys:
        keys.write(f"{provider},,sk-test-not-a-key-of-{provider}-again\n")

    def endpoints() -> int:
        rows = client.get("/api/providers").json()["providers"]
        return int(next(row["endpoints"] for row in rows if row["id"] == provider))

    until(lambda: endpoints() == 2)
    stack.forget()
    before = ended(client)
    answer = client.post(OWN, json={"model": f"{provider}/openai-500", "prompt": REAL, "decoy": 1})
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "PROVIDER_FAILED")
    until(lambda: ended(client)["failed"] == before["failed"] + 1)
    members = [asked(each["body"]) for each in stack.received()]
    assert members.count(REAL) == 2 and len(members) == 4 and len(set(members)) == 2


def test_covers_that_are_answered_slowly_delay_nothing_and_are_read_to_their_ends(stack: Stack, client: httpx.Client):
    provider = stack.spare()
    long = f"{REAL} " * 8
    body = {"model": f"{provider}/openai-slow-spares", "prompt": long, "decoy": 2, "stream": True}
    text, privacy = said(client.post(OWN, json=body))
    assert text == long and privacy["decoys"] == 2
    until(lambda: in_flight(stack.state / "run") == 2)  # an answer of theirs takes five seconds
    assert settled(stack, provider, 3)


def test_a_provider_that_says_nothing_to_covers_holds_nobody_up(stack: Stack, client: httpx.Client):
    before = ended(client)
    text, _ = said(
        client.post(OWN, json={"model": f"{stack.spare()}/openai-silent-spares", "prompt": REAL, "decoy": 2})
    )
    assert text == REAL
    assert ended(client)["failed"] == before["failed"], "their silence goes on"
    until(lambda: ended(client)["failed"] == before["failed"] + 2)


def test_without_a_budget_the_query_goes_alone_and_the_reply_says_so(stack: Stack):
    nothing = {"WEB_SERVER_WORKERS": "1", "WEB_SERVER_DECOY_DAILY_TOKENS": "0"}
    with server(stack, "ours", **nothing) as (_, url, _log), at(stack, url, "--scopes", "query,ops") as client:
        stack.forget()
        for stream in (False, True):
            text, privacy = said(
                client.post(OWN, json={"model": "mirror/openai", "prompt": REAL, "decoy": 3, "stream": stream})
            )
            assert (text, privacy["decoys"], privacy["decoys_reason"]) == (REAL, 0, "budget_spent")
        assert len(stack.received()) == 2
        assert 'llmvpn_decoys_missing_total{reason="budget_spent"} 6' in client.get("/metrics").text


def give(client: httpx.Client, model: str, *texts: str) -> None:
    for text in texts:
        begun = client.post("/api/v1/create-session", json={"model": model, "give": True})
        assert begun.status_code == 200, begun.text
        turn = {"session_id": begun.json()["session_id"], "prompt": text}
        assert client.post("/api/v1/stateful-query", json=turn).status_code == 200


def giver(stack: Stack, name: str) -> httpx.Client:
    token = mint(stack, "--subject", name)
    return httpx.Client(base_url=stack.url, headers={"authorization": f"Bearer {token}"}, timeout=60, **PLAIN)


def batches(stack: Stack, client: httpx.Client, model: str, texts: list[str]) -> Iterator[list[str]]:
    """What the provider sees of each query beside the query itself; the first of them has the pool opened."""
    for number, text in enumerate(texts):
        stack.forget()
        answered, privacy = said(client.post(OWN, json={"model": model, "prompt": text, "decoy": 3}))
        assert answered == text and privacy["decoys"] == 3
        members = [asked(each["body"]) for each in seen(stack, 4)]
        members.remove(text)
        if number:
            yield members
        else:
            time.sleep(0.5)


QUESTIONS = [
    f"Which of the {number} bakers near the old harbour has fresh rye bread on Sundays?" for number in range(9)
]


def test_a_pool_that_is_empty_or_one_callers_alone_is_not_drawn_from(stack: Stack, client: httpx.Client):
    model = f"{stack.spare()}/openai"
    assert len(list(batches(stack, client, model, QUESTIONS[:2]))) == 1, "the grammar has as many as are wanted"
    model = f"{stack.spare()}/openai"
    with giver(stack, "poisoner") as poisoner:
        give(
            poisoner, model, *(f"Which of the {n} mills in the poisoned valley has fresh flour now?" for n in range(45))
        )
    for covers in batches(stack, client, model, QUESTIONS[:3]):
        assert not any("mills in the poisoned valley" in each for each in covers)


def test_who_poisons_a_pool_has_one_cover_of_a_batch_at_most(stack: Stack, client: httpx.Client):
    model = f"{stack.spare()}/openai"
    with giver(stack, "poisoner") as poisoner:
        give(
            poisoner, model, *(f"Which of the {n} mills in the poisoned valley has fresh flour now?" for n in range(45))
        )
    for number in range(6):
        with giver(stack, f"giver-{number}") as other:
            give(
                other,
                model,
                *(f"Which of the {n} shops in the upper street {number} sells warm socks today?" for n in (7, 8)),
            )
    poisoned, drawn = [], 0
    for covers in batches(stack, client, model, QUESTIONS[:4]):
        poisoned.append(sum("mills in the poisoned valley" in each for each in covers))
        drawn += sum("sells warm socks" in each for each in covers) + poisoned[-1]
    assert drawn == 9, "all of them are of the pool"
    assert max(poisoned) <= 1


def test_a_stop_reads_covers_under_way_to_their_ends_and_loses_nothing_of_the_real_answer(stack: Stack):
    provider = stack.spare()
    long = f"{REAL} " * 3
    with (
        server(stack, "ours", WEB_SERVER_WORKERS="1", WEB_SERVER_DRAIN_SECONDS="60") as (process, url, log),
        at(stack, url) as client,
    ):
        stack.forget()
        body = {"model": f"{provider}/openai-slow", "prompt": long, "decoy": 2, "stream": True}
        with client.stream("POST", OWN, json=body) as answer:
            lines = answer.iter_lines()
            assert next(lines)
            seen(stack, 3)
            process.send_signal(signal.SIGTERM)
            rest = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
        assert rest[-1]["type"] == "done" and rest[-1]["privacy"]["decoys"] == 2
        assert long.endswith("".join(each.get("content", "") for each in rest))
        assert process.wait(120) in (0, -signal.SIGTERM), "by the signal, once all is done"
        assert settled(stack, provider, 3), "the provider told of each at its end, and was heard"
    assert "traceback" not in log.read_text().lower()


def resident(pid: int) -> int:
    """MiB of a process' memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


@pytest.mark.parametrize("callers", [150, pytest.param(1000, marks=pytest.mark.soak)])
def test_many_callers_at_once_are_each_told_what_is_theirs_and_memory_is_bounded(stack: Stack, callers: int):
    """What a caller wrote is in no other's answer, nor is what was said to a cover."""
    (pid,) = stack.pids("web_server")
    tokens = [mint(stack, "--subject", f"one-of-many-{number}") for number in range(callers)]

    def ask(number: int) -> tuple[str, dict[str, Any]]:
        headers = {"authorization": f"Bearer {tokens[number]}"}
        body = {"model": "mirror/openai", "prompt": of(number), "decoy": 2, "stream": number % 2 == 0}
        return said(httpx.post(stack.url + OWN, json=body, headers=headers, timeout=300, **PLAIN))

    def of(number: int) -> str:
        return f"Caller {number} asks which of the buses to the lake leaves first."

    ask(0)
    before = resident(pid)
    with ThreadPoolExecutor(callers) as threads:
        answers = list(threads.map(ask, range(callers)))
    assert [text for text, _ in answers] == [of(number) for number in range(callers)]
    # A loop that is as busy as this hears from Redis too late now and then; what covers reserve until the first of
    # them have ended is more than they will use.
    reasons = {privacy.get("decoys_reason") for _, privacy in answers}
    assert reasons <= {None, "too_many", "store_away", "budget_spent"}
    assert sum(privacy["decoys"] for _, privacy in answers) > callers // 10
    until(lambda: not in_flight(stack.state / "run"))
    assert resident(pid) - before < 150, "MiB"
