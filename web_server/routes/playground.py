"""The playground of agents: `/v1/playground/status`, `/agents` and `/agents/{id}/runs`, for its pages and scripts.

Called with a JWT. Each model that chats is an agent. A run's events are JSON, one a line: `RunStarted`,
`RunResponseContent`, then `RunCompleted` or `RunError`. Its errors before a stream are `{"detail"}`.
Never keeps a session: one that is named would be continued, and there is nothing to continue.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Delta, Json, ModelRef, Query, Usage
from web_server.reply import Reply
from web_server.routes import affinity, openai_words, wire
from web_server.routes.door import Door
from web_server.routes.form import read_fields
from web_server.routes.hall import caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags
from web_server.routes.stream import EventStream
from web_server.usual import chats

TRUTH = {"true": True, "false": False, "1": True, "0": False, "on": True, "off": False}
TAKEN = frozenset({"message", "stream", "monitor", "session_id", "user_id"})
"""`monitor` would report to a service, and `user_id` would link a caller's runs: neither leaves."""

router = APIRouter(prefix="/v1/playground", tags=["playground"], route_class=Door)


@router.get("/status", summary="Is there a playground?")
async def status(request: Request) -> Response:
    """There is."""
    caller(request)
    return wire.reply({"playground": "available"})


@router.get("/agents", summary="The models, as agents")
async def agents(request: Request) -> Response:
    """Every model of the caller's that can be named and chats."""
    asking = caller(request)
    return wire.reply(
        [
            {
                "agent_id": str(model.ref),
                "name": model.name,
                "model": {"name": model.name, "model": model.ref.model, "provider": model.ref.provider},
                "storage": False,
            }
            for model in hall(request).exchange.models(asking)
            if chats(model)
        ]
    )


@router.post("/agents/{name:path}/runs", summary="Run an agent on a message")
async def run(request: Request, name: str) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    model = here.exchange.resolve(name)
    body = await read_fields(request, here.settings.web_server_max_body_bytes)
    message, stream = _asked(body.fields)
    query = Query(
        model=model,
        payload={"messages": [{"role": "user", "content": message}]},
        stream=stream,
        flags=flags(request.headers.get("x-privacy")),
        size=body.size,
    )
    place = affinity.place(request)
    if stream:
        reply = await unless_hung_up(request.receive, here.exchange.open(asking, query, resent=True, place=place))
        return LineStream(reply, _Run(model, reply), openai_words.headers(reply))
    reply, answer = await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=True, place=place))
    choice = answer.choices[0]
    ran = _Run(model, reply)
    return wire.reply(
        ran.completed(choice.content or choice.refusal or "", choice.reasoning or "", answer.usage),
        headers=openai_words.headers(reply),
    )


def _asked(fields: dict[str, Any]) -> tuple[str, bool]:
    if set(fields) - TAKEN:
        raise ApiError("BAD_REQUEST", "There is a field that this door does not know; it takes `message` and `stream`.")
    if fields.get("session_id") not in (None, ""):
        raise ApiError("BAD_REQUEST", "`session_id` is not supported: nothing is stored here.")
    stream = fields.get("stream", True)
    stream = TRUTH.get(stream.lower()) if isinstance(stream, str) else stream
    if not isinstance(stream, bool):
        raise ApiError("BAD_REQUEST", "`stream` is true or false.")
    message = fields.get("message")
    if not isinstance(message, str) or not message.strip():
        raise ApiError("BAD_REQUEST", "`message` is a text.")
    return message, stream


class LineStream(EventStream):
    """Events that are JSON, one a line."""

    media_type = "application/x-ndjson"


class _Run:
    """The events of one run."""

    def __init__(self, model: ModelRef, reply: Reply) -> None:
        self._frame: dict[str, Json] = {
            "run_id": f"run_{secrets.token_hex(12)}",
            "agent_id": str(model),
            "model": model.model,
            "model_provider": model.provider,
        }
        self._reply = reply
        self._begun = False
        self._said: list[str] = []
        self._thought: list[str] = []
        self._usage = Usage()

    def deltas(self, deltas: list[Delta]) -> bytes:
        events = self._opening()
        for delta in deltas:
            self._usage = delta.usage or self._usage
            if delta.choice or not delta.text or delta.channel == "tool":
                continue
            thinks = delta.channel == "reasoning"
            (self._thought if thinks else self._said).append(delta.text)
            name = "reasoning_content" if thinks else "content"
            events += self._line("RunResponseContent", **{name: delta.text, "content_type": "str"})
        return events

    def done(self) -> bytes:
        last = self.completed("".join(self._said), "".join(self._thought), self._usage)
        return self._opening() + wire.dumps(last) + b"\n"

    def error(self, error: ApiError) -> bytes:
        return self._opening() + self._line("RunError", content=error.message, error_type=error.code)

    def completed(self, said: str, thought: str, usage: Usage) -> dict[str, Json]:
        """The whole run."""
        more: dict[str, Json] = {"reasoning_content": thought} if thought else {}
        metrics: dict[str, Json] = {
            "input_tokens": usage.prompt_tokens,
            "output_tokens": usage.completion_tokens,
            "total_tokens": usage.total_tokens,
        }
        return self._event("RunCompleted", content=said, content_type="str", metrics=metrics, **more)

    def _opening(self) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        return self._line("RunStarted")

    def _line(self, name: str, **more: Json) -> bytes:
        return wire.dumps(self._event(name, **more)) + b"\n"

    def _event(self, name: str, **more: Json) -> dict[str, Json]:
        return {"event": name, **self._frame, "created_at": int(time.time()), **more}
