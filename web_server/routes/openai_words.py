"""What OpenAI's doors read and write alike: the model, the stream, messages, texts, numbers, the headers, the events.

Called by the doors of that ecosystem. Pure. Never: a field that only one door knows.
"""

from __future__ import annotations

from typing import Any

from web_server.errors import ApiError
from web_server.query import Json
from web_server.reply import Reply
from web_server.routes import company, wire

NUMBERS = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "top_k")
COUNTS = ("n", "max_tokens", "max_completion_tokens", "max_output_tokens", "dimensions")
"""Whole numbers from 1 on."""
PARTS = ("text", "refusal")
"""The types of a message's parts; the text stands under the same name."""
MESSAGE_TEXTS = ("name", "tool_call_id", "refusal")

MESSAGES: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "description": "A conversation in OpenAI's chat vocabulary; what else a message says is passed on.",
    "items": {
        "type": "object",
        "required": ["role"],
        "properties": {
            "role": {"type": "string"},
            "content": {
                "anyOf": [
                    {"type": ["string", "null"]},
                    {
                        "type": "array",
                        "items": {
                            "anyOf": [
                                {"type": "string"},
                                *(
                                    {
                                        "type": "object",
                                        "required": ["type", kind],
                                        "properties": {"type": {"const": kind}, kind: {"type": "string"}},
                                    }
                                    for kind in PARTS
                                ),
                            ]
                        },
                    },
                ]
            },
            **{name: {"type": ["string", "null"]} for name in MESSAGE_TEXTS},
            "tool_calls": {"type": ["array", "null"], "items": {"type": "object"}},
            "audio": {"type": "null", "description": "It is no text, so it cannot be protected."},
        },
    },
}
"""The schema of what `messages` takes."""


def named(fields: dict[str, Any]) -> str:
    """The model's name, taken out of a request. Raises ApiError."""
    name = fields.pop("model", None)
    if not isinstance(name, str) or not name:
        raise ApiError("BAD_REQUEST", "`model` is missing; it reads like `provider/model`.")
    return name


def streamed(fields: dict[str, Any]) -> bool:
    """Whether a stream is asked for, taken out of a request. Raises ApiError."""
    stream = fields.pop("stream", None)
    if stream is not None and not isinstance(stream, bool):
        raise ApiError("BAD_REQUEST", "`stream` is true or false.")
    return bool(stream)


def numbers(fields: dict[str, Any]) -> None:
    """Raises ApiError where a number is none; left to a provider, it would be refused in words of its own, or not.

    A count that is written as `3.0` is whole too, and made so.
    """
    for name in NUMBERS:
        value = fields.get(name)
        if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise ApiError("BAD_REQUEST", f"`{name}` is a number.")
    for name in COUNTS:
        value = fields.get(name)
        if value is None:
            continue
        if isinstance(value, float) and value.is_integer():
            value = fields[name] = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ApiError("BAD_REQUEST", f"`{name}` is a whole number from 1 on.")


def strings(fields: dict[str, Any], *names: str, where: str = "") -> None:
    """Raises ApiError where a field that is given is no text."""
    for name in names:
        if fields.get(name) is not None and not isinstance(fields[name], str):
            raise ApiError("BAD_REQUEST", f"`{where}{name}` is a text.")


def objects(fields: dict[str, Any], name: str) -> None:
    """Raises ApiError where a field that is given is no list of objects."""
    value = fields.get(name)
    if value is not None and not (isinstance(value, list) and all(isinstance(each, dict) for each in value)):
        raise ApiError("BAD_REQUEST", f"`{name}` is a list of objects.")


def messages(given: Any) -> None:
    """Raises ApiError where this is no list of messages."""
    if wrong := wrong_messages(given):
        raise ApiError("BAD_REQUEST", f"{wrong}.")


def wrong_messages(given: Any) -> str | None:
    """What is wrong with a list of messages. Parts that are no text are left to the shield to refuse."""
    if not isinstance(given, list) or not given:
        return "`messages` must be a list with at least one message"
    wrong = ((at, _wrong_message(message)) for at, message in enumerate(given))
    return next((f"`messages[{at}]{why}" for at, why in wrong if why), None)


def _wrong_message(message: Any) -> str | None:
    """What is wrong with a message, to be read behind its place."""
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        return "` must be an object with a `role`"
    for name in MESSAGE_TEXTS:
        if message.get(name) is not None and not isinstance(message[name], str):
            return f".{name}` is a text"
    calls = message.get("tool_calls")
    if calls is not None and not (isinstance(calls, list) and all(isinstance(call, dict) for call in calls)):
        return ".tool_calls` is a list of objects"
    content = message.get("content")
    if content is not None and not isinstance(content, str | list):
        return ".content` is a text, or a list of parts"
    parts = content if isinstance(content, list) else []
    for part in parts:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in PARTS and not isinstance(part.get(kind), str):
            return f".content` has a part without its `{kind}`"
    return None


def texts(fields: dict[str, Any], name: str, most: int) -> list[str]:
    """A text or several, taken out of a request. Raises ApiError."""
    given = fields.pop(name, None)
    found = [given] if isinstance(given, str) else given
    if isinstance(found, list) and any(isinstance(each, int | list) for each in found):
        raise ApiError(
            "UNSUPPORTED_CONTENT", "Token numbers cannot be read as text, so they cannot be protected; send texts."
        )
    if not isinstance(found, list) or not found or not all(isinstance(each, str) and each for each in found):
        raise ApiError("BAD_REQUEST", f"`{name}` is a text or a list of texts, none of them empty.")
    if len(found) > most:
        raise ApiError("BAD_REQUEST", f"`{name}` may hold {most} texts.")
    return found


def wants_usage(fields: dict[str, Any]) -> bool:
    """Whether a stream is to end with the token counts, taken out of a request. Raises ApiError."""
    options = fields.pop("stream_options", None)
    if options is not None and not isinstance(options, dict):
        raise ApiError("BAD_REQUEST", "`stream_options` is an object.")
    wanted = (options or {}).get("include_usage")
    if wanted is not None and not isinstance(wanted, bool):
        raise ApiError("BAD_REQUEST", "`stream_options.include_usage` is true or false.")
    return wanted is True


def headers(reply: Reply) -> dict[str, str]:
    """Who served, and what was done for privacy: the ecosystem's envelope has no room for it."""
    return {"x-served-by": reply.endpoint_id, **company.header(reply)}


def data(value: Json) -> bytes:
    """One event without a name."""
    return b"data: " + wire.dumps(value) + b"\n\n"


def refused(fields: dict[str, Any], reasons: dict[str, str]) -> None:
    """Raises ApiError where a field asks for what cannot be had; nothing that is asked for vanishes."""
    for name, why in reasons.items():
        if fields.get(name):
            raise ApiError("BAD_REQUEST", f"`{name}` is not supported: {why}.")
