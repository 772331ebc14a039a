"""The direct API: `POST /api/v1/stateless-query`. A new endpoint and a new ledger for each query; nothing is kept.

Called by programs with a JWT. Renders replies in our own shape. Never keeps a turn.
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from web_server.query import PrivacyFlags, Query
from web_server.routes import affinity, asked, company, levels, own
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall, unless_hung_up
from web_server.spots import behind

router = APIRouter(prefix="/api/v1", tags=["direct"], route_class=Door)


class StatelessQuery(asked.Sampling):
    """One question. Give `prompt`, or `messages` in OpenAI's chat vocabulary."""

    model_config = ConfigDict(json_schema_extra=asked.either("prompt"))

    model: asked.ModelName
    prompt: asked.Text | None = Field(None, description="The question.", examples=["Write to anna@example.com for me."])
    messages: asked.Messages | None = None
    system_prompt: str | None = Field(None, description="Default: the operator's; an empty one is none.")
    stream: bool = False
    pii_removal: bool = Field(True, description="Off only where the operator's minimum allows it.")
    obfuscate: levels.Asked = Field(False, description="How far your manner of writing is softened; true is `format`.")
    pad: bool = Field(False, description="The answer's sizes and times tell nothing of it: frames at ticks.")
    decoy: company.Asked = Field(False, description=company.SAYS)

    @model_validator(mode="after")
    def _one_question(self) -> StatelessQuery:
        asked.question(self.prompt, self.messages)
        return self

    def query(self, here: Hall, size: int) -> Query:
        """The question in the common language. Raises ApiError MODEL_NOT_FOUND."""
        messages = asked.question(self.prompt, self.messages)
        system = here.sessions.system(self.system_prompt, messages)
        return Query(
            model=here.exchange.resolve(self.model),
            payload={"messages": [*system, *messages], **self.options()},
            stream=self.stream,
            flags=PrivacyFlags(
                pii_removal=self.pii_removal,
                obfuscate=levels.level(self.obfuscate),
                decoys=company.number(self.decoy),
                pad=self.pad,
            ),
            size=size,
            spots=behind(len(system), len(messages)),
        )


@router.post("/stateless-query", summary="Ask one question; nothing is kept")
async def stateless_query(request: Request) -> Response:
    """Ask a model. Private values are replaced before anything leaves and put back in the answer."""
    here, asking = hall(request), caller(request)
    question, size = await asked.read(request, StatelessQuery)
    query = question.query(here, size)
    place = affinity.place(request)
    if query.stream:
        return own.streamed(
            await unless_hung_up(request.receive, here.exchange.open(asking, query, resent=False, place=place))
        )
    return own.whole(
        *await unless_hung_up(request.receive, here.exchange.answer(asking, query, resent=False, place=place))
    )
