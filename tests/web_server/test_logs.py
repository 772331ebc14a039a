"""A log line holds allow-listed fields only."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

from web_server.logs import JsonLines


def logged(name: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.Logger(name)
    logger.addHandler(handler)
    logger.error(*args, **kwargs)
    line: dict[str, Any] = json.loads(stream.getvalue())
    return line


def test_fields_off_the_list_are_left_out():
    line = logged("web_server.x", "asked", extra={"status": 200, "prompt": "canary", "token": "canary"})
    assert line["status"] == 200
    assert "canary" not in json.dumps(line)


def test_an_exception_is_named_by_type_and_place_and_never_by_its_message():
    try:
        raise ValueError("canary")
    except ValueError:
        line = logged("web_server.x", "failed", exc_info=True)
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_logs.py:")
    assert "canary" not in json.dumps(line)


def test_the_arguments_of_other_libraries_messages_are_left_out():
    assert "canary" not in json.dumps(logged("uvicorn.error", "Invalid request: %s", "canary"))


def test_the_lines_in_which_asyncio_spells_out_an_exception_are_left_out():
    message = "Task exception was never retrieved\nfuture: <Task finished exception=ValueError('canary')>"
    line = logged("asyncio", message)
    assert line["event"] == "Task exception was never retrieved"
    assert "canary" not in json.dumps(line)
