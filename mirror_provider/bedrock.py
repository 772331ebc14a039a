"""The Bedrock dialect: Converse, plain and streamed in AWS' binary frames.

Source of the formats: Amazon Bedrock's API reference, "Converse" and "ConverseStream"; "Event stream encoding" of the
Smithy specification. Used by the app; pure. It refuses what the API does not know, and looks at no signature.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from mirror_provider import echo
from mirror_provider.asked import Asked, UnreadableError, understood
from mirror_provider.wire import FRAMES, Reply, Request, as_json

PATH = re.compile(r"(?:/v1)?/model/(.+)/(converse|converse-stream)")
FIELDS = frozenset({"messages", "system", "inferenceConfig", "toolConfig", "outputConfig"})
ERRORS = {401: "UnrecognizedClientException", 403: "AccessDeniedException", 404: "ResourceNotFoundException"} | {
    429: "ThrottlingException"
}
CHOICES = {"any": "required", "auto": "auto"}


class Bedrock:
    """`/model/{id}/converse` and `/model/{id}/converse-stream`."""

    name = "bedrock"

    def claims(self, request: Request) -> bool:
        return PATH.fullmatch(request.path) is not None

    def answer(self, request: Request) -> Reply:
        found = PATH.fullmatch(request.path)
        if found is None or request.method != "POST":
            return self.refusal(404, "Unknown operation")
        try:
            asked = {**_chat(_fields(request)), "model": unquote(found[1]), "stream": found[2] == "converse-stream"}
            return _said(understood(asked))
        except UnreadableError as unreadable:
            return self.refusal(400, str(unreadable))

    def refusal(self, status: int, message: str) -> Reply:
        kind = ERRORS.get(status, "ValidationException" if status < 500 else "InternalServerException")
        return Reply([as_json({"message": message})], status, headers=(("x-amzn-ErrorType", kind),))


def _fields(request: Request) -> Mapping[str, Any]:
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError):
        raise UnreadableError("The request body is not JSON.") from None
    if not isinstance(fields, dict):
        raise UnreadableError("The request body is not a JSON object.")
    for name in fields:
        if name not in FIELDS:
            raise UnreadableError(f"#: extraneous key [{name}] is not permitted")
    return fields


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _chat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same request in the vocabulary that `understood` reads."""
    messages = fields.get("messages")
    if not isinstance(messages, list) or not messages:
        raise UnreadableError("A conversation must have messages.")
    if _object(messages[0]).get("role") != "user":
        raise UnreadableError("A conversation must start with a user message.")
    said = [each for at, message in enumerate(messages) for each in _turn(message, f"messages.{at}")]
    if system := fields.get("system"):
        said = [{"role": "system", "content": system}, *said]
    config = _object(fields.get("toolConfig"))
    specs = [_object(_object(tool).get("toolSpec")) for tool in config.get("tools") or []]
    if not all(isinstance(_object(spec.get("inputSchema")).get("json"), dict) for spec in specs):
        raise UnreadableError("toolConfig.tools: every toolSpec needs an inputSchema.json")
    functions = [{"name": spec.get("name"), "parameters": spec["inputSchema"]["json"]} for spec in specs]
    (choice,) = _object(config.get("toolChoice")) or ("auto",)
    named = _object(_object(config.get("toolChoice")).get("tool")).get("name")
    return {
        "messages": said,
        "tools": [{"type": "function", "function": function} for function in functions],
        "tool_choice": {"function": {"name": named}} if named else CHOICES.get(choice, "auto"),
    }


def _turn(message: Any, where: str) -> Iterator[dict[str, Any]]:
    """One message as the several that its tool results make of it."""
    role, content = _object(message).get("role"), _object(message).get("content")
    if role not in ("user", "assistant") or not isinstance(content, list) or not content:
        raise UnreadableError(f"{where}: a role, user or assistant, and a list of content are needed.")
    texts = []
    for block in content:
        result, used = _object(_object(block).get("toolResult")), _object(_object(block).get("toolUse"))
        attached = _object(_object(block).get("image") or _object(block).get("document"))
        is_attached = role == "user" and _object(attached.get("source")).get("bytes")
        if is_attached or (isinstance(block, dict) and isinstance(block.get("text"), str) and block["text"]):
            texts.append(block)
        elif result.get("toolUseId") and role == "user" and isinstance(result.get("content"), list):
            yield {"role": "tool", "content": result["content"]}
        elif not used.get("toolUseId") or role != "assistant" or not isinstance(used.get("input"), dict):
            raise UnreadableError(f"{where}.content: a block that this API does not know, or an empty one.")
    if texts or role == "assistant":
        yield {"role": role, "content": texts}


def _said(asked: Asked) -> Reply:
    usage = asked.usage
    counts = {
        "inputTokens": usage["prompt_tokens"],
        "outputTokens": usage["completion_tokens"],
        "totalTokens": usage["total_tokens"],
    }
    told = {"usage": counts, "metrics": {"latencyMs": 1}}
    reason = "tool_use" if asked.tool else "end_turn"
    tool = {"toolUseId": "tooluse_mirror", "name": asked.tool}
    if asked.stream:
        events: list[tuple[str, dict[str, Any]]] = [
            ("messageStart", {"role": "assistant"}),
            *([("contentBlockStart", {"start": {"toolUse": tool}, "contentBlockIndex": 0})] if asked.tool else []),
            *(("contentBlockDelta", _delta(piece, asked)) for piece in echo.pieces(asked.text)),
            ("contentBlockStop", {"contentBlockIndex": 0}),
            ("messageStop", {"stopReason": reason}),
            ("metadata", told),
        ]
        return Reply([_frame(*event) for event in events], content_type=FRAMES, model=asked.model)
    block = {"toolUse": {**tool, "input": json.loads(asked.text)}} if asked.tool else {"text": asked.text}
    output = {"message": {"role": "assistant", "content": [block]}}
    return Reply([as_json({"output": output, "stopReason": reason, **told})], model=asked.model)


def _delta(piece: str, asked: Asked) -> dict[str, Any]:
    delta = {"toolUse": {"input": piece}} if asked.tool else {"text": piece}
    return {"delta": delta, "contentBlockIndex": 0}


def _frame(kind: str, event: Mapping[str, Any]) -> bytes:
    """One message: lengths, their checksum, headers, payload, the checksum of it all."""
    told = ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event"))
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in told
    )
    payload = as_json(event)
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    whole = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return whole + struct.pack(">I", zlib.crc32(whole))
