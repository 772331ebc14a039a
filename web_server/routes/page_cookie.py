"""The page's cookie: a token that no script of the page can read, good for the page's own API and from its own site.

Called by the page's doors. A page that was given a token exchanges it, once, for a cookie that is HttpOnly and
SameSite=Strict; the token is sealed in it and read anew with each call, so that what ends the token ends the cookie.
A second cookie holds a word that the page repeats in `X-CSRF-Token` where it changes something: another site may make
a browser send cookies, and cannot read this one.
Never: a token in the clear, or a cookie for a token that is not good.
"""

from __future__ import annotations

import base64
import binascii
import hmac

from starlette.requests import Request
from starlette.responses import Response

from web_server.auth.presented import presented
from web_server.errors import ApiError
from web_server.routes.hall import hall
from web_server.sealing import Unopened

COOKIE = "llmvpn-page"
CSRF_COOKIE = "llmvpn-csrf"
CSRF_HEADER = "x-csrf-token"
PATH = "/api/web"
LONGEST = 3800
"""Browsers keep cookies of 4096 bytes with name and attributes."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def token(request: Request) -> str | None:
    """The token in the page's cookie; None where there is no cookie. Raises ApiError UNAUTHORIZED for a bad one."""
    kept = request.cookies.get(COOKIE)
    if kept is None:
        return None
    try:
        sealed = base64.urlsafe_b64decode(kept.encode())
        return hall(request).sealing.open("page cookie", "", sealed).decode()
    except (Unopened, binascii.Error, ValueError):
        raise ApiError("UNAUTHORIZED", "The page's cookie is not one of ours; sign in again.") from None


def check_csrf(request: Request) -> None:
    """Raises ApiError FORBIDDEN where the page's word is not repeated."""
    said = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(said.encode(), _word(request, request.cookies.get(COOKIE, "")).encode()):
        raise ApiError("FORBIDDEN", f"Repeat the cookie `{CSRF_COOKIE}` in the header `X-CSRF-Token`.")


def exchange(request: Request, response: Response) -> None:
    """Gives the page a cookie for the token that it showed, which is good. A longer one than fits is not exchanged."""
    scheme, _, shown = (presented(request.headers) or "").partition(" ")
    if scheme.lower() != "bearer":
        return
    kept = base64.urlsafe_b64encode(hall(request).sealing.seal("page cookie", "", shown.strip().encode())).decode()
    if len(kept) > LONGEST:
        return
    _set(request, response, COOKIE, kept, http_only=True)
    _set(request, response, CSRF_COOKIE, _word(request, kept), http_only=False)


def drop(request: Request, response: Response) -> None:
    """Has the browser forget both."""
    for name in (COOKIE, CSRF_COOKIE):
        response.delete_cookie(name, path=_path(name), samesite="strict", secure=_secure(request))


def _set(request: Request, response: Response, name: str, value: str, *, http_only: bool) -> None:
    response.set_cookie(name, value, path=_path(name), httponly=http_only, samesite="strict", secure=_secure(request))


def _path(name: str) -> str:
    return PATH if name == COOKIE else "/"  # the page itself, which reads the second, is not under /api


def _secure(request: Request) -> bool:
    """Over TLS alone, but on this machine, where there is none. A proxy that ends TLS does not tell us."""
    return request.url.hostname not in LOOPBACK


def _word(request: Request, kept: str) -> str:
    return hall(request).sealing.name("csrf", kept)
