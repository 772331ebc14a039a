"""Keys stay where they belong: after every kind of answer, fault and outage, none is in anything left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import redis

from mirror_provider.faults import FAULTS
from tests.support.stack import SPARE_KEY, Stack, running

CANARY = SPARE_KEY.encode()
ASKED = {"prompt": "Write to mend.me@fjordmail.example, please."}
QUICK = sorted(set(FAULTS) - {"silent", "slow"})


def provoke(stack: Stack) -> list[bytes]:
    """Every reply that the router gives while its provider does all that a provider may do."""
    heard = []
    with stack.client() as client:
        for fault in ["edit", *QUICK]:
            for stream in (False, True):
                asked = ASKED | {"model": f"{stack.spare()}/openai-{fault}", "stream": stream}
                heard.append(everything_of(client.post("/api/v1/stateless-query", json=asked)))
        for path in ("/api/providers", "/api/health", "/v1/models", "/openapi.json", "/readyz", "/nowhere"):
            heard.append(everything_of(client.get(path)))
    return heard


def everything_of(answer: httpx.Response) -> bytes:
    return repr(answer.headers.raw).encode() + answer.content


def redis_dump(stack: Stack) -> bytes:
    with redis.Redis(unix_socket_path=str(stack.state / "run" / "redis.sock")) as store:
        names = [name for database in (0, 1) for name in _of(store, database)]
        return b"\n".join(names)


def _of(store: redis.Redis, database: int) -> list[bytes]:
    store.execute_command("SELECT", database)
    return [bytes(part) for name in store.scan_iter() for part in (name, store.dump(name) or b"")]


@pytest.mark.promise(2)
def test_no_key_is_in_any_reply_log_file_of_state_or_redis(record_property: Callable[[str, object], None]) -> None:
    with running() as stack:
        replies = provoke(stack)
        (process,) = stack.pids("key_server")
        os.kill(process, signal.SIGABRT)  # the signal that asks for a core
        stack.wait_ready()
        time.sleep(0.2)
        replies += provoke(stack)
        dump = redis_dump(stack)
        assert dump.count(b"ks:") > 3
        seen = repr(stack.received()).encode()
        written = {
            path: path.read_bytes()
            for path in stack.folder.rglob("*")
            if path.is_file() and path.suffix != ".csv" and not path.is_socket()
        }
        cores = [path for path in (*stack.folder.rglob("core*"), *Path.cwd().glob("core*")) if path.is_file()]
    assert cores == []
    assert any(b"***" in each for each in replies), "no provider repeated the key"
    for found in (*replies, dump, seen, *written.values()):
        for part in (CANARY, CANARY[8:], CANARY[:-6]):
            assert part not in found
    assert any(path.name == "keys.sealed" for path in written)
    record_property("measured", f"{len(replies)} replies, {len(written)} files, {len(dump):,} bytes of Redis: 0 found")
