"""OpenAI's `POST /v1/embeddings`: texts in, vectors out, as numbers or packed in base64.

Called by unmodified clients with a JWT as their `api_key`. One caller's texts meet the same surrogates at all times, so
that an index of them stays usable. Never takes token numbers: they cannot be read as text, so they cannot be protected.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from struct import unpack
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Choice, Json, Query
from web_server.routes import affinity, openai_words, wire
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags

router = APIRouter(prefix="/v1", tags=["openai"], route_class=Door)

MOST_TEXTS = 2048
"""As OpenAI has it."""


@router.post("/embeddings", summary="Vectors of texts")
async def embeddings(request: Request) -> Response:
    """Embed texts. Private values are replaced, by the same surrogates for one caller at all times."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    fields = dict(body.fields)
    packed = _packed(fields)
    query = _query(here, request, fields, body.size)
    place = affinity.place(request)
    asked = here.exchange.answer(asking, query, resent=False, place=place)
    reply, answer = await unless_hung_up(request.receive, asked)
    messages = query.payload["messages"]
    assert isinstance(messages, list)
    if len(answer.choices) != len(messages):
        raise ApiError("PROVIDER_FAILED", "The provider answered with another number of vectors than of texts.")
    told = wire.dumps(
        {
            "object": "list",
            "model": str(reply.model),
            "usage": {"prompt_tokens": answer.usage.prompt_tokens, "total_tokens": answer.usage.total_tokens},
        }
    )
    vectors = b",".join([vector async for vector in written(answer.choices, packed=packed)])
    return wire.written(b'%b,"data":[%b]}' % (told[:-1], vectors), headers=openai_words.headers(reply))


async def written(choices: Sequence[Choice], *, packed: bool) -> AsyncIterator[bytes]:
    """Each vector as JSON: three million numbers take seconds, in which others have their turns."""
    for choice in choices:
        yield wire.dumps(_embedding(choice, packed))
        await asyncio.sleep(0)


def _packed(fields: dict[str, Any]) -> bool:
    format_ = fields.get("encoding_format")
    if format_ not in (None, "float", "base64"):
        raise ApiError("BAD_REQUEST", "`encoding_format` is `float` or `base64`.")
    if format_ is None:
        fields.pop("encoding_format", None)
    return format_ == "base64"


def _query(here: Hall, request: Request, fields: dict[str, Any], size: int) -> Query:
    """A message for each text: the shield knows how to read those, and the dialect makes texts of them again."""
    name = openai_words.named(fields)
    texts = openai_words.texts(fields, "input", MOST_TEXTS)
    if openai_words.streamed(fields):
        raise ApiError("BAD_REQUEST", "Embeddings are not streamed.")
    if "messages" in fields:
        raise ApiError("BAD_REQUEST", "`messages` is no field of an embeddings request.")
    openai_words.numbers(fields)
    asked = flags(request.headers.get("x-privacy"))
    if asked.obfuscate == "rewrite":
        raise ApiError("BAD_REQUEST", "A text that is embedded is not rewritten: it would be another one each time.")
    messages: list[Json] = [{"role": "user", "content": text} for text in texts]
    return Query(here.exchange.resolve(name), {**fields, "messages": messages}, flags=asked, size=size, embeds=True)


def _embedding(choice: Choice, packed: bool) -> Json:
    vector = choice.content or ""
    return {"object": "embedding", "index": choice.index, "embedding": vector if packed else _numbers(vector)}


def _numbers(vector: str) -> list[Json]:
    raw = b64decode(vector)
    return [*unpack(f"<{len(raw) // 4}f", raw)]
