"""Two callers at once, by every door and over two workers: each is told what is theirs, and nobody else any of it.

Each query has values of its own (`tests/support/canaries`). Redis is outside of the router, as in production, and is
copied while they ask.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from tests.support.askers import MANNERS, Asker, Query, asked
from tests.support.canaries import Canary, Lookout
from tests.support.doors import DOORS
from tests.support.redis_server import redis_process
from tests.support.sessions import asked as turn
from tests.support.sessions import begun, messages
from tests.support.stack import Stack, running
from web_server.errors import ApiError
from web_server.query import Caller
from web_server.sealing import Sealing, Unopened
from web_server.session_store import SessionStore
from web_server.state import State

MODELS = ("mirror/openai", "mirror/anthropic", "mirror/gemini")
THREADS = 16
LOOKED_AT_EVERY = 60
"""Queries: the mirror remembers 200 calls."""
PLANTED = Canary(0)
"""Of no query: put where the others are looked for, to be found there."""


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with redis_process("--rdbcompression", "no") as (_, url):
        yield url


@pytest.fixture(scope="module")
def stack(store: str) -> Iterator[Stack]:
    settings = {
        "WEB_SERVER_REDIS_URL": store,
        "KEY_SERVER_REDIS_URL": store,
        "WEB_SERVER_WORKERS": "2",
        "WEB_SERVER_WEB_ACCESS": "token",
        "WEB_SERVER_PRIVACY_MINIMUM": "none",
    }
    with running(settings) as stack:
        yield stack


def copied(store: str) -> bytes:
    """Redis as it is at this moment, in its own format, uncompressed."""
    with redis.Redis.from_url(store) as held:
        held.set("planted", PLANTED.text)
        held.save()
    return (Path(store.removeprefix("unix://")).parent / "dump.rdb").read_bytes()


def queries(askers: Sequence[Asker], count: int) -> list[tuple[Asker, Query]]:
    """Of every door in every manner by each caller about as many, in no order."""
    kinds = [
        (asker, door, manner)
        for door, manner, asker in itertools.product(DOORS.values(), MANNERS, askers)
        if Query(PLANTED, door, manner, "").possible()
    ]
    assert count >= 2 * len(kinds)
    made = [
        (asker, Query(Canary(number), door, manner, MODELS[0 if door is DOORS["embeddings"] else number % 3]))
        for number, (asker, door, manner) in zip(range(1, count + 1), itertools.cycle(kinds), strict=False)
    ]
    random.Random(6).shuffle(made)
    return made


@dataclass
class Watch:
    """What the provider is sent, and a copy of Redis, looked at while the callers ask."""

    stack: Stack
    store: str
    lookout: Lookout
    half: int
    began: int = 0
    calls: set[tuple[str, int]] = field(default_factory=set)
    copy: bytes = b""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def another(self) -> None:
        """Before each query; now and then none begins until it was looked."""
        with self._turn:
            self.began += 1
            if self.began % LOOKED_AT_EVERY == 0:
                self.look()
            if self.began == self.half:
                self.copy = copied(self.store)

    def look(self) -> None:
        for call in self.stack.received():
            text = json.dumps(call, ensure_ascii=False)
            assert self.lookout.seen(text) <= {PLANTED.number}, text
            self.calls.add((call["at"], hash(text)))


@pytest.mark.parametrize("count", [360, pytest.param(4800, marks=pytest.mark.soak)])
def test_each_is_told_what_is_theirs_and_nobody_else_any_of_it(stack: Stack, store: str, count: int):
    stack.forget()
    askers = [Asker(stack, f"{which}-of-two-{count}") for which in ("first", "second")]
    everything = queries(askers, count)
    lookout = Lookout([PLANTED, *(query.canary for _, query in everything)])
    watch = Watch(stack, store, lookout, count // 2)
    spent = {pid: ticks(pid) for pid in stack.workers()}
    here = threading.local()

    def ask(asker: Asker, query: Query) -> None:
        if not hasattr(here, "client"):
            here.client = asker.client()
        watch.another()
        raw, said = asked(here.client, asker, query)
        mine, text = {query.canary.number}, query.canary.text
        if query.manner == "hung up":
            assert all(text.startswith(each) for each in said), (query, said)
            assert lookout.seen(f"{raw}\n{said}") <= mine, query
        else:
            assert said == [text] * len(said), (query, said)
            assert lookout.seen(f"{raw}\n{said}") == (mine if said else set()), query

    with ThreadPoolExecutor(THREADS) as threads:
        asking = [threads.submit(ask, *each) for each in everything]
        try:
            for each in asking:
                each.result()
        finally:
            threads.shutdown(cancel_futures=True)

    for asker, other in (askers, reversed(askers)):
        with asker.client() as client:
            for session_id, numbers in asker.sessions.items():
                own = client.get(f"/api/v1/sessions/{session_id}", headers=asker.token)
                assert own.status_code == 200 and lookout.seen(own.text) <= numbers
                assert client.get(f"/api/v1/sessions/{session_id}", headers=other.token).status_code == 404
    watch.look()
    assert len(watch.calls) >= sum(query.door.calls for _, query in everything), "each call was looked at"
    worked = [ticks(pid) - before for pid, before in spent.items()]
    assert len(worked) == 2 and min(worked) > max(worked) / 10, "both workers answered"
    log = stack.log("webserver")
    assert log.count('"status": 200') >= count
    known = watch.copy.decode("latin-1")
    names = [*(asker.subject for asker in askers), *(each for asker in askers for each in asker.sessions)]
    for text in (log, stack.log("keyserver"), stack.output(), known.replace(PLANTED.text, "")):
        assert lookout.seen(text) == set()
        assert not [name for name in names if name in text]
    assert known.count("ws:session:") > 2 and lookout.seen(known) == {PLANTED.number}, "such a copy can be read"
    with askers[0].client() as client:
        unhidden = DOORS["stateless"].asked(MODELS[0], PLANTED.text, pii_removal=False)
        assert client.request(**unhidden, headers=askers[0].token).status_code == 200
    assert lookout.seen(json.dumps(stack.received()[0])) == {PLANTED.number}, "and so can the mirror's book"


def ticks(pid: int) -> int:
    """How long a process has worked, in the kernel's ticks: proc(5), utime and stime."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@asynccontextmanager
