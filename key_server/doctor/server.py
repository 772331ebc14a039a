"""The running server: does it answer, and what does /proc say about how it is closed to its neighbours.

Called by `examination`. Its process is the one behind the socket (SO_PEERCRED); nothing is asked of it but its health
and a list of keys.
"""

from __future__ import annotations

import os
import re
import socket
import struct
from pathlib import Path

from key_server.cli import connection
from key_server.cli.trouble import Trouble
from key_server.config import Settings
from key_server.doctor.finding import OK, PROBLEM, WARNING, Finding

FEW_FILES = 1024
"""Descriptors: a call takes up to two, and a connection is kept for the next."""

WEB_SERVER = re.compile(rb"(^|\0)web_server(\.asgi:app)?(\0|$)")


def look(settings: Settings) -> list[Finding]:
    """Whether it answers, and its process where there is one on this machine that we may look at."""
    pid = process_behind(settings.socket.absolute())
    answers = _answers(settings)
    if pid is None or answers.state != OK:
        return [answers]
    return [answers, *process(pid)]


def process_behind(path: Path) -> int | None:
    """The process that listens on a Unix socket, unix(7); None where there is none, or it is in another namespace."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            probe.connect(str(path))
            pid, _, _ = struct.unpack("3i", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    except OSError:
        return None
    return pid if pid > 0 and Path(f"/proc/{pid}").is_dir() else None


def process(pid: int) -> list[Finding]:
    """What can be seen of it from outside, proc(5)."""
    status = _fields(pid, "status")
    limits = _limits(pid)
    user = int(status.get("Uid", "0").split()[0])
    return [
        _user(pid, user),
        _memory(pid, user),
        _core(limits),
        _privileges(status),
        _swap(status),
        _files(limits),
        _isolated(pid, user),
    ]


def _answers(settings: Settings) -> Finding:
    check, path = "server", settings.socket.absolute()
    if sentence := connection.why_not(path, "KEY_SERVER_SOCKET"):
        found, _, advice = sentence.partition(": ")
        return Finding(check, PROBLEM, found, advice.rstrip("."))
    try:
        with connection.router() as server:
            from protos import router_pb2  # noqa: PLC0415 - gRPC is loaded once there is a socket

            keys = len(server.ask("ListKeys", router_pb2.ListKeysRequest()).keys)
    except Trouble as trouble:
        return Finding(check, PROBLEM, "it does not answer as it should", str(trouble))
    if not connection.serving(path):
        return Finding(check, WARNING, "it is draining, or starting", "ask again in a moment")
    if not keys:
        return Finding(check, WARNING, "serving, without a key", "python -m key_server keys add PROVIDER")
    return Finding(check, OK, f"serving, with {keys} key{'' if keys == 1 else 's'}")


def _user(pid: int, user: int) -> Finding:
    if user == 0:
        return Finding("server's user", WARNING, "it runs as root", "give it a user of its own")
    if user != os.geteuid():
        advice = f"run the doctor as user {user} to see all of its files as it does"
        return Finding("server's user", WARNING, f"process {pid} runs as user {user}, this as {os.geteuid()}", advice)
    return Finding("server's user", OK, f"process {pid}, user {user}")


def _memory(pid: int, user: int) -> Finding:
    check = "memory closed"
    if user == 0:
        return Finding(check, WARNING, "cannot be told of a process of root", "give the server a user of its own")
    # A process that is not dumpable belongs to root in /proc, proc(5): its own user cannot open it.
    if Path(f"/proc/{pid}/mem").stat().st_uid == 0:
        return Finding(check, OK, "no other process of its user can read it (dumpable 0)")
    return Finding(
        check, PROBLEM, "other processes of its user can read it", "PR_SET_DUMPABLE did not work; see its log"
    )


def _core(limits: dict[str, str]) -> Finding:
    if limits.get("Max core file size") == "0":
        return Finding("no core file", OK, "RLIMIT_CORE is 0")
    return Finding("no core file", PROBLEM, "a crash may write memory to disk", "start it with `ulimit -c 0`")


def _privileges(status: dict[str, str]) -> Finding:
    check = "no new privileges"
    if status.get("NoNewPrivs") != "1":
        return Finding(check, PROBLEM, "a child could gain some", "no_new_privs did not work; see its log")
    if int(status.get("CapEff", "0"), 16):
        return Finding(check, WARNING, "set, but the process has capabilities", "drop them: it needs none")
    return Finding(check, OK, "set, and no capabilities")


def _swap(status: dict[str, str]) -> Finding:
    lines = _text(Path("/proc/swaps")).splitlines()
    if len(lines) < 2 or not status.get("VmLck", "0").startswith("0"):
        return Finding("swap", OK, "keys are never written to it")
    return Finding("swap", WARNING, "this machine swaps: keys may reach the disk", "swapoff -a, or encrypt the swap")


def _files(limits: dict[str, str]) -> Finding:
    most = limits.get("Max open files", "0")
    if most != "unlimited" and int(most) < FEW_FILES:
        return Finding("open files", WARNING, f"at most {most}", f"allow {FEW_FILES} or more: ulimit -n, LimitNOFILE=")
    return Finding("open files", OK, f"at most {most}")


def _isolated(pid: int, user: int) -> Finding:
    check = "two users"
    shared = unseen = False
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(folder.name) == pid or not WEB_SERVER.search((folder / "cmdline").read_bytes()):
                continue
            shared |= int(_fields(int(folder.name), "status")["Uid"].split()[0]) == user
        except PermissionError:
            unseen = True
        except (OSError, KeyError, ValueError):
            continue
    if shared:
        advice = "good for trying it out; else give each a user of its own (docs/operations.md)"
        return Finding(check, WARNING, "one user: not isolated; the web server runs as the same one", advice)
    return Finding(check, OK, f"no web server of this user is running here{' (not all can be seen)' if unseen else ''}")


def _fields(pid: int, name: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in _text(Path(f"/proc/{pid}/{name}")).splitlines())
    return {key: value.strip() for key, _, value in pairs}


def _limits(pid: int) -> dict[str, str]:
    """The soft limits, by name."""
    lines = _text(Path(f"/proc/{pid}/limits")).splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[0] for line in lines if line[26:].split()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
