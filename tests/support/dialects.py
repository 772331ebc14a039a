"""A provider's dialect under test: what it reads, what it writes, and the streams that its vendor's look like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from web_server.providers.dialect import Dialect
from web_server.query import Delta, ModelRef, ScrubbedQuery

GOLDEN = Path(__file__).parents[1] / "golden"

CALLS = [
    {"id": "call_1", "type": "function", "function": {"name": "mail", "arguments": '{"to": "x"}'}},
    {"id": "call_2", "type": "function", "function": {"name": "clock", "arguments": ""}},
]
CHAT = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "mail x"},
    {"role": "assistant", "content": "Yes.", "tool_calls": CALLS, "reasoning_content": "hm"},
    {"role": "tool", "tool_call_id": "call_1", "content": "sent"},
    {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "noon"}], "is_error": True},
    {"role": "user", "content": [{"type": "text", "text": "thanks"}, {"type": "text", "text": ""}]},
]
"""A conversation with two calls of tools."""

FUNCTION = {"name": "mail", "description": "Sends.", "parameters": {"type": "object", "properties": {}}, "strict": True}


def goldens(dialect: str) -> list[str]:
    """The names of its streams."""
    return sorted(file.stem for file in (GOLDEN / dialect).iterdir())


def stream(dialect: str, name: str) -> bytes:
    """One of them, as it came."""
    (file,) = (GOLDEN / dialect).glob(f"{name}.*")
    return file.read_bytes()


def read(dialect: Dialect, *reads: bytes) -> list[Delta]:
    """What a stream says that came in these reads, and has ended."""
    reader = dialect.reader()
    deltas = [delta for each in reads for delta in reader.feed(each)]
    reader.close()
    return deltas


def query(*, streamed: bool = False, **payload: Any) -> ScrubbedQuery:
    """One that says "hi", unless the payload says something else."""
    payload.setdefault("messages", [{"role": "user", "content": "hi"}])
    return ScrubbedQuery(ModelRef("p", "m"), payload, streamed, {})


def written(dialect: Dialect, **payload: Any) -> dict[str, Any]:
    """The provider's request for such a query."""
    return dict(json.loads(dialect.write(query(**payload))))
