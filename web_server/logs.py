"""Log lines as JSON, made of allow-listed fields only.

Configured by `asgi`, once a process; used by whoever logs through `logging.getLogger("web_server")` with
`extra={...}`.
Never: the text of a prompt or an answer, a token, a query string, or the message of a foreign exception.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

FIELDS = frozenset(
    {
        "caller",
        "code",
        "endpoint_id",
        "error",
        "method",
        "ms",
        "request_id",
        "route",
        "status",
        "where",
    }
)


class JsonLines(logging.Formatter):
    """One line a record: time, level, event, and those extras that are on the list."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _said(record),
        }
        line.update((key, value) for key, value in record.__dict__.items() if key in FIELDS)
        if record.exc_info and record.exc_info[0]:
            # The type and the place tell where to look; the message of an exception may hold a prompt.
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                line["where"] = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        return json.dumps(line, default=str)


def _said(record: logging.LogRecord) -> str:
    """Of a library only the first line, without its arguments: asyncio's next lines hold the exception's message."""
    if record.name.startswith("web_server"):
        return record.getMessage()
    return str(record.msg).partition("\n")[0]


def configure(level: str, file: Path | None) -> None:
    """Send every record of this process to `file` (0600), or to standard error."""
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler()
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "presidio-analyzer", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(chatty).setLevel("WARNING")
