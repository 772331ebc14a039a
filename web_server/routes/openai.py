"""OpenAI's door: `/v1/chat/completions` and `/v1/models`, for its SDKs and everything that speaks like them.

Called by unmodified clients with a JWT as their `api_key`. Errors wear OpenAI's envelope, before and inside a stream.
Never keeps a turn: a resent history meets the same surrogates because the ledger's seed comes from its opening.
"""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Choice, Delta, Json, Query, Usage
from web_server.reply import Reply
from web_server.routes import affinity, chat, envelopes, openai_words, wire
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags
from web_server.routes.stream import EventStream

router = APIRouter(prefix="/v1", tags=["openai"], route_class=Door)


@router.post("/chat/completions", summary="Chat, as OpenAI's clients ask")
async def chat_completions(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    fields: dict[str, Any] = dict(body.fields)
    wants_usage = openai_words.wants_usage(fields)
    query = _query(here, request, fields, body.size)
    name = f"chatcmpl-{secrets.token_hex(12)}"
    place = affinity.place(request)
    if query.stream:
        reply = await unless_hung_up(request.receive, here.exchange.open(asking, query, resent=True, place=place))
        return EventStream(reply, _Chunks(name, reply, wants_usage), openai_words.headers(reply))
    reply, answer = await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=True, place=place))
    return wire.reply(
        {
            "id": name,
            "object": "chat.completion",
            "created": reply.created,
            "model": str(reply.model),
            "choices": [_choice(choice) for choice in answer.choices],
            "usage": chat.usage(answer.usage),
        },
        headers=openai_words.headers(reply),
    )


@router.get("/models", summary="The models that can be named")
async def models(request: Request) -> Response:
    """Every model, as OpenAI lists them."""
    asking = caller(request)
    listed = [
        _model(str(model.ref), model.ref.provider)
        for model in hall(request).exchange.models(asking)
        if not model.is_any
    ]
    return wire.reply({"object": "list", "data": [*listed]})


@router.get("/models/{name:path}", summary="One model")
async def model(request: Request, name: str) -> Response:
    """One model, if it can be named."""
    exchange, asking = hall(request).exchange, caller(request)
    ref = exchange.resolve(name)
    exchange.permit(asking, ref)
    return wire.reply(_model(str(ref), ref.provider))


def _model(name: str, owner: str) -> dict[str, Json]:
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}


def _query(here: Hall, request: Request, fields: dict[str, Any], size: int) -> Query:
    name, stream = openai_words.named(fields), openai_words.streamed(fields)
    openai_words.messages(fields.get("messages"))
    openai_words.numbers(fields)
    openai_words.objects(fields, "tools")
    return Query(
        model=here.exchange.resolve(name),
        payload=fields,
        stream=stream,
        flags=flags(request.headers.get("x-privacy")),
        size=size,
    )


def _choice(choice: Choice) -> dict[str, Json]:
    said = choice.content if choice.content is not None or choice.tool_calls or choice.refusal else ""
    message: dict[str, Json] = {"role": "assistant", "content": said, "refusal": choice.refusal}
    if choice.reasoning is not None:
        message["reasoning_content"] = choice.reasoning
    if choice.tool_calls:
        message["tool_calls"] = chat.tool_calls(choice)
    return {"index": choice.index, "message": message, "logprobs": None, "finish_reason": choice.finish_reason}


TEXT_FIELDS = {"content": "content", "reasoning": "reasoning_content", "refusal": "refusal"}


class _Chunks:
    """OpenAI's stream: `chat.completion.chunk` events, the usage if it was asked for, then `[DONE]`."""

    def __init__(self, name: str, reply: Reply, wants_usage: bool) -> None:
        self._frame: dict[str, Json] = {
            "id": name,
            "object": "chat.completion.chunk",
            "created": reply.created,
            "model": str(reply.model),
        }
        self._wants_usage = wants_usage
        self._usage = Usage()
        self._greeted: set[int] = set()

    def deltas(self, deltas: list[Delta]) -> bytes:
        events = b""
        for delta in deltas:
            if delta.usage:
                self._usage = delta.usage
                continue
            if delta.thought is not None:
                continue  # nobody here could hand it back
            part: dict[str, Json] = {}
            if delta.choice not in self._greeted:
                self._greeted.add(delta.choice)
                part["role"] = "assistant"
            if delta.channel == "tool":
                part["tool_calls"] = [_tool(delta)]
            elif delta.text:
                part[TEXT_FIELDS[delta.channel]] = delta.text
            events += self._event([{"index": delta.choice, "delta": part, "finish_reason": delta.finish_reason}])
        return events

    def done(self) -> bytes:
        last = self._event([], usage=chat.usage(self._usage)) if self._wants_usage else b""
        return last + chat.DONE

    def error(self, error: ApiError) -> bytes:
        return b"data: " + wire.dumps(envelopes.openai(error)) + b"\n\n" + chat.DONE

    def _event(self, choices: list[Json], **more: Json) -> bytes:
        return b"data: " + wire.dumps({**self._frame, "choices": choices, **more}) + b"\n\n"


def _tool(delta: Delta) -> dict[str, Json]:
    function: dict[str, Json] = {"arguments": delta.text}
    call: dict[str, Json] = {"index": delta.tool_index, "function": function}
    if delta.tool_id:
        call |= {"id": delta.tool_id, "type": "function"}
    if delta.tool_name:
        function["name"] = delta.tool_name
    return call
