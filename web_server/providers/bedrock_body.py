"""A chat request in the common language, written as the body of Bedrock's Converse.

Called by the dialect `bedrock`. Pure. The model stands in the path, which the key server writes. What the API has no
word for is refused, never left out in silence; what is left out says nothing (a default, an empty list, a hint about
cost) or is a provider's own (reasoning, which may not come back unsigned).
Never: a key, a real value.
Source: Amazon Bedrock's API reference, "Converse".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from web_server.providers.attached import data_of
from web_server.providers.chat import arguments, call_id, effort, functions, only_fields, shape, texts
from web_server.providers.dialect import Unsayable
from web_server.providers.turns import Words, parts, turns, unattached
from web_server.query import Json, ScrubbedQuery

INFERENCE: Final[Mapping[str, str]] = {
    "temperature": "temperature",
    "top_p": "topP",
    "max_tokens": "maxTokens",
    "max_completion_tokens": "maxTokens",
}
"""Fields that have another place, and some another name."""

IMAGES: Final = frozenset({"png", "jpeg", "gif", "webp"})
WRITTEN: Final = frozenset(
    {"messages", "tools", "tool_choice", "stop", "response_format", "reasoning_effort", "stream_options"}
) | frozenset(INFERENCE)


def body(query: ScrubbedQuery) -> dict[str, Json]:
    """The request's body. Raises Unsayable."""
    payload = query.payload
    only_fields(payload, WRITTEN)
    system, said = turns(payload.get("messages"), Words(_texts, _call, _result, attached=_attached))
    made: dict[str, Json] = {"messages": [{"role": role, "content": content} for role, content in said]}
    if system:
        made["system"] = system
    if config := _inference(payload):
        made["inferenceConfig"] = config
    if tools := [_tool(function) for _, function in functions(payload)]:
        made["toolConfig"] = {"tools": [*tools], **_choice(payload.get("tool_choice"))}
    if output := _output(payload):
        made["outputConfig"] = output
    return made


def _output(payload: dict[str, Json]) -> dict[str, Json]:
    made = effort(payload)
    if (schema := shape(payload)) is not None:
        structure: Json = {"jsonSchema": {"schema": json.dumps(schema, ensure_ascii=False)}}
        made["textFormat"] = {"type": "json_schema", "structure": structure}
    return made


def _inference(payload: dict[str, Json]) -> dict[str, Json]:
    made = {theirs: payload[ours] for ours, theirs in INFERENCE.items() if payload.get(ours) is not None}
    if stop := payload.get("stop"):
        made["stopSequences"] = stop if isinstance(stop, list) else [stop]
    return made


def _texts(content: Json, where: str) -> list[Json]:
    """Blocks of text; the API takes no empty one."""
    return [{"text": part["text"]} for part in texts(content, where)]


def _attached(part: dict[str, Any], where: str) -> Json:
    data = data_of(part)
    kind, _, form = data.media.partition("/")
    source: Json = {"bytes": data.base64}
    if kind == "image" and form in IMAGES:
        return {"image": {"format": form, "source": source}}
    if data.media == "application/pdf":
        return {"document": {"format": "pdf", "name": "document", "source": source}}
    return unattached(part, where)


def _call(call: dict[str, Any], where: str) -> Json:
    used: Json = {
        "toolUseId": call_id(call.get("id"), where),
        "input": arguments(call, where),
        "name": call["function"].get("name"),
    }
    return {"toolUse": used}


def _result(message: dict[str, Any], where: str) -> Json:
    said = parts(message.get("content"), where, _texts, _attached)
    result: dict[str, Json] = {"toolUseId": call_id(message.get("tool_call_id"), where), "content": said}
    if message.get("is_error") is True:
        result["status"] = "error"
    return {"toolResult": result}


def _tool(function: dict[str, Any]) -> Json:
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    made: dict[str, Json] = {"name": function.get("name"), "inputSchema": {"json": schema}}
    made |= {name: function[name] for name in ("description", "strict") if function.get(name)}
    return {"toolSpec": made}


def _choice(asked: Json) -> dict[str, Json]:
    match asked:
        case None:
            return {}
        case "auto":
            return {"toolChoice": {"auto": {}}}
        case "required":
            return {"toolChoice": {"any": {}}}
        case {"type": "function", "function": {"name": str(name)}}:
            return {"toolChoice": {"tool": {"name": name}}}
    raise Unsayable("`tool_choice` must be auto, required, or name a function: this API has no other.")
