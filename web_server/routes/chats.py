"""Chat in one call: `POST /api/v1/chat` and `/chat/stream`, with a session or without.

Called by programs with a JWT that want a message answered and no choice of doors.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.query import Query
from web_server.routes import affinity, asked, levels, own
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.routes.sessions import new_messages
from web_server.sessions import Ask
from web_server.spots import behind

router = APIRouter(prefix="/api/v1", tags=["direct"], route_class=Door)


TELLS_A_MODEL: dict[str, Any] = {
    "anyOf": [{"required": [name], "properties": {name: {"type": "string"}}} for name in ("model", "session_id")]
}
NEW_IN_A_SESSION: dict[str, Any] = {
    "anyOf": [{"properties": {"session_id": {"type": "null"}}}, {"properties": {"messages": asked.ONLY_NEW}}]
}
GIVEN_IN_A_SESSION: dict[str, Any] = {
    "anyOf": [asked.NOT_GIVEN, {"required": ["session_id"], "properties": {"session_id": {"type": "string"}}}]
}


class Chat(asked.Sampling, asked.Giving):
    """A message. Give `message`, or `messages`; with a session these are the new ones."""

    model_config = ConfigDict(
        json_schema_extra={"allOf": [asked.either("message"), TELLS_A_MODEL, NEW_IN_A_SESSION, GIVEN_IN_A_SESSION]}
    )

    model: asked.ModelName | None = Field(None, description="Default: the session's.")
    message: asked.Text | None = Field(None, examples=["Write to anna@example.com for me."])
    messages: asked.Messages | None = None
    session_id: asked.SessionId | None = None
    system_prompt: str | None = None

    @model_validator(mode="after")
    def _one_message(self) -> Chat:
        messages = asked.question(self.message, self.messages, "message")
        if self.session_id is not None:
            new_messages(messages)
        elif self.model is None:
            raise ValueError("`model` is missing: without a session there is no default")
        elif self.give:
            raise ValueError("`give` is for sessions: a question without one is never given away")
        return self


@router.post("/chat", summary="Have a message answered")
async def chat(request: Request) -> Response:
    """The whole answer."""
    here, asking = hall(request), caller(request)
    said, size = await asked.read(request, Chat)
    if said.session_id is not None:
        answered = here.sessions.answer(asking, said.session_id, _turn(request, said, size, stream=False))
    else:
        query = _query(here, said, size, stream=False)
        answered = here.exchange.answer(asking, query, resent=False, place=affinity.place(request))
    return own.whole(*await unless_hung_up(request.receive, answered))


@router.post("/chat/stream", summary="Have a message answered as it comes")
async def chat_stream(request: Request) -> Response:
    """The answer as events."""
    here, asking = hall(request), caller(request)
    said, size = await asked.read(request, Chat)
    if said.session_id is not None:
        opened = here.sessions.open(asking, said.session_id, _turn(request, said, size, stream=True))
    else:
        query = _query(here, said, size, stream=True)
        opened = here.exchange.open(asking, query, resent=False, place=affinity.place(request))
    return own.streamed(await unless_hung_up(request.receive, opened))


def _turn(request: Request, said: Chat, size: int, *, stream: bool) -> Ask:
    return Ask(
        messages=asked.question(said.message, said.messages, "message"),
        options=said.options(),
        model=said.model,
        stream=stream,
        system_prompt=said.system_prompt,
        pii_removal=said.pii_removal,
        obfuscate=None if said.obfuscate is None else levels.level(said.obfuscate),
        pad=said.pad,
        endpoint_id=affinity.named(request),
        decoys=said.decoys(),
        give=said.give,
        size=size,
    )


def _query(here: Hall, said: Chat, size: int, *, stream: bool) -> Query:
    assert said.model is not None
    messages = asked.question(said.message, said.messages, "message")
    system = here.sessions.system(said.system_prompt, messages)
    return Query(
        model=here.exchange.resolve(said.model),
        payload={"messages": [*system, *messages], **said.options()},
        stream=stream,
        flags=said.flags(),
        size=size,
        spots=behind(len(system), len(messages)),
    )
