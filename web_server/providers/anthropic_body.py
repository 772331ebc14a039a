"""A chat request in the common language, written as the body of Anthropic's Messages API.

Called by the dialect `anthropic`. Pure. What the API has no word for is refused, never left out in silence; what is
left out says nothing (a default, an empty list) or is a provider's own (reasoning, which may not come back unsigned;
signed, it goes back as it came).
Never: a key, a real value.
Source: Anthropic's API reference, "Create a Message", version 2023-06-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from web_server.providers.attached import data_of
from web_server.providers.chat import arguments, call_id, effort, functions, only_fields, shape, texts
from web_server.providers.dialect import Unsayable
from web_server.providers.turns import Words, parts, turns, unattached
from web_server.query import Json, ScrubbedQuery, Thought

MAX_TOKENS: Final = 8192
"""The API wants a limit and the common language needs none. An older model that takes less refuses it by itself."""

EXAMPLES: Final = "input_examples"
SAMPLING: Final = ("temperature", "top_p", "top_k")
WRITTEN: Final = frozenset(
    {"messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "max_completion_tokens", "stop"}
) | frozenset({"response_format", "reasoning_effort", "thinking", "stream_options", *SAMPLING})


def body(query: ScrubbedQuery) -> dict[str, Json]:
    """The request's body. Raises Unsayable."""
    payload = query.payload
    only_fields(payload, WRITTEN)
    system, said = turns(payload.get("messages"), Words(_texts, _call, _result, attached=_attached, thought=_thought))
    messages: Json = [{"role": role, "content": blocks} for role, blocks in said]
    thinking = _thinking(payload.get("thinking"))
    made: dict[str, Json] = {"model": query.model.model, "max_tokens": _limit(payload, thinking), "messages": messages}
    if thinking:
        made["thinking"] = thinking
    if system:
        made["system"] = system
    made |= {name: payload[name] for name in SAMPLING if payload.get(name) is not None}
    if stop := payload.get("stop"):
        made["stop_sequences"] = stop if isinstance(stop, list) else [stop]
    if tools := [_tool(tool, function) for tool, function in functions(payload, EXAMPLES)]:
        made["tools"] = [*tools]
        if choice := _choice(payload):
            made["tool_choice"] = choice
    if config := _config(payload):
        made["output_config"] = config
    if query.stream:
        made["stream"] = True
    return made


def _limit(payload: dict[str, Json], thinking: dict[str, Json]) -> Json:
    given = payload.get("max_completion_tokens")
    budget = thinking.get("budget_tokens")
    most = MAX_TOKENS + (budget if isinstance(budget, int) else 0)
    return given if given is not None else payload.get("max_tokens") or most


def _thinking(asked: Json) -> dict[str, Json]:
    """How the model is to think; empty where that is its own matter."""
    if asked is None:
        return {}
    said: dict[str, Json] = {}
    if isinstance(asked, dict):
        said |= {name: value for name, value in asked.items() if value is not None}
    shown = said.get("display", "omitted") in ("summarized", "omitted")
    match {name: value for name, value in said.items() if name != "display"}:
        case {"type": "enabled", "budget_tokens": int(budget), **more} if shown and not more:
            if not isinstance(budget, bool) and budget > 0:
                return said
        case {"type": "adaptive" | "disabled", **more} if shown and not more:
            return said
    raise Unsayable("`thinking` must be adaptive, disabled, or enabled with its `budget_tokens`.")


def _thought(said: Json, where: str) -> Json:
    """As it was signed, and from nobody but who signed it."""
    if not isinstance(said, Thought):
        raise Unsayable(f"`{where}.thoughts` are no thoughts that came through here.")
    return {**said.block}


def _texts(content: Json, where: str) -> list[Json]:
    """Blocks of text; the API takes no empty one."""
    return [{"type": "text", "text": part["text"], **_cached(part)} for part in texts(content, where)]


def _attached(part: dict[str, Any], where: str) -> Json:
    data = data_of(part)
    if not data.is_image and data.media != "application/pdf":
        return unattached(part, where)
    source: Json = {"type": "base64", "media_type": data.media, "data": data.base64}
    return {"type": "image" if data.is_image else "document", "source": source, **_cached(part)}


def _result(message: dict[str, Any], where: str) -> Json:
    content = message.get("content")
    block: dict[str, Json] = {
        "type": "tool_result",
        "tool_use_id": call_id(message.get("tool_call_id"), where),
        "content": content if isinstance(content, str) else parts(content, where, _texts, _attached),
    }
    if message.get("is_error") is True:
        block["is_error"] = True
    return {**block, **_cached(message)}


def _call(call: dict[str, Any], where: str) -> Json:
    made: dict[str, Json] = {"type": "tool_use", "id": call_id(call.get("id"), where), "input": arguments(call, where)}
    return {**made, "name": call["function"].get("name"), **_cached(call)}


def _tool(tool: dict[str, Any], function: dict[str, Any]) -> dict[str, Json]:
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    made: dict[str, Json] = {"name": function.get("name"), "input_schema": schema}
    made |= {name: function[name] for name in ("description", "strict", EXAMPLES) if function.get(name)}
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


def _config(payload: dict[str, Json]) -> dict[str, Json]:
    made = effort(payload)
    if (schema := shape(payload)) is not None:
        made["format"] = {"type": "json_schema", "schema": schema}
    return made


def _cached(part: Mapping[str, Any]) -> dict[str, Json]:
    """The caller's wish that the provider keep what it has read so far."""
    return {"cache_control": part["cache_control"]} if part.get("cache_control") else {}
