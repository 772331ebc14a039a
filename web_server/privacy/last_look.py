"""The last look: no original of the ledger stands in what is about to leave.

Called by the shield on the scrubbed payload and by `exchange` on the bytes a dialect made of it. Only looks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from web_server.privacy.errors import ShieldFailure
from web_server.privacy.ledger import Ledger
from web_server.query import Json

# Words of the dialects' own: a value that is the whole string and equals one of them tells nobody anything.
_VOCABULARY = frozenset({
    "assistant", "content", "contents", "custom", "developer", "function", "id", "input", "input_schema", "json_schema",
    "max_tokens", "message", "messages", "model", "name", "none", "object", "parameters", "part", "parts", "reasoning",
    "required", "role", "schema", "stop", "stream", "string", "system", "text", "tool", "tools", "type", "user",
})  # fmt: skip


def last_look(ledger: Ledger, body: bytes) -> None:
    """Raises `ShieldFailure` where a decoded string of the JSON `body` holds an original; nothing may be sent then."""
    try:
        decoded: Json = json.loads(body)
    except (ValueError, RecursionError):
        raise ShieldFailure("the request is not JSON; nothing was sent") from None
    look(ledger, decoded)


def look(ledger: Ledger, value: Json) -> None:
    """As `last_look`, on JSON that is decoded already."""
    if ledger.originals.is_empty:
        return
    for text in _strings(value):
        if text not in _VOCABULARY and _shows(ledger, text):
            raise ShieldFailure("the last look found a private value; nothing was sent")


def _shows(ledger: Ledger, text: str) -> bool:
    """Whether an original stands in the text, other than as a word of a surrogate: a tag may say `STREET_ADDRESS`."""
    hits = list(ledger.originals.all(text))
    own = list(ledger.surrogates.all(text)) if hits else []
    return any(not any(mine.start <= hit.start and hit.end <= mine.end for mine in own) for hit in hits)


def _strings(value: Json) -> Iterator[str]:
    waiting: list[Json] = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
            if value.lstrip()[:1] in {"{", "["} and (inner := _decoded(value)) is not None:
                waiting.append(inner)
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield str(value)


def _decoded(text: str) -> Json:
    try:
        decoded: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return decoded
