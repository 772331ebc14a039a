"""A Redis of our own, for when no Redis URL is set: a private `redis-server` where there is one, else fakeredis.

Called by `parts` for the command; run as a script (`python -m launcher.embedded_redis SOCKET`) it is the fakeredis
server. Both listen on one Unix socket that only this user can open, and on no port. Neither writes to disk: what they
hold are counters, leases and sealed sessions, and those end with the run.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from socketserver import ThreadingTCPServer


def command(path: Path, directory: Path, search: str | None) -> tuple[str, ...]:
    """What serves Redis at `path`, working in `directory`; `search` is the PATH to find `redis-server` on."""
    binary = shutil.which("redis-server", path=search)
    if binary is None:
        return (sys.executable, "-m", "launcher.embedded_redis", str(path))
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


def fake(path: Path) -> ThreadingTCPServer:
    """fakeredis' server, bound to a Unix socket (0600) in place of a TCP port."""
    from fakeredis import TcpFakeServer  # noqa: PLC0415 - half a second that the launcher itself never spends

    class UnixFakeServer(TcpFakeServer):  # type: ignore[misc]  # mypy does not follow fakeredis
        """It tells its clients apart by address, which Unix clients do not have: each gets a number for one."""

        address_family = socket.AF_UNIX
        _numbers = count(1)

        def get_request(self) -> tuple[Any, Any]:
            connection, _ = super().get_request()
            return connection, ("unix", next(self._numbers))

    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        return UnixFakeServer(str(path))
    finally:
        os.umask(before)


def main() -> None:
    """Serve until SIGTERM."""
    with fake(Path(sys.argv[1])) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
