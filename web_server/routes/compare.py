"""Two models, one question: `POST /api/v1/compare`, both answers side by side, whole or as they come.

Called by programs with a JWT. Both are asked at once, each with surrogates of its own, so that nothing links the two.
One that fails does not cost the other: its error takes its answer's place. Where both fail, the first error is it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.exchange import Exchange
from web_server.query import Answer, Caller, Json, Query
from web_server.reply import Reply
from web_server.routes import affinity, asked, envelopes, own, wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall, unless_hung_up
from web_server.routes.several import Relay, Several, served

router = APIRouter(prefix="/api/v1", tags=["direct"], route_class=Door)

T = TypeVar("T")

SIDES = ("modelA", "modelB")


class Compare(asked.Sampling, asked.Privacy):
    """One question for two models."""

    prompt: asked.Text = Field(description="The question.", examples=["Write to anna@example.com for me."])
    model_a: asked.ModelName = Field(alias="modelA")
    model_b: asked.ModelName = Field(alias="modelB")
    system_prompt: str | None = None
    stream: bool = False


@router.post("/compare", summary="Ask two models at once")
async def compare(request: Request) -> Response:
    """`{modelA: reply, modelB: reply}`, or events that say by `side` whose they are."""
    here, asking = hall(request), caller(request)
    affinity.refuse_one(request)
    question, size = await asked.read(request, Compare)
    queries = [
        Query(
            model=here.exchange.resolve(name),
            payload={
                "messages": [
                    *here.sessions.system(question.system_prompt),
                    {"role": "user", "content": question.prompt},
                ],
                **question.options(),
            },
            stream=question.stream,
            flags=question.flags(),
            size=size,
        )
        for name in (question.model_a, question.model_b)
    ]
    if question.stream:
        opened = await unless_hung_up(request.receive, _opened(here.exchange, asking, queries))
        return Several(SideBySide(dict(zip(SIDES, opened, strict=True))), served(_replies(opened)))
    answered = await unless_hung_up(request.receive, _answered(here.exchange, asking, queries))
    told: dict[str, Json] = {"id": f"q_{secrets.token_hex(12)}", "created": int(time.time())}
    for side, query, answer in zip(SIDES, queries, answered, strict=True):
        if isinstance(answer, ApiError):
            here.metrics.count("errors_total", code=answer.code)
            told[side] = {"model": str(query.model), **envelopes.own(answer)}
        else:
            told[side] = own.body(*answer)
    return wire.reply(told, headers=served(each[0] for each in answered if not isinstance(each, ApiError)))


class SideBySide:
    """Open replies, read at the same time; an error in a reply's place is told as that side's end."""

    def __init__(self, sides: Mapping[str, Reply | ApiError]) -> None:
        self._sides = sides

    async def tell(self, relay: Relay) -> None:
        """Both sides."""
        async with asyncio.TaskGroup() as both:
            for side, each in self._sides.items():
                if isinstance(each, ApiError):
                    both.create_task(relay.error(each, {"side": side}))
                else:
                    both.create_task(relay.answer(each, {"side": side}))

    async def aclose(self) -> None:
        """Close both."""
        for reply in _replies(self._sides.values()):
            await reply.aclose()


async def _answered(
    exchange: Exchange, asking: Caller, queries: Sequence[Query]
) -> list[tuple[Reply, Answer] | ApiError]:
    async def one(query: Query) -> tuple[Reply, Answer] | ApiError:
        try:
            return await exchange.answer(asking, query, resent=False)
        except ApiError as error:
            return error

    async with asyncio.TaskGroup() as both:
        tasks = [both.create_task(one(query)) for query in queries]
    return _unless_all_failed([task.result() for task in tasks])


async def _opened(exchange: Exchange, asking: Caller, queries: Sequence[Query]) -> list[Reply | ApiError]:
    async def one(query: Query) -> Reply | ApiError:
        try:
            return await exchange.open(asking, query, resent=False)
        except ApiError as error:
            return error

    tasks = [asyncio.create_task(one(query)) for query in queries]
    try:
        return _unless_all_failed([await task for task in tasks])
    except BaseException:
        for task in tasks:
            task.cancel()
        for reply in _replies(await asyncio.gather(*tasks, return_exceptions=True)):
            await reply.aclose()
        raise


def _replies(found: Iterable[object]) -> list[Reply]:
    return [each for each in found if isinstance(each, Reply)]


def _unless_all_failed(found: list[T | ApiError]) -> list[T | ApiError]:
    """Raises the first error where there is nothing else."""
    if all(isinstance(each, ApiError) for each in found):
        assert isinstance(found[0], ApiError)
        raise found[0]
    return found
