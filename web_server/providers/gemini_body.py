"""A chat request in the common language, written as the body of Gemini's `generateContent`.

Called by the dialect `gemini`. Pure. The model stands in the path, which the key server writes. What the API has no
word for is refused, never left out in silence.
Never: a key, a real value.
Source: Google's API reference, "Generating content" and "Function calling", v1beta. Its JSON takes both spellings of a
field; this is the one that the last look knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from web_server.providers.attached import data_of
from web_server.providers.chat import arguments, effort, functions, only_fields, shape, texts
from web_server.providers.dialect import Unsayable
from web_server.providers.turns import Words, turns
from web_server.query import Json, ScrubbedQuery

CONFIG: Final[Mapping[str, str]] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "n": "candidate_count",
    "seed": "seed",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
}
"""Fields that have another place, and some another name."""

WRITTEN: Final = frozenset(
    {"messages", "tools", "tool_choice", "stop", "response_format", "reasoning_effort", "stream_options", *CONFIG}
)
THOUGHT: Final[Mapping[str, Mapping[str, Json]]] = {
    "none": {"thinking_budget": 0},
    "minimal": {"thinking_budget": 1024},
    "low": {"thinking_budget": 1024},
    "medium": {"thinking_budget": 8192},
    **{word: {"thinking_budget": 24576} for word in ("high", "xhigh", "max")},
}
"""Tokens to think with, as the vendor's own door for OpenAI's clients counts them."""
UNSIGNED: Final = "skip_thought_signature_validator"
"""Newer models sign their calls and want the signature back; the common language has no place for it. This is what the
vendor documents for a history that has none."""


def body(query: ScrubbedQuery) -> dict[str, Json]:
    """The request's body. Raises Unsayable."""
    payload = query.payload
    only_fields(payload, WRITTEN)
    names: dict[str, Json] = {}  # of the calls so far: a result names its function here, not its call
    words = Words(_texts, partial(_call, names), partial(_result, names), "model", _attached)
    system, said = turns(payload.get("messages"), words)
    made: dict[str, Json] = {"contents": [{"role": role, "parts": parts} for role, parts in said]}
    if system:
        made["system_instruction"] = {"parts": system}
    if declared := [_declared(function) for _, function in functions(payload)]:
        made["tools"] = [{"function_declarations": [*declared]}]
        if calling := _calling(payload.get("tool_choice")):
            made["tool_config"] = {"function_calling_config": calling}
    if config := _config(payload):
        made["generation_config"] = config
    return made


def _config(payload: dict[str, Json]) -> dict[str, Json]:
    made = {theirs: payload[ours] for ours, theirs in CONFIG.items() if payload.get(ours) is not None}
    if stop := payload.get("stop"):
        made["stop_sequences"] = stop if isinstance(stop, list) else [stop]
    if payload.get("response_format") == {"type": "json_object"}:
        made["response_mime_type"] = "application/json"
    elif (schema := shape(payload)) is not None:
        made |= {"response_mime_type": "application/json", "response_json_schema": schema}
    if thought := effort(payload, THOUGHT):
        made["thinking_config"] = thought
    return made


def _texts(content: Json, where: str) -> list[Json]:
    return [{"text": part["text"]} for part in texts(content, where)]


def _attached(part: dict[str, Any], _where: str) -> Json:
    data = data_of(part)
    return {"inline_data": {"mime_type": data.media, "data": data.base64}}


def _call(names: dict[str, Json], call: dict[str, Any], where: str) -> Json:
    args = arguments(call, where)
    name = call["function"].get("name")
    if isinstance(call.get("id"), str):
        names[call["id"]] = name
    return {"function_call": {"name": name, "args": args}, "thought_signature": UNSIGNED}


def _result(names: dict[str, Json], message: dict[str, Any], where: str) -> Json:
    call_id, content = message.get("tool_call_id"), message.get("content")
    if not isinstance(call_id, str) or call_id not in names:
        raise Unsayable(f"`{where}.tool_call_id` must be the id of a call before it.")
    said = content if isinstance(content, str) else "\n".join(part["text"] for part in texts(content, where))
    outcome = "error" if message.get("is_error") is True else "output"
    return {"function_response": {"name": names[call_id], "response": {outcome: said}}}


def _declared(function: dict[str, Any]) -> dict[str, Json]:
    made: dict[str, Json] = {"name": function.get("name")}
    if function.get("description"):
        made["description"] = function["description"]
    if function.get("parameters"):
        made["parameters_json_schema"] = function["parameters"]
    return made


def _calling(asked: Json) -> dict[str, Json]:
    match asked:
        case None:
            return {}
        case "auto" | "none":
            return {"mode": str(asked).upper()}
        case "required":
            return {"mode": "ANY"}
        case {"type": "function", "function": {"name": str(name)}}:
            return {"mode": "ANY", "allowed_function_names": [name]}
    raise Unsayable("`tool_choice` must be auto, required, none, or name a function.")
