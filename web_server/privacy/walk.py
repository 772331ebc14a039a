"""Every string of a chat request, each once and in order; the tables of what is no text.

Called by the shield, twice a query: once to read, once to replace. Pure: builds a new payload, changes none.
Never decides what is private.

What is not walked: the fixed vocabulary (roles, types) where it holds only its own values, and sampling numbers where
they are such as a model has.
What is refused: parts that are no text, unless their kind may pass, and nesting deeper than `DEPTH`. What is left out:
fields that link a caller.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from web_server.privacy import attachments
from web_server.privacy.errors import Unreadable
from web_server.query import Json, Thought

DEPTH: Final = 48
LINKING: Final = frozenset({"user", "safety_identifier", "prompt_cache_key", "metadata", "store"})
"""Fields that tell a provider which queries belong to one caller; left out."""

Author: TypeAlias = Literal["caller", "provider", "tool"]
Use: TypeAlias = Literal["text", "name", "id", "recalled", "data"]

# Keys of the chat vocabulary. A key that is not here may be a caller's word and is walked like any text.
KEYS = frozenset({
    "messages", "role", "content", "type", "text", "name", "tool_calls", "id", "function", "arguments",
    "tool_call_id", "function_call", "refusal", "reasoning", "reasoning_content", "tools", "functions", "description",
    "parameters", "strict", "tool_choice", "parallel_tool_calls", "temperature", "top_p", "n", "stop", "max_tokens",
    "prediction", "max_completion_tokens", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs",
    "top_logprobs", "seed", "response_format", "json_schema", "schema", "stream_options", "include_usage",
    "reasoning_effort", "verbosity", "modalities", "service_tier", "web_search_options", "properties", "items",
    "required", "enum", "const", "default", "additionalProperties", "anyOf", "oneOf", "allOf", "not", "format",
    "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "title", "examples", "$ref",
    "$defs", "definitions", "$schema", "prefixItems", "allowed_tools", "mode", "index", "top_k", "min_p",
    "cache_control", "input_examples", "thinking", "thoughts", "budget_tokens", "display",
})  # fmt: skip
# Values of `role`, `type` and the like. Anything else in such a place is text.
VOCABULARY = frozenset({
    "system", "developer", "user", "assistant", "tool", "function", "text", "refusal", "content", "json_schema",
    "json_object", "object", "string", "number", "integer", "boolean", "array", "null", "auto", "none", "required",
    "any", "default", "flex", "priority", "scale", "minimal", "low", "medium", "high", "xhigh", "max", "custom",
    "grammar", "ephemeral", "allowed_tools", "lark", "regex", "enabled", "adaptive", "summarized", "omitted",
})  # fmt: skip
_VOCABULARY_KEYS = frozenset({
    "role", "type", "tool_choice", "function_call", "service_tier", "reasoning_effort", "verbosity", "modalities",
    "mode", "syntax", "search_context_size", "display",
})  # fmt: skip
_SAMPLING: Final[Mapping[str, int]] = {
    **dict.fromkeys(("temperature", "top_p", "min_p", "presence_penalty", "frequency_penalty", "logit_bias"), 100),
    **dict.fromkeys(("n", "top_logprobs", "top_k"), 10_000),
    **dict.fromkeys(("max_tokens", "max_completion_tokens"), 10_000_000),
}
"""Numbers that are never walked, so far from zero at most: above that it is none of a model's settings, and may be a
number of somebody's."""
_TOKEN = re.compile(r"[0-9]{1,6}\Z")
"""A token in a vocabulary, as `logit_bias` has it."""
_IDS = frozenset({"id", "tool_call_id", "$ref", "$schema"})
_TEXT_PARTS = frozenset({"text", "refusal"})
_AUTHORS: dict[Json, Author] = {"assistant": "provider", "tool": "tool", "function": "tool"}
_PLAIN_KEY = re.compile(r"\w{0,64}\Z")


@dataclass(frozen=True, slots=True)
class Slot:
    """One string of a request and where it stands."""

    text: str = field(repr=False)
    use: Use = "text"
    """`name`: must stay an identifier. `id`: made by a machine, so nothing new is looked for in it. `recalled`: a turn
    that is known to be just as the provider wrote it. `data`: of a part that is no text, and leaves as it is."""
    author: Author = "caller"
    label: str = field(default="", repr=False)
    """The key that it is the value of, inside JSON written as text: context for what it holds."""
    participant: bool = False
    """The name of who speaks: a person's, found or not."""
    number: bool = False


Visit: TypeAlias = Callable[[Slot], str]
Knows: TypeAlias = Callable[[str], bool]


def _nothing(_text: str) -> bool:
    return False


def walk(
    payload: dict[str, Json], visit: Visit, knows: Knows = _nothing, attached: AbstractSet[str] = frozenset()
) -> dict[str, Json]:
    """The payload with every string replaced by what `visit` returns for it. Raises `Unreadable`.

    A turn of the provider's that is known is visited whole, as `recalled`, whatever stands in it. `attached`: kinds of
    parts that are no text and may pass.
    """
    visitor = Visitor(visit, "caller", knows, attached=attached)
    try:
        return {
            _key(key, visit): _field(key, value, visitor, key if key in KEYS else "*")
            for key, value in payload.items()
            if key not in LINKING
        }
    except RecursionError:
        raise Unreadable("*", "nested too deeply") from None


def _field(key: str, value: Json, visitor: Visitor, where: str) -> Json:
    if key == "messages":
        if not isinstance(value, list):
            raise Unreadable(where, "not a list")
        return [_message(message, visitor, f"{where}[{index}]") for index, message in enumerate(value)]
    visitor = replace(visitor, knows=_nothing)
    if key == "prediction" and isinstance(value, dict):
        return {
            _key(name, visitor.visit): _entry(name, item, visitor, f"{where}.{name}") for name, item in value.items()
        }
    if key in _SAMPLING and _is_setting(value, _SAMPLING[key]):
        return value
    return _any(value, visitor, where, key, 1)


