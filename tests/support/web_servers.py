"""A second web server beside a running router, under any of the servers that people run it with.

It shares the router's key server, mirror and, unless told otherwise, Redis and secrets.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.ending import end
from tests.support.plain_http import PLAIN
from tests.support.stack import ROOT, Stack, free_port

PYTHON = (sys.executable, "-m")
SERVERS = {
    "ours": (*PYTHON, "web_server"),
    "uvicorn": (
        *PYTHON,
        "uvicorn",
        "web_server.asgi:app",
        "--workers",
        "2",
        "--port",
        "{port}",
        "--http",
        "web_server.bounded_http:BoundedHttp",
        "--timeout-graceful-shutdown",
        "10",
    ),
    "gunicorn": (
        *(*PYTHON, "gunicorn", "web_server.asgi:app", "--workers", "2", "--bind", "127.0.0.1:{port}"),
        *("--worker-class", "uvicorn_worker.UvicornWorker", "--graceful-timeout", "10"),
    ),
}


@contextmanager
def server(stack: Stack, name: str, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str, Path]]:
    """A second web server beside the stack's own: its process, its URL and its log."""
    port, log = free_port(), stack.folder / "logs" / f"{name}.log"
    log.unlink(missing_ok=True)
    run = stack.state / "run"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "LLMVPN_DOTENV": "off",
        "LLMVPN_STATE_DIR": str(stack.state),
        "KEY_SERVER_SOCKET": str(run / "keyserver.sock"),
        "KEY_SERVER_TOKEN_FILE": str(run / "token"),
        "PROVIDER_FILE": f"{stack.folder / 'providers.yaml'}:{stack.state / 'mirror.yaml'}",
        "WEB_SERVER_REDIS_URL": f"unix://{run / 'redis.sock'}?db=0",
        "WEB_SERVER_PORT": str(port),
        "WEB_SERVER_WORKERS": "2",
        "WEB_SERVER_LOG_FILE": str(log),
        **settings,
    }
    command = [word.format(port=port) for word in SERVERS[name]]
    with (stack.folder / f"{name}.out").open("wb") as said:
        process = subprocess.Popen(command, cwd=stack.folder, env=environment, stdout=said, stderr=said)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_ready(process, url)
        yield process, url, log
    finally:
        end(process, 60)


def wait_ready(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url + "/readyz", **PLAIN, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("not ready")
