"""A caller's own turns in a request: the texts of user messages, and nothing else.

Called by the shield and by the rewriter, on payloads that are scrubbed. System prompts, what providers and tools said,
schemas and arguments are not a caller's manner of writing, and stay as they are. Pure: changes no payload.
"""

from __future__ import annotations

from collections.abc import Callable

from web_server.query import Json


def each_turn(payload: dict[str, Json], change: Callable[[str], str]) -> dict[str, Json]:
    """The payload with each text of the caller's own turns replaced by what `change` returns for it."""
    messages = payload.get("messages")
    if not isinstance(messages, list):
        return payload
    return {**payload, "messages": [_message(message, change) for message in messages]}


def turns(payload: dict[str, Json]) -> list[str]:
    """The texts of the caller's own turns, in order."""
    found: list[str] = []

    def read(text: str) -> str:
        found.append(text)
        return text

    each_turn(payload, read)
    return found


def _message(message: Json, change: Callable[[str], str]) -> Json:
    if not isinstance(message, dict) or message.get("role") != "user":
        return message
    content = message.get("content")
    if isinstance(content, str):
        return {**message, "content": change(content)}
    if isinstance(content, list):
        return {**message, "content": [_part(part, change) for part in content]}
    return message


def _part(part: Json, change: Callable[[str], str]) -> Json:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, dict) and part.get("type") == "text" and isinstance(text := part.get("text"), str):
        return {**part, "text": change(text)}
    return part
