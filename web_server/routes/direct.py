"""The direct API: `POST /api/v1/stateless-query`. A new endpoint and a new ledger for each query; nothing is kept.

Called by programs with a JWT. Renders replies in our own shape. Never keeps a turn.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Choice, Delta, Json, PrivacyFlags, Query, Usage
from web_server.reply import Reply
from web_server.routes import chat, envelopes, levels, wire
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.routes.stream import EventStream

router = APIRouter(prefix="/api/v1", tags=["direct"], route_class=Door)

OWN_FIELDS = {"model", "prompt", "messages", "system_prompt", "stream", "pii_removal", "obfuscate", "decoy"}


class StatelessQuery(BaseModel):
    """One question. Give `prompt`, or `messages` in OpenAI's chat vocabulary."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: str = Field(min_length=1, max_length=300, description="`provider/model`", examples=["mirror/openai"])
    prompt: str | None = Field(None, description="The question.", examples=["Write to anna@example.com for me."])
    messages: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = None
    system_prompt: str | None = None
    stream: bool = False
    pii_removal: bool = Field(True, description="Off only where the operator's minimum allows it.")
    obfuscate: levels.Asked = Field(False, description="How far your manner of writing is softened; true is `format`.")
    decoy: Literal[False, 0] = Field(False, description="Not in this version.")

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    stop: str | list[str] | None = None
    seed: int | None = None
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    response_format: dict[str, Any] | None = None
    reasoning_effort: str | None = None

    @model_validator(mode="after")
    def _one_question(self) -> StatelessQuery:
        if (self.prompt is None) == (self.messages is None):
            raise ValueError("give either `prompt` or `messages`")
        if self.prompt is not None and not self.prompt.strip():
            raise ValueError("`prompt` is empty")
        return self

    def payload(self) -> dict[str, Json]:
        """The question as a chat request in the common language."""
        messages = self.messages or [{"role": "user", "content": self.prompt}]
        if self.system_prompt is not None:
            messages = [{"role": "system", "content": self.system_prompt}, *messages]
        options = self.model_dump(exclude=OWN_FIELDS, exclude_none=True)
        return {"messages": [*messages], **options}


@router.post(
    "/stateless-query",
    summary="Ask one question; nothing is kept",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": StatelessQuery.model_json_schema()}},
        }
    },
)
async def stateless_query(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    query = _query(here, body)
    name = f"q_{secrets.token_hex(12)}"
    if query.stream:
        reply = await unless_hung_up(request.receive, here.exchange.open(asking, query, resent=False))
        return EventStream(reply, _Events(name, reply), {"x-served-by": reply.endpoint_id})
    reply, answer = await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=False))
    choice = answer.choices[0]
    return wire.reply(
        {
            **_frame(name, reply, choice.finish_reason, answer.usage),
            "message": _message(choice),
        },
        headers={"x-served-by": reply.endpoint_id},
    )


def _query(here: Hall, body: wire.Body) -> Query:
    try:
        asked = StatelessQuery.model_validate(body.fields)
    except ValidationError as wrong:
        raise wire.invalid(wrong) from None
    return Query(
        model=here.exchange.resolve(asked.model),
        payload=asked.payload(),
        stream=asked.stream,
        flags=PrivacyFlags(pii_removal=asked.pii_removal, obfuscate=levels.level(asked.obfuscate)),
        size=body.size,
    )


def _frame(name: str, reply: Reply, finish_reason: str | None, usage: Usage) -> dict[str, Json]:
    return {
        "id": name,
        "created": reply.created,
        "model": str(reply.model),
        "endpoint_id": reply.endpoint_id,
        "finish_reason": finish_reason,
        "usage": chat.usage(usage),
        "privacy": _privacy(reply),
    }


def _privacy(reply: Reply) -> dict[str, Json]:
    told: dict[str, Json] = {"entities": dict(reply.entities), "obfuscated": levels.said(reply.obfuscated), "decoys": 0}
    if reply.shortfall is not None:
        told["obfuscated_reason"] = reply.shortfall
    return told


def _message(choice: Choice) -> dict[str, Json]:
    message: dict[str, Json] = {"role": "assistant", "content": choice.content or choice.refusal}
    if choice.tool_calls:
        message["tool_calls"] = chat.tool_calls(choice)
    return message


class _Events:
    """Our own stream: `delta`, `tool_call`, then `done` or `error`, then `[DONE]`."""

    def __init__(self, name: str, reply: Reply) -> None:
        self._name = name
        self._reply = reply
        self._reason: str | None = None
        self._usage = Usage()

    def deltas(self, deltas: list[Delta]) -> bytes:
        events = b""
        for delta in deltas:
            self._usage = delta.usage or self._usage
            self._reason = delta.finish_reason or self._reason
            if delta.channel == "tool":
                event: dict[str, Json] = {"type": "tool_call", "index": delta.tool_index, "arguments": delta.text}
                if delta.tool_id:
                    event["id"] = delta.tool_id
                if delta.tool_name:
                    event["name"] = delta.tool_name
                events += _event(event)
            elif delta.text and delta.channel in ("content", "refusal"):
                events += _event({"type": "delta", "content": delta.text})
        return events

    def done(self) -> bytes:
        return _event({"type": "done", **_frame(self._name, self._reply, self._reason, self._usage)}) + chat.DONE

    def error(self, error: ApiError) -> bytes:
        return _event({"type": "error", **envelopes.own(error)}) + chat.DONE


def _event(value: Json) -> bytes:
    return b"data: " + wire.dumps(value) + b"\n\n"
