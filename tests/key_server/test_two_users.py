"""Two machine users: a group that is let into the directory reaches the Router, and nothing else."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.key_server import Place, key_server_process
from tests.support.upstream import Upstream

GROUP, STRANGER = 54321, 65534


def modes(at: Place, *names: str) -> list[str]:
    return [oct(stat.S_IMODE((at.directory / name).stat().st_mode)) for name in names]


def test_a_directory_of_ones_own_keeps_everything_to_oneself(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    with key_server_process(at):
        assert modes(at, "k.sock", "token", "a.sock", "cipher.key") == ["0o600"] * 4


def test_a_directory_for_a_group_shares_the_router_and_its_token_alone(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    at.directory.chmod(0o2750)
    with key_server_process(at):
        assert modes(at, "k.sock", "token") == ["0o660", "0o640"]
        assert modes(at, "a.sock", "cipher.key", "log") == ["0o600"] * 3


@pytest.mark.promise(4)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_of_the_group_reaches_the_router_and_a_stranger_does_not(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    os.chown(at.directory, -1, GROUP)
    at.directory.chmod(0o2750)
    with key_server_process(at):
        assert reached(at.directory, as_group=GROUP) == {"k.sock", "token"}
        assert reached(at.directory, as_group=STRANGER) == set()


def reached(directory: Path, *, as_group: int) -> set[str]:
    """What a process of another user, in that group alone, can connect to or read."""
    tries: dict[str, Callable[[], object]] = {
        "k.sock": lambda: socket.socket(socket.AF_UNIX).connect(str(directory / "k.sock")),
        "a.sock": lambda: socket.socket(socket.AF_UNIX).connect(str(directory / "a.sock")),
        "token": (directory / "token").read_bytes,
        "cipher.key": (directory / "cipher.key").read_bytes,
        "log": (directory / "log").read_bytes,
    }
    found = set()
    for name, attempt in tries.items():
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setgid(as_group)
                os.setuid(STRANGER)
                attempt()
            except OSError:
                os._exit(1)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            found.add(name)
    return found
