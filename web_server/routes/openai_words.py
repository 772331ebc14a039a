"""What OpenAI's doors read and write alike: the model, the stream, the headers, the events.

Called by the doors of that ecosystem. Pure. Never: a field that only one door knows.
"""

from __future__ import annotations

from typing import Any

from web_server.errors import ApiError
from web_server.query import Json
from web_server.reply import Reply
from web_server.routes import levels, wire


def named(fields: dict[str, Any]) -> str:
    """The model's name, taken out of a request. Raises ApiError."""
    name = fields.pop("model", None)
    if not isinstance(name, str) or not name:
        raise ApiError("BAD_REQUEST", "`model` is missing; it reads like `provider/model`.")
    return name


def streamed(fields: dict[str, Any]) -> bool:
    """Whether a stream is asked for, taken out of a request. Raises ApiError."""
    stream = fields.pop("stream", None)
    if stream not in (None, True, False):
        raise ApiError("BAD_REQUEST", "`stream` is true or false.")
    return bool(stream)


def wants_usage(fields: dict[str, Any]) -> bool:
    """Whether a stream is to end with the token counts; `stream_options` is taken out of the request."""
    options = fields.pop("stream_options", None)
    return isinstance(options, dict) and options.get("include_usage") is True


def headers(reply: Reply) -> dict[str, str]:
    """Who served, and how far the manner of writing was softened: the ecosystem's envelope has no room for it."""
    return {"x-served-by": reply.endpoint_id, **levels.header(reply.obfuscated, reply.shortfall)}


def data(value: Json) -> bytes:
    """One event without a name."""
    return b"data: " + wire.dumps(value) + b"\n\n"


def refused(fields: dict[str, Any], reasons: dict[str, str]) -> None:
    """Raises ApiError where a field asks for what cannot be had; nothing that is asked for vanishes."""
    for name, why in reasons.items():
        if fields.get(name):
            raise ApiError("BAD_REQUEST", f"`{name}` is not supported: {why}.")
