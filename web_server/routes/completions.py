"""OpenAI's older `POST /v1/completions`: texts in, their continuations out, plain and streamed.

Called by unmodified clients with a JWT as their `api_key`. A model that has a chat is asked there, the text as a user's
message; one whose row says `completions` and not `chat` is asked so. Several texts are several queries, each with a
ledger of its own: side by side, or one after the other in a stream.
Never takes token numbers: they cannot be read as text, so they cannot be protected.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Answer, Delta, Json, Query, Usage
from web_server.reply import Reply
from web_server.routes import affinity, chat, envelopes, openai_words, wire
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.routes.privacy_header import flags
from web_server.routes.stream import EventStream

router = APIRouter(prefix="/v1", tags=["openai"], route_class=Door)

MOST_PROMPTS = 32
AT_ONCE = 4
REFUSED = {
    "suffix": "a chat does not fill in the middle",
    "echo": "put the prompt before the answer yourself",
    "logprobs": "token probabilities cannot be restored",
    "messages": "send `prompt`, or ask /v1/chat/completions",
}


@router.post("/completions", summary="Continue texts")
async def completions(request: Request) -> Response:
    """Continue texts. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    body = await wire.read_object(request, here.settings.web_server_max_body_bytes)
    fields: dict[str, Any] = dict(body.fields)
    wants_usage = openai_words.wants_usage(fields)
    queries = _queries(here, request, fields, body.size)
    each = _choices(fields)
    place = affinity.place(request)
    if queries[0].stream:

        def ask(query: Query) -> Coroutine[Any, Any, Reply]:
            return here.exchange.open(asking, query, resent=True, place=place)

        first = await unless_hung_up(request.receive, ask(queries[0]))
        replies = _InTurn(first, queries[1:], ask, each)
        return EventStream(replies, _Chunks(first, wants_usage), openai_words.headers(first))
    slots = asyncio.Semaphore(AT_ONCE)

    async def answer(query: Query) -> tuple[Reply, Answer]:
        async with slots:
            return await here.exchange.answer(asking, query, resent=True, place=place)

    answered = await unless_hung_up(request.receive, _together([answer(query) for query in queries]))
    choices: list[Json] = []
    usage = Usage()
    for number, (_, got) in enumerate(answered):
        usage = _sum(usage, got.usage)
        choices += [
            _choice(number * each + choice.index, choice.content or choice.refusal or "", choice.finish_reason)
            for choice in got.choices
        ]
    first = answered[0][0]
    return wire.reply(
        {**_frame(first), "choices": choices, "usage": chat.usage(usage)}, headers=openai_words.headers(first)
    )


async def _together(work: Sequence[Coroutine[Any, Any, tuple[Reply, Answer]]]) -> list[tuple[Reply, Answer]]:
    """All of them; where one fails, the others are given up. Raises ApiError."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _queries(here: Hall, request: Request, fields: dict[str, Any], size: int) -> list[Query]:
    name, stream = openai_words.named(fields), openai_words.streamed(fields)
    openai_words.refused(fields, REFUSED)
    if fields.get("best_of") not in (None, 1, fields.get("n")):
        raise ApiError("BAD_REQUEST", "`best_of` is not supported: which is the best, only the provider could tell.")
    openai_words.numbers(fields)
    prompts = openai_words.texts(fields, "prompt", MOST_PROMPTS)
    rest = {key: value for key, value in fields.items() if value is not None and key not in {*REFUSED, "best_of"}}
    one = Query(here.exchange.resolve(name), {}, stream, flags(request.headers.get("x-privacy")), size)
    return [replace(one, payload={**rest, "messages": [{"role": "user", "content": prompt}]}) for prompt in prompts]


def _choices(fields: dict[str, Any]) -> int:
    n = fields.get("n")
    return n if isinstance(n, int) and n > 0 else 1


def _frame(reply: Reply) -> dict[str, Json]:
    return {
        "id": f"cmpl-{secrets.token_hex(12)}",
        "object": "text_completion",
        "created": reply.created,
        "model": str(reply.model),
    }


def _choice(index: int, text: str, reason: str | None) -> Json:
    return {"text": text, "index": index, "logprobs": None, "finish_reason": reason}


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens)


class _InTurn:
    """The replies to several queries as one: the next is asked when the last has ended. Choices are counted through."""

    def __init__(
        self, first: Reply, rest: Sequence[Query], ask: Callable[[Query], Coroutine[Any, Any, Reply]], each: int
    ) -> None:
        self.endpoint_id = first.endpoint_id
        self._open = first
        self._rest = rest
        self._ask = ask
        self._each = each

    async def batches(self) -> AsyncIterator[list[Delta]]:
        """Restored deltas. Raises ApiError after what did come."""
        async for batch in self._open.batches():
            yield batch
        for place, query in enumerate(self._rest, start=1):
            await self._open.aclose()
            self._open = await self._ask(query)
            async for batch in self._open.batches():
                yield [replace(delta, choice=delta.choice + place * self._each) for delta in batch]

    async def aclose(self) -> None:
        """Close what is open."""
        await self._open.aclose()


class _Chunks:
    """OpenAI's stream: `text_completion` events, the usage if it was asked for, then `[DONE]`."""

    def __init__(self, reply: Reply, wants_usage: bool) -> None:
        self._frame = _frame(reply)
        self._wants_usage = wants_usage
        self._usage: dict[int, Usage] = {}
        """By query: some providers count as they go, and the last count is the sum."""

    def deltas(self, deltas: list[Delta]) -> bytes:
        events = b""
        for delta in deltas:
            if delta.usage:
                self._usage[delta.choice] = delta.usage
            said = delta.text if delta.channel in ("content", "refusal") else ""
            if said or delta.finish_reason:
                choice = _choice(delta.choice, said, delta.finish_reason)
                events += openai_words.data({**self._frame, "choices": [choice]})
        return events

    def done(self) -> bytes:
        total = reduce(_sum, self._usage.values(), Usage())
        last: dict[str, Json] = {**self._frame, "choices": [], "usage": chat.usage(total)}
        return (openai_words.data(last) if self._wants_usage else b"") + chat.DONE

    def error(self, error: ApiError) -> bytes:
        return openai_words.data(envelopes.openai(error)) + chat.DONE
