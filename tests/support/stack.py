"""The whole router as a user starts it: `run_services.py` with real processes, a real socket and a real Redis.

Used by the journeys. Everything lives in one short private folder and on free loopback ports.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.support.plain_http import PLAIN
from web_server import token_command
from web_server.auth.tokens import Tokens

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 150
SPARES = 160
SPARE_KEY = "sk-test-not-a-key-of-a-spare-provider"
SPARE = """
  spare-{number}:
    dialect: {dialect}
    base_url: http://127.0.0.1:{port}/v1
    allow_private: true
    timeout: 3
    models: [{{id: "*"}}]
"""
SIGNED = "    region: us-east-1\n"
SIGNED_KEY = "AKIANOTAKEYNOTAKEY00:NotASecretNotASecretNotASecret"
OTHERS = {
    "anthropic": range(SPARES, SPARES + 20),
    "gemini": range(SPARES + 20, SPARES + 40),
    "bedrock": range(SPARES + 40, SPARES + 60),
}
"""The numbers of the spares that speak another dialect than OpenAI's, by dialect."""
DIALECTS = {number: dialect for dialect, numbers in OTHERS.items() for number in numbers}
ALL_SPARES = [*range(SPARES), *DIALECTS]


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stack:
    """A running router. `log(name)` reads a child's log; `received()` is what the mirror provider saw."""

    folder: Path
    port: int
    mirror_port: int
    process: subprocess.Popen[bytes]
    token: str = field(repr=False, default="")
    spares: dict[str, Iterator[int]] = field(
        default_factory=lambda: {"openai": iter(range(SPARES)), **{name: iter(those) for name, those in OTHERS.items()}}
    )

    spares_have_keys: bool = False

    def spare(self, dialect: str = "openai") -> str:
        """A provider nobody has used yet, in front of the mirror: a failing one rests, and must not rest for others."""
        if not self.spares_have_keys:
            self.add_spare_keys()
        return f"spare-{next(self.spares[dialect])}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mirror(self) -> str:
        return f"http://127.0.0.1:{self.mirror_port}"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def client(self, **options: Any) -> httpx.Client:
        """A client with a good token."""
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, **PLAIN, **options)

    def received(self) -> list[dict[str, Any]]:
        return list(httpx.get(f"{self.mirror}/received", **PLAIN).json())

    def forget(self) -> None:
        httpx.delete(f"{self.mirror}/received", **PLAIN)

    def output(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    def log(self, name: str) -> str:
        return (self.folder / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def pids(self, module: str) -> list[int]:
        """The launcher's children that run `python -m module`."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                words = (stat.parent / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if parent == self.process.pid and module.encode() in words:
                found.append(int(stat.parent.name))
        return found

    def workers(self) -> list[int]:
        """The processes that `uvicorn --workers` started."""
        return workers(*self.pids("web_server"))

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.poll() is None, self.output()
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2, **PLAIN).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s:\n{self.output()}")

    def add_spare_keys(self) -> None:
        """Keys for the spare providers, added while it runs: a list that is there at the start means no mirror.

        They are read within two seconds, which only those who need a spare wait for.
        """
        rows = "".join(
            f"spare-{number},,{SIGNED_KEY if number in OTHERS['bedrock'] else SPARE_KEY}\n" for number in ALL_SPARES
        )
        (self.folder / "spare_keys.csv").write_text("provider,model,api_key\n" + rows)
        until = time.monotonic() + 60
        with self.client() as client:
            while time.monotonic() < until:
                listed = client.get("/api/providers").json()["providers"]
                if all(row["status"] == "ready" for row in listed if row["id"].startswith("spare-")):
                    self.spares_have_keys = True
                    return
                time.sleep(0.1)
        raise AssertionError("the key list was not read: " + self.log("keyserver")[-2000:])

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def running(settings: Mapping[str, str] | None = None, *, folder: Path | None = None) -> Iterator[Stack]:
    """A router started in `folder` (a new one if none is given), stopped at the end."""
    own = folder is None
    folder = folder or Path(tempfile.mkdtemp(prefix="lv"))
    stack = start(settings, folder)
    try:
        stack.wait_ready()
        stack.token = mint(stack)
        yield stack
    finally:
        stack.stop()
        if own:
            shutil.rmtree(folder, ignore_errors=True)


def start(settings: Mapping[str, str] | None, folder: Path) -> Stack:
    """Start `run_services.py` in `folder`, not waiting for it."""
    port, mirror_port = free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "WEB_SERVER_PORT": str(port),
        "MIRROR_PORT": str(mirror_port),
        "LLMVPN_STATE_DIR": str(folder / "state"),
        "LLMVPN_LOG_DIR": str(folder / "logs"),
        "PROVIDER_FILE": str(folder / "providers.yaml"),
        "KEY_SERVER_REDIS_PATIENCE_MS": "2000",  # two test processes share the cores: slow is not away
        "KEY_CONFIG_FILE": os.pathsep.join((str(folder / "api_keys.csv"), str(folder / "spare_keys.csv"))),
        **(settings or {}),
    }
    rows = "".join(
        SPARE.format(number=number, port=mirror_port, dialect=DIALECTS.get(number, "openai"))
        + (SIGNED if number in OTHERS["bedrock"] else "")
        for number in ALL_SPARES
    )
    (folder / "providers.yaml").write_text((ROOT / "providers.yaml").read_text() + rows)
    (folder / "spare_keys.csv").unlink(missing_ok=True)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "run_services.py")],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    return Stack(folder, port, mirror_port, process)


def workers(parent: int) -> list[int]:
    """The processes that a uvicorn with `--workers` started."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [pid for pid in map(int, listed) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def mint(stack: Stack, *words: str) -> str:
    """What `python -m web_server token` would print in the running configuration, without a process for each."""
    commands = argparse.ArgumentParser().add_subparsers()
    token_command.add_parser(commands)
    asked = commands.choices["token"].parse_args(["--subject", "a-test", *words])
    lists = {name: given.split(",") for name in ("models", "groups") if (given := getattr(asked, name)) is not None}
    tokens = Tokens((stack.state / "jwt.secret").read_text().strip(), "llm-vpn", "llm-vpn")
    return tokens.mint(asked.subject, frozenset(asked.scopes.split(",")), asked.hours, **lists)
