"""The Gemini dialect: `generateContent`, plain and streamed as events.

Source of the formats: Google's API reference, v1beta. Used by the app; pure. It takes both spellings of a field, as the
vendor does, and refuses what the API does not know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from mirror_provider import echo
from mirror_provider.asked import Asked, UnreadableError, understood
from mirror_provider.wire import EVENT_STREAM, Reply, Request, as_json

PATH = re.compile(r"(?:/v1|/v1beta)/models/([^/]+):(generateContent|streamGenerateContent)")
FIELDS = frozenset({"contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings"})
STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
MODES = {"ANY": "required", "NONE": "none"}


class Gemini:
    """`/v1/models/{model}:generateContent` and `:streamGenerateContent`."""

    name = "gemini"

    def claims(self, request: Request) -> bool:
        return PATH.fullmatch(request.path) is not None

    def answer(self, request: Request) -> Reply:
        found = PATH.fullmatch(request.path)
        if found is None or request.method != "POST":
            return self.refusal(404, "Requested entity was not found.")
        stream = found[2] == "streamGenerateContent"
        if stream and parse_qs(request.query).get("alt") != ["sse"]:
            return self.refusal(400, "The mirror streams events alone: alt=sse")
        try:
            return _said(understood({**_chat(_fields(request)), "model": unquote(found[1]), "stream": stream}))
        except UnreadableError as unreadable:
            return self.refusal(400, str(unreadable))

    def refusal(self, status: int, message: str) -> Reply:
        error = {"code": status, "message": message, "status": STATUSES.get(status, "INTERNAL")}
        return Reply([as_json({"error": error})], status)


def _fields(request: Request) -> Mapping[str, Any]:
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError):
        raise UnreadableError("Invalid JSON payload received.") from None
    if not isinstance(fields, dict):
        raise UnreadableError("Invalid JSON payload received: it is no object.")
    fields = {_camel(name): value for name, value in fields.items()}
    for name in fields:
        if name not in FIELDS:
            raise UnreadableError(f'Unknown name "{name}": Cannot find field.')
    return fields


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _field(of: Any, name: str) -> Any:
    """A field under either spelling."""
    fields = of if isinstance(of, dict) else {}
    return next((value for key, value in fields.items() if _camel(key) == name), None)


def _chat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same request in the vocabulary that `understood` reads."""
    contents = fields.get("contents")
    if not isinstance(contents, list) or not contents:
        raise UnreadableError("contents is not specified")
    said = [each for content in contents for each in _turn(content)]
    if system := fields.get("systemInstruction"):
        said = [{"role": "system", "content": _field(system, "parts")}, *said]
    declared = [each for tool in fields.get("tools") or [] for each in _field(tool, "functionDeclarations") or []]
    functions = [{"name": each.get("name"), "parameters": _field(each, "parametersJsonSchema")} for each in declared]
    calling = _field(fields.get("toolConfig"), "functionCallingConfig")
    named = _field(calling, "allowedFunctionNames")
    choice = {"function": {"name": named[0]}} if named else MODES.get(str(_field(calling, "mode")), "auto")
    tools = [{"type": "function", "function": function} for function in functions]
    return {"messages": said, "tools": tools, "tool_choice": choice}


def _turn(content: Any) -> Iterator[dict[str, Any]]:
    role, parts = _field(content, "role"), _field(content, "parts")
    if role not in ("user", "model") or not isinstance(parts, list) or not parts:
        raise UnreadableError("Please use a valid role: user, model; and at least one part.")
    texts = []
    for part in parts:
        if answered := _field(part, "functionResponse"):
            if not _field(answered, "name") or not isinstance(_field(answered, "response"), dict):
                raise UnreadableError("function_response needs a name and a response that is an object.")
            yield {"role": "tool", "content": "".join(map(str, answered["response"].values()))}
        elif called := _field(part, "functionCall"):
            if not _field(part, "thoughtSignature") or not isinstance(_field(called, "args"), dict):
                raise UnreadableError("Function call is missing a thought_signature in functionCall parts.")
        elif isinstance(_field(part, "text"), str) or _field(_field(part, "inlineData"), "data"):
            texts.append(part)
        else:
            raise UnreadableError("contents.parts must not be empty.")
    if texts or role == "model":
        yield {"role": "assistant" if role == "model" else "user", "content": texts}


def _said(asked: Asked) -> Reply:
    usage = asked.usage
    counts = {
        "promptTokenCount": usage["prompt_tokens"],
        "candidatesTokenCount": usage["completion_tokens"],
        "totalTokenCount": usage["total_tokens"],
    }
    if asked.tool:
        parts = [{"functionCall": {"name": asked.tool, "args": json.loads(asked.text)}, "thoughtSignature": "c2lnbmVk"}]
    else:
        parts = [{"text": piece} for piece in (echo.pieces(asked.text) if asked.stream else [asked.text])]
    if not asked.stream:
        return Reply([as_json(_answer(asked, parts, "STOP") | {"usageMetadata": counts})], model=asked.model)
    answers = [_answer(asked, [part], None) for part in parts]
    answers.append(_answer(asked, [], "STOP") | {"usageMetadata": counts})
    events = [b"data: %b\r\n\r\n" % as_json(answer) for answer in answers]
    return Reply(events, content_type=EVENT_STREAM, model=asked.model)


def _answer(asked: Asked, parts: list[dict[str, Any]], reason: str | None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
    if reason:
        candidate["finishReason"] = reason
    return {"candidates": [candidate], "modelVersion": asked.model}
