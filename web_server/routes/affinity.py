"""The same endpoint again for a caller without a session who asks for it: the header `X-Endpoint`, or a cookie.

Called by the doors that keep nothing. `X-Endpoint: ID` wants that one or an error; `X-Endpoint: keep` has the answer
bring the cookie `llmvpn-endpoint`, and who brings it back wants that one where it still can, else another. A session
keeps its own: there the header moves it, and the cookie is not looked at.
Never: a cookie that nobody asked for. Without one no two queries share an endpoint but by chance.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import ANYWHERE, Place

COOKIE = "llmvpn-endpoint"
HEADER = "x-endpoint"
KEEP = "keep"

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def place(request: Request) -> Place:
    """Where the caller wants a query to go that is not of a session. Raises ApiError."""
    request.scope["may_keep_endpoint"] = True
    if endpoint_id := named(request):
        return Place(endpoint_id=endpoint_id)
    kept = request.cookies.get(COOKIE, "")
    return Place(endpoint_id=kept, or_elsewhere=True) if ID.fullmatch(kept) else ANYWHERE


def named(request: Request) -> str:
    """The endpoint that the caller names; empty where it names none. Raises ApiError BAD_REQUEST."""
    asked = request.headers.get(HEADER)
    if asked is None or asked == KEEP:
        return ""
    if not ID.fullmatch(asked):
        raise ApiError("BAD_REQUEST", "X-Endpoint is an endpoint as X-Served-By names it, or `keep`.")
    return asked


def refuse_one(request: Request) -> None:
    """For doors that ask several models. Raises ApiError BAD_REQUEST where the caller names an endpoint."""
    if named(request):
        raise ApiError("BAD_REQUEST", "X-Endpoint names one endpoint, and this door asks several models.")


def keep(request: Request, answer: Response) -> None:
    """Gives the caller who asked for it a cookie of the endpoint that served."""
    before, served = request.cookies.get(COOKIE), answer.headers.get("x-served-by")
    asked = request.headers.get(HEADER) == KEEP or (before is not None and not named(request))
    if asked and served is not None and served != before and "may_keep_endpoint" in request.scope:
        secure = request.url.hostname not in LOOPBACK
        answer.set_cookie(COOKIE, served, httponly=True, secure=secure, samesite="strict")
