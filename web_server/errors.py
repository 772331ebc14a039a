"""Every way a call can fail, and the status it has on the wire. The one table of statuses.

Raised anywhere in this process; the app renders it once, in the envelope of the door that was used.
Messages are fixed sentences or restored provider text: never a key, never another caller's value.
Source: the error table of docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from web_server.query import Json


class Meaning(NamedTuple):
    """HTTP status and the sentence that is said when nothing more precise is known."""

    status: int
    sentence: str


CODES: dict[str, Meaning] = {
    # the caller's side
    "BAD_REQUEST": Meaning(400, "The request could not be read."),
    "UNSUPPORTED_CONTENT": Meaning(400, "A part of the request cannot be read as text, so it cannot be protected."),
    "THREAD_UNSUPPORTED_REQUEST": Meaning(400, "No thread is kept here; send the whole conversation."),
    "UNAUTHORIZED": Meaning(401, "A valid bearer token is needed."),
    "TOKEN_EXPIRED": Meaning(401, "The token has expired; ask for a new one."),
    "TOKEN_REVOKED": Meaning(401, "The token was revoked; ask for a new one."),
    "FORBIDDEN": Meaning(403, "The token does not allow this."),
    "MODEL_FORBIDDEN": Meaning(403, "The token does not allow this model; the list of models has those it does."),
    "BLOCKED_BY_POLICY": Meaning(403, "The privacy policy blocks this query."),
    "PRIVACY_MINIMUM": Meaning(403, "The operator does not allow hiding to be switched off."),
    "NOT_FOUND": Meaning(404, "There is nothing at this address."),
    "MODEL_NOT_FOUND": Meaning(404, "No such model; GET /v1/models lists them."),
    "SESSION_NOT_FOUND": Meaning(404, "There is no such session of yours."),
    "ENDPOINT_NOT_FOUND": Meaning(404, "No such endpoint for this model, or it is not there any more."),
    "METHOD_NOT_ALLOWED": Meaning(405, "This address does not take that method."),
    "SESSION_BUSY": Meaning(409, "Another turn of this session is under way; turns are one at a time."),
    "session_expired": Meaning(410, "The session has expired or was ended; start a new one."),
    "PAYLOAD_TOO_LARGE": Meaning(413, "The request body is too large."),
    "CONTEXT_TOO_LONG": Meaning(413, "The system prompt and the last turn alone are longer than the model's context."),
    "VALIDATION_FAILED": Meaning(422, "The request has a wrong or missing field."),
    "TOO_MANY_SESSIONS": Meaning(429, "You keep as many sessions as one caller may; end some."),
    "RATE_LIMITED": Meaning(429, "You have spent your requests or tokens for this minute."),
    "TOO_MANY_ANSWERS": Meaning(429, "As many of your answers are under way as may be at once."),
    "BUDGET_SPENT": Meaning(429, "You have spent your budget for today (UTC)."),
    # our side
    "INTERNAL_ERROR": Meaning(500, "Something failed inside; nothing more was sent."),
    "TOKEN_KEYS_UNAVAILABLE": Meaning(503, "The keys of the tokens' issuer cannot be had; try again shortly."),
    "REVOCATIONS_UNKNOWN": Meaning(503, "Which tokens were revoked cannot be told now; try again shortly."),
    "PRIVACY_FAILURE": Meaning(500, "The query could not be protected, so nothing was sent."),
    "NOT_IMPLEMENTED": Meaning(501, "This version does not do that yet."),
    "PRIVACY_BUSY": Meaning(503, "Too many long queries wait to be protected; nothing was sent. Try again shortly."),
    "REWRITE_UNAVAILABLE": Meaning(
        503, "Every query is to be rewritten here, and this one could not be; nothing was sent."
    ),
    "SESSIONS_UNAVAILABLE": Meaning(503, "The store of the sessions is not answering; try again shortly."),
    "LIMITS_UNAVAILABLE": Meaning(
        503, "Your limits cannot be looked up right now; nothing was sent. Try again shortly."
    ),
    "USAGE_UNAVAILABLE": Meaning(503, "The book of usage cannot be read right now; try again shortly."),
    "KEY_SERVER_UNAVAILABLE": Meaning(503, "The key server is not answering; try again shortly."),
    "STORE_UNAVAILABLE": Meaning(503, "The key server's store is not answering; try again shortly."),
    "KEYS_LOCKED": Meaning(503, "The keys are locked, because the vault has been away for too long."),
    "NO_KEYS": Meaning(503, "No key for this provider; the operator adds one to api_keys.csv."),
    # the provider's side
    "POOL_BUSY": Meaning(429, "Every endpoint of this model is busy; try again shortly."),
    "POOL_LIMITED": Meaning(429, "Every endpoint of this model has spent its requests or tokens for this minute."),
    "PROVIDER_LIMITED": Meaning(429, "The provider is limiting requests on every endpoint."),
    "POOL_RESTING": Meaning(503, "Every endpoint of this model is resting after failures."),
    "PROVIDER_REFUSED": Meaning(502, "The provider refused every key that could have been used."),
    "PROVIDER_FAILED": Meaning(502, "The provider failed on every endpoint that could have been used."),
    "PROVIDER_REJECTED": Meaning(400, "The provider rejected the request."),
    "PROVIDER_SILENT": Meaning(504, "The provider did not answer in time."),
    "STREAM_CUT": Meaning(502, "The provider's answer was cut off."),
}

HATCH_CODES: dict[str, str] = {
    "UNKNOWN_PROVIDER": "MODEL_NOT_FOUND",
    "UNKNOWN_MODEL": "MODEL_NOT_FOUND",
    "UNKNOWN_OPERATION": "MODEL_NOT_FOUND",
    "UNKNOWN_BINDING": "KEY_SERVER_UNAVAILABLE",  # a place that was kept is gone; asking again finds another
    "UNKNOWN_ENDPOINT": "ENDPOINT_NOT_FOUND",
    "TOKEN_REFUSED": "KEY_SERVER_UNAVAILABLE",
    "BAD_REQUEST": "INTERNAL_ERROR",  # what this process wrote was wrong, not what the caller wrote
    "INTERNAL": "KEY_SERVER_UNAVAILABLE",
}
"""What the key server says (`llmvpn-error`) that is said in other words to a caller."""


class ApiError(Exception):
    """A refused or failed call. `code` is a key of CODES.

    `status` differs from the table's only where a provider's own 4xx is passed on; `retry_after` is in seconds;
    `endpoint_id` is the endpoint that answered, if one did.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int | None = None,
        details: Mapping[str, Json] | None = None,
        retry_after: float | None = None,
        endpoint_id: str | None = None,
    ) -> None:
        meaning = CODES[code]
        self.code = code
        self.status = status or meaning.status
        self.message = message or meaning.sentence
        self.details = dict(details or {})
        self.retry_after = retry_after
        self.endpoint_id = endpoint_id
        super().__init__(code)


def from_key_server(code: str, retry_after: float | None = None) -> ApiError:
    """What a caller is told when the key server refused with `code`; an unknown code is the key server's failure."""
    code = HATCH_CODES.get(code, code)
    return ApiError(code if code in CODES else "KEY_SERVER_UNAVAILABLE", retry_after=retry_after)
