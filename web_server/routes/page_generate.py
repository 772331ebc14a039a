"""The page asks: `POST /api/web/generate`, in a session or, where it says `stateless`, on its own.

Called by the page. A stateless question may bring its history along; a session has its own.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.conversations import Conversation
from web_server.errors import ApiError
from web_server.query import Place, PrivacyFlags, Query
from web_server.routes import asked, levels, own
from web_server.routes.door import Door
from web_server.routes.hall import hall, unless_hung_up
from web_server.routes.web_access import page_caller
from web_server.sessions import Ask

router = APIRouter(prefix="/api/web", tags=["page"], route_class=Door)


class HistoryMessage(asked.Strict):
    """One message of a history."""

    role: Literal["system", "user", "assistant"]
    content: str


TELLS_A_MODEL: dict[str, Any] = {
    "required": ["model", "stateless"],
    "properties": {"model": {"type": "string"}, "stateless": {"const": True}},
}
IN_A_SESSION: dict[str, Any] = {"required": ["session_id"], "properties": {"session_id": {"type": "string"}}}
ON_ITS_OWN: dict[str, Any] = {
    "anyOf": [
        {"required": ["stateless"], "properties": {"stateless": {"const": True}}},
        {"properties": {"conversation_history": {"type": "null"}}},
    ]
}
GIVEN_IN_A_SESSION: dict[str, Any] = {"anyOf": [asked.NOT_GIVEN, {"properties": {"stateless": {"const": False}}}]}


class Generate(asked.Giving):
    """One question."""

    model_config = ConfigDict(
        json_schema_extra={"allOf": [{"anyOf": [IN_A_SESSION, TELLS_A_MODEL]}, ON_ITS_OWN, GIVEN_IN_A_SESSION]}
    )

    session_id: asked.SessionId | None = Field(None, description="May be left out where `stateless`.")
    prompt: asked.Text = Field(description="The question.", examples=["Write to anna@example.com for me."])
    model: asked.ModelName | None = Field(None, description="Default: the session's first.")
    streaming: bool = False
    stateless: bool = Field(False, description="A new endpoint and new surrogates; nothing is kept.")
    endpoint_id: asked.EndpointId | None = None
    conversation_history: list[HistoryMessage] | None = Field(None, description="Only where `stateless`.")

    @model_validator(mode="after")
    def _whole(self) -> Generate:
        if self.conversation_history is not None and not self.stateless:
            raise ValueError("`conversation_history` is for `stateless` questions: a session has its own")
        if self.session_id is None and not self.stateless:
            raise ValueError("`session_id` is missing, or `stateless`")
        if self.session_id is None and self.model is None:
            raise ValueError("`model` is missing: without a session there is no default")
        if self.stateless and self.give:
            raise ValueError("`give` is for sessions: a `stateless` question is never given away")
        return self


@router.post("/generate", summary="Ask a model")
async def generate(request: Request) -> Response:
    """A reply, or its deltas as events where `streaming`."""
    here, asking = hall(request), await page_caller(request)
    question, size = await asked.read(request, Generate)
    if question.stateless:
        kept = await here.sessions.read(asking, question.session_id) if question.session_id else None
        query = Query(
            model=here.exchange.resolve(_model(question, kept)),
            payload={"messages": [*[each.model_dump() for each in question.conversation_history or ()],
                                  {"role": "user", "content": question.prompt}]},
            stream=question.streaming,
            flags=_flags(question, kept),
            size=size,
        )  # fmt: skip
        place = Place(endpoint_id=question.endpoint_id or "")
        if question.streaming:
            opened = here.exchange.open(asking, query, resent=False, place=place)
            return own.streamed(await unless_hung_up(request.receive, opened))
        answered = here.exchange.answer(asking, query, resent=False, place=place)
        return own.whole(*await unless_hung_up(request.receive, answered))
    assert question.session_id is not None
    ask = Ask(
        messages=[{"role": "user", "content": question.prompt}],
        model=question.model,
        stream=question.streaming,
        pii_removal=question.pii_removal,
        obfuscate=None if question.obfuscate is None else levels.level(question.obfuscate),
        pad=question.pad,
        decoys=question.decoys(),
        give=question.give,
        endpoint_id=question.endpoint_id or "",
        size=size,
    )
    if question.streaming:
        return own.streamed(await unless_hung_up(request.receive, here.sessions.open(asking, question.session_id, ask)))
    return own.whole(*await unless_hung_up(request.receive, here.sessions.answer(asking, question.session_id, ask)))


def _model(question: Generate, kept: Conversation | None) -> str:
    name = question.model or (kept.models[0] if kept and kept.models else None)
    if name is None:
        raise ApiError("VALIDATION_FAILED", "model: the session has no model yet; name one", details={"field": "model"})
    return name


def _flags(question: Generate, kept: Conversation | None) -> PrivacyFlags:
    usual = kept.flags if kept else PrivacyFlags()
    wanted = question.flags()
    return PrivacyFlags(
        usual.pii_removal if question.pii_removal is None else wanted.pii_removal,
        usual.obfuscate if question.obfuscate is None else wanted.obfuscate,
        usual.decoys if question.decoy is None else wanted.decoys,
        pad=usual.pad if question.pad is None else wanted.pad,
    )
