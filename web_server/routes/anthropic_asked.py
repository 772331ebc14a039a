"""A Messages request as Anthropic's clients write it, in the common language.

Called by Anthropic's door. Pure. What this version cannot pass on is refused by name; what is left out links a caller
(`metadata`), is the operator's to decide (`service_tier`), or is a hint that only Anthropic reads.
Never: a value in a message of an error.
Source: Anthropic's API reference, "Create a Message", versions 2023-06-01 and 2026-10-21.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from web_server.errors import ApiError
from web_server.query import Json

LEFT_OUT: Final = frozenset({"model", "stream", "metadata", "service_tier", "cache_control", "user_profile_id"})
SAMPLING: Final = frozenset({"max_tokens", "temperature", "top_p", "top_k"})
WORDS: Final = frozenset({"messages", "system", "stop_sequences", "tools", "tool_choice", "thinking", "output_config"})
NO_TEXT: Final = "it is no text, so it cannot be protected"
ELSEWHERE: Final = "what it does would leave through another door"
REFUSED_BLOCKS: Final[Mapping[str, str]] = {
    "image": NO_TEXT,
    "document": NO_TEXT,
    "container_upload": NO_TEXT,
    "thinking": "this door gives none, and another's signature would not hold",
    "redacted_thinking": "this door gives none, and another's signature would not hold",
}


class Translation:
    """One request on its way into the common language.

    `own`: the provider speaks Anthropic's API itself, so that its hints (`cache_control`, `is_error`) have a reader.
    """

    def __init__(self, *, own: bool) -> None:
        self._own = own

    def payload(self, fields: Mapping[str, Any]) -> dict[str, Json]:
        """The chat request that says what `fields` say. Raises ApiError BAD_REQUEST or UNSUPPORTED_CONTENT."""
        for name, value in fields.items():
            if name not in LEFT_OUT | SAMPLING | WORDS and value is not None:
                known = name if name in {"container", "mcp_servers", "context_management", "inference_geo"} else None
                raise _wrong(known or "A field of the request", "it is not supported here")
        made: dict[str, Json] = {"messages": self._messages(fields)}
        made |= {name: fields[name] for name in sorted(SAMPLING) if fields.get(name) is not None}
        thinking = fields.get("thinking")
        if thinking is not None and _object(thinking, "thinking").get("type") != "disabled":
            raise _wrong("thinking", "its signature would not hold once real values are back; leave it out")
        if (stop := fields.get("stop_sequences")) not in (None, []):
            made["stop"] = [_string(each, "stop_sequences") for each in _list(stop, "stop_sequences")]
        if (tools := fields.get("tools")) not in (None, []):
            made["tools"] = [self._tool(tool, f"tools[{at}]") for at, tool in enumerate(_list(tools, "tools"))]
        choice = _choice(fields.get("tool_choice"))
        if "tools" in made:
            made |= choice
        return made | _config(fields.get("output_config"))

    def _messages(self, fields: Mapping[str, Any]) -> list[Json]:
        given = fields.get("messages")
        if not isinstance(given, list) or not given:
            raise _wrong("messages", "it must be a list with at least one message")
        made: list[Json] = []
        if (system := fields.get("system")) not in (None, "", []):
            made.append({"role": "system", "content": self._said(_blocks(system, "system"), "system")})
        for at, message in enumerate(given):
            made += self._message(message, f"messages[{at}]")
        return made

    def _message(self, message: Json, where: str) -> list[Json]:
        turn = _object(message, where)
        role, blocks = turn.get("role"), _blocks(turn.get("content"), f"{where}.content")
        match role:
            case "user":
                return self._user(blocks, f"{where}.content")
            case "assistant":
                return [self._assistant(blocks, f"{where}.content")]
            case "system":
                return [{"role": role, "content": self._said(blocks, f"{where}.content")}]
        raise _wrong(f"{where}.role", "it must be `user`, `assistant` or `system`")

    def _user(self, blocks: list[dict[str, Any]], where: str) -> list[Json]:
        """Results of tools, each a message of its own, and before them nothing: then what the user says."""
        made: list[Json] = []
        texts = []
        for at, block in enumerate(blocks):
            if block.get("type") == "tool_result":
                made.append(self._result(block, f"{where}[{at}]"))
            else:
                texts.append(block)
        if texts or not made:
            made.append({"role": "user", "content": self._said(texts, where)})
        return made

    def _result(self, block: dict[str, Any], where: str) -> Json:
        _only(block, {"tool_use_id", "content", "is_error", "cache_control"}, where)
        content = block.get("content")
        blocks = _blocks([] if content is None else content, f"{where}.content")
        text = "\n".join(_text(each, f"{where}.content[{at}]") for at, each in enumerate(blocks))
        made: dict[str, Json] = {
            "role": "tool",
            "tool_call_id": _string(block.get("tool_use_id"), f"{where}.tool_use_id"),
            "content": text,
        }
        if block.get("is_error") is True:
            if self._own:
                made["is_error"] = True
            elif not text.lower().startswith("error"):
                made["content"] = f"Error: {text}"
        return made | self._cached(block)

    def _assistant(self, blocks: list[dict[str, Any]], where: str) -> Json:
        """Its texts are one, as it wrote them: then they are known again."""
        texts, calls = [], []
        for at, block in enumerate(blocks):
            if block.get("type") == "tool_use":
                calls.append(self._call(block, f"{where}[{at}]"))
            else:
                texts.append({**block, "citations": None})
        made: dict[str, Json] = {"role": "assistant", "content": None}
        if texts:
            said = self._said(texts, where)
            marked = isinstance(said, list) and any("cache_control" in part for part in said if isinstance(part, dict))
            made["content"] = said if marked else "".join(_text(each, where) for each in texts)
        if calls:
            made["tool_calls"] = [*calls]
        return made

    def _call(self, block: dict[str, Any], where: str) -> Json:
        _only(block, {"id", "name", "input", "cache_control", "caller"}, where)
        arguments = json.dumps(_object(block.get("input"), f"{where}.input"), ensure_ascii=False)
        function: dict[str, Json] = {"name": _string(block.get("name"), f"{where}.name"), "arguments": arguments}
        call_id = _string(block.get("id"), f"{where}.id")
        return {"id": call_id, "type": "function", "function": function, **self._cached(block)}

    def _said(self, blocks: list[dict[str, Any]], where: str) -> Json:
        """One text as it is, several as parts."""
        parts: list[Json] = []
        for at, block in enumerate(blocks):
            if (attached := _attached(block)) is not None:
                parts.append(attached)
                continue
            text = _text(block, f"{where}[{at}]")
            parts.append({"type": "text", "text": text, **self._cached(block)})
        match parts:
            case []:
                return ""
            case [{"text": only, **more}] if set(more) == {"type"}:
                return only
        return parts

    def _tool(self, tool: Json, where: str) -> Json:
        given = _object(tool, where)
        if given.get("type") not in (None, "custom"):
            raise _wrong(f"{where}.type", f"a tool of the vendor's own is not supported: {ELSEWHERE}")
        # Who may call it and how its input is streamed are hints; `defer_loading` is for a search that is not offered.
        hints = {"cache_control", "allowed_callers", "eager_input_streaming", "defer_loading"}
        _only(given, {"name", "description", "input_schema", "strict", *hints}, where)
        if not isinstance(given.get("description"), str | None) or not isinstance(given.get("strict"), bool | None):
            raise _wrong(where, "`description` must be text, and `strict` true or false")
        function: dict[str, Json] = {
            "name": _string(given.get("name"), f"{where}.name"),
            "parameters": _object(given.get("input_schema"), f"{where}.input_schema"),
        }
        function |= {name: given[name] for name in ("description", "strict") if given.get(name)}
        return {"type": "function", "function": function, **self._cached(given)}

    def _cached(self, block: Mapping[str, Any]) -> dict[str, Json]:
        mark = block.get("cache_control")
        if not self._own or not isinstance(mark, dict):
            return {}
        ttl: dict[str, Json] = {"ttl": mark["ttl"]} if mark.get("ttl") in ("5m", "1h") else {}
        return {"cache_control": {"type": "ephemeral", **ttl}}


def _choice(asked: Json) -> dict[str, Json]:
    if asked is None:
        return {}
    choice = _object(asked, "tool_choice")
    made: dict[str, Json] = {"parallel_tool_calls": False} if choice.get("disable_parallel_tool_use") else {}
    match choice.get("type"):
        case "auto" | "none" as word:
            return made | {"tool_choice": word}
        case "any":
            return made | {"tool_choice": "required"}
        case "tool":
            name = _string(choice.get("name"), "tool_choice.name")
            return made | {"tool_choice": {"type": "function", "function": {"name": name}}}
    raise _wrong("tool_choice.type", "it must be `auto`, `any`, `tool` or `none`")


def _config(asked: Json) -> dict[str, Json]:
    made: dict[str, Json] = {}
    config = _object({} if asked is None else asked, "output_config")
    _only(config, {"effort", "format"}, "output_config")
    if (effort := config.get("effort")) is not None:
        made["reasoning_effort"] = _string(effort, "output_config.effort")
    if (asked_shape := config.get("format")) is not None:
        shape = _object(asked_shape, "output_config.format")
        if shape.get("type") != "json_schema":
            raise _wrong("output_config.format.type", "it must be `json_schema`")
        schema = _object(shape.get("schema"), "output_config.format.schema")
        named: dict[str, Json] = {"name": "answer", "strict": True, "schema": schema}
        made["response_format"] = {"type": "json_schema", "json_schema": named}
    return made


def _blocks(content: Json, where: str) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [_object(block, f"{where}[{at}]") for at, block in enumerate(_list(content, where))]


def _attached(block: dict[str, Any]) -> dict[str, Json] | None:
    """A picture or a document that is there itself; whether it may pass is the policy's to say. None: no such block."""
    match {name: value for name, value in block.items() if value is not None and name != "cache_control"}:
        case {
            "type": "image" | "document" as kind,
            "source": {"type": "base64", "media_type": str(media), "data": str(data)} as source,
            **more,
        } if len(source) == 3:
            url = f"data:{media};base64,{data}"
            if kind == "image" and not more:
                return {"type": "image_url", "image_url": {"url": url}}
            if kind == "document" and set(more) <= {"title"}:
                return {"type": "file", "file": {"file_data": url, **({"filename": more["title"]} if more else {})}}
    return None


def _text(block: dict[str, Any], where: str) -> str:
    """The text of a block that is one. Raises ApiError."""
    kind = block.get("type")
    if kind != "text":
        known = kind if isinstance(kind, str) and kind in REFUSED_BLOCKS else None
        why = REFUSED_BLOCKS[known] if known else "it is not supported here"
        said = f"a block of the type `{known}`" if known else "a block that is no text"
        raise ApiError("UNSUPPORTED_CONTENT", f"`{where}` is {said}: {why}.", details={"where": where})
    _only(block, {"text", "cache_control"}, where)
    return _string(block.get("text"), f"{where}.text")


def _only(block: Mapping[str, Any], known: set[str], where: str) -> None:
    if any(name not in known and name != "type" and value not in (None, [], {}) for name, value in block.items()):
        raise _wrong(f"A field of {where}", "it is not supported here")


def _object(value: Json, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "it must be an object")
    return value


def _list(value: Json, where: str) -> list[Json]:
    if not isinstance(value, list):
        raise _wrong(where, "it must be text or a list")
    return value


def _string(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, "it must be text")
    return value


def _wrong(where: str, why: str) -> ApiError:
    return ApiError("BAD_REQUEST", f"`{where}`: {why}.")
