"""`pad=on`: who watches the network sees full frames at ticks, and unmodified clients read the same answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import openai
import pytest

from tests.journeys.conftest import TICK_MS
from tests.support.letter import BRIEF, assert_nothing_left
from tests.support.plain_http import PLAIN
from tests.support.raw_http import Seen, watched
from tests.support.router import in_flight
from tests.support.stack import Stack
from web_server.traffic.buckets import bucket
from web_server.traffic.forms import HEAD_BYTES
from web_server.traffic.frames import STEPS

FRAME = 1024
PAD = {"x_privacy": "pad=on"}
MESSAGES = [{"role": "user", "content": BRIEF}]
SLOW = "mirror/openai-slow"
STREAMS: dict[str, tuple[str, dict[str, Any] | None, dict[str, str]]] = {
    "stateless": ("/api/v1/stateless-query", {"model": SLOW, "prompt": BRIEF, "stream": True, "pad": True}, {}),
    "chat": ("/api/v1/chat/stream", {"model": SLOW, "message": BRIEF, "pad": True}, {}),
    "compare": (
        "/api/v1/compare",
        {"modelA": SLOW, "modelB": "mirror/anthropic", "prompt": BRIEF, "stream": True, "pad": True},
        {},
    ),
    "chain": (
        "/api/v1/chain",
        {"message": BRIEF, "steps": [{"model": SLOW}, {"model": "mirror/openai"}], "stream": True, "pad": True},
        {},
    ),
    "generate": (
        "/api/web/generate",
        {"model": SLOW, "prompt": BRIEF, "stateless": True, "streaming": True, "pad": True},
        {},
    ),
    "openai": ("/v1/chat/completions", {"model": SLOW, "messages": MESSAGES, "stream": True}, PAD),
    "completions": ("/v1/completions", {"model": SLOW, "prompt": [BRIEF, "Hello."], "stream": True}, PAD),
    "responses": ("/v1/responses", {"model": SLOW, "input": BRIEF, "stream": True}, PAD),
    "anthropic": ("/v1/messages", {"model": SLOW, "messages": MESSAGES, "max_tokens": 99, "stream": True}, PAD),
    "playground": (f"/v1/playground/agents/{SLOW}/runs", {"message": BRIEF, "stream": True}, PAD),
    "plain chat": ("/chat", {"model": SLOW, "message": BRIEF, "stream": True}, PAD),
    "completion": (f"/completion?query=Who%20are%20you%3F&model={SLOW}&stream=true", None, PAD),
}


def assert_tells_nothing(seen: Seen) -> None:
    """Full frames, as many as a bucket has, none before its tick."""
    assert seen.status == 200
    assert {len(chunk) for _, chunk in seen.chunks} == {FRAME}
    assert len(seen.chunks) == bucket(len(seen.chunks), STEPS)
    early = [number for number, (when, _) in enumerate(seen.chunks, 1) if when < number * TICK_MS / 1000]
    assert not early, "a frame left before its tick"
    assert_is_said(seen)


def assert_is_said(seen: Seen) -> None:
    assert "padded=on" in seen.header("x-privacy")
    assert seen.header("cache-control") == ["no-store, no-transform"] and not seen.header("content-encoding")
    headers = seen.head.split(b"x-padding")[0]
    assert len(headers) > HEAD_BYTES or seen.header("x-padding")


@pytest.mark.parametrize("door", STREAMS)
def test_a_padded_stream_is_full_frames_at_ticks_by_every_door(stack: Stack, door: str):
    path, body, headers = STREAMS[door]
    seen = watched(stack, path, body, **headers)
    assert_tells_nothing(seen)
    assert len(seen.chunks) > 4


def test_what_is_not_asked_to_be_padded_is_not(stack: Stack):
    seen = watched(stack, "/v1/chat/completions", {"model": SLOW, "messages": MESSAGES, "stream": True})
    assert len({len(chunk) for _, chunk in seen.chunks}) > 1
    assert not seen.header("x-privacy") and not seen.header("x-padding")


@pytest.mark.parametrize("size", [1, 400, 3000])
def test_whole_answers_come_to_buckets_of_bytes_and_say_the_same(stack: Stack, size: int):
    words = " ".join(["well"] * size)
    asked = {"model": "mirror/openai", "messages": [{"role": "user", "content": words}]}
    seen = watched(stack, "/v1/chat/completions", asked, **PAD)
    assert len(seen.body) % FRAME == 0
    assert len(seen.body) // FRAME == bucket(len(seen.body) // FRAME, STEPS)
    assert json.loads(seen.body)["choices"][0]["message"]["content"] == words
    assert_is_said(seen)


def test_a_refused_query_is_padded_too(stack: Stack):
    asked = {"model": f"{stack.spare()}/x-400", "prompt": BRIEF, "pad": True}
    seen = watched(stack, "/api/v1/stateless-query", asked)
    assert seen.status == 400 and len(seen.body) == FRAME
    assert json.loads(seen.body)["error"]["code"] == "PROVIDER_REJECTED"


@pytest.fixture
def sdk(stack: Stack) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=f"{stack.url}/v1", api_key=stack.token, max_retries=0, default_headers={"X-Privacy": "pad=on"}
    ) as client:
        yield client


def test_openais_sdk_reads_the_same_from_a_padded_stream(stack: Stack, sdk: openai.OpenAI):
    options = {"include_usage": True}
    chunks = list(
        sdk.chat.completions.create(model=SLOW, messages=MESSAGES, stream=True, stream_options=options)  # type: ignore[call-overload]
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == BRIEF
    assert chunks[-1].usage.total_tokens > 0
    events = list(sdk.responses.create(model=SLOW, input=BRIEF, stream=True))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == BRIEF
    assert events[-1].type == "response.completed" and events[-1].response.output_text == BRIEF
    texts = sdk.completions.create(model=SLOW, prompt=BRIEF, stream=True)
    assert "".join(chunk.choices[0].text for chunk in texts if chunk.choices) == BRIEF
    assert sdk.chat.completions.create(model=SLOW, messages=MESSAGES).choices[0].message.content == BRIEF  # type: ignore[arg-type]
    assert_nothing_left(stack)


def test_anthropics_sdk_reads_the_same_from_a_padded_stream(stack: Stack):
    with (
        anthropic.Anthropic(
            base_url=stack.url, api_key=stack.token, max_retries=0, default_headers={"X-Privacy": "pad=on"}
        ) as sdk,
        sdk.messages.stream(model=SLOW, max_tokens=1000, messages=MESSAGES) as stream,  # type: ignore[arg-type]
    ):
        assert "".join(stream.text_stream) == BRIEF
        assert stream.get_final_message().usage.output_tokens > 0
    assert_nothing_left(stack)


def test_langchain_reads_the_same_from_a_padded_stream(stack: Stack):
    langchain_openai = pytest.importorskip("langchain_openai")
    with httpx.Client(timeout=30, **PLAIN) as line:
        model = langchain_openai.ChatOpenAI(
            model=SLOW,
            base_url=f"{stack.url}/v1",
            api_key=stack.token,
            max_retries=0,
            http_client=line,
            default_headers={"X-Privacy": "pad=on"},
        )
        assert "".join(chunk.text for chunk in model.stream(BRIEF)) == BRIEF


def test_each_line_of_a_padded_run_is_json(stack: Stack):
    path, body, headers = STREAMS["playground"]
    events = [json.loads(line) for line in watched(stack, path, body, **headers).body.decode().splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["RunStarted", "RunCompleted"]
    assert events[-1]["content"] == BRIEF == "".join(event.get("content", "") for event in events[1:-1])


def test_who_splits_a_padded_stream_at_blank_lines_finds_each_event_whole(stack: Stack):
    path, body, headers = STREAMS["stateless"]
    blocks = watched(stack, path, body, **headers).body.split(b"\n\n")
    events = [block.removeprefix(b"data: ") for block in blocks if block.startswith(b"data: ")]
    assert {block[:1] for block in blocks} <= {b"d", b":", b""}
    assert events[-1] == b"[DONE]"
    *deltas, done = map(json.loads, events[:-1])
    assert "".join(delta["content"] for delta in deltas) == BRIEF and done["finish_reason"] == "stop"


def test_an_answer_that_breaks_off_says_so_in_full_frames(stack: Stack):
    asked = {"model": f"{stack.spare()}/x-half", "prompt": BRIEF, "stream": True, "pad": True}
    seen = watched(stack, "/api/v1/stateless-query", asked)
    assert_tells_nothing(seen)
    *_, error, done = [block for block in seen.body.split(b"\n\n") if block.startswith(b"data: ")]
    assert json.loads(error.removeprefix(b"data: "))["error"]["code"] == "STREAM_CUT" and done == b"data: [DONE]"


def test_a_caller_who_hangs_up_on_a_padded_stream_frees_the_endpoint(stack: Stack):
    long = " ".join(["well"] * 3000)
    with stack.client() as client:
        asked = {"model": SLOW, "prompt": long, "stream": True, "pad": True}
        with client.stream("POST", "/api/v1/stateless-query", json=asked) as answer:
            frames = answer.iter_raw()
            assert len(next(frames)) == FRAME
            assert in_flight(stack.state / "run") == 1
    until = time.monotonic() + 10
    while in_flight(stack.state / "run") and time.monotonic() < until:
        time.sleep(0.05)
    assert in_flight(stack.state / "run") == 0


def test_a_connection_serves_on_after_padded_streams(stack: Stack):
    asked = {"model": "mirror/openai", "prompt": BRIEF, "stream": True}
    with stack.client(limits=httpx.Limits(max_connections=1)) as client:
        for _ in range(10):
            for pad in (True, False):
                answer = client.post("/api/v1/stateless-query", json=asked | {"pad": pad})
                assert answer.text.rstrip().endswith("data: [DONE]")
    assert "Exception in ASGI application" not in stack.log("webserver")


def test_a_session_pads_its_turns_and_its_history_where_it_was_asked_to(stack: Stack):
    with stack.client() as client:
        begun = client.post("/api/v1/create-session", json={"model": "mirror/openai", "pad": True}).json()
        assert begun["privacy"]["pad"] is True
        turn = {"session_id": begun["session_id"], "prompt": BRIEF}
        first = client.post("/api/v1/stateful-query", json=turn)
        assert first.json()["message"]["content"] == BRIEF and len(first.content) % FRAME == 0
        other = client.post("/api/v1/stateful-query", json={**turn, "pad": False})
        assert len(other.content) % FRAME
        kept = client.get(f"/api/v1/sessions/{begun['session_id']}")
        assert len(kept.content) % FRAME == 0 and kept.json()["turns"] == 2
