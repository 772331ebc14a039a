"""A real mirror process on a free port of this machine, for any test that needs a provider."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def mirror(*arguments: str) -> Iterator[str]:
    """Start `python -m mirror_provider --port 0` and give its base URL, such as `http://127.0.0.1:41234`."""
    command = [sys.executable, "-m", "mirror_provider", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        announced = re.search(r"http://\S+\d", process.stdout.readline())
        try:
            assert announced, "the mirror said no address"
            yield announced[0]
        finally:
            process.terminate()