def _is_setting(value: Json, most: int) -> bool:
    if isinstance(value, dict):
        return all(_TOKEN.match(key) and _is_setting(item, most) for key, item in value.items())
    return isinstance(value, int | float) and abs(value) <= most


def _message(message: Json, visitor: Visitor, where: str) -> Json:
    if not isinstance(message, dict):
        raise Unreadable(where, "not an object")
    author = _AUTHORS.get(message.get("role"), "caller")
    visitor = replace(visitor, author=author, knows=visitor.knows if author == "provider" else _nothing)
    made: dict[str, Json] = {}
    for key, value in message.items():
        here = f"{where}.{key if key in KEYS else '*'}"
        if key == "audio" and value is not None:
            raise Unreadable(here, "not text")
        made[_key(key, visitor.visit)] = _entry(key, value, visitor, here)
    return made


def _entry(key: str, value: Json, visitor: Visitor, where: str) -> Json:
    """One field of a message."""
    if key == "content" and isinstance(value, list):
        return [_part(part, visitor, f"{where}[{index}]") for index, part in enumerate(value)]
    if key == "content" and visitor.author == "tool" and isinstance(value, str):
        return _json_text(value, visitor, where, 1)
    if key == "thoughts" and isinstance(value, list):
        return [visitor.signed(it) if isinstance(it, Thought) else _any(it, visitor, where, "", 2) for it in value]
    if key == "name" and visitor.author != "tool" and isinstance(value, str):
        return visitor.visit(Slot(value, "name", visitor.author, participant=True))
    return _any(value, visitor, where, key, 1)


def _part(part: Json, visitor: Visitor, where: str) -> Json:
    if isinstance(part, str):
        return _said("text", part, visitor, where)
    if (kind := attachments.kind_of(part)) is not None:
        if kind not in visitor.attached:
            raise Unreadable(where, f"{attachments.A_KIND[kind]}; the policy lets none pass")
        assert isinstance(part, dict)
        return attachments.passed(part, where, visitor.unread, lambda text: visitor.slot(text, "filename"))
    named = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(named, str) or named not in _TEXT_PARTS:
        raise Unreadable(where, "not a part of text")
    return {_key(key, visitor.visit): _said(key, value, visitor, where) for key, value in part.items()}


def _said(key: str, value: Json, visitor: Visitor, where: str) -> Json:
    """One field of a part of text. What a tool says is JSON in a part, too."""
    if key == "text" and visitor.author == "tool" and isinstance(value, str):
        return _json_text(value, visitor, where, 1)
    return _any(value, visitor, where, key, 1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is visiting, and whose words these are."""

    visit: Visit
    author: Author
    knows: Knows = _nothing
    labelled: bool = False
    attached: AbstractSet[str] = frozenset()

    def unread(self, text: str) -> str:
        return self.visit(Slot(text, "data", self.author))

    def signed(self, thought: Thought) -> Thought:
        """As its provider wrote it: a word of it changed, and its signature would not hold."""
        for said in thought.block.values():
            self.unread(said)
        return thought

    def slot(self, text: str, key: str, *, number: bool = False) -> str:
        if key in _VOCABULARY_KEYS and text in VOCABULARY:
            return text
        named = key in {"name", "required"} and not self.labelled
        use: Use = "id" if key in _IDS else "name" if named else "text"
        return self.visit(Slot(text, use, self.author, key if self.labelled or number else "", number=number))


def _string(value: str, visitor: Visitor, where: str, key: str, depth: int) -> str:
    if visitor.knows(value):
        return visitor.visit(Slot(value, "recalled", visitor.author))
    if key == "arguments" and not visitor.labelled:
        return _json_text(value, visitor, where, depth)
    return visitor.slot(value, key)


def _any(value: Json, visitor: Visitor, where: str, key: str, depth: int) -> Json:
    if depth > DEPTH:
        raise Unreadable(where, "nested too deeply")
    if key == "input_examples":
        visitor = replace(visitor, labelled=True)  # of a tool: what its arguments are like, and read as they are
    if isinstance(value, str):
        return _string(value, visitor, where, key, depth)
    if isinstance(value, list):
        return [_any(item, visitor, where, key, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            _key(name, visitor.visit, visitor.author): _any(item, visitor, where, name, depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, bool) or value is None:
        return value
    return _number(value, visitor, key)


def _key(key: str, visit: Visit, author: Author = "caller") -> str:
    if key in KEYS:
        return key
    return visit(Slot(key, "name" if _PLAIN_KEY.match(key) else "text", author))


def _number(value: float, visitor: Visitor, key: str) -> Json:
    text = str(abs(value))  # a card's number is one below zero, too
    if sum(map(str.isdigit, text)) < 6:
        return value
    made = visitor.slot(text, key, number=True)
    if made == text:
        return value
    signed = f"-{made}" if value < 0 else made
    return int(signed) if isinstance(value, int) and re.fullmatch(r"[1-9]\d*", made) else signed


def _json_text(text: str, visitor: Visitor, where: str, depth: int) -> str:
    """JSON written as text: looked at decoded, and written anew only where something was replaced."""
    if text.lstrip()[:1] not in {"{", "["}:
        return visitor.slot(text, "")
    try:
        value: Json = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return visitor.slot(text, "")
    made = _any(value, Visitor(visitor.visit, visitor.author, labelled=True), where, "", depth + 1)
    return text if made == value else json.dumps(made, ensure_ascii=False)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("the same key twice: decoding would lose a value")
    return made
