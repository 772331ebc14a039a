"""Parts that die: the other part says so at once, in a sentence, and all is well again when they are back."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.router import in_flight
from tests.support.stack import Stack, running

OWN = "/api/v1/stateless-query"
ASKED: dict[str, Any] = {"model": "mirror/openai", "prompt": "Write to mend.me@fjordmail.example, please."}
KILLS = 3


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running() as stack:
        yield stack


def ask(stack: Stack, **more: Any) -> httpx.Response:
    with stack.client() as client:
        return client.post(OWN, json=ASKED | more)


def wait_until_answered(stack: Stack, seconds: float = 15) -> float:
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if ask(stack).status_code == 200:
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(stack.output())


def test_a_key_server_that_is_killed_is_missed_restarted_and_found_again(stack: Stack):
    assert ask(stack).status_code == 200
    (before,) = stack.pids("key_server")
    os.kill(before, signal.SIGKILL)
    answer = ask(stack)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "KEY_SERVER_UNAVAILABLE"
    assert int(answer.headers["retry-after"]) >= 1
    wait_until_answered(stack)
    (after,) = stack.pids("key_server")
    assert after != before
    assert "key_server" in stack.output().partition("curl")[2], "the restart was not said"


def test_a_web_server_that_is_killed_is_restarted_and_its_leases_are_freed(stack: Stack):
    wait_until_answered(stack)

    def long_question() -> None:
        with pytest.raises(httpx.HTTPError):
            ask(stack, model=f"{stack.spare()}/openai-silent")

    asking = threading.Thread(target=long_question)
    asking.start()
    until = time.monotonic() + 10
    while in_flight(stack.state / "run") == 0 and time.monotonic() < until:
        time.sleep(0.02)
    assert in_flight(stack.state / "run") == 1
    os.kill(stack.pids("web_server")[0], signal.SIGKILL)
    asking.join(10)
    until = time.monotonic() + 5
    while in_flight(stack.state / "run") and time.monotonic() < until:
        time.sleep(0.02)
    assert in_flight(stack.state / "run") == 0
    stack.wait_ready()
    assert ask(stack).status_code == 200


def test_a_key_server_that_dies_midstream_ends_the_stream_with_an_error(stack: Stack):
    wait_until_answered(stack)
    asked = {"model": "mirror/openai-slow", "prompt": "word " * 500, "stream": True}
    lines: list[str] = []
    with stack.client() as client, client.stream("POST", OWN, json=asked) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            if not line:
                continue
            lines.append(line)
            if len(lines) == 3:
                os.kill(stack.pids("key_server")[0], signal.SIGKILL)
    assert lines[-1] == "data: [DONE]"
    assert '"code":"STREAM_CUT"' in lines[-2]
    wait_until_answered(stack)


@pytest.mark.parametrize("stream", [False, True])
def test_a_key_server_that_hangs_is_given_up_long_before_the_deadline(stack: Stack, stream: bool):
    wait_until_answered(stack)
    (pid,) = stack.pids("key_server")
    asked = {"model": "mirror/openai-slow", "prompt": "word " * 500, "stream": True}
    began = time.monotonic()
    try:
        if stream:
            with stack.client() as client, client.stream("POST", OWN, json=asked) as answer:
                lines = answer.iter_lines()
                assert next(lines)
                os.kill(pid, signal.SIGSTOP)
                last = [line for line in lines if line][-2:]
            assert '"code":"STREAM_CUT"' in last[0] and last[1] == "data: [DONE]"
        else:
            os.kill(pid, signal.SIGSTOP)
            answer = ask(stack)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "KEY_SERVER_UNAVAILABLE")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert time.monotonic() - began < 12
    wait_until_answered(stack)


def test_ctrl_c_stops_everything_and_a_second_start_works(tmp_path_factory: pytest.TempPathFactory):
    with running() as first:
        folder = first.folder
        assert ask(first).status_code == 200
        children = [pid for name in ("key_server", "web_server", "mirror_provider") for pid in first.pids(name)]
        assert len(children) == 3
        assert first.stop() == 0
        for pid in children:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
        with running(folder=folder) as second:
            assert ask(second).status_code == 200


def test_the_web_servers_environment_holds_no_setting_of_the_key_servers(stack: Stack):
    (pid,) = stack.pids("web_server")
    names = {entry.partition(b"=")[0] for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")}
    assert b"WEB_SERVER_JWT_SECRET" in names
    foreign = (b"VAULT_", b"KEY_STORE", b"KEY_CONFIG", b"KEY_SERVER_CIPHER")
    assert not [name for name in names if name.startswith(foreign)]


def test_a_real_key_put_into_the_csv_is_used_without_a_restart(stack: Stack):
    """A provider of the user's own: a row in providers.yaml, a key in api_keys.csv, and its name in a query."""
    providers = stack.folder / "providers.yaml"
    row = f"""
  mine:
    dialect: openai
    base_url: {stack.mirror}/v1
    allow_private: true
    auth: bearer
    models: [{{id: gpt-test}}]
"""
    providers.write_text(providers.read_text() + row)
    (stack.folder / "api_keys.csv").write_text("provider,model,api_key\nmine,gpt-test,sk-test-not-a-key-of-mine\n")
    until = time.monotonic() + 10
    while (answer := ask(stack, model="mine/gpt-test")).status_code != 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert answer.status_code == 200, answer.text
    assert answer.json()["message"]["content"] == ASKED["prompt"]
    stored = (stack.state / "keys.sealed").read_text()
    assert "sk-test-not-a-key-of-mine" not in stored


class Callers:
    """Ask again and again until told to stop; the times of the good answers."""

    def __init__(self, stack: Stack, number: int) -> None:
        self.answered: list[float] = []
        self.codes: set[int] = set()
        self._stack = stack
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(number)]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def first_after(self, moment: float, patience: float = 15) -> float:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if later := [each for each in self.answered if each >= moment]:
                return min(later)
            time.sleep(0.005)
        raise AssertionError(self._stack.output())

    def _ask(self) -> None:
        with self._stack.client() as client:
            while not self._stop.wait(0.01):
                status = client.post(OWN, json=ASKED).status_code
                self.codes.add(status)
                if status == 200:
                    self.answered.append(time.monotonic())


def serves_anew(path: Path, before: os.stat_result, patience: float = 15) -> float:
    """When another socket than `before` took a connection there; a killed process' own accepts a while longer."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                if path.stat().st_ctime_ns != before.st_ctime_ns:
                    probe.connect(str(path))
                    return time.monotonic()
            except OSError:
                pass
        time.sleep(0.002)
    raise AssertionError(f"{path} does not accept")


@pytest.mark.promise(19)
def test_callers_recover_from_a_killed_key_server_at_once(
    stack: Stack, record_property: Callable[[str, object], None]
) -> None:
    path = stack.state / "run" / "keyserver.sock"
    found = []
    with Callers(stack, 2) as callers:
        callers.first_after(0)
        for _ in range(KILLS):
            (process,) = stack.pids("key_server")
            before = path.stat()
            os.kill(process, signal.SIGKILL)
            serving = serves_anew(path, before)
            found.append(callers.first_after(serving) - serving)
    assert callers.codes <= {200, 503, 502}
    assert sorted(found)[KILLS // 2] < 1.0 and max(found) < 3.0  # promised: 0.5; the rest is a loaded machine's
    record_property("measured", "recovered " + ", ".join(f"{each * 1000:.0f}" for each in found) + " ms after serving")
