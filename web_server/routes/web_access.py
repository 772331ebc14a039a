"""Who may use the page's own API: a caller with a token, or, where access is open, this machine's own page.

Called by the page's doors. A browser on this machine reaches loopback from any site that is open in it, so open access
asks for more than an address: a host by one of this machine's own names (a name that was pointed here is none), an
origin that is ours, and a body that no form of another site can send.
Never: a cookie.
"""

from __future__ import annotations

import re

from starlette.requests import Request

from web_server.errors import ApiError
from web_server.query import Caller
from web_server.routes.hall import caller, hall

NOBODY = Caller("", frozenset({"query"}))
"""Who asks where nobody says who it is."""

OWN_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?\Z", re.IGNORECASE)
OWN_SITES = frozenset({"same-origin", "none"})


def page_caller(request: Request) -> Caller:
    """Who is asking: the token's subject, or nobody in particular. Raises ApiError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError("BAD_REQUEST", "Send JSON, with the header `Content-Type: application/json`.")
    if hall(request).settings.web_server_web_access == "token" or "authorization" in request.headers:
        return caller(request)
    host = request.headers.get("host", "")
    if not OWN_HOST.match(host):
        raise ApiError("FORBIDDEN", "Without a token this is open under 127.0.0.1 and localhost only.")
    origin = request.headers.get("origin")
    ours = origin is None or origin.lower() in {f"http://{host}".lower(), f"https://{host}".lower()}
    if not ours or request.headers.get("sec-fetch-site", "none") not in OWN_SITES:
        raise ApiError("FORBIDDEN", "Without a token this is open to its own page only, not to other sites.")
    return NOBODY
