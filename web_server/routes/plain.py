"""The plain doors: `GET /completion?query=`, one question in an address, and `POST /chat`, a chat without a session.

Called by scripts and by pages that know nothing more, with a JWT. Replies have our own shape. Where no model is named,
the first one that can be asked answers.
Never keeps anything: a resent conversation meets the same surrogates because the ledger's seed comes from its opening.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Caller, Json, ModelRef, Query
from web_server.routes import affinity, own, wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags

router = APIRouter(tags=["plain"], route_class=Door)

STREAMED = {"true": True, "1": True, "false": False, "0": False, "": False}
TAKEN = frozenset({"query", "model", "stream", "system_prompt"})


class Chat(BaseModel):
    """A message, or a whole conversation in OpenAI's vocabulary."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message: str | None = Field(None, description="The question.", examples=["Write to anna@example.com for me."])
    messages: list[dict[str, Any]] | None = Field(None, min_length=1)
    model: str | None = Field(None, min_length=1, max_length=300, description="`provider/model`; else the first ready.")
    system_prompt: str | None = None
    stream: bool = False

    @model_validator(mode="after")
    def _one_question(self) -> Chat:
        if (self.message is None) == (self.messages is None):
            raise ValueError("give either `message` or `messages`")
        if self.message is not None and not self.message.strip():
            raise ValueError("`message` is empty")
        return self

    def payload(self) -> dict[str, Json]:
        """The chat in the common language."""
        messages = self.messages or [{"role": "user", "content": self.message}]
        if self.system_prompt is not None:
            messages = [{"role": "system", "content": self.system_prompt}, *messages]
        return {"messages": [*messages]}


@router.get(
    "/completion",
    summary="Ask one question by its address",
    openapi_extra={
        "parameters": [
            {"name": name, "in": "query", "required": name == "query", "schema": schema, "description": said}
            for name, schema, said in (
                ("query", {"type": "string", "minLength": 1}, "The question."),
                ("model", {"type": "string"}, "`provider/model`; the first that can be asked where it is left out."),
                ("stream", {"type": "boolean", "default": False}, "Whether the answer comes as events."),
                ("system_prompt", {"type": "string"}, "What the model is told first."),
            )
        ]
    },
)
async def completion(request: Request) -> Response:
    """Ask a model. Browsers and proxies may keep an address: for what is private, `POST /chat` is the better door."""
    asking = caller(request)
    given = request.query_params
    if set(given) - TAKEN:
        raise ApiError("VALIDATION_FAILED", "There is a parameter that this door does not know.")
    if len(given.multi_items()) > len(given):
        raise ApiError("VALIDATION_FAILED", "A parameter is given twice.")
    stream = STREAMED.get(given.get("stream", "").lower())
    if stream is None:
        raise ApiError("VALIDATION_FAILED", "stream: expected true or false", details={"field": "stream"})
    fields = {"message": given.get("query", ""), "stream": stream}
    fields |= {name: given[name] for name in ("model", "system_prompt") if name in given}
    return await _answered(request, asking, _read(fields), len(request.url.query))


@router.post(
    "/chat",
    summary="Chat without a session; nothing is kept",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": Chat.model_json_schema()}}}
    },
)
async def chat(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    asking = caller(request)
    body = await wire.read_object(request, hall(request).settings.web_server_max_body_bytes)
    return await _answered(request, asking, _read(body.fields), body.size)


def _read(fields: dict[str, Any]) -> Chat:
    try:
        return Chat.model_validate(fields)
    except ValidationError as wrong:
        raise wire.invalid(wrong) from None


async def _answered(request: Request, asking: Caller, asked: Chat, size: int) -> Response:
    exchange = hall(request).exchange
    query = Query(
        model=await model_for(request, asking, asked.model),
        payload=asked.payload(),
        stream=asked.stream,
        flags=flags(request.headers.get("x-privacy")),
        size=size,
    )
    place = affinity.place(request)
    if asked.stream:
        return own.streamed(
            await unless_hung_up(request.receive, exchange.open(asking, query, resent=True, place=place))
        )
    reply, answer = await unless_hung_up(request.receive, exchange.answer(asking, query, resent=True, place=place))
    return own.whole(reply, answer)


async def model_for(request: Request, asking: Caller, name: str | None) -> ModelRef:
    """The model that is named, or the first of the caller's that can be asked. Raises ApiError."""
    exchange = hall(request).exchange
    if name is not None:
        return exchange.resolve(name)
    usual: ModelRef = await request.app.state.usual.first(exchange.models(asking))
    return usual
