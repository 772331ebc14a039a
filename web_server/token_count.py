"""About how many tokens a scrubbed request is. An estimate: the router has no vendor's tokenizer, and asks nobody.

Called by `exchange`. Pure. Made for English prose; expect code and other scripts to be further off.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from web_server.privacy import attachments
from web_server.query import Json

BYTES_A_TOKEN = 3.5
"""Of UTF-8; what Anthropic says of English characters."""
TOKENS_A_MESSAGE = 4
"""Role and borders."""


def reckoned(payload: Mapping[str, Json]) -> int:
    """Tokens of what the messages say, and of the JSON of what else a model reads: tools, the shape of its answer."""
    messages = payload.get("messages")
    said = messages if isinstance(messages, list) else []
    count = sum(TOKENS_A_MESSAGE + _tokens(_text(message)) for message in said)
    for name in ("tools", "response_format"):
        if shape := payload.get(name):
            count += _tokens(json.dumps(shape, ensure_ascii=False, separators=(",", ":")))
    return count


def _tokens(text: str) -> int:
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_A_TOKEN)


def _text(message: Json) -> str:
    """All that a message says, its calls of tools included."""
    texts: list[str] = []
    waiting = [message]
    while waiting:
        value = waiting.pop()
        if attachments.kind_of(value) is not None:
            continue  # what a picture costs, only the vendor knows
        if isinstance(value, dict):
            waiting += (item for key, item in value.items() if key not in ("role", "type"))
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            texts.append(value)
    return "\n".join(texts)
