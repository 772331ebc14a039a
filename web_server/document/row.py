"""One call as a row of a table: who may make it, what it takes, what it answers, what it may be refused with.

Filled in by the tables; written out by `document`. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from web_server.document import headers, refusals
from web_server.document.refusals import Envelope
from web_server.document.shapes import Schema
from web_server.query import Json
from web_server.routes import wire

JSON = "application/json"
EVENTS = "text/event-stream"
LINES = "application/x-ndjson"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

Callers: TypeAlias = Literal["token", "page", "listed", "machine", "anybody"]
"""`page`: by a token or the page's cookie; `listed`: by a token; both by nobody in particular where access is open.
`machine`: this one without a token, another one with the scope `ops`."""

SECURITY: dict[Callers, list[dict[str, list[str]]]] = {
    "token": [{"bearer": []}, {"api_key": []}],
    "page": [{"bearer": []}, {"api_key": []}, {"page_cookie": [], "csrf": []}],
    "listed": [{"bearer": []}, {"api_key": []}],
    "machine": [{}, {"bearer": []}, {"api_key": []}],
    "anybody": [],
}

SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A caller's token."},
    "api_key": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "The same token, where a client has room for a key alone.",
    },
    "page_cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "llmvpn-page",
        "description": "The page's cookie: a token that was shown once with `initialize-session`, sealed.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "The cookie `llmvpn-csrf` once more, beside the page's cookie, wherever something is changed.",
    },
}


@dataclass(frozen=True, slots=True)
class Body:
    """What a call takes. `examples`, by name, are all answered by a running router."""

    schema: Schema
    examples: dict[str, Json]
    forms: Body | None = None
    """What it takes as a form, where it may come as one."""

    def written(self) -> dict[str, Any]:
        """As an OpenAPI request body."""
        content = {JSON: self._media()}
        if self.forms is not None:
            content |= dict.fromkeys(FORMS, self.forms._media())
        return {"required": True, "content": content}

    def _media(self) -> dict[str, Any]:
        return {"schema": self.schema, "examples": {name: {"value": value} for name, value in self.examples.items()}}


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that is no refusal. A streamed one (`EVENTS`, `LINES`) has the schema of one of its events."""

    schema: Schema
    examples: dict[str, Any]
    kind: str = JSON

    def written(self) -> dict[str, Any]:
        """As an OpenAPI media type."""
        name = "schema" if self.kind not in (EVENTS, LINES) else "itemSchema"
        return {name: self.schema, "examples": {each: {"value": value} for each, value in self.examples.items()}}


DONE = "[DONE]"


def told(*said: Json, by_name: bool = False) -> list[dict[str, Any]]:
    """Server-sent events that say this; `by_name`: each bears its type as a name."""
    return [_event(each, by_name) for each in said]


def _event(said: Json, by_name: bool) -> dict[str, Any]:
    if said == DONE:
        return {"data": DONE}
    assert isinstance(said, dict)
    return {**({"event": said["type"]} if by_name else {}), "data": wire.dumps(said).decode()}


def answer(schema: Schema, example: Any, kind: str = JSON) -> Answer:
    """A reply with one example."""
    return Answer(schema, {"example": example}, kind)


@dataclass(frozen=True, slots=True)
class Row:
    """A call. `headers`: what its answers say beside what all say; `others`: answers at statuses besides 200."""

    answers: tuple[Answer, ...] = ()
    refused: tuple[str, ...] = refusals.TOKEN
    envelope: Envelope = refusals.OWN
    body: Body | None = None
    callers: Callers = "token"
    parameters: tuple[dict[str, Any], ...] = ()
    headers: tuple[str, ...] = ()
    others: dict[int, Answer] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: str = "The answer."

    def written(self) -> dict[str, Any]:
        """As an OpenAPI operation, but for what the route says itself."""
        told = headers.referred(*headers.EVERY, *self.envelope.headers, *self.headers)
        replies = refusals.replies(self.envelope, self.refused)
        content = {each.kind: each.written() for each in self.answers}
        if content:
            replies = {"200": {"description": self.said, "headers": told, "content": content}, **replies}
            if self.links:
                replies["200"]["links"] = self.links
        for status, other in self.others.items():
            replies[str(status)] = _also(replies.get(str(status)), other)
        made: dict[str, Any] = {"responses": dict(sorted(replies.items())), "security": SECURITY[self.callers]}
        if self.parameters:
            made["parameters"] = [*self.parameters]
        if self.body is not None:
            made["requestBody"] = self.body.written()
        return made


def _also(reply: dict[str, Any] | None, other: Answer) -> dict[str, Any]:
    """A reply that may be an answer instead of a refusal, at the same status."""
    if reply is None:
        told = headers.referred(*headers.EVERY, "Retry-After")
        return {"description": "What was met.", "headers": told, "content": {other.kind: other.written()}}
    refusal = reply["content"][JSON]
    refusal["schema"] = {"anyOf": [refusal["schema"], other.schema]}
    refusal["examples"] |= {name: {"value": value} for name, value in other.examples.items()}
    return reply
