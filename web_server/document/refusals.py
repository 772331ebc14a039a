"""What a call may be refused with: codes of the table of errors, by status, in the envelope of the door.

Called by the rows. Pure. The examples are written by what writes the errors: they cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from web_server.document.headers import EVERY, LIMITS, referred
from web_server.document.shapes import Schema, anything, fields, just, ref, text, words
from web_server.errors import CODES, ApiError
from web_server.query import Json
from web_server.routes import envelopes

INSIDE = ("INTERNAL_ERROR",)
TOKEN = (
    *("UNAUTHORIZED", "TOKEN_EXPIRED", "TOKEN_REVOKED", "FORBIDDEN", "TOKEN_KEYS_UNAVAILABLE", "REVOCATIONS_UNKNOWN"),
    *INSIDE,
)
"""Wherever it matters who asks."""
BODY = ("BAD_REQUEST", "PAYLOAD_TOO_LARGE")
"""Wherever a body is read."""
OWN_BODY = (*BODY, "VALIDATION_FAILED")
MODEL = ("MODEL_NOT_FOUND", "MODEL_FORBIDDEN")
SHIELD = (
    *("UNSUPPORTED_CONTENT", "BLOCKED_BY_POLICY", "PRIVACY_MINIMUM", "PRIVACY_FAILURE", "PRIVACY_BUSY"),
    "REWRITE_UNAVAILABLE",
)
LIMIT = ("RATE_LIMITED", "TOO_MANY_ANSWERS", "BUDGET_SPENT", "LIMITS_UNAVAILABLE")
KEY_SERVER = ("KEY_SERVER_UNAVAILABLE", "STORE_UNAVAILABLE")
PLACE = ("KEYS_LOCKED", "NO_KEYS", "POOL_BUSY", "POOL_LIMITED", "POOL_RESTING")
"""Wherever an endpoint is wanted."""
POOL = (
    *("NOT_IMPLEMENTED", *PLACE, "PROVIDER_LIMITED", "PROVIDER_REFUSED", "PROVIDER_FAILED", "PROVIDER_REJECTED"),
    *("PROVIDER_SILENT", "STREAM_CUT"),
)
ASKS = (*TOKEN, *BODY, *MODEL, *SHIELD, *LIMIT, *KEY_SERVER, *POOL, "ENDPOINT_NOT_FOUND")
"""Wherever a model is asked."""
SESSION = ("SESSION_NOT_FOUND", "session_expired", "SESSIONS_UNAVAILABLE")
TURN = (*SESSION, "SESSION_BUSY")

THREAD = ("THREAD_UNSUPPORTED_REQUEST",)
"""Of a client that would have its conversation kept."""

PASSED_ON = (400, 404, 413, 422)
"""What a provider says of a request is said again, by its own status."""


class Envelope(NamedTuple):
    """How a door wraps its errors. `code`: a code as it stands in it. `narrowed`: the schema of some codes' errors."""

    name: str
    schema: Schema
    code: Callable[[str], Json]
    narrowed: Callable[[list[Json]], Schema]
    written: Callable[[ApiError], dict[str, Json]]
    headers: tuple[str, ...] = ()


def _within(*path: str) -> Callable[[list[Json]], Schema]:
    """Narrows what stands at a path to some values."""

    def narrowed(values: list[Json]) -> Schema:
        schema: Schema = {"enum": values}
        for name in reversed(path):
            schema = {"properties": {name: schema}}
        return schema

    return narrowed


REQUEST_ID = "req_0123456789abcdef"
KINDS = sorted({"invalid_request_error", "api_error", *envelopes.OPENAI_TYPES.values()})
ANTHROPIC_KINDS = sorted({"invalid_request_error", "api_error", *envelopes.ANTHROPIC_TYPES.values()})

OWN_ERROR = fields(
    {
        "code": text("What went wrong, for programs."),
        "message": text("The same for people."),
        "details": anything("What more there is to say, by code."),
    }
)
OWN = Envelope(
    "Error",
    fields({"error": OWN_ERROR}, {}, "An error of our own doors."),
    str,
    _within("error", "code"),
    envelopes.own,
)
OPENAI = Envelope(
    "OpenAIError",
    fields(
        {
            "error": fields(
                {"message": text(), "type": words(*KINDS), "param": {"type": "null"}, "code": text()},
            )
        },
        {},
        "An error as OpenAI's clients read it; `code` is ours, in lower case.",
    ),
    str.lower,
    _within("error", "code"),
    envelopes.openai,
)
ANTHROPIC = Envelope(
    "AnthropicError",
    fields(
        {
            "type": just("error"),
            "error": fields(
                {"type": words(*ANTHROPIC_KINDS), "message": text(), "details": fields({"error_code": text()})}
            ),
            "request_id": text(),
        },
        {},
        "An error as Anthropic's clients read it; `error.details.error_code` is our code, in lower case.",
    ),
    str.lower,
    _within("error", "details", "error_code"),
    lambda error: envelopes.anthropic(error, REQUEST_ID),
    ("request-id",),
)
PLAYGROUND = Envelope(
    "PlaygroundError",
    fields({"detail": text("What went wrong, for people."), "code": text("The same for programs.")}),
    str,
    _within("code"),
    envelopes.playground,
)
ENVELOPES = (OWN, OPENAI, ANTHROPIC, PLAYGROUND)


def statuses(codes: tuple[str, ...]) -> Mapping[int, list[str]]:
    """The codes that a status may come with."""
    found: dict[int, list[str]] = {}
    for code in (code for code in CODES if code in codes):
        for status in PASSED_ON if code == "PROVIDER_REJECTED" else (CODES[code].status,):
            found.setdefault(status, []).append(code)
    return dict(sorted(found.items()))


def replies(envelope: Envelope, codes: tuple[str, ...]) -> dict[str, Any]:
    """The error replies of a call, by status."""
    return {str(status): _reply(envelope, status, mine) for status, mine in statuses(codes).items()}


def _reply(envelope: Envelope, status: int, codes: list[str]) -> dict[str, Any]:
    names = [*EVERY, *envelope.headers]
    names += ["WWW-Authenticate"] if status == 401 else []
    names += ["Retry-After"] if status in (429, 503) else []
    names += ["X-Served-By", *LIMITS] if {"PROVIDER_FAILED", "PROVIDER_REJECTED", "RATE_LIMITED"} & {*codes} else []
    narrowed = envelope.narrowed([envelope.code(code) for code in codes])
    return {
        "description": " ".join(f"`{envelope.code(code)}`: {CODES[code].sentence}" for code in codes),
        "headers": referred(*names),
        "content": {
            "application/json": {
                "schema": {"allOf": [ref(envelope.name), narrowed]},
                "examples": {code: {"$ref": f"#/components/examples/{example_name(envelope, code)}"} for code in codes},
            }
        },
    }


def envelope_of(reply: dict[str, Any]) -> str | None:
    """The name of the envelope that a reply is in, if it is a refusal and nothing else."""
    schema = reply.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema["allOf"][0]["$ref"]).rpartition("/")[2] if "allOf" in schema else None


def example_name(envelope: Envelope, code: str) -> str:
    """The name of a code's example among the components."""
    return f"{envelope.name}.{code}"


def components() -> tuple[dict[str, Any], dict[str, Any]]:
    """The envelopes' schemas, and an example of every code in each."""
    examples = {
        example_name(envelope, code): {"summary": CODES[code].sentence, "value": envelope.written(ApiError(code))}
        for envelope in ENVELOPES
        for code in CODES
    }
    return {envelope.name: envelope.schema for envelope in ENVELOPES}, examples
