"""Models one after the other, whole or as they come: `POST /api/v1/chain`. Each sees question and answer before it.

Called by programs with a JWT. The answer of one model is text like any other for the next: its values are put back and
hidden anew, with surrogates that the first has never seen.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from web_server.answer import collect
from web_server.errors import ApiError
from web_server.query import Answer, Caller, Json, Query, Usage
from web_server.reply import Reply
from web_server.routes import affinity, asked, chat, own, wire
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.routes.several import Relay, Several, served

router = APIRouter(prefix="/api/v1", tags=["direct"], route_class=Door)

MOST_STEPS = 10
IMPROVE = "You are given a question and an answer to it. Reply with a better answer, and nothing else."
"""What a later step is told where it has no `system_prompt`, behind the operator's own."""


class Step(asked.Strict):
    """One model's part."""

    model: asked.ModelName
    system_prompt: str | None = Field(None, description="Default of later steps: to better the answer before.")


class Chain(asked.Privacy):
    """A question, and who is to answer it in turn."""

    message: asked.Text = Field(description="The question.", examples=["Write to anna@example.com for me."])
    steps: Annotated[list[Step], Field(min_length=1, max_length=MOST_STEPS)]
    stream: bool = False


@router.post("/chain", summary="Have models answer one after the other")
async def chain(request: Request) -> Response:
    """The last answer, and in `steps` each of them; or events that say by `step` whose they are.

    Where a later step fails, the error's `details` have its number as `step`, and in `steps` the answers before it.
    """
    here, asking = hall(request), caller(request)
    affinity.refuse_one(request)
    wanted, size = await asked.read(request, Chain)
    steps = Steps(here, asking, wanted, size)
    if wanted.stream:
        await unless_hung_up(request.receive, steps.open())
        return Several(steps, served(steps.replies))
    try:
        while steps.is_more:
            await unless_hung_up(request.receive, steps.answer())
    except ApiError as error:
        if steps.answers:
            error.details["steps"] = steps.bodies()
        raise
    told = own.body(steps.replies[-1], steps.answers[-1])
    return wire.reply({**told, **steps.sum(), "steps": steps.bodies()}, headers=served(steps.replies[-1:]))


class Steps:
    """The answers so far, and how the next one is asked for."""

    def __init__(self, here: Hall, asking: Caller, wanted: Chain, size: int) -> None:
        """Raises ApiError MODEL_NOT_FOUND before anything is sent."""
        self.replies: list[Reply] = []
        self.answers: list[Answer] = []
        self._here = here
        self._asking = asking
        self._wanted = wanted
        self._size = size
        self._models = [here.exchange.resolve(step.model) for step in wanted.steps]

    @property
    def is_more(self) -> bool:
        """Whether a step is left."""
        return len(self.answers) < len(self._models)

    async def open(self) -> None:
        """Ask the next model; its reply is open. Raises ApiError."""
        try:
            self.replies.append(await self._here.exchange.open(self._asking, self._query(), resent=False))
        except ApiError as error:
            error.details["step"] = len(self.answers)
            raise

    async def answer(self) -> None:
        """Ask the next model and collect its answer. Raises ApiError."""
        await self.open()
        try:
            self.answers.append(await self.replies[-1].collect())
        except ApiError as error:
            error.details["step"] = len(self.answers)
            raise
        finally:
            await self.replies[-1].aclose()

    async def tell(self, relay: Relay) -> None:
        """Each answer from the one that is open on, then what they come to; one that fails is the last."""
        for step in range(len(self._models)):
            try:
                if step:
                    await self.open()
            except ApiError as error:
                await relay.error(error, {"step": step})
                return
            heard = await relay.answer(self.replies[-1], {"step": step})
            if heard is None:
                return
            self.answers.append(collect(heard))
        last = own.frame(self.replies[-1], self.answers[-1].choices[0].finish_reason, Usage())
        await relay.say(own.event({"type": "done", **last, **self.sum()}))

    async def aclose(self) -> None:
        """Close what is open."""
        for reply in self.replies:
            await reply.aclose()

    def bodies(self) -> list[Json]:
        """Every answer that came whole."""
        return [own.body(*each) for each in zip(self.replies, self.answers, strict=False)]

    def sum(self) -> dict[str, Json]:
        """Of all steps: an id of their own, and what they used."""
        counts = [each.usage for each in self.answers]
        used = Usage(sum(each.prompt_tokens for each in counts), sum(each.completion_tokens for each in counts))
        return {"id": f"q_{secrets.token_hex(12)}", "usage": chat.usage(used)}

    def _query(self) -> Query:
        said = self._wanted.message
        if self.answers:
            said = f"Question:\n{said}\n\nAnswer:\n{self.answers[-1].choices[0].content or ''}"
        return Query(
            model=self._models[len(self.answers)],
            payload={"messages": [*self._told(), {"role": "user", "content": said}]},
            stream=self._wanted.stream,
            flags=self._wanted.flags(),
            size=self._size + len(said),
        )

    def _told(self) -> list[dict[str, Json]]:
        """What the next model is told first."""
        prompt, sessions = self._wanted.steps[len(self.answers)].system_prompt, self._here.sessions
        if self.answers and prompt is None:
            prompt = "\n\n".join(filter(None, (sessions.system_prompt, IMPROVE)))
        return sessions.system(prompt)
