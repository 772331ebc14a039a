"""What is in a process' memory: every readable page of /proc/<pid>/mem, proc(5).

found(pid, [b"sk-test-..."])   # the needles that are there
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

PIECE = 1 << 22


def found(pid: int, needles: Collection[bytes]) -> set[bytes]:
    """The needles that occur. Raises OSError where the process may not be read."""
    here: set[bytes] = set()
    longest = max(map(len, needles))
    for piece in pages(pid, overlap=longest):
        here |= {needle for needle in needles if needle not in here and needle in piece}
    return here


def pages(pid: int, *, overlap: int) -> Iterator[bytes]:
    """All of it, in pieces that share their edges."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            bounds, mode, *_ = line.split()
            if not mode.startswith("r") or line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = (int(each, 16) for each in bounds.split("-"))
            for at in range(start, end, PIECE):
                try:
                    memory.seek(at)
                    yield memory.read(min(PIECE + overlap, end - at))
                except OSError:  # a page that went away, or is not backed
                    continue
