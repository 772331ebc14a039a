"""A request of OpenAI's Responses API as a chat request in the common language.

Called by the door `responses`. Pure. What cannot be said in a chat, or would have to be stored here, is refused:
nothing that was asked for vanishes. Source: OpenAI's API reference, "Create a model response".
"""

from __future__ import annotations

from typing import Any

from web_server.errors import ApiError
from web_server.query import Json, Spot
from web_server.routes import openai_words

STORED = "nothing is stored here; send the whole conversation as `input`"
REFUSED = {
    "previous_response_id": STORED,
    "conversation": STORED,
    "store": "nothing is stored here; leave it out, or send false",
    "background": "nothing is stored here, so there would be nothing to fetch later",
    "prompt": "prompts are not stored here; send `instructions` and `input`",
    "context_management": STORED,
    "top_logprobs": "token probabilities cannot be restored",
    "max_tool_calls": "there are no built-in tools here",
    "moderation": "it would look at what the caller does not get to see",
}
SAME = ("temperature", "top_p", "parallel_tool_calls", "service_tier", "prompt_cache_retention")
"""Fields that chat has too, under the same names."""
LINKING = frozenset({"user", "safety_identifier", "prompt_cache_key", "metadata"})
"""They would tell a provider which queries are one caller's; left out, as at every door."""
READ = frozenset({"input", "instructions", "max_output_tokens", "reasoning", "text", "tools", "tool_choice", "include"})
ROLES = ("user", "assistant", "system", "developer")
TEXTS = ("input_text", "output_text", "text")


def payload(fields: dict[str, Any]) -> tuple[dict[str, Json], list[Spot]]:
    """The chat request, and where its messages stand in this one. Raises ApiError.

    `model`, `stream` and `stream_options` were taken out before.
    """
    openai_words.refused(fields, REFUSED)
    if fields.get("truncation") not in (None, "disabled"):
        raise _wrong("`truncation` is `disabled` here: what is sent is not shortened")
    if any(name != "reasoning.encrypted_content" for name in _list(fields, "include")):
        raise _wrong("`include` asks for what no answer here has")
    known = READ | LINKING | {*SAME, *REFUSED, "truncation"}
    if any(name not in known and value is not None for name, value in fields.items()):
        raise _wrong("there is a field that this door does not know")
    _object(fields, "metadata")  # goes back to the caller and no further
    openai_words.numbers(fields)
    openai_words.strings(fields, "service_tier", "prompt_cache_retention")
    if not isinstance(fields.get("parallel_tool_calls"), bool | None):
        raise _wrong("`parallel_tool_calls` is true or false")
    turns = _turns(fields)
    made: dict[str, Json] = {"messages": [*turns.made]}
    made |= {name: fields[name] for name in SAME if fields.get(name) is not None}
    if (most := fields.get("max_output_tokens")) is not None:
        made["max_tokens"] = most
    reasoning = _object(fields, "reasoning")
    openai_words.strings(reasoning, "effort", "summary", "generate_summary", where="reasoning.")
    if (effort := reasoning.get("effort")) is not None:
        made["reasoning_effort"] = effort
    made |= _text(_object(fields, "text"))
    if tools := _list(fields, "tools"):
        made["tools"] = [_tool(tool, index) for index, tool in enumerate(tools)]
    if (choice := fields.get("tool_choice")) is not None:
        made["tool_choice"] = _tool_choice(choice)
    return made, turns.spots


def _turns(fields: dict[str, Any]) -> _Turns:
    """The conversation: the instructions, then the items. Raises ApiError."""
    given, instructions = fields.get("input"), fields.get("instructions")
    if instructions is not None and not isinstance(instructions, str):
        raise _wrong("`instructions` is a text")
    turns = _Turns()
    if instructions:
        turns.add({"role": "system", "content": instructions}, "instructions")
    if isinstance(given, str) and given:
        turns.add({"role": "user", "content": given}, "input")
    elif isinstance(given, list) and given:
        for index, item in enumerate(given):
            _item(item, f"input[{index}]", turns)
        if len(turns.made) == bool(instructions):
            raise _wrong("`input` says nothing that could be answered")
    else:
        raise _wrong("`input` is a text, or a list with at least one item")
    return turns


class _Turns:
    """Messages in the making: a model's text and its calls of one turn are one message."""

    def __init__(self) -> None:
        self.made: list[dict[str, Json]] = []
        self.spots: list[Spot] = []

    def add(self, message: dict[str, Json], where: str) -> None:
        self.made.append(message)
        self.spots.append(Spot(where))

    def call(self, call: Json, where: str) -> None:
        if not self.made or self.made[-1]["role"] != "assistant":
            self.add({"role": "assistant", "content": None}, where)
        calls = self.made[-1].setdefault("tool_calls", [])
        assert isinstance(calls, list)
        calls.append(call)


