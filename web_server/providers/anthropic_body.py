"""A chat request in the common language, written as the body of Anthropic's Messages API.

Called by the dialect `anthropic`. Pure. What the API has no word for is refused, never left out in silence; what is
left out says nothing (a default, an empty list) or is a provider's own (reasoning, which may not come back unsigned).
Never: a key, a real value. Messages name a field of the vocabulary, never what stands in it.
Source: Anthropic's API reference, "Create a Message", version 2023-06-01.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from web_server.providers.dialect import Unsayable
from web_server.query import Json, ScrubbedQuery

MAX_TOKENS: Final = 8192
"""The API wants a limit and the common language needs none: every model that is still served takes this one."""

SAMPLING: Final = ("temperature", "top_p", "top_k")
WRITTEN: Final = frozenset(
    {"messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "max_completion_tokens", "stop"}
) | frozenset({"response_format", "reasoning_effort", "stream_options", *SAMPLING})
MEANS_NOTHING: Final[Mapping[str, tuple[Json, ...]]] = {
    "n": (1,),
    "service_tier": ("auto", "default"),
    "modalities": (["text"],),
}
REFUSED: Final = frozenset(
    {"n", "logprobs", "top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty", "seed", "audio"}
) | frozenset(
    {"functions", "function_call", "prediction", "modalities", "service_tier", "verbosity"}
) | frozenset({"web_search_options", "min_p", "thinking", "plugins", "models", "fallbacks"})  # fmt: skip
"""Fields that are known and refused by name; any other is refused without repeating its name."""

EFFORTS: Final = ("low", "medium", "high", "xhigh", "max")
OWN_WORDS: Final = frozenset({"reasoning", "reasoning_content", "reasoning_details", "annotations", "id"})
"""What a provider adds to its turns; it means nothing to this one."""

_NO_ID = re.compile(r"[^A-Za-z0-9_-]")
_NOTHING: Final[tuple[Json, ...]] = (None, False, 0, "", [], {})


def body(query: ScrubbedQuery) -> dict[str, Json]:
    """The request's body. Raises Unsayable."""
    payload = query.payload
    for name, value in payload.items():
        if name not in WRITTEN and value not in (*_NOTHING, *MEANS_NOTHING.get(name, ())):
            said = f"`{name}`" if name in REFUSED else "A field of the request"
            raise Unsayable(f"{said} is not supported by this provider's API.")
    system, turns = _turns(payload.get("messages"))
    made: dict[str, Json] = {"model": query.model.model, "max_tokens": _limit(payload), "messages": turns}
    if system:
        made["system"] = system
    made |= {name: payload[name] for name in SAMPLING if payload.get(name) is not None}
    if stop := payload.get("stop"):
        made["stop_sequences"] = stop if isinstance(stop, list) else [stop]
    if tools := payload.get("tools"):
        made["tools"] = [_tool(tool, f"tools[{index}]") for index, tool in enumerate(_list(tools, "tools"))]
        if choice := _choice(payload):
            made["tool_choice"] = choice
    if config := {**_shape(payload.get("response_format")), **_effort(payload.get("reasoning_effort"))}:
        made["output_config"] = config
    if query.stream:
        made["stream"] = True
    return made


def _limit(payload: dict[str, Json]) -> Json:
    given = payload.get("max_completion_tokens")
    return given if given is not None else payload.get("max_tokens") or MAX_TOKENS


def _turns(messages: Json) -> tuple[list[Json], list[Json]]:
    """The system's blocks, and the turns: neighbours of one role are one turn, as the API wants tool results."""
    system: list[Json] = []
    turns: list[tuple[str, list[Json]]] = []
    for index, message in enumerate(_list(messages, "messages")):
        where = f"messages[{index}]"
        role, blocks = _turn(_object(message, where), where)
        if role == "system":
            system += blocks
        elif blocks and turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        elif blocks:
            turns.append((role, blocks))
    return system, [{"role": role, "content": blocks} for role, blocks in turns]


def _turn(message: dict[str, Any], where: str) -> tuple[str, list[Json]]:
    content = message.get("content")
    match message.get("role"):
        case "system" | "developer":
            _only(message, {"content"}, where)
            return "system", _texts(content, where)
        case "user":
            _only(message, {"content"}, where)
            return "user", _texts(content, where)
        case "tool":
            _only(message, {"content", "tool_call_id", "is_error", "cache_control", "name"}, where)
            return "user", [_result(message, where)]
        case "assistant":
            _only(message, {"content", "tool_calls", "refusal", *OWN_WORDS}, where)
            calls = _list(message.get("tool_calls") or [], f"{where}.tool_calls")
            said = _texts(content, where) + _texts(message.get("refusal"), where)
            return "assistant", [*said, *(_call(call, f"{where}.tool_calls[{at}]") for at, call in enumerate(calls))]
        case _:
            raise Unsayable(f"`{where}.role` is not supported by this provider's API.")


