"""`python -m key_server` as a person or a script gives it: a real process, with or without a terminal.

done = command(at, "keys", "list")            # plain, piped
seen = at_terminal(at, "keys", "add", "openai", typed="sk-test-...\\n")
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.key_server import ROOT, Place


def environment(at: Place, **extra: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LLMVPN_DOTENV": "off", **at.environment, **extra}


def command(
    at: Place, *words: str, given: bytes = b"", folder: Path | None = None, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run without a terminal; `given` is piped in."""
    done = subprocess.run(
        [sys.executable, "-m", "key_server", *words],
        env=environment(at, **extra),
        cwd=folder or at.directory,
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True)
class Seen:
    """What the terminal showed, and how the command ended."""

    screen: str
    status: int

    @property
    def lines(self) -> list[str]:
        """Without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.screen).splitlines()


def at_terminal(
    at: Place,
    *words: str,
    typed: str = "",
    before: Callable[[], None] = lambda: None,
    columns: int = 80,
    **extra: str,
) -> Seen:
    """Run on a terminal of `columns`; what is `typed` is typed when the command first asks for something.

    `before`: what happens while it waits for that.
    """
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(at.directory)
        os.execve(
            sys.executable,
            [sys.executable, "-m", "key_server", *words],
            {"TERM": "xterm-256color", **environment(at, **extra)},
        )
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    shown, until = b"", time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # how Linux says that the other end has closed
                break
            if not piece:
                break
            shown += piece
        if typed and shown.rstrip().endswith((b":", b"]")):
            before()
            os.write(terminal, typed.encode())
            typed = ""
    os.close(terminal)
    return Seen(shown.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