async def kept_in(url: str, secret: str) -> AsyncIterator[SessionStore]:
    state = State(url)
    try:
        yield SessionStore(state, Sealing(secret.encode()), 60)
    finally:
        await state.aclose()


def copied_in_a_turn(asker: Asker, store: str) -> tuple[str, bytes]:
    """The id of a session of one turn, and Redis while its second one is under way."""
    with asker.client() as client:
        client.headers.update(asker.token)
        session_id = begun(client)
        turn(client, session_id, prompt=PLANTED.text)
        slow = DOORS["stateful"].asked("mirror/openai-slow", "word " * 300, stream=True, session_id=session_id)
        with client.stream(**slow) as answer:
            lines = answer.iter_lines()  # kept, as the answer is open for as long as it is
            assert next(lines)
            return session_id, copied(store)


async def test_redis_copied_in_the_middle_of_a_turn_opens_nothing(stack: Stack, store: str, tmp_path: Path):
    asker, secret = Asker(stack, "one-who-is-copied"), (stack.state / "state.secret").read_text().strip()
    session_id, copy = copied_in_a_turn(asker, store)
    (tmp_path / "copy.rdb").write_bytes(copy)
    with redis_process("--dir", str(tmp_path), "--dbfilename", "copy.rdb") as (_, url):
        with redis.Redis.from_url(url) as held:
            records = {name.decode(): held.hgetall(name) for name in held.scan_iter("ws:session:*")}
        assert any(b"turn" in record for record in records.values()), "a turn was under way"
        owner = Caller(asker.subject)
        async with kept_in(url, secret) as ours, kept_in(url, secret[::-1]) as somebodys:
            assert (await ours.read(owner, session_id)).turns == 1, "all of it is there, for who has secret and id"
            with pytest.raises(ApiError) as gone:
                await somebodys.read(owner, session_id)
            assert gone.value.code == "session_expired"
            assert await somebodys.of(owner, 10) == []
    for name, record in records.items():
        for word in (name, name.rpartition(":")[2], asker.subject, secret, ""):
            with pytest.raises(Unopened):
                Sealing(secret.encode()).open("session", word, record[b"record"])


def test_workers_share_sessions_and_nothing_else(stack: Stack):
    name = "Marta Lindqvist"
    with stack.client() as client:
        session_id = begun(client)
    said: set[str] = set()
    for number in range(12):
        with stack.client() as client:  # a connection of its own: either worker may take it
            reply = turn(client, session_id, prompt=f"And {name}?")
        assert reply["message"]["content"] == f"And {name}?"
        said |= {each["content"] for each in messages(stack) if each["role"] == "user"}
        assert len(messages(stack)) == 2 * number + 1
    assert len(said) == 1 and name not in "".join(said)
