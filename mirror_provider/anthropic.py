"""The Anthropic dialect: the Messages API, plain and streamed.

Source of the formats: Anthropic's API reference (Messages, streaming events, errors). Used by the app; pure.
Stricter than the others, as the vendor is: what the API does not know is refused, so that a client's slip shows here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from mirror_provider import echo, thinking
from mirror_provider.asked import Asked, UnreadableError, understood
from mirror_provider.wire import EVENT_STREAM, Reply, Request, as_json

PATH = "/v1/messages"
ERROR_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
}
FIELDS = frozenset(
    {"model", "messages", "system", "max_tokens", "stream", "stop_sequences", "temperature", "top_p", "top_k"}
) | frozenset({"tools", "tool_choice", "metadata", "thinking", "output_config", "service_tier"})
THOUGHTS = ("thinking", "redacted_thinking")
CHOICES = {"any": "required", "auto": "auto", "none": "none"}

ATTACHED = ("image", "document")


class Anthropic:
    """`/v1/messages`."""

    name = "anthropic"

    def claims(self, request: Request) -> bool:
        return request.path == PATH

    def answer(self, request: Request) -> Reply:
        if request.method != "POST":
            return self.refusal(405, "Method Not Allowed")
        try:
            if "anthropic-version" not in request.headers:
                raise UnreadableError("anthropic-version: header is required")
            fields = _fields(request)
            thinks = thinking.wanted(fields.get("thinking"))
            return _message(understood(_chat(fields, thinks=thinks)), thinks=thinks)
        except UnreadableError as unreadable:
            return self.refusal(400, str(unreadable))

    def refusal(self, status: int, message: str) -> Reply:
        kind = ERROR_TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")
        error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": _name("req")}
        return Reply([as_json(error)], status)


def _fields(request: Request) -> Mapping[str, Any]:
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError):
        raise UnreadableError("The request body is not valid JSON") from None
    if not isinstance(fields, dict):
        raise UnreadableError("The request body is not a JSON object")
    for name in fields:
        if name not in FIELDS:
            raise UnreadableError(f"{name}: Extra inputs are not permitted")
    if not isinstance(fields.get("max_tokens"), int) or fields["max_tokens"] < 1:
        raise UnreadableError("max_tokens: Field required")
    return fields


def _chat(fields: Mapping[str, Any], *, thinks: bool) -> dict[str, Any]:
    """The same request in the vocabulary that `understood` reads."""
    messages = fields.get("messages")
    if not isinstance(messages, list):
        raise UnreadableError("messages: Field required")
    said = [{"role": "system", "content": fields["system"]}] if fields.get("system") else []
    for index, message in enumerate(messages):
        said += _said(message, f"messages.{index}")
    if thinks and said and said[-1]["role"] == "tool":
        _has_thought(messages)
    tools = fields.get("tools") or []
    if not isinstance(tools, list) or not all(isinstance(tool, dict) and "input_schema" in tool for tool in tools):
        raise UnreadableError("tools: input_schema: Field required")
    functions = [{"name": tool.get("name"), "parameters": tool["input_schema"]} for tool in tools]
    choice = fields.get("tool_choice") or {"type": "auto"}
    named = choice.get("type") == "tool"
    return {
        "model": fields.get("model"),
        "messages": said,
        "tools": [{"type": "function", "function": function} for function in functions],
        "tool_choice": {"function": {"name": choice.get("name")}} if named else CHOICES.get(str(choice.get("type"))),
        "stream": fields.get("stream"),
    }


def _has_thought(messages: list[Any]) -> None:
    """The turn that called the tool begins with a thought."""
    called = next((message["content"] for message in reversed(messages) if message["role"] == "assistant"), None)
    if not isinstance(called, list) or called[0].get("type") not in THOUGHTS:
        raise UnreadableError(
            "messages: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a "
            "final `assistant` message must start with a thinking block"
        )


def _said(message: Any, where: str) -> Iterator[dict[str, Any]]:
    """One message as the several that its tool results make of it."""
    if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
        raise UnreadableError(f"{where}.role: Input should be 'user' or 'assistant'")
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(blocks, list) or not blocks:
        raise UnreadableError(f"{where}.content: Input should be a valid string or a non-empty list")
    texts = []
    for block in blocks:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "text" and block.get("text"):
            texts.append(block)
        elif kind == "tool_result" and message["role"] == "user":
            yield {"role": "tool", "content": block.get("content")}
        elif kind in ATTACHED and message["role"] == "user" and block.get("source", {}).get("type") == "base64":
            texts.append(block)  # which says nothing that could be said again
        elif kind in THOUGHTS and message["role"] == "assistant":
            thinking.check(block)
        elif kind != "tool_use" or message["role"] != "assistant" or not isinstance(block.get("input"), dict):
            raise UnreadableError(f"{where}.content: Input tag {kind!r} found using 'type' is not expected here")
    if texts or message["role"] == "assistant":
        yield {"role": message["role"], "content": texts}


def _message(asked: Asked, *, thinks: bool) -> Reply:
    head: dict[str, Any] = {"id": _name("msg"), "type": "message", "role": "assistant", "model": asked.model}
    counts = {"input_tokens": asked.usage["prompt_tokens"], "output_tokens": asked.usage["completion_tokens"]}
    reason = "tool_use" if asked.tool else "end_turn"
    if asked.stream:
        begun: dict[str, Any] = {
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {**counts, "output_tokens": 1},
        }
        end = {"stop_reason": reason, "stop_sequence": None}
        events = [
            {"type": "message_start", "message": {**head, **begun}},
            *(_thought(asked) if thinks else ()),
            *_block(asked, int(thinks)),
            {"type": "message_delta", "delta": end, "usage": {"output_tokens": counts["output_tokens"]}},
            {"type": "message_stop"},
        ]
        pieces = [b"event: %b\ndata: %b\n\n" % (str(event["type"]).encode(), as_json(event)) for event in events]
        return Reply(pieces, content_type=EVENT_STREAM, model=asked.model)
    block = _opened(asked) | ({"input": json.loads(asked.text)} if asked.tool else {"text": asked.text})
    blocks = [*([thinking.thought_of(asked.text)] if thinks else []), block]
    whole = {**head, "content": blocks, "stop_reason": reason, "stop_sequence": None, "usage": counts}
    return Reply([as_json(whole)], model=asked.model)


def _thought(asked: Asked) -> Iterator[dict[str, Any]]:
    """The events of the thought before an answer; one that is kept secret comes whole."""
    thought = thinking.thought_of(asked.text)
    shown = thought["type"] == "thinking"
    opened = {"type": "thinking", "thinking": "", "signature": ""} if shown else thought
    yield {"type": "content_block_start", "index": 0, "content_block": opened}
    if shown:
        for piece in echo.pieces(thought["thinking"]):
            said = {"type": "thinking_delta", "thinking": piece}
            yield {"type": "content_block_delta", "index": 0, "delta": said}
        signed = {"type": "signature_delta", "signature": thought["signature"]}
        yield {"type": "content_block_delta", "index": 0, "delta": signed}
    yield {"type": "content_block_stop", "index": 0}


def _block(asked: Asked, index: int) -> Iterator[dict[str, Any]]:
    """The events of the block that answers, with a ping among them."""
    yield {"type": "content_block_start", "index": index, "content_block": _opened(asked)}
    yield {"type": "ping"}
    for piece in echo.pieces(asked.text):
        said = (
            {"type": "input_json_delta", "partial_json": piece} if asked.tool else {"type": "text_delta", "text": piece}
        )
        yield {"type": "content_block_delta", "index": index, "delta": said}
    yield {"type": "content_block_stop", "index": index}


def _opened(asked: Asked) -> dict[str, Any]:
    if asked.tool is None:
        return {"type": "text", "text": ""}
    return {"type": "tool_use", "id": _name("toolu"), "name": asked.tool, "input": {}}


def _name(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(8)}"
