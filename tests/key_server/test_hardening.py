"""The process is closed to its neighbours: tried on a real one, by a real neighbour."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import memory, users
from tests.support.key_server import ROOT, Place, connected, key_server_process
from tests.support.upstream import Upstream

KEY = "sk-test-not-a-key-hardening-canary"


def opened(pid: int, name: str) -> Callable[[], object]:
    return lambda: Path(f"/proc/{pid}/{name}").open("rb").close()


@pytest.mark.promise(6)
def test_a_process_of_the_same_user_can_read_nothing_of_it(
    at: Place, provider: Upstream, record_property: Callable[[str, object], None]
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    ways = ("mem", "environ", "maps", "smaps", "stack", "auxv", "io")
    with users.key_server_of_somebody(at) as closed_one:
        open_one = subprocess.Popen(["sleep", "60"], **users.AS_SOMEBODY)
        try:
            assert users.can(opened(open_one.pid, "mem")), "this machine closes every process"
            reached = [way for way in ways if users.can(opened(closed_one.pid, way))]
            if os.geteuid() == 0:
                assert memory.found(closed_one.pid, [KEY.encode()]), "the key is there, for root alone"
        finally:
            open_one.kill()
            open_one.wait()
    record_property("measured", f"{len(ways)} ways into /proc tried, {len(reached)} open")
    assert reached == []


def crashed(command: list[str], at: Place, ready: Path | None, number: signal.Signals) -> int:
    """The wait status of a process that was allowed a core file and then crashed."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **at.environment}
    allowed = ["sh", "-c", 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', "sh", *command]
    process = subprocess.Popen(allowed, cwd=at.directory, env=environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while not (ready.exists() if ready else _name(process.pid) == command[0]):
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    os.kill(process.pid, number)
    status = os.waitpid(process.pid, 0)[1]
    process.returncode = os.waitstatus_to_exitcode(status)
    return status


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


@pytest.mark.promise(6)
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_a_crash_leaves_no_core_file(
    at: Place, provider: Upstream, number: signal.Signals, record_property: Callable[[str, object], None]
) -> None:
    at.providers(url=provider.url)
    another = crashed(["sleep", "60"], at, None, number)
    for core in at.directory.glob("core*"):
        core.unlink()
    ours = crashed(at.command(), at, at.directory / "a.sock", number)
    assert os.WTERMSIG(ours) == number
    assert not os.WCOREDUMP(ours) and not list(at.directory.glob("core*"))
    left = "dumped core beside it" if os.WCOREDUMP(another) else "was not let dump core on this machine"
    record_property("measured", f"{number.name}: none; a plain process {left}")


async def test_grpcs_debug_output_shows_no_token(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    with key_server_process(at, GRPC_VERBOSITY="debug") as process:
        token = at.token
        async with connected(at) as server:
            assert (await server.forward(name)).tail is not None
        process.send_signal(signal.SIGTERM)
        output = b"".join(process.communicate(timeout=10))
    assert output, "gRPC says at this level that it is not one for production"
    assert token.encode() not in output and KEY.encode() not in output
