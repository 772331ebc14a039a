"""`web_server.asgi:app` under each server that people run it with: several workers, one Redis, streams that finish."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.plain_http import PLAIN
from tests.support.stack import Stack, mint
from tests.support.web_servers import SERVERS, server

OWN = "/api/v1/stateless-query"
ASKED: dict[str, Any] = {"model": "mirror/openai", "prompt": "Write to mend.me@fjordmail.example, please."}
SLOW: dict[str, Any] = {**ASKED, "model": "mirror/openai-slow", "prompt": "a word of many and " * 12, "stream": True}


def client(stack: Stack, url: str, *who: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {mint(stack, *who)}"}, timeout=30, **PLAIN)


def said(lines: Iterator[str]) -> tuple[str, list[str]]:
    """The text of a stream, and its last two events."""
    events = [line.removeprefix("data: ") for line in lines if line]
    deltas = [json.loads(event) for event in events if event.startswith("{")]
    return "".join(each.get("content", "") for each in deltas if each["type"] == "delta"), events[-2:]


def counted(stack: Stack, url: str, name: str) -> list[int]:
    """The statuses of twelve calls of one caller. A busy machine's worker may lose sight of Redis: then another's."""
    for attempt in range(5):
        with client(stack, url, "--subject", f"at-{name}-{attempt}") as asking:
            answers = [asking.post(OWN, json=ASKED, headers={"connection": "close"}) for _ in range(12)]
        if {answer.headers["x-ratelimit-limit-requests"] for answer in answers} == {"4"}:
            break
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize("name", SERVERS)
def test_its_workers_count_together_and_a_stream_that_runs_when_it_is_stopped_finishes(stack: Stack, name: str):
    with server(stack, name, WEB_SERVER_LIMIT_REQUESTS="4") as (process, url, log), client(stack, url) as asking:
        found = counted(stack, url, name)
        assert (found.count(200), found.count(429)) == (4, 8)
        asking.get("/api/providers?kesia=canary")
        asking.get("/kesia-canary")
        with asking.stream("POST", OWN, json=SLOW) as answer:
            lines = answer.iter_lines()
            assert next(lines)
            process.send_signal(signal.SIGTERM)
            stopped = time.monotonic()
            text, last = said(lines)
        assert time.monotonic() - stopped > 0.5, "it was still running when the server was stopped"
        assert text in SLOW["prompt"] and SLOW["prompt"].endswith(text)
        assert '"type":"done"' in last[0] and last[1] == "[DONE]"
        assert process.wait(60) == 0
        with pytest.raises(httpx.HTTPError):
            httpx.get(url + "/livez", **PLAIN)
    logged = log.read_text()
    assert "mend.me" not in logged and "traceback" not in logged.lower()
    assert logged.count('"route": "/api/v1/stateless-query"') >= 13
    assert "canary" not in logged + (stack.folder / f"{name}.out").read_text()


@pytest.mark.parametrize("name", ["ours", "gunicorn"])
def test_a_stream_that_runs_on_for_too_long_is_ended_and_the_server_with_it(stack: Stack, name: str):
    drain = {"WEB_SERVER_DRAIN_SECONDS": "1"}
    with server(stack, name, **drain) as (process, url, _log), client(stack, url) as asking:
        endless = {**SLOW, "prompt": "word " * 3000}
        with asking.stream("POST", OWN, json=endless) as answer:
            lines = answer.iter_lines()
            assert next(lines)
            process.send_signal(signal.SIGTERM)
            with pytest.raises(httpx.HTTPError):
                list(lines)
        process.wait(60)
