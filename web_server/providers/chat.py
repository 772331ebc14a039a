"""What the writers of requests share: a chat request in the common language, checked while it is taken apart.

Called by the dialects that write it in other words. Pure. Every function raises Unsayable, which names a field of the
vocabulary and never what stands in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from web_server.providers.dialect import Unsayable
from web_server.query import Json

KNOWN: Final = frozenset({
    "n", "logprobs", "top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty", "seed", "audio", "min_p",
    "functions", "function_call", "prediction", "modalities", "service_tier", "verbosity", "reasoning_effort",
    "parallel_tool_calls", "top_k", "prompt_cache_retention", "web_search_options", "thinking", "plugins", "models",
    "fallbacks",
})  # fmt: skip
"""Fields that are refused by name; any other is refused without repeating its name."""

MEANS_NOTHING: Final[Mapping[str, tuple[Json, ...]]] = {
    "n": (None, 1),
    "seed": (None,),
    "service_tier": (None, "auto", "default"),
    "modalities": (None, ["text"]),
    "parallel_tool_calls": (None, True),
    "verbosity": (None, "low", "medium", "high"),
    "prompt_cache_retention": (None, "in_memory", "in-memory", "24h"),
}
"""Values that are as good as none, where those are others than of most fields. How much a model is to say, and how long
its provider keeps what it has read, are hints that one vendor reads: others have no word for it."""

NOTHING: Final[tuple[Json, ...]] = (None, False, 0, "", [], {})

OWN_WORDS: Final = frozenset({"reasoning", "reasoning_content", "reasoning_details", "annotations", "id"})
"""What one provider adds to its turns; it means nothing to another one."""

EFFORTS: Final[Mapping[str, Mapping[str, Json]]] = {
    "none": {},
    "minimal": {"effort": "low"},
    **{word: {"effort": word} for word in ("low", "medium", "high", "xhigh", "max")},
}
"""What asks for so much thought. Where thinking has to be asked for, none is what nobody asked for."""

_NO_ID = re.compile(r"[^A-Za-z0-9_-]")


def only_fields(payload: Mapping[str, Json], written: AbstractSet[str]) -> None:
    """All that says something is a field that the dialect writes."""
    for name, value in payload.items():
        if name not in written and value not in MEANS_NOTHING.get(name, NOTHING):
            said = f"`{name}`" if name in KNOWN else "A field of the request"
            raise Unsayable(f"{said} is not supported by this provider's API.")


def only(part: Mapping[str, Any], known: AbstractSet[str], where: str) -> None:
    """All that a message or a part of one says is known."""
    for name, value in part.items():
        if name not in known and name != "role" and value not in NOTHING:
            said = f"`{where}.{name}`" if name in ("name", "function_call") else f"A field of `{where}`"
            raise Unsayable(f"{said} is not supported by this provider's API.")


def texts(content: Json, where: str) -> Iterator[dict[str, Any]]:
    """The parts of a content that hold text: `text`, and what else a part may say."""
    parts: list[Json] = content if isinstance(content, list) else [content]
    for part in parts:
        if isinstance(part, dict):
            only(part, {"type", "text", "refusal", "cache_control"}, f"{where}.content")
        given = part if isinstance(part, dict) else {"text": part}
        text = given.get("text") or given.get("refusal")
        if text and not isinstance(text, str):
            raise Unsayable(f"`{where}.content` must be text.")
        if text:
            yield {**given, "text": text}


def arguments(call: Mapping[str, Any], where: str) -> dict[str, Json]:
    """The arguments of a call, which must be an object."""
    try:
        made = json.loads(an_object(call.get("function"), f"{where}.function").get("arguments") or "{}")
    except (TypeError, ValueError, RecursionError):
        made = None
    if not isinstance(made, dict):
        raise Unsayable(f"`{where}.function.arguments` must be a JSON object.")
    return made


def call_id(given: Json, where: str) -> str:
    """The id of a tool call, in letters that every vendor takes."""
    if not isinstance(given, str) or not given:
        raise Unsayable(f"`{where}` needs the id of a tool call.")
    return _NO_ID.sub("_", given)


def functions(payload: Mapping[str, Json], *more: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each tool and its function, which may say `more` than all vendors read."""
    for index, tool in enumerate(a_list(payload.get("tools") or [], "tools")):
        where = f"tools[{index}]"
        given = an_object(tool, where)
        if given.get("type", "function") != "function":
            raise Unsayable(f"`{where}.type` must be `function`.")
        function = an_object(given.get("function"), f"{where}.function")
        only(function, {"name", "description", "parameters", "strict", *more}, f"{where}.function")
        yield given, function


def effort(payload: Mapping[str, Json], words: Mapping[str, Mapping[str, Json]] = EFFORTS) -> dict[str, Json]:
    """How hard the model is to think, in the vendor's `words`; empty where that is its own matter."""
    asked = payload.get("reasoning_effort")
    if asked is None:
        return {}
    if not isinstance(asked, str) or asked not in words:
        raise Unsayable(f"`reasoning_effort` must be one of {', '.join(words)}.")
    return dict(words[asked])


def shape(payload: Mapping[str, Json]) -> Json:
    """The JSON schema that the answer must follow; None where it is free."""
    match payload.get("response_format"):
        case None | {"type": "text"}:
            return None
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            return schema
    raise Unsayable("`response_format` must be a `json_schema` with its schema: this API has no other.")


def an_object(value: Json, where: str) -> dict[str, Any]:
    """The object that stands there."""
    if not isinstance(value, dict):
        raise Unsayable(f"`{where}` must be an object.")
    return value


def a_list(value: Json, where: str) -> list[Json]:
    """The list that stands there."""
    if not isinstance(value, list):
        raise Unsayable(f"`{where}` must be a list.")
    return value
