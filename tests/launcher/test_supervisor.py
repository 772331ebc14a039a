"""Supervision of stand-in children: real processes that write down what happens to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.child import Part
from launcher.config import ROOT
from launcher.errors import StartError
from launcher.supervisor import Stop, Supervisor

DIARY = """
import os, signal, sys, time
diary = open(sys.argv[1], "a", buffering=1)
def stopped(*_):
    diary.write(f"{sys.argv[2]} stopped\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stopped)
diary.write(f"{sys.argv[2]} {os.getpid()}\\n")
while True:
    time.sleep(0.01)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


class Room:
    """Parts that write to one diary, and a supervisor for them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.diary = directory / "diary"
        self.said: list[str] = []
        self.stop = Stop()
        self.clock: Callable[[], float] = time.monotonic
        self.sleep: Callable[[float], None] = time.sleep
        self.supervisor = Supervisor(self.said.append, self.stop, self._now, self._rest)

    def _now(self) -> float:
        return self.clock()

    def _rest(self, pause: float) -> None:
        self.sleep(pause)

    def part(self, name: str, *command: str, ready: Callable[[], bool] | None = None, patience: float = 3.0) -> Part:
        return Part(
            name,
            command or (sys.executable, "-S", "-c", DIARY, str(self.diary), name),
            {"PATH": os.environ["PATH"]},
            self.directory,
            self.directory / f"{name}.log",
            ready or (lambda: f"{name} " in self.wrote()),
            patience,
            advice=f"Look after {name}.",
        )

    def wrote(self) -> str:
        return self.diary.read_text() if self.diary.exists() else ""

    def pids(self, name: str) -> list[int]:
        words = [line.split() for line in self.wrote().splitlines()]
        return [int(what) for who, what in words if who == name and what.isdigit()]

    def watch_until(self, condition: Callable[[], bool], seconds: float = 5) -> None:
        deadline = time.monotonic() + seconds

        def sleep(pause: float) -> None:
            time.sleep(pause)
            if condition() or time.monotonic() > deadline:
                self.stop.asked = 1

        self.sleep = sleep
        self.supervisor.watch()
        assert condition()
        self.sleep, self.stop.asked = time.sleep, 0


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.stop.asked = 2
    room.supervisor.stop()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.01)


def test_a_stage_waits_for_the_one_before_and_the_stop_goes_the_other_way(room: Room) -> None:
    room.supervisor.start([[room.part("redis")], [room.part("keys"), room.part("web")]])
    assert room.wrote().startswith("redis ")
    assert sorted(line.split(" is ready")[0] for line in room.said) == ["keys", "redis", "web"]
    room.supervisor.stop()
    assert [line for line in room.wrote().splitlines() if "stopped" in line] == [
        "web stopped",
        "keys stopped",
        "redis stopped",
    ]


def test_a_child_that_dies_is_started_again_and_said_so(room: Room) -> None:
    room.supervisor.start([[room.part("web")]])
    os.kill(room.pids("web")[0], signal.SIGKILL)
    started = time.monotonic()
    room.watch_until(lambda: len(room.pids("web")) == 2)
    assert time.monotonic() - started > 0.5
    assert "web was ended by SIGKILL; starting it again in 0.5 s" in room.said[-1]


def test_a_child_that_keeps_dying_is_started_less_and_less_often(room: Room) -> None:
    now = [0.0]
    room.clock = lambda: now[0]
    starts: list[float] = []

    def pass_time(pause: float) -> None:
        now[0] += 0.25
        time.sleep(0.02)
        if len(room.said) > len(starts) + 1:
            starts.append(now[0])
        if len(room.said) >= 8:
            room.stop.asked = 1

    room.sleep = pass_time
    room.supervisor.start([[room.part("web", "/bin/false", ready=lambda: True)]])
    room.supervisor.watch()
    waits = [float(line.partition("again in ")[2].split()[0]) for line in room.said if "again in" in line]
    assert waits == [0.5, 1, 2, 4, 8, 16, 30][: len(waits)]
    assert len(waits) >= 6


def test_a_child_that_cannot_start_is_a_failure_with_its_last_words(room: Room) -> None:
    broken = room.part("web", sys.executable, "-S", "-c", "raise SystemExit('WEB_SERVER_PORT: no such port')")
    with pytest.raises(StartError) as failed:
        room.supervisor.start([[broken]])
    assert "web ended with status 1" in str(failed.value)
    assert "WEB_SERVER_PORT: no such port" in str(failed.value)
    assert "Look after web." in str(failed.value)


def test_what_an_earlier_run_logged_is_not_shown_as_the_reason(room: Room) -> None:
    broken = room.part("web", sys.executable, "-S", "-c", "raise SystemExit('today')")
    broken.log.write_text("web_server: what was wrong yesterday\n")
    with pytest.raises(StartError, match="today") as failed:
        room.supervisor.start([[broken]])
    assert "yesterday" not in str(failed.value)


def test_a_command_that_is_not_there_is_a_failure_too(room: Room) -> None:
    with pytest.raises(StartError, match="redis ended with status 1"):
        room.supervisor.start([[room.part("redis", "/nonexistent/redis-server")]])


def test_a_child_that_never_becomes_ready_is_given_up(room: Room) -> None:
    now = [0.0]
    room.clock = lambda: now[0]

    def pass_time(_pause: float) -> None:
        now[0] += 5

    room.sleep = pass_time
    with pytest.raises(StartError, match="was not ready after 90 s"):
        room.supervisor.start([[room.part("web", ready=lambda: False)]])


def stubborn(room: Room, patience: float) -> Part:
    """A part that does not listen to SIGTERM."""
    log = room.directory / "web.log"
    command = (sys.executable, "-S", "-c", STUBBORN)
    return room.part("web", *command, ready=lambda: log.exists() and "up" in log.read_text(), patience=patience)


def test_a_child_that_ignores_the_request_is_killed_when_its_time_is_up(room: Room) -> None:
    room.supervisor.start([[stubborn(room, patience=0.2)]])
    room.supervisor.stop()
    assert room.said[-1] == "web did not stop in time and was killed"


def test_asking_twice_does_not_wait(room: Room) -> None:
    room.supervisor.start([[stubborn(room, patience=30)]])
    room.stop.asked = 2
    started = time.monotonic()
    room.supervisor.stop()
    assert time.monotonic() - started < 2


def test_one_request_that_comes_as_two_signals_counts_once() -> None:
    stop = Stop()
    for second in (1.0, 1.1, 5.0):
        stop.ask(second)
    assert stop.asked == 2


def test_nothing_more_is_started_once_somebody_asked_to_stop(room: Room) -> None:
    room.stop.asked = 1
    room.supervisor.start([[room.part("redis")], [room.part("web")]])
    assert room.wrote() == ""


def test_a_grandchild_does_not_outlive_the_stop(room: Room) -> None:
    script = f"sleep 60 & echo web $! >> {room.diary}; wait"
    room.supervisor.start([[room.part("web", "/bin/sh", "-c", script)]])
    grandchild = room.pids("web")[0]
    assert alive(grandchild)
    room.supervisor.stop()
    until(lambda: not alive(grandchild))


LAUNCHER = """
import sys
from pathlib import Path
from launcher.child import Part
from launcher.supervisor import Stop, Supervisor
diary = Path(sys.argv[1])
part = Part("web", tuple(sys.argv[2:]), {"PATH": "/usr/bin:/bin"}, diary.parent, diary.parent / "log", diary.exists)
supervisor = Supervisor(print, Stop())
supervisor.start([[part]])
supervisor.watch()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a launcher that was killed")
def test_no_child_outlives_a_launcher_that_is_killed(room: Room) -> None:
    command = [sys.executable, "-c", LAUNCHER, str(room.diary), *room.part("web").command]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as launcher:
        until(lambda: bool(room.pids("web")))
        launcher.kill()
    until(lambda: not alive(room.pids("web")[0]))
    assert "web stopped" in room.wrote()
