"""The last look: no original of the ledger stands in what is about to leave.

Called by `exchange` on the bytes a dialect made of a scrubbed query. Only looks. Turns that leave just as
the provider wrote them are passed over: see `recall`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from web_server.privacy.errors import ShieldFailure
from web_server.privacy.ledger import Ledger
from web_server.privacy.walk import KEYS, VOCABULARY
from web_server.query import Json

# Words of the dialects' own, beside those of the common language: a string that is exactly one of them tells nobody
# anything, even where somebody is called Max and a key `max_output_tokens`.
_OWN_WORDS = KEYS | VOCABULARY | frozenset({
    "anthropic_beta", "anthropic_version", "auto_tool", "budget_tokens", "cached_content", "contents",
    "function_calling", "function_calling_config", "function_declarations", "function_response",
    "generation_config", "inline_data", "input", "input_schema", "input_text", "is_error", "max_output_tokens",
    "max_tokens_to_sample", "message", "model", "output", "output_text", "part", "parts", "response_mime_type",
    "response_schema", "safety_settings", "signature", "stop", "stop_sequences", "stream", "system_instruction",
    "thinking", "thinking_config", "tool_config", "tool_result", "tool_use", "tool_use_id",
    "base64", "bytes", "data", "detail", "document", "file", "file_data", "filename", "image", "image_url",
    "input_audio", "media_type", "mime_type", "source", "title", "url",
    "inferenceConfig", "inputSchema", "json", "jsonSchema", "maxTokens", "outputConfig", "status", "error",
    "stopSequences", "structure", "textFormat", "toolChoice", "toolConfig", "toolResult", "toolSpec", "toolUse",
    "toolUseId", "topP",
})  # fmt: skip


def last_look(ledger: Ledger, body: bytes) -> None:
    """Raises `ShieldFailure` where a decoded string of the JSON `body` holds an original; nothing may be sent then."""
    if ledger.originals.is_empty:
        return
    try:
        decoded: Json = json.loads(body)
    except (ValueError, RecursionError):
        raise ShieldFailure("the request is not JSON; nothing was sent") from None
    if isinstance(decoded, dict):
        decoded.pop("model", None)  # chosen from the catalog: no word of the caller's, whoever is called Claude
    for text in _strings(decoded, ledger.as_written):
        if text not in _OWN_WORDS and _shows(ledger, text):
            raise ShieldFailure("the last look found a private value; nothing was sent")


def _shows(ledger: Ledger, text: str) -> bool:
    """Whether an original stands in the text, other than as a word of a surrogate: a tag may say `STREET_ADDRESS`."""
    hits = list(ledger.originals.all(text))
    own = list(ledger.surrogates.all(text)) if hits else []
    return any(not any(mine.start <= hit.start and hit.end <= mine.end for mine in own) for hit in hits)


def _strings(value: Json, but: AbstractSet[str]) -> Iterator[str]:
    waiting: list[Json] = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if value in but:
                continue
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
