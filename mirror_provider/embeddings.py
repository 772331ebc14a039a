"""Embeddings that are the same for the same text and unrelated for any other; they know nothing of meaning.

Used by the OpenAI dialect and those that share its shape. Pure.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import shake_256
from struct import pack
from typing import Any

from mirror_provider import echo
from mirror_provider.asked import UnreadableError

DIMENSIONS = 16
MAX_DIMENSIONS = 4096


def embeddings(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The reply to an embeddings request, as floats or packed in base64. Raises `UnreadableError`."""
    given = fields.get("input")
    inputs = given if isinstance(given, list) and not all(isinstance(item, int) for item in given) else [given]
    if given in (None, "", []) or not all(isinstance(item, str | list) for item in inputs):
        raise UnreadableError("'input' must be a text, a list of texts, or lists of token numbers.")
    size = fields.get("dimensions") or DIMENSIONS
    if not isinstance(size, int) or not 1 <= size <= MAX_DIMENSIONS:
        raise UnreadableError(f"'dimensions' must be a whole number from 1 to {MAX_DIMENSIONS}.")
    packed = fields.get("encoding_format") == "base64"
    texts = [item if isinstance(item, str) else json.dumps(item) for item in inputs]
    vectors = (vector(text, size) for text in texts)
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": b64encode(pack(f"<{size}f", *values)).decode() if packed else values,
        }
        for index, values in enumerate(vectors)
    ]
    counted = sum(map(echo.tokens, texts))
    usage = {"prompt_tokens": counted, "total_tokens": counted}
    return {"object": "list", "data": data, "model": str(fields.get("model", "")), "usage": usage}


def vector(text: str, size: int) -> list[float]:
    """A unit vector that is the same for the same text and unrelated for any other; it knows nothing of meaning."""
    digest = shake_256(text.encode("utf-8", "surrogatepass")).digest(size)
    raw = [byte - 127.5 for byte in digest]
    length = sum(value * value for value in raw) ** 0.5
    return [value / length for value in raw]
