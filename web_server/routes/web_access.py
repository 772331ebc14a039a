"""Who may use the page's own API: a caller with a token or the page's cookie, or, where access is open, this machine.

Called by the page's doors. A browser on this machine reaches loopback from any site that is open in it, so open access
asks for more than an address: a host by one of this machine's own names (a name that was pointed here is none), an
origin that is ours, and a body that no form of another site can send. A cookie is sent by the browser too, whoever has
it sent: it counts from the page's own origin alone, and with the page's word where something is changed.
"""

from __future__ import annotations

import re

from starlette.requests import Request

from web_server.auth.presented import says_who
from web_server.errors import ApiError
from web_server.query import Caller
from web_server.routes import page_cookie
from web_server.routes.hall import caller, caller_of, hall

NOBODY = Caller("", frozenset({"query"}))
"""Who asks where nobody says who it is."""

OWN_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?\Z", re.IGNORECASE)
OWN_SITES = frozenset({"same-origin", "none"})
READS = frozenset({"GET", "HEAD"})


async def page_caller(request: Request) -> Caller:
    """Who is asking: the token's subject, or nobody in particular. Raises ApiError."""
    reads = request.method in READS
    if not reads and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError("BAD_REQUEST", "Send JSON, with the header `Content-Type: application/json`.")
    if says_who(request.headers):
        return caller(request)
    if hall(request).settings.web_server_web_access == "token":
        token = page_cookie.token(request)
        if token is None:
            return caller(request)
        if not _from_own_site(request):
            raise ApiError("FORBIDDEN", "The page's cookie is good for its own page only, not for other sites.")
        if not reads:
            page_cookie.check_csrf(request)
        await hall(request).tokens.ready_for(f"Bearer {token}")
        return caller_of(request, f"Bearer {token}")
    if not OWN_HOST.match(request.headers.get("host", "")):
        raise ApiError("FORBIDDEN", "Without a token this is open under 127.0.0.1 and localhost only.")
    if not _from_own_site(request):
        raise ApiError("FORBIDDEN", "Without a token this is open to its own page only, not to other sites.")
    return NOBODY


def _from_own_site(request: Request) -> bool:
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    ours = origin is None or origin.lower() in {f"http://{host}".lower(), f"https://{host}".lower()}
    return ours and request.headers.get("sec-fetch-site", "none") in OWN_SITES
