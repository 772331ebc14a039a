"""OpenAI's embeddings, as spoken by OpenAI and by the many providers that copied it.

Called by `exchange` through the table of embedders. In the common language each text is a message, and each vector the
content of a choice: 32-bit little-endian numbers in base64, which is how OpenAI packs them.
Source: OpenAI's API reference, "Embeddings".
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode, b64encode
from typing import Any

from web_server.providers.dialect import DialectError, StreamReader, Unsayable
from web_server.providers.openai import OpenAI, in_one_order, object_of
from web_server.query import Delta, Json, ScrubbedQuery, Usage


class OpenAIEmbeddings(OpenAI):
    """The embeddings of the dialect `openai`."""

    operation = "embeddings"

    def write(self, query: ScrubbedQuery) -> bytes:
        """The texts and the model; whatever else was asked goes along. Raises Unsayable."""
        body: dict[str, Json] = {**query.payload, "model": query.model.model}
        messages = body.pop("messages")
        body["input"] = [_content(message) for message in messages] if isinstance(messages, list) else []
        return json.dumps(in_one_order(body), separators=(",", ":")).encode()

    def read(self, body: bytes) -> list[Delta]:
        """A delta for each vector, in the order of the texts, then the usage."""
        answer = object_of(body)
        data = answer.get("data")
        if not isinstance(data, list) or not data:
            raise DialectError("an answer without vectors")
        vectors: dict[int, str] = {}
        for position, item in enumerate(data):
            if not isinstance(item, dict):
                raise DialectError("a vector is not an object")
            index = item.get("index", position)
            if not isinstance(index, int) or index in vectors:
                raise DialectError("`index` is not a number, or is there twice")
            vectors[index] = _packed(item.get("embedding"))
        if sorted(vectors) != [*range(len(vectors))]:
            raise DialectError("a vector is missing")
        deltas = [Delta(choice=index, text=vector) for index, vector in sorted(vectors.items())]
        usage = answer.get("usage")
        count = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        return [*deltas, Delta(usage=Usage(count))] if isinstance(count, int) else deltas

    def reader(self) -> StreamReader:
        """There is no stream of vectors."""
        raise DialectError("embeddings are not streamed")


def _content(message: Json) -> Json:
    if not isinstance(message, dict) or not isinstance(message.get("content"), str):
        raise Unsayable("an embedded text is text alone")
    return message["content"]


def _packed(vector: Any) -> str:
    try:
        if isinstance(vector, str):
            raw = b64decode(vector, validate=True)
            if not raw or len(raw) % 4:
                raise DialectError("a vector of broken numbers")
            return vector
        if isinstance(vector, list) and vector:
            return b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    except (ValueError, OverflowError, struct.error):
        raise DialectError("a vector is not one of numbers") from None
    raise DialectError("a vector is not a list")
