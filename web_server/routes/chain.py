"""Models one after the other: `POST /api/v1/chain`. Each sees the question and the answer before it.

Called by programs with a JWT. The answer of one model is text like any other for the next: its values are put back and
hidden anew, with surrogates that the first has never seen.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Json, Query, Usage
from web_server.routes import asked, chat, own, wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall, unless_hung_up

router = APIRouter(prefix="/api/v1", tags=["direct"], route_class=Door)

MOST_STEPS = 10
IMPROVE = "You are given a question and an answer to it. Reply with a better answer, and nothing else."
"""What a later step is told where it has no `system_prompt`."""


class Step(asked.Strict):
    """One model's part."""

    model: asked.ModelName
    system_prompt: str | None = Field(None, description="Default of later steps: to better the answer before.")


class Chain(asked.Privacy):
    """A question, and who is to answer it in turn."""

    message: str = Field(description="The question.", examples=["Write to anna@example.com for me."])
    steps: Annotated[list[Step], Field(min_length=1, max_length=MOST_STEPS)]

    @field_validator("message")
    @classmethod
    def _some_text(cls, message: str) -> str:
        if not message.strip():
            raise ValueError("there is no text in it")
        return message


@router.post("/chain", summary="Have models answer one after the other", openapi_extra=asked.described(Chain))
async def chain(request: Request) -> Response:
    """The last answer, and in `steps` each of them."""
    here, asking = hall(request), caller(request)
    wanted, size = await asked.read(request, Chain)
    refs = [here.exchange.resolve(step.model) for step in wanted.steps]  # before anything is sent
    replies: list[dict[str, Json]] = []
    usage = Usage()
    answer: str | None = None
    headers: dict[str, str] = {}
    for number, (ref, step) in enumerate(zip(refs, wanted.steps, strict=True)):
        said = wanted.message if answer is None else f"Question:\n{wanted.message}\n\nAnswer:\n{answer}"
        told = step.system_prompt if answer is None or step.system_prompt is not None else IMPROVE
        query = Query(
            model=ref,
            payload={"messages": [*here.sessions.system(told), {"role": "user", "content": said}]},
            flags=wanted.flags(),
            size=size + len(said),
        )
        try:
            reply, got = await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=False))
        except ApiError as error:
            error.details["step"] = number
            raise
        answer = got.choices[0].content or ""
        replies.append(own.body(reply, got))
        headers = own.headers(reply)
        usage = Usage(
            usage.prompt_tokens + got.usage.prompt_tokens, usage.completion_tokens + got.usage.completion_tokens
        )
    return wire.reply(
        {**replies[-1], "id": f"q_{secrets.token_hex(12)}", "usage": chat.usage(usage), "steps": [*replies]},
        headers=headers,
    )
