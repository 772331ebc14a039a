"""How an error looks at each door: our own envelope, and OpenAI's, Anthropic's and the playground's at theirs.

Called by the app for every failed request, and by the streaming doors for a failure midway. Pure.
"""

from __future__ import annotations

import math

from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Json
from web_server.routes import wire

OPENAI_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
}

ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}


def own(error: ApiError) -> dict[str, Json]:
    """`{"error": {"code", "message", "details"}}`"""
    return {"error": {"code": error.code, "message": error.message, "details": error.details}}


def openai(error: ApiError) -> dict[str, Json]:
    """`{"error": {"message", "type", "param", "code"}}`, the shape OpenAI's SDKs raise from."""
    kind = OPENAI_TYPES.get(error.status) or ("invalid_request_error" if error.status < 500 else "api_error")
    return {"error": {"message": error.message, "type": kind, "param": None, "code": error.code.lower()}}


def anthropic(error: ApiError, request_id: str) -> dict[str, Json]:
    """`{"type": "error", "error": {"type", "message", "details"}, "request_id"}`, as Anthropic's SDKs raise from."""
    kind = ANTHROPIC_TYPES.get(error.status) or ("invalid_request_error" if error.status < 500 else "api_error")
    said: dict[str, Json] = {"type": kind, "message": error.message, "details": {"error_code": error.code.lower()}}
    return {"type": "error", "error": said, "request_id": request_id}


def playground(error: ApiError) -> dict[str, Json]:
    """`{"detail": "...", "code": "..."}`, as the playground's pages read it."""
    return {"detail": error.message, "code": error.code}


def request_id(request: Request) -> str:
    """The id that the access log has of a request."""
    return str(request.scope.get("request_id", ""))


def response(error: ApiError, *, at_openai_door: bool) -> Response:
    """The whole error response, in OpenAI's envelope or our own."""
    return wire.reply(openai(error) if at_openai_door else own(error), error.status, _headers(error))


def playground_response(error: ApiError) -> Response:
    """The whole error response as the playground's pages read it."""
    return wire.reply(playground(error), error.status, _headers(error))


def anthropic_response(error: ApiError, request: Request) -> Response:
    """The whole error response in Anthropic's envelope."""
    name = request_id(request)
    return wire.reply(anthropic(error, name), error.status, {**_headers(error), "request-id": name})


def _headers(error: ApiError) -> dict[str, str]:
    """`Retry-After` (whole seconds, rounded up) where waiting helps, and who answered."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(error.retry_after)))
    if error.endpoint_id is not None:
        headers["x-served-by"] = error.endpoint_id
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return headers
