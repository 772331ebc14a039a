"""A machine without redis-server gets an answer all the same: fakeredis' own server takes its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.stack import Stack, running


def test_without_a_redis_server_the_first_answer_still_comes(tmp_path: Path):
    with running({"PATH": str(tmp_path)}) as stack, stack.client() as client:
        health = client.get("/api/health").json()
        assert health["redis"] == "ok"
        for _ in range(3):
            asked = {"model": "mirror/openai", "prompt": "Write to nobody@fjordmail.example."}
            answer = client.post("/api/v1/stateless-query", json=asked)
            assert answer.status_code == 200, answer.text
            assert answer.json()["message"]["content"] == asked["prompt"]
        session = client.post("/api/v1/create-session", json={"model": "mirror/openai"}).json()
        for _ in range(2):
            turn = {"session_id": session["session_id"], "prompt": asked["prompt"]}
            answer = client.post("/api/v1/stateful-query", json=turn)
            assert answer.status_code == 200, answer.text
        assert [each["turns"] for each in client.get("/api/v1/sessions").json()["sessions"]] == [2]
        client.delete(f"/api/v1/sessions/{session['session_id']}")
        assert client.get("/api/v1/sessions").json()["sessions"] == []
        assert not stack.pids("redis-server")


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
def test_with_a_redis_server_it_is_private_and_has_no_port(stack: Stack):
    (pid,) = [pid for pid in _children(stack.process.pid) if b"redis-server" in _words(pid)[0]]
    assert b"unixsocket:" in b" ".join(_words(pid)).lower() or b"--unixsocket" in _words(pid)
    with stack.client() as client:
        assert client.get("/api/health").json()["redis"] == "ok"


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _words(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
