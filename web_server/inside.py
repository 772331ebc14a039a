"""The strings inside JSON that is written as text.

Called by `exchange` for what a provider wrote: a tool's arguments are one text in the common language, and leave in
some dialects as the JSON they are. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from web_server.query import Json


def strings_inside(texts: Iterable[str]) -> set[str]:
    """Every string, key and number of those texts that are JSON objects or lists."""
    found: set[str] = set()
    for text in texts:
        if text.lstrip()[:1] in {"{", "["}:
            try:
                waiting: list[Json] = [json.loads(text)]
            except (ValueError, RecursionError):
                continue
            while waiting:
                value = waiting.pop()
                if isinstance(value, dict):
                    found.update(value)
                    waiting += value.values()
                elif isinstance(value, list):
                    waiting += value
                elif isinstance(value, str):
                    found.add(value)
                elif isinstance(value, int | float) and not isinstance(value, bool):
                    found.add(str(value))
    return found
