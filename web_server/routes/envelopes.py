"""How an error looks at each door: our own envelope, and OpenAI's at the doors its clients knock on.

Called by the app for every failed request, and by the streaming doors for a failure midway. Pure.
"""

from __future__ import annotations

import math

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


def own(error: ApiError) -> dict[str, Json]:
    """`{"error": {"code", "message", "details"}}`"""
    return {"error": {"code": error.code, "message": error.message, "details": error.details}}


def openai(error: ApiError) -> dict[str, Json]:
    """`{"error": {"message", "type", "param", "code"}}`, the shape OpenAI's SDKs raise from."""
    kind = OPENAI_TYPES.get(error.status) or ("invalid_request_error" if error.status < 500 else "api_error")
    return {"error": {"message": error.message, "type": kind, "param": None, "code": error.code.lower()}}


def response(error: ApiError, *, at_openai_door: bool) -> Response:
    """The whole error response, with `Retry-After` (whole seconds, rounded up) where waiting helps."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(error.retry_after)))
    if error.endpoint_id is not None:
        headers["x-served-by"] = error.endpoint_id
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return wire.reply(openai(error) if at_openai_door else own(error), error.status, headers)
