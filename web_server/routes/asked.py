"""What our own doors take: the fields that several of them share, and how a body becomes one of these models.

Called by our own doors. Pure, but for reading the body.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from starlette.requests import Request

from web_server.query import Json, PrivacyFlags
from web_server.routes import company, levels, openai_words, wire
from web_server.routes.hall import hall

NOT_BLANK = {"pattern": r"\S"}
"""What the schema says of a text that says something."""


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("there is no text in it")
    return text


def _messages(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if wrong := openai_words.wrong_messages(given):
        raise ValueError(wrong)
    return given


Text = Annotated[str, AfterValidator(_says_something), Field(json_schema_extra=NOT_BLANK)]
Messages = Annotated[
    list[dict[str, Any]], Field(min_length=1), AfterValidator(_messages), WithJsonSchema(openai_words.MESSAGES)
]
NEW_ROLES = ("user", "tool")
ONLY_NEW: dict[str, Any] = {"items": {"properties": {"role": {"enum": [*NEW_ROLES]}}}}
"""What the schema says of messages where what was said before is kept."""
NewMessages = Annotated[Messages, WithJsonSchema({"allOf": [openai_words.MESSAGES, ONLY_NEW]})]
ModelName = Annotated[
    str, Field(min_length=1, max_length=300, description="`provider/model`", examples=["mirror/openai"])
]
SessionId = Annotated[str, Field(description="As it was given out when the session began.")]
EndpointId = Annotated[str, Field(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number, written as `3` or as `3.0`."""
Count = Annotated[int, Field(ge=1), BeforeValidator(_whole)]

M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    """A field that is not known is a mistake of somebody's, and said to be."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Privacy(Strict):
    """What is asked for of privacy; what is left out is as the session has it, or hidden and nothing more."""

    pii_removal: bool | None = Field(None, description="Off only where the operator's minimum allows it.")
    obfuscate: levels.Asked | None = Field(
        None, description="How far your manner of writing is softened; true is `format`."
    )
    pad: bool | None = Field(None, description="The answer's sizes and times tell nothing of it: frames at ticks.")
    decoy: company.Asked | None = Field(None, description=company.SAYS)

    def flags(self) -> PrivacyFlags:
        """What a new session, or a query without one, is asked to do."""
        return PrivacyFlags(
            pii_removal=self.pii_removal is not False,
            obfuscate="none" if self.obfuscate is None else levels.level(self.obfuscate),
            pad=self.pad is True,
            decoys=self.decoys() or 0,
        )

    def decoys(self) -> int | None:
        """How many covers are asked for; None where nothing is said."""
        return None if self.decoy is None else company.number(self.decoy)


NOT_GIVEN: dict[str, Any] = {"properties": {"give": {"enum": [False, None]}}}
"""What the schema says of a question that is nobody else's."""


class Giving(Privacy):
    """Of doors whose queries may be given away: never of stateless ones."""

    give: bool | None = Field(None, description=company.GIVES)

    def flags(self) -> PrivacyFlags:
        """As Privacy says."""
        return replace(super().flags(), give=self.give is True)


class Sampling(Strict):
    """OpenAI's parameters of a chat request."""

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    max_tokens: Count | None = None
    max_completion_tokens: Count | None = None
    stop: str | list[str] | None = None
    seed: Whole | None = None
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    response_format: dict[str, Any] | None = None
    reasoning_effort: str | None = None

    def options(self) -> dict[str, Json]:
        """Those that are given."""
        return self.model_dump(include=set(Sampling.model_fields), exclude_none=True)


def question(prompt: str | None, messages: list[dict[str, Any]] | None, name: str = "prompt") -> list[dict[str, Any]]:
    """One question as messages. Raises ValueError where there is none, or two."""
    if (prompt is None) == (messages is None):
        raise ValueError(f"give either `{name}` or `messages`")
    return messages or [{"role": "user", "content": prompt}]


def either(name: str) -> dict[str, Any]:
    """What the schema says of that: exactly one of the two is given."""
    return {
        "oneOf": [
            {
                "required": [given],
                "properties": {given: {"type": kind}, left_out: {"type": "null"}},
            }
            for given, kind, left_out in ((name, "string", "messages"), ("messages", "array", name))
        ]
    }


async def read(request: Request, model: type[M]) -> tuple[M, int]:
    """The body as `model`, and its size in bytes. Raises ApiError."""
    body = await wire.read_object(request, hall(request).settings.web_server_max_body_bytes)
    return taken(model, body.fields), body.size


def taken(model: type[M], fields: dict[str, Any]) -> M:
    """Fields as `model`. Raises ApiError."""
    try:
        return model.model_validate(fields)
    except ValidationError as wrong:
        raise wire.invalid(wrong) from None
