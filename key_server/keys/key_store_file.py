"""`keys.sealed`: the key store of one machine, 0600, replaced as a whole.

Built by `at_rest`; called by `holdings`, as a `KeyStore`. One key server at a time writes it (`server` sees to that by
its lock); a file that an operator puts there meanwhile is followed, and never overwritten unread.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from key_server.errors import ConfigError
from key_server.keys.key_store import NOTHING, Conflict, Stored
from key_server.private_files import write_atomically


class FileKeyStore:
    """A version is the file's time, size and inode."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = f"{path} (KEY_STORE_FILE)"

    def version(self) -> str:
        try:
            return _version(self._path.stat())
        except FileNotFoundError:
            return NOTHING
        except OSError:
            raise ConfigError(f"{self.name} cannot be read.") from None

    def read(self) -> Stored | None:
        try:
            with self._path.open("rb") as file:
                return Stored(file.read(), _version(os.fstat(file.fileno())))
        except FileNotFoundError:
            return None
        except OSError:
            raise ConfigError(f"{self.name} cannot be read.") from None

    def write(self, content: bytes, replaces: str) -> str:
        if self.version() != replaces:
            raise Conflict
        try:
            write_atomically(self._path, content)
        except ConfigError:
            raise ConfigError(f"{self.name} cannot be written; the keys are as they were.") from None
        return self.version()


def _version(found: os.stat_result) -> str:
    return f"{stat.S_IFMT(found.st_mode)}:{found.st_mtime_ns}:{found.st_size}:{found.st_ino}"
