"""One JSON object a line, made of allow-listed fields only.

Called by every module here that has something to say: `event("forwarded", provider=..., status=...)`.
Never writes prompt text, a key, a caller, or the text of an exception; a library's record is reduced to its name,
level and exception type, because its message may hold anything.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from pathlib import Path

from key_server.errors import ConfigError

FIELDS = frozenset(
    {
        "provider", "model", "operation", "endpoint", "status", "code", "attempts", "first_byte_ms", "total_ms",
        "error", "where", "file", "line", "sentence", "added", "unchanged", "key", "keys", "providers", "missing",
        "version", "seconds",
    }
)  # fmt: skip

_LOGGER = logging.getLogger("key_server")


def event(name: str, level: int = logging.INFO, **fields: str | int | float) -> None:
    """Log one event. A field off the list is dropped."""
    if _LOGGER.isEnabledFor(level):
        _LOGGER.log(level, name, extra={"fields": {key: value for key, value in fields.items() if key in FIELDS}})


def unforeseen(name: str, error: BaseException) -> None:
    """Log an exception by type and place. Its text stays unsaid."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    event(name, logging.ERROR, error=type(error).__name__, where=where)


def start(path: Path | None, level: str) -> None:
    """Send records to the file (appended, 0600 under the process umask) or to stderr. Raises ConfigError."""
    try:
        handler = logging.FileHandler(path) if path else logging.StreamHandler()
    except OSError:
        raise ConfigError(f"{path} (KEY_SERVER_LOG_FILE) cannot be written.") from None
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    _LOGGER.setLevel(level)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, str | int | float] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
        }
        if record.name == _LOGGER.name:
            line["event"] = str(record.msg)
            line |= getattr(record, "fields", {})
        else:
            line |= {"event": "library", "where": record.name}
            if record.exc_info and record.exc_info[0]:
                line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=True)