def _item(item: Any, where: str, turns: _Turns) -> None:
    if not isinstance(item, dict):
        raise _wrong(f"`{where}` is not an object")
    match item.get("type", "message"):
        case "message":
            turns.add(_message(item, where), where)
        case "function_call":
            function: dict[str, Json] = {
                "name": _string(item, "name", where),
                "arguments": _string(item, "arguments", where),
            }
            turns.call({"id": _string(item, "call_id", where), "type": "function", "function": function}, where)
        case "function_call_output":
            turns.add(
                {
                    "role": "tool",
                    "tool_call_id": _string(item, "call_id", where),
                    "content": _content(item.get("output"), f"{where}.output"),
                },
                where,
            )
        case "reasoning":
            # What a model thought is for the turn in which it thought it; chat has no place for it afterwards.
            if item.get("encrypted_content"):
                raise _unreadable(where, "reasoning that is encrypted cannot be protected; leave it out")
        case "item_reference":
            raise _wrong(f"`{where}` refers to an item, and {STORED}")
        case _:
            raise _unreadable(where, "of items, messages, function calls and their outputs can be protected")


def _message(item: dict[str, Any], where: str) -> dict[str, Json]:
    role = item.get("role")
    if role not in ROLES:
        raise _wrong(f"`{where}.role` is user, assistant, system or developer")
    return {"role": role, "content": _content(item.get("content"), f"{where}.content")}


def _content(content: Any, where: str) -> Json:
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not content:
        raise _wrong(f"`{where}` is a text, or a list with at least one part")
    parts = [_part(part, f"{where}[{index}]") for index, part in enumerate(content)]
    only = parts[0]
    return only["text"] if len(parts) == 1 and only["type"] == "text" else [*parts]


def _part(part: Any, where: str) -> dict[str, Json]:
    if not isinstance(part, dict):
        raise _wrong(f"`{where}` is not an object")
    if part.get("type") in TEXTS:
        return {"type": "text", "text": _string(part, "text", where)}
    if part.get("type") == "refusal":
        return {"type": "refusal", "refusal": _string(part, "refusal", where)}
    match {name: value for name, value in part.items() if value is not None}:
        # Whether they may pass is the policy's to say; an address or a stored file's id never may.
        case {"type": "input_image", "image_url": str(url), **more} if url.startswith("data:") and set(more) <= {
            "detail"
        }:
            return {"type": "image_url", "image_url": {"url": url, **more}}
        case {"type": "input_file", "file_data": str(data), **more} if set(more) <= {"filename"}:
            return {"type": "file", "file": {"file_data": data, **more}}
    raise _unreadable(where, "a part that is not text cannot be protected")


def _text(text: dict[str, Any]) -> dict[str, Json]:
    made: dict[str, Json] = {}
    openai_words.strings(text, "verbosity", where="text.")
    if text.get("verbosity") is not None:
        made["verbosity"] = text["verbosity"]
    shape = _object(text, "format", "text.format")
    match shape.get("type", "text"):
        case "text":
            pass
        case "json_object":
            made["response_format"] = {"type": "json_object"}
        case "json_schema":
            schema = {name: value for name, value in shape.items() if name != "type" and value is not None}
            made["response_format"] = {"type": "json_schema", "json_schema": schema}
        case _:
            raise _wrong("`text.format.type` is text, json_object or json_schema")
    return made


def _tool(tool: Any, index: int) -> Json:
    if not isinstance(tool, dict) or tool.get("type") != "function":
        raise _wrong(
            f"`tools[{index}]` is no function: what a built-in tool does would leave through another door. "
            "Offer functions, and call them yourself"
        )
    _string(tool, "name", f"tools[{index}]")
    names = ("name", "description", "parameters", "strict")
    return {"type": "function", "function": {name: tool[name] for name in names if tool.get(name) is not None}}


def _tool_choice(choice: Any) -> Json:
    match choice:
        case "auto" | "none" | "required":
            return str(choice)
        case {"type": "function", "name": str(name)}:
            return {"type": "function", "function": {"name": name}}
        case {"type": "allowed_tools", "mode": "auto" | "required" as mode, "tools": [*tools]}:
            allowed: list[Json] = []
            for tool in tools:
                match tool:
                    case {"type": "function", "name": str(name)}:
                        allowed.append({"type": "function", "function": {"name": name}})
                    case _:
                        raise _wrong("`tool_choice.tools` names functions")
            return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": allowed}}
    raise _wrong("`tool_choice` is auto, none, required, or names a function")


def _string(item: dict[str, Any], name: str, where: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise _wrong(f"`{where}.{name}` is a text")
    return value


def _object(fields: dict[str, Any], name: str, where: str = "") -> dict[str, Any]:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise _wrong(f"`{where or name}` is an object")
    return value or {}


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    if value is not None and not isinstance(value, list):
        raise _wrong(f"`{name}` is a list")
    return value or []


def _wrong(sentence: str) -> ApiError:
    return ApiError("BAD_REQUEST", f"{sentence[0].upper()}{sentence[1:]}.")


def _unreadable(where: str, sentence: str) -> ApiError:
    return ApiError("UNSUPPORTED_CONTENT", f"`{where}`: {sentence}.", details={"where": where})
