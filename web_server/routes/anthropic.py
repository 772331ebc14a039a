"""Anthropic's door: `/v1/messages` and `/v1/messages/count_tokens`, for its SDKs and everything that speaks like them.

Called by unmodified clients with a JWT as their `api_key` or `auth_token`. Errors wear Anthropic's envelope, before and
inside a stream. Any provider may stand behind it: the model is named as `provider/model`.
Never keeps a turn: a resent history meets the same surrogates because the ledger's seed comes from its opening.
"""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import ModelRef, PrivacyFlags, Query
from web_server.reply import Reply
from web_server.routes import affinity, anthropic_blocks, company, envelopes, openai_words, wire
from web_server.routes.anthropic_asked import Translation
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags
from web_server.routes.stream import EventStream
from web_server.thoughts import Thoughts

router = APIRouter(prefix="/v1/messages", tags=["anthropic"], route_class=Door)


@router.post("", summary="Messages, as Anthropic's clients ask")
async def messages(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    if body.fields.get("max_tokens") is None:
        raise ApiError("BAD_REQUEST", "`max_tokens`: it must be a whole number above 0.")
    query = _query(here, request, body)
    thoughts = _thoughts(request, query.model, query.flags)
    name, request_id = f"msg_{secrets.token_hex(12)}", envelopes.request_id(request)
    place = affinity.place(request)
    if query.stream:
        reply = await unless_hung_up(request.receive, here.exchange.open(asking, query, resent=True, place=place))
        signs = here.exchange.speaks(query.model) == "anthropic"
        events = anthropic_blocks.Events(name, reply, request_id, thoughts if signs else None)
        return EventStream(reply, events, _headers(reply, request_id))
    reply, answer = await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=True, place=place))
    return wire.reply(anthropic_blocks.message(name, reply, answer, thoughts), headers=_headers(reply, request_id))


@router.post("/count_tokens", summary="About how many tokens a request is")
async def count_tokens(request: Request) -> Response:
    """An estimate of what the provider would read, surrogates in place of values; nothing is sent."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    query = _query(here, request, body)
    count = await unless_hung_up(request.receive, here.exchange.reckon(asking, query))
    return wire.reply({"input_tokens": count}, headers={"request-id": envelopes.request_id(request)})


def _headers(reply: Reply, request_id: str) -> dict[str, str]:
    """Who served, and what was done for privacy: the ecosystem's envelope has no room for it."""
    return {"x-served-by": reply.endpoint_id, "request-id": request_id, **company.header(reply)}


def _thoughts(request: Request, model: ModelRef, asked: PrivacyFlags) -> Thoughts:
    return Thoughts(hall(request).sealing, caller(request).subject, model.provider, asked.pii_removal)


def _query(here: Hall, request: Request, body: wire.Body) -> Query:
    fields = dict(body.fields)
    name, stream = openai_words.named(fields), openai_words.streamed(fields)
    openai_words.numbers(fields)
    model = here.exchange.resolve(name)
    asked = flags(request.headers.get("x-privacy"))
    translation = Translation(_thoughts(request, model, asked), own=here.exchange.speaks(model) == "anthropic")
    return Query(
        model=model,
        payload=translation.payload(fields),
        stream=stream,
        flags=asked,
        size=body.size,
        spots=translation.spots,
    )
