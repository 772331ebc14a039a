"""Whether the key server's socket and token are really the key server's.

Called by the hatch before it reads a token. In a directory that everybody may write to, anybody could have put both
there first, and would then receive every query.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


class Untrusted(Exception):
    """The message names the path and what to do; it goes to the log, not to a caller."""


def check(*paths: Path) -> None:
    """They must have one owner; in a directory others may write to, that owner must be this user or root.

    Raises:
        Untrusted: they are somebody else's.
        OSError: one of them is not there.
    """
    owners = {path.lstat().st_uid for path in paths}
    if len(owners) != 1:
        names = " and ".join(map(str, paths))
        raise Untrusted(f"{names} belong to two users; one of them is not the key server's")
    for path in paths:
        directory = path.parent.stat()
        guarded = not directory.st_mode & (stat.S_IWOTH | stat.S_IWGRP)
        if not guarded and not owners <= {os.geteuid(), 0}:
            raise Untrusted(f"{path} belongs to another user in a directory others may write to; use a private one")
