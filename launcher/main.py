"""From flags to a running system and back to nothing: the whole life of `run_services.py`.

Called by `run_services.py` alone.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from launcher import note, parts, ready, state
from launcher.banner import banner, token
from launcher.config import Config, load
from launcher.errors import StartError
from launcher.supervisor import Stop, Supervisor

LEFTOVER_SECONDS = 15.0
"""How long the children of a launcher that was killed may take to end: a little more than they drain."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until asked to stop. 0 after a clean stop; 1, with the reason, where the start failed."""
    stop = _stop_on_signals()
    try:
        config = load(arguments)
        os.umask(0o077)
        state.private_directory(config.state)
        with state.locked(config.state) as killed_before:
            return _run(config, killed_before, stop)
    except StartError as failed:
        sys.stderr.write(f"\nLLM VPN did not start: {failed}\n")
        return 1


def say(line: str) -> None:
    """One line for the person at the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _run(config: Config, killed_before: bool, stop: Stop) -> int:
    started = time.monotonic()
    run = state.run_directory(config.state)
    state.directory(config.logs, "LLMVPN_LOG_DIR")
    _wait_for_ports(config, run, LEFTOVER_SECONDS if killed_before else 0.0)
    settled = parts.settings(config, run)
    note.write(config, settled)
    redis_note = note.write_redis(config, settled)
    supervisor = Supervisor(say, stop)
    try:
        supervisor.start(parts.stages(config, settled, run))
        if not stop.asked:
            say(banner(config, settled, token(settled), time.monotonic() - started))
            supervisor.watch()
        say("\nStopping; Ctrl-C once more stops at once.")
    finally:
        supervisor.stop()
        redis_note.unlink(missing_ok=True)
    say("Stopped.")
    return 0


def _stop_on_signals() -> Stop:
    stop = Stop()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.ask(time.monotonic())

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, asked)
    return stop


def _wait_for_ports(config: Config, run: Path, patience: float) -> None:
    """Raises StartError for a port that is taken. What a killed launcher left behind gets time to end first."""
    deadline = time.monotonic() + patience
    sockets = [run / name for name in ("keyserver.sock", "redis.sock")]
    while time.monotonic() < deadline and not (
        all(map(ready.nobody_listens, sockets)) and all(_refusal(*address) is None for address, _ in _addresses(config))
    ):
        time.sleep(0.1)
    for (host, port), setting in _addresses(config):
        if (why := _refusal(host, port)) is not None:
            raise StartError(f"port {port} on {host} cannot be used ({why}); choose another with {setting}.")


def _addresses(config: Config) -> list[tuple[tuple[str, int], str]]:
    web = ((config.host, config.port), "WEB_SERVER_PORT or --port")
    if config.mirror_port is None:
        return [web]
    return [web, (("127.0.0.1", config.mirror_port), "MIRROR_PORT or --mirror-port")]


def _refusal(host: str, port: int) -> str | None:
    """Why the address cannot be bound as the servers will bind it, or None where it can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (error.strerror or "not an address of this machine").lower()
    return None
