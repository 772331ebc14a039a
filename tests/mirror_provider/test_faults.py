"""How the mirror misbehaves when a model's name or a key asks it to."""

from __future__ import annotations

import time
from typing import Any

import httpx
import openai
import pytest

from mirror_provider.faults import FAULTS, endings

SAID = {"messages": [{"role": "user", "content": "a few words, so that there is something to cut"}]}


def ask(http: httpx.Client, model: str, *, stream: bool = False, key: str = "sk-test-not-a-key") -> httpx.Response:
    body: dict[str, Any] = {"model": model, "stream": stream, **SAID}
    return http.post("/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {key}"})


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_status_is_given_in_openais_envelope(http: httpx.Client, status: int, stream: bool) -> None:
    reply = ask(http, f"openai-{status}", stream=stream)
    assert reply.status_code == status
    assert reply.json()["error"]["message"]
    assert ("retry-after" in reply.headers) == (status == 429)


def test_a_key_can_be_the_one_that_fails(http: httpx.Client) -> None:
    assert ask(http, "openai", key="sk-test-not-a-key-429").status_code == 429
    assert ask(http, "openai", key="sk-test-not-a-key").status_code == 200


@pytest.mark.parametrize("name", ["model", "key"])
def test_who_is_spared_is_answered_well_and_nobody_else(http: httpx.Client, name: str) -> None:
    bad = {name: f"{name}-500-spares"}
    assert ask(http, **{"model": "openai", **bad}).status_code == 500
    spared = {"messages": [{"role": "user", "content": "a gooseberry, please"}]}
    reply = http.post(
        "/v1/chat/completions",
        json={"model": bad.get("model", "openai"), **spared},
        headers={"Authorization": f"Bearer {bad.get('key', 'sk-test-not-a-key')}"},
    )
    assert reply.status_code == 200


def test_the_echoing_401_repeats_the_key(http: httpx.Client) -> None:
    reply = ask(http, "openai-echo-key", key="sk-test-not-a-key-7")
    assert reply.status_code == 401
    assert "Bearer sk-test-not-a-key-7" in reply.json()["error"]["message"]


def test_a_redirect_that_is_followed_shows_up_in_the_book(http: httpx.Client) -> None:
    reply = ask(http, "openai-redirect")
    assert reply.status_code == 307
    assert len(http.get("/received").json()) == 1
    http.post(reply.headers["location"], json={})
    assert http.get("/received").json()[0]["path"] == "/redirected/v1/chat/completions"


def test_a_model_of_a_short_context_refuses_a_long_request(http: httpx.Client) -> None:
    assert ask(http, "openai-short").status_code == 200
    long = {"model": "openai-short", "messages": [{"role": "user", "content": "word " * 2000}]}
    reply = http.post("/v1/chat/completions", json=long)
    assert reply.status_code == 400
    assert "maximum context length" in reply.json()["error"]["message"]


def test_garbage_is_html_with_a_friendly_status(http: httpx.Client) -> None:
    reply = ask(http, "openai-garbage")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/html"


@pytest.mark.parametrize("stream", [False, True])
def test_bad_json_wears_the_right_content_type(http: httpx.Client, stream: bool) -> None:
    reply = ask(http, "openai-badjson", stream=stream)
    assert reply.headers["content-type"].startswith("text/event-stream" if stream else "application/json")
    with pytest.raises(ValueError):
        httpx.Response(200, text=reply.text.splitlines()[0].removeprefix("data: ")).json()


@pytest.mark.parametrize("stream", [False, True])
def test_half_an_answer_ends_in_a_broken_connection(http: httpx.Client, stream: bool) -> None:
    came = b""
    with (
        pytest.raises(httpx.RemoteProtocolError),
        http.stream("POST", "/v1/chat/completions", json={"model": "openai-half", "stream": stream, **SAID}) as reply,
    ):
        assert reply.status_code == 200
        for part in reply.iter_raw():
            came += part
    assert b"a f" in came
    assert b"[DONE]" not in came


@pytest.mark.parametrize("stream", [False, True])
def test_an_empty_answer_has_no_byte(http: httpx.Client, stream: bool) -> None:
    reply = ask(http, "openai-empty", stream=stream)
    assert (reply.status_code, reply.content) == (200, b"")


def test_the_silent_model_never_answers(base_url: str) -> None:
    with pytest.raises(httpx.ReadTimeout), httpx.Client(base_url=base_url, timeout=0.3) as http:
        ask(http, "openai-silent")


def test_the_slow_model_paces_its_stream(sdk: openai.OpenAI) -> None:
    started = time.monotonic()
    stream = sdk.chat.completions.create(model="openai-slow", stream=True, **SAID)
    arrivals = [time.monotonic() - started for _ in stream]
    assert arrivals[-1] - arrivals[0] > 0.02 * (len(arrivals) - 1)


def test_a_caller_who_hangs_up_on_a_slow_stream_is_let_go(http: httpx.Client) -> None:
    body = {"model": "openai-slow", "stream": True, **SAID}
    with http.stream("POST", "/v1/chat/completions", json=body) as reply:
        next(reply.iter_raw())
    assert ask(http, "openai").status_code == 200


def test_endings_combine() -> None:
    assert endings("openai-edit-slow", FAULTS) == ["slow", "edit"]
    assert endings("gpt-5-mini", FAULTS) == []
    assert endings("openai-echo-key", FAULTS) == ["echo-key"]
