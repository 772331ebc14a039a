"""The direct API's sessions: begin one, ask in it, see it, end it.

Called by programs with a JWT. A session keeps its endpoint, its context and its surrogates. Another caller's is 404.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.conversations import Conversation
from web_server.errors import ApiError
from web_server.query import Json
from web_server.routes import affinity, asked, company, levels, own, wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall, unless_hung_up
from web_server.sessions import Ask, Sessions

router = APIRouter(prefix="/api/v1", tags=["sessions"], route_class=Door)

MOST_LISTED = 1000


class NewSession(asked.Giving):
    """What holds for the session's turns where they say nothing else."""

    model: asked.ModelName
    system_prompt: str | None = None


class StatefulQuery(asked.Sampling, asked.Giving):
    """One turn. Give `prompt`, or the new `messages`: what the user says, or what tools returned."""

    model_config = ConfigDict(json_schema_extra=asked.either("prompt"))

    session_id: asked.SessionId
    model: asked.ModelName | None = None
    prompt: asked.Text | None = Field(None, description="The question.", examples=["Write to anna@example.com for me."])
    messages: asked.NewMessages | None = None
    system_prompt: str | None = Field(None, description="From now on, in place of the session's.")
    stream: bool = False

    @model_validator(mode="after")
    def _one_turn(self) -> StatefulQuery:
        new_messages(asked.question(self.prompt, self.messages))
        return self

    def ask(self, size: int, endpoint_id: str) -> Ask:
        """The turn; `endpoint_id`: the endpoint that it is to move to, if any."""
        return Ask(
            messages=asked.question(self.prompt, self.messages),
            options=self.options(),
            model=self.model,
            stream=self.stream,
            system_prompt=self.system_prompt,
            pii_removal=self.pii_removal,
            obfuscate=None if self.obfuscate is None else levels.level(self.obfuscate),
            pad=self.pad,
            endpoint_id=endpoint_id,
            decoys=self.decoys(),
            give=self.give,
            size=size,
        )


def new_messages(messages: list[dict[str, Any]]) -> None:
    """Raises ValueError where a message is not a new one of the caller's: the others are kept."""
    for each in messages:
        if each.get("role") not in asked.NEW_ROLES:
            raise ValueError("new messages have the role `user` or `tool`; what was said before is kept")


@router.post("/create-session", summary="Begin a session")
async def create_session(request: Request) -> Response:
    """A session whose endpoint is kept from now on. Its id is shown this once, and kept nowhere in the clear."""
    here, asking = hall(request), caller(request)
    wanted, _ = await asked.read(request, NewSession)
    session_id, conversation = await here.sessions.create(
        asking, [wanted.model], wanted.flags(), wanted.system_prompt, bind=True
    )
    model = conversation.models[0]
    return wire.reply(
        {**told(here.sessions, session_id, conversation), "endpoint_id": conversation.endpoints[model]},
    )


@router.post("/stateful-query", summary="Ask in a session")
async def stateful_query(request: Request) -> Response:
    """One turn: the same endpoint, everything that was said before, the same surrogate for the same person."""
    here, asking = hall(request), caller(request)
    question, size = await asked.read(request, StatefulQuery)
    ask = question.ask(size, affinity.named(request))
    if ask.stream:
        opened = here.sessions.open(asking, question.session_id, ask)
        return own.streamed(await unless_hung_up(request.receive, opened))
    answered = here.sessions.answer(asking, question.session_id, ask)
    return own.whole(*await unless_hung_up(request.receive, answered))


@router.get("/sessions", summary="Your sessions, the newest first")
async def sessions(request: Request) -> Response:
    """At most `limit` of them (100)."""
    here, asking = hall(request), caller(request)
    limit = request.query_params.get("limit", "100")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= MOST_LISTED:
        raise ApiError("VALIDATION_FAILED", f"limit: a number from 1 to {MOST_LISTED}", details={"field": "limit"})
    found = await here.sessions.store.of(asking, int(limit))
    return wire.reply({"sessions": [summary(session_id, each) for session_id, each in found]})


@router.get("/sessions/{session_id}", summary="One session, with all that was said in it")
async def session(request: Request, session_id: str) -> Response:
    """As you said and read it; its time begins anew."""
    here, asking = hall(request), caller(request)
    conversation = await here.sessions.read(asking, session_id)
    return wire.reply(
        {
            **told(here.sessions, session_id, conversation),
            "endpoint_id": endpoint_of(conversation),
            "messages": [*here.sessions.history(conversation)],
        }
    )


@router.delete("/sessions/{session_id}", summary="End a session: nothing of it stays")
async def end(request: Request, session_id: str) -> Response:
    """Its endpoint is free again."""
    here, asking = hall(request), caller(request)
    await here.sessions.forget(asking, session_id)
    return wire.reply({"session_id": session_id, "ended": True})


def summary(session_id: str, conversation: Conversation) -> dict[str, Json]:
    """A session as a list has it."""
    return {
        "session_id": session_id,
        "created": conversation.created,
        "model": conversation.models[0] if conversation.models else None,
        "models": [*conversation.models],
        "turns": conversation.turns,
    }


def told(sessions: Sessions, session_id: str, conversation: Conversation) -> dict[str, Json]:
    """A session by itself, without what was said."""
    return {
        **summary(session_id, conversation),
        "expires_at": moment(sessions.expires_at()),
        "system_prompt": conversation.system_prompt,
        "privacy": settings(conversation),
        "hidden": {**conversation.hidden},
        "forgotten_turns": conversation.forgotten,
    }


def settings(conversation: Conversation) -> dict[str, Json]:
    """What the session is asked to do for privacy."""
    return {
        "pii_removal": conversation.pii_removal,
        "obfuscate": levels.said(conversation.obfuscate),
        "pad": conversation.pad,
        "decoy": company.said(conversation.decoys),
        "give": conversation.give,
    }


def endpoint_of(conversation: Conversation) -> str | None:
    """The endpoint of the model that is asked by default."""
    return conversation.endpoints.get(conversation.models[0]) if conversation.models else None


def moment(seconds: float) -> str:
    """RFC 3339, in UTC."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
