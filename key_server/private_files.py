"""Files and directories that no other user may read, and the lock that keeps a second instance out.

Called by whoever keeps a file: `config`, `server`, the key stores, `cipher_local`, `usage.journal`, the commands. Pure
file system: no network, no secrets of its own.
Never loosens a mode it finds; it refuses with a sentence that says what to do.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from key_server.errors import ConfigError

GROUP_WRITE_OR_OTHERS = 0o027  # 0700 and 0750 pass


def check_private_directory(directory: Path, setting: str) -> None:
    """Raises ConfigError unless only we (or our group, reading) can enter. Root's sticky /tmp is the exception."""
    try:
        found = directory.stat()
    except FileNotFoundError:
        raise ConfigError(f"{directory} does not exist; create it with mode 0700 ({setting}).") from None
    if found.st_mode & stat.S_ISVTX and found.st_uid == 0:
        return
    if found.st_uid not in (os.geteuid(), 0):
        raise ConfigError(f"{directory} belongs to another user; choose a directory of your own ({setting}).")
    if stat.S_IMODE(found.st_mode) & GROUP_WRITE_OR_OTHERS:
        raise ConfigError(f"{directory} can be entered by others; chmod 0700 it or choose another one ({setting}).")


def check_private_file(path: Path, setting: str) -> None:
    """Raises ConfigError unless the file is there, ours, and closed to everyone else."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist ({setting}).") from None
    if not stat.S_ISREG(found.st_mode) or found.st_uid not in (os.geteuid(), 0):
        raise ConfigError(f"{path} is not a file of this user ({setting}).")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ConfigError(f"{path} can be read by others; chmod 0600 it ({setting}).")


def admits_group(directory: Path) -> bool:
    """Whether the operator opened the directory (0750) to a group: that of the web server's own machine user."""
    found = directory.stat()
    return not found.st_mode & stat.S_ISVTX and stat.S_IMODE(found.st_mode) & 0o050 == 0o050


def write_atomically(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace the file as a whole, on disk before it is visible: a crash leaves the old one or the new one.

    Raises ConfigError.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(file.fileno())
        draft.replace(path)
        sync_directory(path.parent)
    except OSError:
        raise ConfigError(f"{path} cannot be written.") from None
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def locked(path: Path, setting: str) -> Iterator[None]:
    """Hold `<path>.lock` for as long as we serve: a second server on one path would silently steal it."""
    lock = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        raise ConfigError(f"{lock} cannot be opened; choose another {setting}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigError(f"Another key server is already serving on {path} ({setting}).") from None
    try:
        yield
    finally:
        os.close(descriptor)  # the file stays: unlinking it would let two instances lock two different files


def remove_stale_socket(path: Path) -> None:
    """Under the lock: what an earlier instance left behind. Raises ConfigError if something else is there."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise ConfigError(f"{path} is there and is not a socket; choose another path.")
    path.unlink()


def sync_directory(directory: Path) -> None:
    """Wait until the disk knows what the directory holds. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
