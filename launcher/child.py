"""One child process: what it is (`Part`), and its running self (`Child`).

Called by `supervisor`. Each child leads a process group of its own, so that Ctrl-C reaches the launcher alone and the
order of stopping is ours; each is on a leash (see `leash`). Its output goes to its log file, never to the terminal.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from launcher.ready import Probe

LEASH = Path(__file__).with_name("leash.py")
LOG_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A process to run. `patience`: seconds it may take to stop before it is killed."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    directory: Path
    log: Path
    ready: Probe = field(repr=False)
    patience: float = 3.0
    advice: str = ""


class Child:
    """The process of a part."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._buried = False
        leashed = (sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *part.command)
        with _log(part.log) as log:
            self._log_start = os.fstat(log.fileno()).st_size
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                leashed,
                cwd=part.directory,
                env=dict(part.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    @property
    def pid(self) -> int:
        """Its process id, which is its process group's too."""
        return self._process.pid

    def ended(self) -> str | None:
        """How it ended, in words, or None while it runs."""
        code = self._process.poll()
        if code is None:
            return None
        return f"ended with status {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"

    def ask_to_stop(self) -> None:
        """SIGTERM, to the process itself: a server with workers stops them in its own order."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def kill_group(self) -> None:
        """SIGKILL to whatever is left of it and of its own children, once: later the number may be another's."""
        if self._buried:
            return
        self._buried = True
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)

    def last_lines(self, count: int = 15) -> str:
        """The end of what it logged, for a person whose start failed. What earlier runs logged would mislead."""
        try:
            with self.part.log.open("rb") as log:
                log.seek(max(self._log_start, self.part.log.stat().st_size - 16_384))
                return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-count:])
        except OSError:
            return ""


def _log(path: Path) -> BinaryIO:
    """The log, open for appending, 0600; a large one is put aside first, so that two files are the most there is."""
    with suppress(FileNotFoundError):
        if path.stat().st_size > LOG_BYTES:
            path.replace(path.with_name(path.name + ".1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
