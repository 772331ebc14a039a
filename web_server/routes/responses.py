"""OpenAI's `POST /v1/responses`, plain and streamed, over the same exchange as chat.

Called by unmodified clients with a JWT as their `api_key`. Errors wear OpenAI's envelope, before and inside a stream.
Never keeps a response: what would need one (`previous_response_id`, `store`, `background`) is refused.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.exchange import Reply
from web_server.query import Delta, Json, Query, Usage
from web_server.routes import envelopes, openai_words, responses_input, wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags
from web_server.routes.responses_output import Event, Output, deltas
from web_server.routes.stream import EventStream

router = APIRouter(prefix="/v1", tags=["openai"], route_class=Door)

BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["model", "input"],
                "properties": {
                    "model": {"type": "string", "description": "`provider/model`"},
                    "input": {
                        "oneOf": [
                            {"type": "string", "minLength": 1},
                            {"type": "array", "items": {"type": "object"}, "minItems": 1},
                        ],
                        "description": "A text, or messages, function calls and their outputs.",
                    },
                    "instructions": {"type": "string"},
                    "tools": {"type": "array", "items": {"type": "object"}, "description": "Functions alone."},
                    "stream": {"type": "boolean", "default": False},
                    "store": {"type": "boolean", "enum": [False], "description": "Nothing is stored here."},
                },
                "additionalProperties": True,
                "description": "OpenAI's request of the Responses API; what would need storing is refused.",
            },
            "example": {"model": "mirror/openai", "input": "Write to anna@example.com for me."},
        }
    },
}
INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Why an answer that ended so is not complete."""


@router.post("/responses", summary="A response, as OpenAI's clients ask", openapi_extra={"requestBody": BODY})
async def responses(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    fields: dict[str, Any] = dict(body.fields)
    name, stream = openai_words.named(fields), openai_words.streamed(fields)
    options = fields.pop("stream_options", None)
    if isinstance(options, dict) and options.get("include_obfuscation"):
        raise ApiError("BAD_REQUEST", "`stream_options.include_obfuscation` is not supported.")
    query = Query(
        model=here.exchange.resolve(name),
        payload=responses_input.payload(fields),
        stream=stream,
        flags=flags(request.headers.get("x-privacy")),
        size=body.size,
    )
    if stream:
        reply = await unless_hung_up(request.receive, here.exchange.open(asking, query, resent=True))
        return EventStream(reply, _Events(_Frame(fields, reply)), openai_words.headers(reply))
    reply, answer = await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=True))
    frame = _Frame(fields, reply)
    for delta in deltas(answer.choices[0]):
        frame.output.add(delta)
    frame.usage, frame.reason = answer.usage, answer.choices[0].finish_reason
    return wire.reply(frame.response(frame.ended), headers=openai_words.headers(reply))


@router.get("/responses/{rest:path}", summary="There are no stored responses")
async def fetched(request: Request, rest: str) -> Response:
    """404: nothing is stored here."""
    raise _not_stored(request, rest)


@router.delete("/responses/{rest:path}", summary="There are no stored responses")
async def deleted(request: Request, rest: str) -> Response:
    """404: nothing is stored here."""
    raise _not_stored(request, rest)


def _not_stored(request: Request, _rest: str) -> ApiError:
    caller(request)
    return ApiError("NOT_FOUND", "Responses are not stored here, so none can be fetched or deleted.")


class _Frame:
    """What a response says beside its output, which is mostly what was asked for."""

    def __init__(self, fields: dict[str, Any], reply: Reply) -> None:
        self._fields = fields
        self._reply = reply
        self._id = f"resp_{secrets.token_hex(16)}"
        reasoning = fields.get("reasoning") or {}
        summary = reasoning.get("summary") or reasoning.get("generate_summary")
        self._reasoning: Json = {"effort": reasoning.get("effort"), "summary": summary}
        self.output = Output(summarised=summary is not None)
        self.usage: Usage | None = None
        self.reason: str | None = None

    @property
    def ended(self) -> str:
        """The status of an answer that ended."""
        return "incomplete" if self.reason in INCOMPLETE else "completed"

    def response(self, status: str, error: ApiError | None = None) -> dict[str, Json]:
        """The response as it is now."""
        asked = self._fields
        item_status = status if status in ("completed", "in_progress") else "incomplete"
        text = asked.get("text") or {}
        over = status != "in_progress"
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._reply.created,
            "completed_at": int(time.time()) if status == "completed" else None,
            "status": status,
            "background": False,
            "error": _error(error) if error else None,
            "incomplete_details": {"reason": INCOMPLETE[self.reason or ""]} if status == "incomplete" else None,
            "instructions": asked.get("instructions"),
            "max_output_tokens": asked.get("max_output_tokens"),
            "metadata": asked.get("metadata") or {},
            "model": str(self._reply.model),
            "output": self.output.items(item_status) if over else [],
            "parallel_tool_calls": asked.get("parallel_tool_calls") is not False,
            "previous_response_id": None,
            "reasoning": self._reasoning,
            "service_tier": asked.get("service_tier"),
            "store": False,
            "temperature": asked.get("temperature"),
            "text": {"format": {"type": "text"}, **text},
            "tool_choice": asked.get("tool_choice") or "auto",
            "tools": asked.get("tools") or [],
            "top_p": asked.get("top_p"),
            "truncation": "disabled",
            "usage": _usage(self.usage) if self.usage else None,
            "user": asked.get("user"),
        }


def _usage(usage: Usage) -> Json:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.total_tokens,
    }


def _error(error: ApiError) -> Json:
    code = "rate_limit_exceeded" if error.status == 429 else "server_error"
    return {"code": code, "message": error.message}


class _Events:
    """The stream of a response. Its end is `response.completed`, `.incomplete`, or an `error` and `response.failed`."""

    def __init__(self, frame: _Frame) -> None:
        self._frame = frame
        self._number = 0

    def deltas(self, deltas: list[Delta]) -> bytes:
        events = self._opening()
        for delta in deltas:
            self._frame.usage = delta.usage or self._frame.usage
            if delta.choice == 0:
                self._frame.reason = delta.finish_reason or self._frame.reason
                events += self._all(self._frame.output.add(delta))
        return events

    def done(self) -> bytes:
        status = self._frame.ended
        last: Event = {"type": f"response.{status}", "response": self._frame.response(status)}
        return self._opening() + self._all([*self._frame.output.end(status), last])

    def error(self, error: ApiError) -> bytes:
        # `error` twice: the reference has its fields in the event, and the SDK raises from an envelope.
        said = envelopes.openai(error)
        fault: Event = {"type": "error", "code": error.code.lower(), "message": error.message, "param": None, **said}
        failed: Event = {"type": "response.failed", "response": self._frame.response("failed", error)}
        return self._opening() + self._all([fault, failed])

    def _opening(self) -> bytes:
        if self._number:
            return b""
        begun = self._frame.response("in_progress")
        return self._all([{"type": f"response.{word}", "response": begun} for word in ("created", "in_progress")])

    def _all(self, events: list[Event]) -> bytes:
        written = b""
        for event in events:
            body = wire.dumps({**event, "sequence_number": self._number})
            written += b"event: " + str(event["type"]).encode() + b"\ndata: " + body + b"\n\n"
            self._number += 1
        return written
