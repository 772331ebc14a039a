"""The plain doors: `GET /completion?query=`, one question in an address, and `POST /chat`, a chat without a session.

Called by scripts and by pages that know nothing more, with a JWT. Replies have our own shape. Where no model is named,
the first one that can be asked answers.
Never keeps anything: a resent conversation meets the same surrogates because the ledger's seed comes from its opening.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Caller, ModelRef, PrivacyFlags, Query
from web_server.routes import affinity, asked, own
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags
from web_server.spots import behind

router = APIRouter(tags=["plain"], route_class=Door)

STREAMED = {"true": True, "1": True, "false": False, "0": False, "": False}
TAKEN = frozenset({"query", "model", "stream", "system_prompt"})


class Chat(asked.Strict):
    """A message, or a whole conversation in OpenAI's vocabulary."""

    model_config = ConfigDict(json_schema_extra=asked.either("message"))

    message: asked.Text | None = Field(None, examples=["Write to anna@example.com for me."])
    messages: asked.Messages | None = None
    model: str | None = Field(None, min_length=1, max_length=300, description="`provider/model`; else the first ready.")
    system_prompt: str | None = None
    stream: bool = False

    @model_validator(mode="after")
    def _one_question(self) -> Chat:
        asked.question(self.message, self.messages, "message")
        return self

    def query(self, model: ModelRef, flags: PrivacyFlags, size: int) -> Query:
        """The chat in the common language."""
        messages = asked.question(self.message, self.messages, "message")
        system = [] if self.system_prompt is None else [{"role": "system", "content": self.system_prompt}]
        given: list[dict[str, Any]] = [*system, *messages]
        return Query(
            model=model,
            payload={"messages": [*given]},
            stream=self.stream,
            flags=flags,
            size=size,
            spots=behind(len(system), len(messages)),
        )


@router.get("/completion", summary="Ask one question by its address")
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
    fields: dict[str, Any] = {"message": given.get("query", ""), "stream": stream}
    fields |= {name: given[name] for name in ("model", "system_prompt") if name in given}
    return await _answered(request, asking, asked.taken(Chat, fields), len(request.url.query))


@router.post("/chat", summary="Chat without a session; nothing is kept")
async def chat(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    asking = caller(request)
    return await _answered(request, asking, *await asked.read(request, Chat))


async def _answered(request: Request, asking: Caller, said: Chat, size: int) -> Response:
    exchange = hall(request).exchange
    model = await model_for(request, asking, said.model)
    query = said.query(model, flags(request.headers.get("x-privacy")), size)
    place = affinity.place(request)
    if said.stream:
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
