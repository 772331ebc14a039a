"""The OpenAI dialect: chat completions, plain and streamed, embeddings, and the list of models.

Source of the formats: OpenAI's API reference (chat, streaming events, embeddings). Used by the app; pure.
Any model name is accepted.
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import shake_256
from struct import pack
from typing import Any

from mirror_provider import echo
from mirror_provider.faults import FAULTS, edits
from mirror_provider.wire import EVENT_STREAM, Reply, Request, as_json

DIMENSIONS = 16
MAX_DIMENSIONS = 4096
MAX_CHOICES = 16
ERROR_TYPES = {401: "authentication_error", 429: "rate_limit_error", 500: "server_error"}


class UnreadableError(ValueError):
    """The call is not one this dialect can answer; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A chat request, understood: what to say, or which tool to call with which arguments."""

    model: str
    text: str
    tool: str | None
    prompt_tokens: int
    choices: int
    stream: bool
    include_usage: bool

    def __repr__(self) -> str:
        return f"Asked({self.model!r}, {len(self.text)} characters)"

    @property
    def usage(self) -> dict[str, int]:
        """Approximate tokens, counted over all choices."""
        said = echo.tokens(self.text) * self.choices
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": said,
            "total_tokens": self.prompt_tokens + said,
        }

    @property
    def finish_reason(self) -> str:
        """Why the answer ends."""
        return "tool_calls" if self.tool else "stop"


class OpenAI:
    """`/v1/chat/completions`, `/v1/embeddings` and `/v1/models`."""

    name = "openai"

    def claims(self, request: Request) -> bool:
        return request.path.startswith("/v1/")

    def answer(self, request: Request) -> Reply:
        try:
            match request.method, request.path:
                case "POST", "/v1/chat/completions":
                    return _chat(understood(_fields(request)))
                case "POST", "/v1/embeddings":
                    return _embeddings(_fields(request))
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


def understood(fields: Mapping[str, Any]) -> Asked:
    """Read a chat request.

    With tools, and a user's message last, the answer is a call of the named or first tool whose arguments repeat that
    message. After a tool's result it is text: the user's, then the result. Raises `UnreadableError`.
    """
    messages = fields.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(message, dict) for message in messages):
        raise UnreadableError("'messages' must be a non-empty list of objects.")
    texts = [_text(message.get("content")) for message in messages]
    said = next(
        (
            text
            for message, text in zip(reversed(messages), reversed(texts), strict=True)
            if message.get("role") == "user"
        ),
        texts[-1],
    )
    last = messages[-1].get("role")
    tool = _chosen_tool(fields) if last == "user" else None
    model = str(fields.get("model", ""))
    if tool is not None:
        said = json.dumps({_argument(tool): said}, ensure_ascii=False)
    elif last == "tool":
        said = f"{said}\n{texts[-1]}"
    if tool is None and edits(model):
        said = echo.edited(said)
    choices = fields.get("n") or 1
    if not isinstance(choices, int) or not 1 <= choices <= MAX_CHOICES:
        raise UnreadableError(f"'n' must be a whole number from 1 to {MAX_CHOICES}.")
    options = fields.get("stream_options")
    return Asked(
        model=model,
        text=said,
        tool=str(tool.get("name", "")) if tool else None,
        prompt_tokens=sum(map(echo.tokens, texts)),
        choices=choices,
        stream=fields.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
    )


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))


def _chosen_tool(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The `function` of the tool to call: the one `tool_choice` names, else the first; none when it says so."""
    tools = fields.get("tools") or []
    choice = fields.get("tool_choice")
    if choice == "none" or not isinstance(tools, list):
        return None
    functions = [
        tool["function"] for tool in tools if isinstance(tool, dict) and isinstance(tool.get("function"), dict)
    ]
    wanted = (
        choice["function"].get("name")
        if isinstance(choice, dict) and isinstance(choice.get("function"), dict)
        else None
    )
    return next((function for function in functions if wanted in (None, function.get("name"))), None)


def _argument(tool: Mapping[str, Any]) -> str:
    """The name of the tool's first string parameter, or `text`."""
    parameters = tool.get("parameters")
    properties = parameters.get("properties") if isinstance(parameters, dict) else None
    named = properties.items() if isinstance(properties, dict) else ()
    return next((name for name, kind in named if isinstance(kind, dict) and kind.get("type") == "string"), "text")


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


def _embeddings(fields: Mapping[str, Any]) -> Reply:
    given = fields.get("input")
    inputs = given if isinstance(given, list) and not all(isinstance(item, int) for item in given) else [given]
    if given in (None, "", []) or not all(isinstance(item, str | list) for item in inputs):
        raise UnreadableError("'input' must be a text, a list of texts, or lists of token numbers.")
    size = fields.get("dimensions") or DIMENSIONS
    if not isinstance(size, int) or not 1 <= size <= MAX_DIMENSIONS:
        raise UnreadableError(f"'dimensions' must be a whole number from 1 to {MAX_DIMENSIONS}.")
    packed = fields.get("encoding_format") == "base64"
    texts = [item if isinstance(item, str) else json.dumps(item) for item in inputs]
    vectors = (vector(text, size) for text in texts)
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": b64encode(pack(f"<{size}f", *values)).decode() if packed else values,
        }
        for index, values in enumerate(vectors)
    ]
    counted = sum(map(echo.tokens, texts))
    usage = {"prompt_tokens": counted, "total_tokens": counted}
    model = str(fields.get("model", ""))
    return Reply([as_json({"object": "list", "data": data, "model": model, "usage": usage})], model=model)


def vector(text: str, size: int) -> list[float]:
    """A unit vector that is the same for the same text and unrelated for any other; it knows nothing of meaning."""
    digest = shake_256(text.encode("utf-8", "surrogatepass")).digest(size)
    raw = [byte - 127.5 for byte in digest]
    length = sum(value * value for value in raw) ** 0.5
    return [value / length for value in raw]


def _models() -> dict[str, Any]:
    names = ["openai", *(f"openai-{word}" for word in FAULTS)]
    return {
        "object": "list",
        "data": [{"id": name, "object": "model", "created": 0, "owned_by": "mirror"} for name in names],
    }
