"""Becomes the command it is given, on a leash: when the launcher dies, however it dies, so does the command.

Run as a script by `child`: `python -I -S leash.py LAUNCHER_PID COMMAND...`. A script of its own, because the kernel's
leash must be put on in the new process, and `subprocess.preexec_fn` is unsafe beside threads.
Linux only (prctl(2), PR_SET_PDEATHSIG, survives execve); elsewhere a launcher killed with SIGKILL leaves its children.
"""

from __future__ import annotations

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    launcher, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - not there, and not needed, on every platform

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != launcher:  # it died before the leash was on
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - becoming the command is the point


if __name__ == "__main__":
    main()
