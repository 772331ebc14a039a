"""The append-only file that usage is written to before anything else: what a `kill -9` leaves behind.

Called by `book` alone. One `write` a line (about 5 us), no wait for the disk; the disk is waited for (`sync`) before
Redis is told how far it was read, so that after a power cut Redis never knows more than the disk.
Never raises while calls run: what a full disk does not take is kept in memory, within a bound, and offered again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from key_server import logs
from key_server.errors import ConfigError
from key_server.private_files import check_private_file, sync_directory

MOST_UNWRITTEN = 4 * 1024 * 1024  # some 15,000 lines that wait for a disk with room
CHUNK = 64 * 1024  # read at a time: some 250 lines, about 3 ms to understand
LARGE = 4 * 1024 * 1024  # from here on a journal is replaced; about 0.2 s to read at a start
MARK = "llmvpn-usage-1"
SETTING = "KEY_SERVER_USAGE_JOURNAL"
FLAGS = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Head:
    """A journal's first line. `previous`: the id of the one it replaced; `carried`: bytes of what it began with."""

    journal_id: str
    previous: str
    carried: int

    def line(self) -> bytes:
        return json.dumps([MARK, self.journal_id, self.previous, self.carried]).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """A journal that is about to replace the one whose first `behind` bytes it makes superfluous."""

    head: Head
    descriptor: int
    size: int
    behind: int


class Journal:
    """Lines at byte offsets. `size` is how much of it is written, the last line perhaps in part."""

    def __init__(
        self, path: Path, *, large: int = LARGE, write: Callable[[int, bytes | bytearray], int] = os.write
    ) -> None:
        """Opens or creates it (0600), and cuts off the line in which the last process died.

        Whoever opens it holds a lock: no two processes write one journal. Raises ConfigError.
        """
        self._path = path
        self._large = large
        self._write = write
        self._unwritten = bytearray()
        self._dropped = False
        self._in_place = True  # the disk knows of it under this name
        try:
            if not path.exists() or not path.stat().st_size:
                self.replace(self.draft(()))
                return
            check_private_file(path, SETTING)
            self._descriptor = os.open(path, FLAGS)
            self.size = _mended(self._descriptor)
            self.head = _head(self._descriptor)
        except OSError:
            raise ConfigError(f"{path} ({SETTING}) cannot be written; choose another path.") from None
        except ValueError:
            raise ConfigError(f"{path} ({SETTING}) is not a usage journal; move it away.") from None

    @property
    def is_large(self) -> bool:
        """Whether it is time for a new one. What it began with does not count: a new one would begin with it too."""
        return self.size > self._large + 2 * self.head.carried

    @property
    def is_behind(self) -> bool:
        """Whether lines wait for a disk with room."""
        return bool(self._unwritten)

    def append(self, lines: bytes) -> None:
        """Safe from a crash of this process; or kept in memory, where the disk is full."""
        if len(self._unwritten) + len(lines) > MOST_UNWRITTEN:
            if not self._dropped:
                logs.event("usage_dropped", logging.ERROR, file=self._path.name)
            self._dropped = True
            return
        waited = self.is_behind
        self._unwritten += lines
        self.retry()
        if self.is_behind and not waited:
            logs.event("usage_not_written", logging.ERROR, file=self._path.name, sentence="make room on the disk")

    def retry(self) -> None:
        """Offer the disk what it did not take. A line that went in half is completed, never begun again."""
        with contextlib.suppress(OSError):
            while self._unwritten:
                written = self._write(self._descriptor, self._unwritten)
                del self._unwritten[:written]
                self.size += written
            self._dropped = False

    def read(self, offset: int) -> bytes:
        """Whole lines, some at a time; empty at the end. `offset`: where a line begins."""
        length = CHUNK
        while True:
            found = os.pread(self._descriptor, length, offset)
            whole = found.rfind(b"\n") + 1
            if whole or len(found) < length:
                return found[:whole]
            length *= 2

    def sync(self) -> None:
        """Wait for the disk: milliseconds, so for a thread. Raises OSError."""
        os.fdatasync(self._descriptor)
        if not self._in_place:
            sync_directory(self._path.parent)
            self._in_place = True

    def draft(self, lines: Iterable[bytes], *, behind: int = 0) -> Draft:
        """A new journal beside this one, with lines that must go on, on disk: for a thread. Raises OSError."""
        carried = b"".join(lines)
        head = Head(secrets.token_hex(16), self.head.journal_id if behind else "", len(carried))
        path = self._path.with_name(f"{self._path.name}.new")
        path.unlink(missing_ok=True)
        descriptor = os.open(path, FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            size = self._whole(descriptor, head.line() + carried)
            os.fsync(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        return Draft(head, descriptor, size, behind)

    def replace(self, draft: Draft) -> None:
        """The draft takes this one's place, with the lines that were written meanwhile. Raises OSError: this one stays.

        A crash leaves one or the other. Until the next `sync` a power cut may bring the old one back.
        """
        try:
            size = draft.size
            if draft.behind:
                size += self._whole(draft.descriptor, os.pread(self._descriptor, self.size, draft.behind))
            self._path.with_name(f"{self._path.name}.new").replace(self._path)
        except OSError:
            os.close(draft.descriptor)
            raise
        if draft.behind:
            os.close(self._descriptor)
        self._descriptor, self.head, self.size = draft.descriptor, draft.head, size
        self._in_place = False

    def close(self) -> None:
        self.retry()
        os.close(self._descriptor)

    def _whole(self, descriptor: int, content: bytes) -> int:
        left = memoryview(content)
        while left:
            left = left[self._write(descriptor, left.tobytes()) :]
        return len(content)


def _mended(descriptor: int) -> int:
    """Cut off what stands behind the last whole line; the size that is left. Raises OSError."""
    size = os.fstat(descriptor).st_size
    end = size
    while end:
        start = max(0, end - CHUNK)
        whole = os.pread(descriptor, end - start, start).rfind(b"\n") + 1
        if whole:
            end = start + whole
            break
        end = start
    if end < size:
        os.ftruncate(descriptor, end)
        logs.event("usage_mended", logging.WARNING)
    return end


def _head(descriptor: int) -> Head:
    """Raises ValueError."""
    mark, journal_id, previous, carried = json.loads(os.pread(descriptor, 256, 0).partition(b"\n")[0])
    if mark != MARK:
        raise ValueError
    return Head(str(journal_id), str(previous), int(carried))
