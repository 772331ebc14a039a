"""The note that tells `python -m key_server keys list` and the like where this run lives: `key_server.env`.

Called by `main` at each start. Shell syntax, 0600; `key_server.setting_files` reads it. Never holds a secret: a Redis
URL is noted only where Redis is the embedded one, a socket without a password.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from launcher import mirror, state
from launcher.config import ROOT, Config
from launcher.file_lists import DEFAULTS

NAME = "key_server.env"
WEB_REDIS = "web_redis.url"
PATHS = (
    "KEY_SERVER_SOCKET",
    "KEY_SERVER_ADMIN_SOCKET",
    "KEY_SERVER_TOKEN_FILE",
    "KEY_SERVER_CIPHER_KEY_FILE",
    "KEY_STORE_FILE",
)


def write(config: Config, settled: Mapping[str, str]) -> Path:
    """The note of this run, its paths absolute: a command may be given in any folder."""
    noted = {name: _absolute(settled[name]) for name in PATHS}
    noted |= {name: _absolute(settled.get(name, default)) for name, default in DEFAULTS.items()}
    # The mirror's key is none: the doctor need not advise to shred it.
    lists = noted["KEY_CONFIG_FILE"].split(os.pathsep)
    noted["KEY_CONFIG_FILE"] = os.pathsep.join(each for each in lists if Path(each).name != mirror.KEY_LIST)
    if config.embedded_redis:
        noted["KEY_SERVER_REDIS_URL"] = settled["KEY_SERVER_REDIS_URL"]
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in noted.items())
    note = config.state / NAME
    state.write_private(note, lines)
    return note


def write_redis(config: Config, settled: Mapping[str, str]) -> Path:
    """Where the embedded Redis of the web server is, for `python -m web_server token --revoke`; else nothing."""
    note = config.state / WEB_REDIS
    if config.embedded_redis:
        state.write_private(note, settled["WEB_SERVER_REDIS_URL"] + "\n")
    else:
        note.unlink(missing_ok=True)
    return note


def _absolute(paths: str) -> str:
    return os.pathsep.join(str(ROOT / path) for path in paths.split(os.pathsep) if path)
