"""The texts of a scrubbed request that a cover has to have other ones for, and whether it can.

Called by `shape`, `covers` and `gift`. System prompts, parameters and everything else go into a cover as they are: what
differs within a batch tells its members apart. Pure; changes no payload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import repeat
from typing import Final

from web_server.privacy.attachments import kind_of
from web_server.privacy.ledger import Ledger
from web_server.query import Json, ScrubbedQuery

TOOLS: Final = "tools"
SCHEMA: Final = "response_schema"
PREDICTION: Final = "prediction"
HISTORY: Final = "history"
TIED: Final = "tied"
NO_TEXT: Final = "no_text"
ATTACHMENTS: Final = "attachments"

_SPOKEN: Final = frozenset({"user", "assistant"})
_ALIKE: Final = frozenset({"system", "developer"})
_PLAIN_KEYS: Final = frozenset({"role", "content", "refusal"})
_PLAIN_PARTS: Final = frozenset({"type", "text", "cache_control"})
_TELLING: Final = {"tools": TOOLS, "functions": TOOLS, "prediction": PREDICTION}


def uncoverable(query: ScrubbedQuery) -> str | None:
    """Why no cover can be made for a query, as one word; None where one can.

    Tools and schemas say what a request is about: under them any other question would stand out.
    """
    for name, reason in _TELLING.items():
        if query.payload.get(name):
            return reason
    shape = query.payload.get("response_format")
    if isinstance(shape, dict) and shape.get("type") not in ("text", "json_object"):
        return SCHEMA
    messages = query.payload.get("messages")
    if not isinstance(messages, list) or not messages:
        return NO_TEXT
    for message in messages:
        if (odd := _odd(message)) is not None:
            return odd
    last = messages[-1]
    said = any(text.strip() for _, text in turns(query))
    return None if said and isinstance(last, dict) and last.get("role") == "user" else NO_TEXT


def _odd(message: Json) -> str | None:
    """Why a message cannot be one of a cover's."""
    if not isinstance(message, dict) or message.get("role") not in _SPOKEN | _ALIKE:
        return HISTORY
    if any(value for key, value in message.items() if key not in _PLAIN_KEYS) or message.get("refusal"):
        return HISTORY
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    if any(kind_of(part) for part in parts):
        return ATTACHMENTS
    return None if all(_is_plain(part) for part in parts) else HISTORY


def _is_plain(part: Json) -> bool:
    """Whether all that a part says is its text; what else it said, a cover would say too."""
    return isinstance(part, str) or (
        isinstance(part, dict)
        and part.get("type") == "text"
        and not any(value for key, value in part.items() if key not in _PLAIN_PARTS)
    )


def turns(query: ScrubbedQuery) -> list[tuple[str, str]]:
    """(role, text) of every text of a user's or an assistant's, in order; a message of several parts has several."""
    found: list[tuple[str, str]] = []

    def read(role: str, text: str) -> str:
        found.append((role, text))
        return text

    _each(query.payload, read)
    return found


def with_turns(payload: dict[str, Json], texts: Iterator[str]) -> dict[str, Json]:
    """The payload with these texts in the places of its own, and in the blanks around them."""
    return _each(payload, lambda _role, text: _within_blanks(text, next(texts)))


def texts_of(message: Json) -> list[str]:
    """Every text of one message of a user's or an assistant's."""
    found: list[str] = []

    def read(_role: str, text: str) -> str:
        found.append(text)
        return text

    _message(message, read)
    return found


def with_texts(message: Json, texts: Iterator[str]) -> Json:
    """The message with these texts in the places of its own, and in the blanks around them."""
    return _message(message, lambda _role, text: _within_blanks(text, next(texts)))


def _within_blanks(text: str, other: str) -> str:
    said, other = text.strip(), other.strip()
    if not said and not other:
        return text
    return text.replace(said, other, 1) if said and other else other


def tied(query: ScrubbedQuery, ledger: Ledger) -> bool:
    """Whether a surrogate of what is said stands outside of it too: in a system prompt, or where the model is to stop.

    That goes into every member as it is, and would agree with the real one alone.
    """
    empty = with_turns(query.payload, repeat(""))
    outside = _surrogates(strings_of(empty), ledger)
    inside = _surrogates((text for _, text in turns(query)), ledger) if outside else set()
    return any(one in other or other in one for one in outside for other in inside)


def newest_turn(query: ScrubbedQuery) -> tuple[ScrubbedQuery, bool]:
    """What is said after the provider spoke last, by itself; and whether the provider spoke before."""
    messages = query.payload.get("messages")
    said = [each for each in messages if role_of(each) in _SPOKEN] if isinstance(messages, list) else []
    heard = max((at for at, each in enumerate(said) if role_of(each) == "assistant"), default=-1)
    return replace(query, payload={**query.payload, "messages": [*said[heard + 1 :]]}), heard >= 0


def role_of(message: Json) -> str:
    """Whose a message is."""
    return str(message.get("role")) if isinstance(message, dict) else ""


def strings_of(value: Json) -> Iterator[str]:
    """Every string that is a value in it."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings_of(each)


def _surrogates(texts: Iterable[str], ledger: Ledger) -> set[str]:
    return {text[hit.start : hit.end].casefold() for text in texts for hit in ledger.surrogates.all(text)}


def _each(payload: dict[str, Json], change: Callable[[str, str], str]) -> dict[str, Json]:
    messages = payload.get("messages")
    if not isinstance(messages, list):
        return payload
    return {**payload, "messages": [_message(each, change) for each in messages]}


def _message(message: Json, change: Callable[[str, str], str]) -> Json:
    if not isinstance(message, dict) or (role := message.get("role")) not in _SPOKEN:
        return message
    content = message.get("content")
    if isinstance(content, str):
        return {**message, "content": change(str(role), content)}
    if isinstance(content, list):
        return {**message, "content": [_part(part, str(role), change) for part in content]}
    return message


def _part(part: Json, role: str, change: Callable[[str, str], str]) -> Json:
    if isinstance(part, str):
        return change(role, part)
    if isinstance(part, dict) and isinstance(text := part.get("text"), str):
        return {**part, "text": change(role, text)}
    return part
