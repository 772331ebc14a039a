"""The page's sessions: begin one, choose models and an endpoint, see it, end it.

Called by the page, on `/api/web/*`. A session that is gone is 410 with what to do about it; another caller's is 404.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from web_server.conversations import Conversation
from web_server.query import Json, ModelRef
from web_server.routes import asked, page_cookie, wire
from web_server.routes.door import Door
from web_server.routes.hall import hall
from web_server.routes.sessions import endpoint_of, moment, settings
from web_server.routes.web_access import page_caller
from web_server.sessions import MOST_MODELS, Sessions

router = APIRouter(prefix="/api/web", tags=["page"], route_class=Door)

Models = Annotated[
    list[asked.ModelName], Field(max_length=MOST_MODELS, description="`provider/model`", examples=[["mirror/openai"]])
]


class NewSession(asked.Strict):
    """What the page knows at its start; all of it may come later."""

    user_id: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Of the page's own; not kept and of no effect: who is asking is told by the token."
    )
    models: Models | None = None
    privacy: asked.Giving | None = None


class ChosenModels(asked.Strict):
    """The models the session may ask; the first is asked by default."""

    session_id: asked.SessionId
    selected_models: Annotated[Models, Field(min_length=1)]


class ChosenEndpoint(asked.Strict):
    """An endpoint of the list, or nothing: then the router chooses."""

    endpoint_id: asked.EndpointId | None = None


class Nothing(asked.Strict):
    """No field."""


class OneSession(asked.Strict):
    """A session."""

    session_id: asked.SessionId


@router.post("/initialize-session", summary="Begin a session")
async def initialize_session(request: Request) -> Response:
    """A new session. A token shown here is exchanged for the page's cookie."""
    here, asking = hall(request), await page_caller(request)
    wanted, _ = await asked.read(request, NewSession)
    flags = (wanted.privacy or asked.Giving()).flags()
    session_id, conversation = await here.sessions.create(asking, wanted.models or [], flags)
    response = wire.reply(told(here.sessions, session_id, conversation))
    if here.settings.web_server_web_access == "token":
        page_cookie.exchange(request, response)
    return response


@router.post("/sign-out", summary="Have the browser forget the page's cookie")
async def sign_out(request: Request) -> Response:
    """Sessions stay until they are ended or expire."""
    await page_caller(request)
    await asked.read(request, Nothing)
    response = wire.reply({"signed_out": True})
    page_cookie.drop(request, response)
    return response


@router.put("/session/models", summary="Choose models")
async def choose_models(request: Request) -> Response:
    """In place of those chosen before."""
    here, asking = hall(request), await page_caller(request)
    wanted, _ = await asked.read(request, ChosenModels)
    conversation = await here.sessions.choose_models(asking, wanted.session_id, wanted.selected_models)
    return wire.reply(told(here.sessions, wanted.session_id, conversation))


@router.get("/session/{session_id}", summary="How the session is")
async def session(request: Request, session_id: str) -> Response:
    """Models, privacy, endpoint, turns, and how much was hidden; its time begins anew."""
    here, asking = hall(request), await page_caller(request)
    return wire.reply(told(here.sessions, session_id, await here.sessions.read(asking, session_id)))


@router.get("/session/{session_id}/endpoints", summary="Endpoints of the chosen models")
async def endpoints(request: Request, session_id: str) -> Response:
    """Opaque ids, what each serves, how it is, and whether it is the session's."""
    here, asking = hall(request), await page_caller(request)
    found = await here.sessions.endpoints(asking, session_id)
    return wire.reply({"session_id": session_id, "endpoints": [*found]})


@router.post("/session/{session_id}/choose-endpoint", summary="Choose an endpoint, or let the router choose")
async def choose_endpoint(request: Request, session_id: str) -> Response:
    """It is kept for the session from now on."""
    here, asking = hall(request), await page_caller(request)
    wanted, _ = await asked.read(request, ChosenEndpoint)
    return bound(session_id, *await here.sessions.bind(asking, session_id, wanted.endpoint_id or ""))


@router.post("/connect", summary="Have an endpoint now")
async def connect(request: Request) -> Response:
    """Rather than at the first message; again: the same, or another where it cannot serve any more."""
    here, asking = hall(request), await page_caller(request)
    wanted, _ = await asked.read(request, OneSession)
    return bound(wanted.session_id, *await here.sessions.bind(asking, wanted.session_id))


@router.post("/end-session", summary="End the session: nothing of it stays")
async def end_session(request: Request) -> Response:
    """Its endpoint is free again."""
    here, asking = hall(request), await page_caller(request)
    wanted, _ = await asked.read(request, OneSession)
    await here.sessions.forget(asking, wanted.session_id)
    return wire.reply({"session_id": wanted.session_id, "ended": True})


def told(sessions: Sessions, session_id: str, conversation: Conversation) -> dict[str, Json]:
    """A session as the page knows it."""
    return {
        "session_id": session_id,
        "created": moment(conversation.created),
        "expires_at": moment(sessions.expires_at()),
        "selected_models": [*conversation.models],
        "privacy": settings(conversation),
        "endpoint_id": endpoint_of(conversation),
        "turns": conversation.turns,
        "hidden": {**conversation.hidden},
    }


def bound(session_id: str, conversation: Conversation, model: ModelRef, rebound: bool) -> Response:
    """Which endpoint is kept, and for what."""
    endpoint_id = conversation.endpoints[str(model)]
    return wire.reply(
        {"session_id": session_id, "endpoint_id": endpoint_id, "model": str(model), "rebound": rebound},
        headers={"x-served-by": endpoint_id},
    )
