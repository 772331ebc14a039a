"""The doors that answer queries, and the same question asked straight of the mirror provider.

Called by `bench.latency` and `bench.memory`. A new door is a new row of DOORS.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.load import Target
from tests.support.stack import Stack

MODEL, ANTHROPICS = "mirror/openai", "mirror/anthropic"
SESSIONS = 200
"""Made before each measurement of a door with sessions, so that turns are short and no two meet."""

Fields = dict[str, Any]
Ask = Callable[[str, bool], Fields]
"""A prompt, and whether the answer is to be streamed, as a request's body."""


def _messages(prompt: str) -> list[Fields]:
    return [{"role": "user", "content": prompt}]


def _chat(prompt: str, stream: bool) -> Fields:
    return {"model": MODEL, "messages": _messages(prompt), "stream": stream}


def _responses(prompt: str, stream: bool) -> Fields:
    return {"model": MODEL, "input": prompt, "stream": stream}


def _prompted(prompt: str, stream: bool) -> Fields:
    return {"model": MODEL, "prompt": prompt, "stream": stream}


def _embeddings(prompt: str, _stream: bool) -> Fields:
    return {"model": MODEL, "input": prompt}


def _anthropics(prompt: str, stream: bool) -> Fields:
    return {"model": ANTHROPICS, "max_tokens": 4000, "messages": _messages(prompt), "stream": stream}


def _one_call(prompt: str, _stream: bool) -> Fields:
    return {"model": MODEL, "message": prompt}


def _turn(prompt: str, stream: bool) -> Fields:
    return {"prompt": prompt, "stream": stream}


@dataclass(frozen=True, slots=True)
class Door:
    """`direct`: the mirror's door for the same. `own`: one of ours, where privacy is a field and not a header."""

    path: str
    ask: Ask
    direct: str = "/v1/chat/completions"
    direct_ask: Ask = _chat
    own: bool = False
    streamed_path: str | None = ""
    """Where a stream is asked for: None where there is none, empty where a whole answer is."""
    in_session: bool = False


DOORS: Mapping[str, Door] = {
    "chat-completions": Door("/v1/chat/completions", _chat),
    "responses": Door("/v1/responses", _responses),
    "completions": Door("/v1/completions", _prompted, "/v1/completions", _prompted),
    "embeddings": Door("/v1/embeddings", _embeddings, "/v1/embeddings", _embeddings, streamed_path=None),
    "messages": Door("/v1/messages", _anthropics, "/v1/messages", _anthropics),
    "stateless-query": Door("/api/v1/stateless-query", _prompted, own=True),
    "stateful-query": Door("/api/v1/stateful-query", _turn, own=True, in_session=True),
    "chat": Door("/api/v1/chat", _one_call, own=True, streamed_path="/api/v1/chat/stream"),
}


def direct(stack: Stack, door: Door, stream: bool) -> Target:
    """The same question, straight to the mirror."""
    headers = {"anthropic-version": "2023-06-01", "x-api-key": "sk-test-not-a-key"} if door.ask is _anthropics else {}

    def body(prompt: str) -> bytes:
        return json.dumps(_unrouted(door.direct_ask(prompt, stream))).encode()

    return Target("direct", stack.mirror_port, door.direct, headers, body)


def through(stack: Stack, door: Door, stream: bool, *, private: bool) -> Target:
    """The question through the router. Of a door with sessions, new ones are made for it."""
    headers = {"Authorization": f"Bearer {stack.token}"}
    more: Fields = {}
    if not private:
        more, headers = ({"pii_removal": False}, headers) if door.own else ({}, {**headers, "X-Privacy": "pii=off"})
    sessions = itertools.cycle(_sessions(stack) if door.in_session else ({},))

    def body(prompt: str) -> bytes:
        return json.dumps({**door.ask(prompt, stream), **more, **next(sessions)}).encode()

    path = (door.streamed_path or door.path) if stream else door.path
    return Target(f"privacy {'on' if private else 'off'}", stack.port, path, headers, body)


def _unrouted(fields: Fields) -> Fields:
    """The provider's name is the router's to know."""
    return {**fields, "model": fields["model"].partition("/")[2]}


def _sessions(stack: Stack) -> list[Fields]:
    """New ones; those of the last measurement are ended."""
    with stack.client() as client:
        for each in client.get("/api/v1/sessions", params={"limit": 1000}).json()["sessions"]:
            client.delete(f"/api/v1/sessions/{each['session_id']}")
        made = [client.post("/api/v1/create-session", json={"model": MODEL}) for _ in range(SESSIONS)]
    return [{"session_id": each.raise_for_status().json()["session_id"]} for each in made]
