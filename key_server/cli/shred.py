"""A key list on disk: read once, and overwritten and removed when it is not needed any more.

Called by `key_import`. Never follows a link, never touches a file that has a second name, and never one that changed
since it was read: there may be a key in it that nobody imported.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from key_server.cli.trouble import PROBLEM, UNUSABLE, Trouble
from key_server.private_files import sync_directory

CHUNK = 1024 * 1024
CAVEAT = (
    "Overwriting is a best effort: an SSD, a copy-on-write file system (btrfs, ZFS), a snapshot, a backup or an "
    "editor's draft may still hold the old blocks. Where that matters, rotate the keys at their providers."
)


class KeyFile:
    """Raises Trouble where the path is not a plain file of one name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        descriptor = self._open(os.O_RDONLY)
        os.close(descriptor)

    def read(self, most: int) -> bytes:
        """Its content, at most so many bytes. Remembers which file it was."""
        with os.fdopen(self._open(os.O_RDONLY), "rb") as file:
            content = file.read(most)
            self._seen = _which(os.fstat(file.fileno()))
        return content

    def shred(self) -> None:
        """Random bytes over all of it, on disk before it is removed. Raises Trouble, and then it is still there."""
        descriptor = self._open(os.O_RDWR)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            found = os.fstat(descriptor)
            if found.st_nlink != 1:
                raise Trouble("The file was not shredded: it has a second name (a hard link).")
            if _which(found) != self._seen:
                raise Trouble("The file was not shredded: it changed while it was imported. Import it again.")
            try:
                for start in range(0, found.st_size, CHUNK):
                    file.write(os.urandom(min(CHUNK, found.st_size - start)))
                os.fsync(descriptor)
                self._path.unlink()
                sync_directory(self._path.parent)
            except OSError as error:
                raise Trouble(f"The file was not removed ({(error.strerror or 'it failed').lower()}).") from None

    def _open(self, flags: int) -> int:
        try:
            descriptor = os.open(self._path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            raise Trouble("The file is not there.", UNUSABLE) from None
        except OSError as error:
            linked = self._path.is_symlink()
            why = "it is a link; name the file itself" if linked else (error.strerror or "").lower()
            raise Trouble(f"The file cannot be opened: {why}.", PROBLEM if flags & os.O_RDWR else UNUSABLE) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Trouble("That is not a plain file.", UNUSABLE)
        return descriptor


def _which(found: os.stat_result) -> tuple[int, ...]:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
