"""Closes the process to its neighbours: no core file, no reading of its memory, no new privileges, private new files.

Called once by `__main__`, before a key is read. Linux `prctl` through ctypes; what a platform lacks is named,
not hidden.
Never changes what the process may do on the network.
"""

from __future__ import annotations

import ctypes
import os
import resource

PR_SET_DUMPABLE = 4  # linux/prctl.h; 0 also gives /proc/self/mem to root, so a process of our own user cannot read it
PR_SET_NO_NEW_PRIVS = 38


def harden() -> tuple[str, ...]:
    """Apply everything; return the names of what could not be applied."""
    os.umask(0o077)
    missing = []
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        missing.append("RLIMIT_CORE")
    for name, option, value in (("dumpable", PR_SET_DUMPABLE, 0), ("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)):
        if not _prctl(option, value):
            missing.append(name)
    return tuple(missing)


def _prctl(option: int, value: int) -> bool:
    try:
        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    except (AttributeError, OSError):
        return False
