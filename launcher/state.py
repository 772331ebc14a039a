"""The state directory: private, with secrets minted once, and a lock that keeps a second launcher out.

Called by `main`. It never overwrites a secret, and never loosens a mode.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.errors import StartError

LONGEST_SOCKET_PATH = 100
"""Bytes. A Unix socket's path has 108 on Linux and 104 on macOS (unix(7)), its end included."""

LONGEST_SOCKET_NAME = "/keyserver.sock.lock"


def directory(path: Path, setting: str) -> Path:
    """The directory, made if missing. Raises StartError, naming the setting that chose it, where it is of no use."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = "a file is in the way" if isinstance(error, FileExistsError) else (error.strerror or "").lower()
        raise StartError(f"{path} cannot be made ({reason}); choose another with {setting}.") from None
    return path


def private_directory(path: Path) -> Path:
    """The directory, made if missing, closed to others. Raises StartError where it is not ours."""
    directory(path, "LLMVPN_STATE_DIR")
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StartError(f"{path} is not a directory of this user; choose another with LLMVPN_STATE_DIR.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o700)
    return path


def run_directory(state: Path) -> Path:
    """Where the sockets live: inside the state directory, or in a short private one where that path is too long."""
    run = state / "run"
    if len(os.fsencode(run)) + len(LONGEST_SOCKET_NAME) <= LONGEST_SOCKET_PATH:
        return private_directory(run)
    name = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return private_directory(Path(f"/tmp/llmvpn-{os.geteuid()}-{name}"))  # noqa: S108 - 0700, and its owner is checked


def secret(path: Path) -> str:
    """The secret in a file: 64 hex digits, minted the first time. Raises StartError where others can read it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StartError(f"{path} could be read by others; remove it, and a new secret is made.") from None
        found = path.read_text().strip()
        if len(found) < 32:
            raise StartError(f"{path} is too short to be a secret; remove it, and a new one is made.") from None
        return found
    minted = secrets.token_hex(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(minted + "\n")
    return minted


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, 0600."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


@contextmanager
def locked(state: Path) -> Iterator[bool]:
    """Be the only launcher of this state directory. Gives whether the one before was killed before it could clean up.

    Raises StartError while another one runs.
    """
    try:
        opened = (state / "launcher.lock").open("a+")
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise StartError(f"{state} cannot be written to ({reason}); choose another with LLMVPN_STATE_DIR.") from None
    with opened as lock:
        lock.seek(0)
        before = lock.read().strip()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"Already running as process {before} on {state}: stop that one (Ctrl-C, or `kill {before}`), "
                "or choose another LLMVPN_STATE_DIR and other ports."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        try:
            yield bool(before)
        finally:
            lock.truncate(0)