def _texts(content: Json, where: str) -> list[Json]:
    """Blocks of text; the API takes no empty one."""
    parts: list[Json] = content if isinstance(content, list) else [content]
    blocks: list[Json] = []
    for part in parts:
        if isinstance(part, dict):
            _only(part, {"type", "text", "refusal", "cache_control"}, f"{where}.content")
        given = part if isinstance(part, dict) else {"text": part}
        text = given.get("text") or given.get("refusal")
        if text and not isinstance(text, str):
            raise Unsayable(f"`{where}.content` must be text.")
        if text:
            blocks.append({"type": "text", "text": text, **_cached(given)})
    return blocks


def _result(message: dict[str, Any], where: str) -> Json:
    content = message.get("content")
    block: dict[str, Json] = {
        "type": "tool_result",
        "tool_use_id": _id(message.get("tool_call_id"), where),
        "content": content if isinstance(content, str) else _texts(content, where),
    }
    if message.get("is_error") is True:
        block["is_error"] = True
    return block | _cached(message)


def _call(call: Json, where: str) -> Json:
    call = _object(call, where)
    function = _object(call.get("function"), f"{where}.function")
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except (TypeError, ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise Unsayable(f"`{where}.function.arguments` must be a JSON object.")
    name = function.get("name")
    return {"type": "tool_use", "id": _id(call.get("id"), where), "name": name, "input": arguments, **_cached(call)}


def _tool(tool: Json, where: str) -> Json:
    tool = _object(tool, where)
    if tool.get("type", "function") != "function":
        raise Unsayable(f"`{where}.type` must be `function`.")
    function = _object(tool.get("function"), f"{where}.function")
    _only(function, {"name", "description", "parameters", "strict"}, f"{where}.function")
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    made: dict[str, Json] = {"name": function.get("name"), "input_schema": schema}
    made |= {name: function[name] for name in ("description", "strict") if function.get(name)}
    return made | _cached(tool)


def _choice(payload: dict[str, Json]) -> dict[str, Json]:
    asked = payload.get("tool_choice")
    choice: dict[str, Json]
    match asked:
        case None | "auto":
            choice = {"type": "auto"}
        case "required":
            choice = {"type": "any"}
        case "none":
            return {"type": "none"}
        case {"type": "function", "function": {"name": str(name)}}:
            choice = {"type": "tool", "name": name}
        case _:
            raise Unsayable("`tool_choice` must be auto, required, none, or name a function.")
    if payload.get("parallel_tool_calls") is False:
        return choice | {"disable_parallel_tool_use": True}
    return choice if asked is not None else {}


def _shape(asked: Json) -> dict[str, Json]:
    match asked:
        case None | {"type": "text"}:
            return {}
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            return {"format": {"type": "json_schema", "schema": schema}}
        case _:
            raise Unsayable("`response_format` must be a `json_schema` with its schema: this API has no other.")


def _effort(asked: Json) -> dict[str, Json]:
    if asked is not None and asked not in EFFORTS:
        raise Unsayable(f"`reasoning_effort` must be one of {', '.join(EFFORTS)}.")
    return {} if asked is None else {"effort": asked}


def _only(part: dict[str, Any], known: set[str], where: str) -> None:
    for name, value in part.items():
        if name not in known and name != "role" and value not in _NOTHING:
            said = f"`{where}.name`" if name == "name" else f"A field of `{where}`"
            raise Unsayable(f"{said} is not supported by this provider's API.")


def _cached(part: Mapping[str, Any]) -> dict[str, Json]:
    """The caller's wish that the provider keep what it has read so far."""
    return {"cache_control": part["cache_control"]} if part.get("cache_control") else {}


def _id(given: Json, where: str) -> str:
    if not isinstance(given, str) or not given:
        raise Unsayable(f"`{where}` needs the id of a tool call.")
    return _NO_ID.sub("_", given)


def _object(value: Json, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unsayable(f"`{where}` must be an object.")
    return value


def _list(value: Json, where: str) -> list[Json]:
    if not isinstance(value, list):
        raise Unsayable(f"`{where}` must be a list.")
    return value
