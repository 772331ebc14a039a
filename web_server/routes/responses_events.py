"""A response as it grows: what it says beside its output, and its stream of numbered events.

Called by the door `responses`. Pure. Never: a stream without `completed`, `incomplete` or `failed` at its end.
Source: OpenAI's API reference, "The response object" and "Streaming events".
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from web_server.errors import ApiError
from web_server.query import Delta, Json, Usage
from web_server.reply import Reply
from web_server.routes import envelopes, wire
from web_server.routes.responses_output import Event, Output

INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Why an answer that ended so is not complete."""


class Frame:
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


class Events:
    """The stream of a response. Its end is `response.completed`, `.incomplete`, or an `error` and `response.failed`."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._number = 0

    def deltas(self, deltas: list[Delta]) -> bytes:
        """Some deltas as events, the opening before the first."""
        events = self._opening()
        for delta in deltas:
            self._frame.usage = delta.usage or self._frame.usage
            if delta.choice == 0:
                self._frame.reason = delta.finish_reason or self._frame.reason
                events += self._all(self._frame.output.add(delta))
        return events

    def done(self) -> bytes:
        """The end of every item, and of the response."""
        status = self._frame.ended
        last: Event = {"type": f"response.{status}", "response": self._frame.response(status)}
        return self._opening() + self._all([*self._frame.output.end(status), last])

    def error(self, error: ApiError) -> bytes:
        """What failed, and what had come until then."""
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
