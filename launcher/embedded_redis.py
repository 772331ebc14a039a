"""A Redis of our own, for when no Redis URL is set: a private `redis-server` where there is one, else fakeredis.

Called by `parts`. Both listen on one Unix socket that only this user can open, and on no port. Neither writes to disk:
what they hold are counters, leases and sealed sessions, and those end with the run.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path


def command(path: Path, directory: Path, search: str | None) -> tuple[str, ...]:
    """What serves Redis at `path`, working in `directory`; `search` is the PATH to find `redis-server` on."""
    binary = shutil.which("redis-server", path=search)
    if binary is None:
        return (sys.executable, "-m", "launcher.fake_redis", str(path))
    options: Mapping[str, str] = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "600",
        "protected-mode": "yes",
        "dir": str(directory),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
    }
    return (binary, *(word for name, value in options.items() for word in (f"--{name}", value)))


def urls(path: Path) -> dict[str, str]:
    """The settings that lead both servers to it, each to a database of its own."""
    return {"KEY_SERVER_REDIS_URL": f"unix://{path}?db=1", "WEB_SERVER_REDIS_URL": f"unix://{path}?db=0"}
