"""What the processes of a running router use: processor time and memory, by part, all workers of a part together.

Called by `bench.latency` and `bench.memory`. Needs /proc. Processor time is in ticks of 10 ms: to be read over a second
or more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.stack import Stack

PARTS: Mapping[str, str] = {"web": "web_server", "keys": "key_server", "redis": "redis-server"}
"""What a part is called here, and a word of its command line."""

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_KIB = 1024


def parts(stack: Stack) -> dict[str, list[int]]:
    """The processes of each part: those that the launcher started, and the workers that these started.

    RuntimeError where a part has none: its time would count as nothing.
    """
    parents = dict(_parents())
    found = {part: list[int]() for part in PARTS}
    for pid, parent in parents.items():
        if parent != stack.process.pid:
            continue
        command = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
        for part, word in PARTS.items():
            if word in command.replace("\0", " ").split(" unixsocket:")[0]:
                found[part] += [pid, *_below(pid, parents)]
    if missing := [part for part, pids in found.items() if not pids]:
        raise RuntimeError(f"no process of {', '.join(missing)} is running")
    return found


def cpu_ms(pids: list[int]) -> float:
    """Processor time that they have used so far."""
    ticks = 0
    for pid in pids:
        words = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return 1000 * ticks / _TICKS


def pss_mib(pids: list[int]) -> float:
    """Memory in MiB, what they share counted once."""
    lines = [line for pid in pids for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / _KIB


def _below(pid: int, parents: Mapping[int, int]) -> Iterator[int]:
    for child, parent in parents.items():
        if parent == pid:
            yield child
            yield from _below(child, parents)


def _parents() -> Iterator[tuple[int, int]]:
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            yield int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
