"""What our own doors take: the fields that several of them share, and how a body becomes one of these models.

Called by our own doors. Pure, but for reading the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from web_server.query import Json, PrivacyFlags
from web_server.routes import levels, wire
from web_server.routes.hall import hall

Messages = Annotated[list[dict[str, Any]], Field(min_length=1)]
ModelName = Annotated[
    str, Field(min_length=1, max_length=300, description="`provider/model`", examples=["mirror/openai"])
]
SessionId = Annotated[str, Field(description="As it was given out when the session began.")]
EndpointId = Annotated[str, Field(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$")]

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
    decoy: Literal[False, 0] | None = Field(None, description="Not in this version.")
    pad: bool | None = Field(None, description="The answer's sizes and times tell nothing of it: frames at ticks.")

    def flags(self) -> PrivacyFlags:
        """What a new session, or a query without one, is asked to do."""
        return PrivacyFlags(
            pii_removal=self.pii_removal is not False,
            obfuscate="none" if self.obfuscate is None else levels.level(self.obfuscate),
            pad=self.pad is True,
        )


class Sampling(Strict):
    """OpenAI's parameters of a chat request."""

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    stop: str | list[str] | None = None
    seed: int | None = None
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
    if prompt is not None and not prompt.strip():
        raise ValueError(f"`{name}` is empty")
    return messages or [{"role": "user", "content": prompt}]


async def read(request: Request, model: type[M]) -> tuple[M, int]:
    """The body as `model`, and its size in bytes. Raises ApiError."""
    body = await wire.read_object(request, hall(request).settings.web_server_max_body_bytes)
    try:
        return model.model_validate(body.fields), body.size
    except ValidationError as wrong:
        raise wire.invalid(wrong) from None


def described(model: type[BaseModel]) -> dict[str, Any]:
    """The model for the OpenAPI document, whole in its place: the document has no room for parts of it elsewhere."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _whole(schema, parts)}}}}


def _whole(schema: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_whole(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    named = schema.get("$ref")
    if isinstance(named, str):
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**_whole(parts[named.rpartition("/")[2]], parts), **beside}
    return {key: _whole(value, parts) for key, value in schema.items()}
