"""A key server that is killed under load: callers are answered again as soon as its socket serves again."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.stack import Stack, running

KILLS = 3
ASKED = {"model": "mirror/openai", "prompt": "Write to mend.me@fjordmail.example, please."}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running() as stack:
        yield stack


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
                status = client.post("/api/v1/stateless-query", json=ASKED).status_code
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
