"""What messages say, without how a client writes them down: by it a conversation is known again on its next turn.

Called by `exchange` and by `decoys`. Clients move a mark of the cache to the newest message, or send an answer back
with empty fields that they did not send before. Pure.
"""

from __future__ import annotations

from web_server.query import Json

_MARKS = frozenset({"cache_control"})


def plainly(value: Json) -> Json:
    """The same without empty fields, marks and blanks around a text; a content of one text part is its text."""
    if isinstance(value, list):
        parts = [plainly(each) for each in value]
        only = parts[0] if len(parts) == 1 else None
        if isinstance(only, dict) and only.keys() == {"type", "text"} and only["type"] == "text":
            return only["text"]
        return parts
    if isinstance(value, dict):
        kept = {name: plainly(each) for name, each in value.items() if name not in _MARKS}
        return {name: each for name, each in kept.items() if each not in (None, [], {})}
    return value.strip() if isinstance(value, str) else value
