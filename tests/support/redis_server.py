"""A real, private `redis-server` for one test or one module: a unix socket in a short temporary directory, no TCP port.

    with redis_server() as url:   # "unix:///.../redis.sock"
        ...

Skips the test, saying why, where no `redis-server` is installed.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

START_SECONDS = 30.0


@contextmanager
def redis_process(*options: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yield the process (to stop, continue or end it) and its URL. `options` go to redis-server as they are."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("redis-server is not installed")
    directory = Path(tempfile.mkdtemp(prefix="lv"))
    path = directory / "redis.sock"
    private = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600", "--dir", str(directory)]
    process = subprocess.Popen(
        [binary, *private, "--save", "", "--appendonly", "no", "--daemonize", "no", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers(path, process)
        yield process, f"unix://{path}"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def redis_server() -> Iterator[str]:
    """Yield the URL of a fresh, empty Redis."""
    with redis_process() as (_, url):
        yield url


def time_goes_by(url: str, seconds: float, names: str) -> None:
    """All that ends, of these names (a pattern), ends so much sooner: as if so long had passed."""
    with redis.Redis.from_url(url) as kept:
        for name in kept.scan_iter(names):
            if (left := kept.pttl(name)) >= 0:
                kept.pexpire(name, max(1, left - int(seconds * 1000)))
        time.sleep(0.01)  # so that what has one millisecond left is gone


def _wait_until_it_answers(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
                probe.sendall(b"PING\r\n")
                if probe.recv(16).startswith((b"+PONG", b"-NOAUTH")):
                    return
            except OSError:
                pass
        time.sleep(0.01)
    raise RuntimeError("redis-server did not start")
