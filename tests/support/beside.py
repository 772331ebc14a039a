"""`python -m key_server` given beside a running router, as a person in any folder gives it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.stack import ROOT, Stack


def command(stack: Stack, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """With no setting but where the run keeps its state; `given` is piped in."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LLMVPN_STATE_DIR": str(stack.state)}
    words = (sys.executable, "-m", "key_server", *words)
    return subprocess.run(
        words, env=environment, cwd=stack.folder, input=given, capture_output=True, text=True, timeout=60, check=False
    )
