"""Callers who ask at every door, each with sessions of their own, and what came back over the wire.

raw, said = asked(client, asker, Query(Canary(7), DOORS["messages"], "streamed", "mirror/openai"))
"""

from __future__ import annotations

import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.canaries import Canary
from tests.support.doors import Door, Said
from tests.support.plain_http import PLAIN
from tests.support.stack import Stack, mint

MANNERS = ("whole", "streamed", "slow", "hung up", "tool", "tool streamed")
TURNS = 6
PATIENCE = 60
AGAIN = (409, 503)
"""Asked again: who hung up is still being shown out, or a busy machine's Redis did not answer in half a second."""


@dataclass(frozen=True)
class Query:
    """A question: its values, where and how it is asked, and whom."""

    canary: Canary
    door: Door
    manner: str
    model: str

    @property
    def streams(self) -> bool:
        return self.manner not in ("whole", "tool")

    def possible(self) -> bool:
        """Whether the door knows the manner."""
        return ("tool" not in self.manner or bool(self.door.tools)) and (not self.streams or bool(self.door.streamed))


@dataclass
class Asker:
    """What a caller shows at a door, and their sessions."""

    stack: Stack
    subject: str
    sessions: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By id: the numbers of the canaries that were asked with."""

    def __post_init__(self) -> None:
        self.token = {"authorization": f"Bearer {mint(self.stack, '--subject', self.subject)}"}
        self._free: dict[str, deque[str]] = {"v1": deque(), "web": deque()}
        with self.client() as client:
            answer = client.post("/api/web/initialize-session", json={}, headers=self.token)
        cookie, word = (answer.cookies[name] for name in ("llmvpn-page", "llmvpn-csrf"))
        self.page = {"cookie": f"llmvpn-page={cookie}", "x-csrf-token": word}

    def client(self) -> httpx.Client:
        """Each question on a connection of its own, so that any worker may take it. It says not who asks."""
        return httpx.Client(base_url=self.stack.url, headers={"connection": "close"}, timeout=60, **PLAIN)

    def shown(self, door: Door) -> dict[str, str]:
        """Who asks, in the words of the door."""
        return self.page if "/web/" in door.path else self.token

    @contextmanager
    def session(self, client: httpx.Client, query: Query) -> Iterator[dict[str, Any]]:
        """The fields of a session, for this query alone meanwhile; none where the door has no sessions."""
        whose = query.door.session
        if not whose:
            yield {}
            return
        try:
            session_id = self._free[whose].popleft()
        except IndexError:
            session_id = self._begun(client, query)
        self.sessions[session_id].add(query.canary.number)
        yield {"session_id": session_id}
        if len(self.sessions[session_id]) < TURNS:
            self._free[whose].append(session_id)

    def _begun(self, client: httpx.Client, query: Query) -> str:
        programs = query.door.session == "v1"
        path = "/api/v1/create-session" if programs else "/api/web/initialize-session"
        body = {"model": query.model} if programs else {"models": [query.model]}
        until = time.monotonic() + PATIENCE
        while (answer := client.post(path, json=body, headers=self.shown(query.door))).status_code in AGAIN:
            assert time.monotonic() < until, answer.text
        assert answer.status_code == 200, answer.text
        return str(answer.json()["session_id"])


def asked(client: httpx.Client, asker: Asker, query: Query) -> tuple[str, Said]:
    """The answer as it came over the wire, and what it says; of one who hung up the beginning."""
    model = query.model + ("-slow" if query.manner in ("slow", "hung up") else "")
    with asker.session(client, query) as session:
        call = query.door.asked(model, query.canary.text, stream=query.streams, tool="tool" in query.manner, **session)
        until = time.monotonic() + PATIENCE
        while True:
            with client.stream(**call, headers=asker.shown(query.door)) as answer:
                if answer.status_code in AGAIN and time.monotonic() < until:
                    time.sleep(0.05)
                    continue
                assert answer.status_code == 200, (query, answer.read())
                return _read(answer, query)


def _read(answer: httpx.Response, query: Query) -> tuple[str, Said]:
    if not query.streams:
        raw = answer.read().decode()
        return raw, query.door.whole(json.loads(raw))
    lines = answer.iter_lines()
    if query.manner == "hung up":
        lines = itertools.islice(lines, 4 + query.canary.number % 30)
    raw = "\n".join(lines)
    assert query.door.streamed is not None
    events = [line.removeprefix("data: ") for line in raw.splitlines()]
    return raw, query.door.streamed([json.loads(event) for event in events if event.startswith("{")])
