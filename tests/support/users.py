"""Another user of this machine, for promises that root cannot test on itself: root may read everything.

Where the tests do not run as root, "the same user" is simply who runs them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.key_server import ROOT, Place, place

SOMEBODY = 65534
AS_SOMEBODY: dict[str, Any] = {"user": SOMEBODY, "group": SOMEBODY, "extra_groups": []} if os.geteuid() == 0 else {}
"""For Popen, and programs that any user may run."""

BECOME = f"""
import asyncio, ctypes, json, os, sys
import key_server.__main__
from key_server import config, server

async def rehearse():
    async with server.running(config.read(json.loads(sys.argv[1]))):
        pass

asyncio.Runner(loop_factory=key_server.__main__.loop).run(rehearse())
if os.geteuid() == 0:
    os.setgroups([]), os.setgid({SOMEBODY}), os.setuid({SOMEBODY})
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # becoming another user closed the process; an exec would open it again
sys.exit(key_server.__main__.main([]))
"""
"""The key server, once in rehearsal and then as somebody: the interpreter, and what it loads when it is needed, may lie
where only root can go."""


@contextmanager
def key_server_of_somebody(at: Place) -> Iterator[subprocess.Popen[bytes]]:
    """Serving as somebody, in a directory that is theirs."""
    if os.geteuid() == 0:
        for path in (at.directory, *at.directory.iterdir()):
            os.chown(path, SOMEBODY, SOMEBODY)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **at.environment}
    with place(at.redis_url) as rehearsal:
        for name in ("providers.yaml", "api_keys.csv"):
            shutil.copy(at.directory / name, rehearsal.directory)
        command = [sys.executable, "-c", BECOME, json.dumps(rehearsal.environment)]
        with _started(command, at, environment) as process:
            yield process


@contextmanager
def _started(command: list[str], at: Place, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (at.directory / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=at.directory, env=environment, stderr=said)
    try:
        until = time.monotonic() + 10
        while not (at.directory / "a.sock").exists():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((at.directory / "said").read_text())
            time.sleep(0.01)
        yield process
    finally:
        process.kill()
        process.wait()


def can(attempt: Callable[[], object]) -> bool:
    """Whether somebody can do it: tried in a process of theirs."""
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(SOMEBODY)
                os.setuid(SOMEBODY)
            attempt()
        except OSError:
            os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 1), "the attempt itself failed"
    return status == 0
