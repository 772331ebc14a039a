"""The OpenAI dialect: chat and completions, plain and streamed, embeddings, and the list of models.

Source of the formats: OpenAI's API reference (chat, streaming events, embeddings). Used by the app; pure.
Any model name is accepted.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any

from mirror_provider import echo
from mirror_provider.asked import Asked, UnreadableError, understood
from mirror_provider.embeddings import embeddings
from mirror_provider.faults import FAULTS
from mirror_provider.wire import EVENT_STREAM, Reply, Request, as_json

ERROR_TYPES = {401: "authentication_error", 429: "rate_limit_error", 500: "server_error"}


class OpenAI:
    """`/v1/chat/completions`, `/v1/completions`, `/v1/embeddings` and `/v1/models`."""

    name = "openai"

    def claims(self, request: Request) -> bool:
        return request.path.startswith("/v1/")

    def answer(self, request: Request) -> Reply:
        try:
            match request.method, request.path:
                case "POST", "/v1/chat/completions":
                    return _chat(understood(_fields(request)))
                case "POST", "/v1/completions":
                    return _completions(_fields(request))
                case "POST", "/v1/embeddings":
                    answer = embeddings(_fields(request))
                    return Reply([as_json(answer)], model=answer["model"])
                case "GET", "/v1/models":
                    return Reply([as_json(_models())])
                case _:
                    return self.refusal(404, f"Invalid URL ({request.method} {request.path})")
        except UnreadableError as unreadable:
            return self.refusal(400, str(unreadable))

    def refusal(self, status: int, message: str) -> Reply:
        kind = ERROR_TYPES.get(status, "invalid_request_error")
        return Reply([as_json({"error": {"message": message, "type": kind, "param": None, "code": None}})], status)


def _fields(request: Request) -> Mapping[str, Any]:
    if request.method == "GET":
        return {}
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError):
        raise UnreadableError("We could not parse the JSON body of your request.") from None
    if not isinstance(fields, dict):
        raise UnreadableError("The body of your request must be a JSON object.")
    return fields


def _chat(asked: Asked) -> Reply:
    head = {"id": f"chatcmpl-{secrets.token_hex(8)}", "created": int(time.time()), "model": asked.model}
    if asked.stream:
        events = [b"data: %b\n\n" % as_json({**head, **event}) for event in _events(asked)]
        return Reply([*events, b"data: [DONE]\n\n"], content_type=EVENT_STREAM, model=asked.model)
    choices = [
        {"index": index, "message": _message(asked), "logprobs": None, "finish_reason": asked.finish_reason}
        for index in range(asked.choices)
    ]
    whole = {**head, "object": "chat.completion", "choices": choices, "usage": asked.usage}
    return Reply([as_json(whole)], model=asked.model)


def _completions(fields: Mapping[str, Any]) -> Reply:
    """A prompt is answered as a chat of one message would be, in the older shape."""
    prompt = fields.get("prompt")
    if not isinstance(prompt, str):
        raise UnreadableError("'prompt' must be a text.")
    asked = understood({**fields, "messages": [{"role": "user", "content": prompt}], "tools": None})
    head = {"id": f"cmpl-{secrets.token_hex(8)}", "created": int(time.time()), "model": asked.model}

    def event(text: str, index: int, reason: str | None, **more: Any) -> dict[str, Any]:
        choice = {"text": text, "index": index, "logprobs": None, "finish_reason": reason}
        return {**head, "object": "text_completion", "choices": [choice], **more}

    everyone = range(asked.choices)
    if not asked.stream:
        choices = [event(asked.text, index, asked.finish_reason)["choices"][0] for index in everyone]
        return Reply([as_json({**event("", 0, None), "choices": choices, "usage": asked.usage})], model=asked.model)
    said = [event(piece, index, None) for piece in echo.pieces(asked.text) for index in everyone]
    said += [event("", index, asked.finish_reason) for index in everyone]
    if asked.include_usage:
        said.append({**event("", 0, None), "choices": [], "usage": asked.usage})
    events = [b"data: %b\n\n" % as_json(each) for each in said]
    return Reply([*events, b"data: [DONE]\n\n"], content_type=EVENT_STREAM, model=asked.model)


def _message(asked: Asked) -> dict[str, Any]:
    if asked.tool is None:
        return {"role": "assistant", "content": asked.text, "refusal": None}
    call = {"id": f"call_{secrets.token_hex(8)}", "type": "function"}
    function = {"name": asked.tool, "arguments": asked.text}
    return {"role": "assistant", "content": None, "refusal": None, "tool_calls": [{**call, "function": function}]}


def _events(asked: Asked) -> Iterator[dict[str, Any]]:
    """The stream's events: the choices take turns, then each ends, then usage where it was asked for."""
    usage: dict[str, Any] = {"usage": None} if asked.include_usage else {}

    def event(delta: dict[str, Any], index: int, reason: str | None = None) -> dict[str, Any]:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}
        return {"object": "chat.completion.chunk", "choices": [choice], **usage}

    everyone = range(asked.choices)
    for index in everyone:
        yield event(_opening(asked), index)
    for piece in echo.pieces(asked.text):
        for index in everyone:
            yield event(_continuation(asked, piece), index)
    for index in everyone:
        yield event({}, index, asked.finish_reason)
    if asked.include_usage:
        yield {"object": "chat.completion.chunk", "choices": [], "usage": asked.usage}


def _opening(asked: Asked) -> dict[str, Any]:
    if asked.tool is None:
        return {"role": "assistant", "content": "", "refusal": None}
    call = {"index": 0, "id": f"call_{secrets.token_hex(8)}", "type": "function"}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{**call, "function": {"name": asked.tool, "arguments": ""}}],
    }


def _continuation(asked: Asked, piece: str) -> dict[str, Any]:
    if asked.tool is None:
        return {"content": piece}
    return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _models() -> dict[str, Any]:
    names = ["openai", *(f"openai-{word}" for word in FAULTS)]
    return {
        "object": "list",
        "data": [{"id": name, "object": "model", "created": 0, "owned_by": "mirror"} for name in names],
    }
