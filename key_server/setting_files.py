"""Settings that live in files: `NAME_FILE` for any setting NAME, and the note of a local run.

Called by `config`. A container's secrets come as files; `run_services.py` leaves `key_server.env` in its state folder,
so that the commands find the running server. Never shows what is in a file, never follows a note that others may write.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

from key_server.errors import ConfigError

LARGEST = 64 * 1024
LOCAL_RUN = "key_server.env"


def from_files(environment: Mapping[str, str], settings: Collection[str]) -> dict[str, str]:
    """The environment with the content of `NAME_FILE` as NAME, the line end stripped. Raises ConfigError.

    A setting whose own name ends in `_FILE` is none of these.
    """
    found = dict(environment)
    for name in settings:
        variable = f"{name}_FILE"
        path = environment.get(variable)
        if not path or variable in settings:
            continue
        if environment.get(name):
            raise ConfigError(f"{name} and {variable} are both set; unset one of them.")
        found[name] = _content(Path(path), variable)
    return found


def local_run(state: Path) -> dict[str, str]:
    """What the launcher noted of the run that lives in this folder; empty where there is none."""
    note = state / LOCAL_RUN
    try:
        with note.open(encoding="utf-8") as file:
            found = os.fstat(file.fileno())
            if found.st_uid not in (os.geteuid(), 0) or stat.S_IMODE(found.st_mode) & 0o022:
                raise ConfigError(f"{note} may be written by others; remove it, or choose another LLMVPN_STATE_DIR.")
            return dict(word.split("=", 1) for word in shlex.split(file.read(LARGEST)))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise ConfigError(f"{note} cannot be read by this user; run this as the user who runs the servers.") from None


def _content(path: Path, variable: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1).rstrip("\r\n")
    except (OSError, ValueError):
        raise ConfigError(f"{variable} names a file that cannot be read as text.") from None
    if not text or len(text) > LARGEST or "\n" in text:
        raise ConfigError(f"{variable} names a file that does not hold one line of at most {LARGEST} characters.")
    return text
