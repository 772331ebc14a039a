"""OpenAI's `POST /v1/responses`, plain and streamed, over the same exchange as chat.

Called by unmodified clients with a JWT as their `api_key`. Errors wear OpenAI's envelope, before and inside a stream.
Never keeps a response: what would need one (`previous_response_id`, `store`, `background`) is refused.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Query
from web_server.routes import affinity, openai_words, responses_input, wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags
from web_server.routes.responses_events import Events, Frame
from web_server.routes.responses_output import deltas
from web_server.routes.stream import EventStream

router = APIRouter(prefix="/v1", tags=["openai"], route_class=Door)


@router.post("/responses", summary="A response, as OpenAI's clients ask")
async def responses(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    fields: dict[str, Any] = dict(body.fields)
    name, stream = openai_words.named(fields), openai_words.streamed(fields)
    options = fields.pop("stream_options", None)
    if options is not None and not isinstance(options, dict):
        raise ApiError("BAD_REQUEST", "`stream_options` is an object.")
    if (options or {}).get("include_obfuscation"):
        raise ApiError("BAD_REQUEST", "`stream_options.include_obfuscation` is not supported.")
    model = here.exchange.resolve(name)
    payload, spots = responses_input.payload(fields)
    query = Query(
        model=model,
        payload=payload,
        stream=stream,
        flags=flags(request.headers.get("x-privacy")),
        size=body.size,
        spots=spots,
    )
    place = affinity.place(request)
    if stream:
        reply = await unless_hung_up(request.receive, here.exchange.open(asking, query, resent=True, place=place))
        return EventStream(reply, Events(Frame(fields, reply)), openai_words.headers(reply))
    reply, answer = await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=True, place=place))
    frame = Frame(fields, reply)
    for delta in deltas(answer.choices[0]):
        frame.output.add(delta)
    frame.usage, frame.reason = answer.usage, answer.choices[0].finish_reason
    return wire.reply(frame.response(frame.ended), headers=openai_words.headers(reply))


@router.get("/responses/{rest:path}", summary="There are no stored responses")
async def fetched(request: Request, rest: str) -> Response:
    """404: nothing is stored here."""
    raise _not_stored(request, rest)


@router.delete("/responses/{rest:path}", summary="There are no stored responses")
async def deleted(request: Request, rest: str) -> Response:
    """404: nothing is stored here."""
    raise _not_stored(request, rest)


def _not_stored(request: Request, _rest: str) -> ApiError:
    caller(request)
    return ApiError("NOT_FOUND", "Responses are not stored here, so none can be fetched or deleted.")
