"""Whether a request comes from this machine itself, with nobody in between.

Called by the doors that need no token there. A proxy on this machine connects from loopback too, for the whole world:
it is known by the headers it adds, and by the name that its callers asked for.
Never: an answer that only one sign speaks for.
"""

from __future__ import annotations

from starlette.requests import Request

from web_server.routes.hall import hall

NAMES = frozenset({"127.0.0.1", "::1", "[::1]", "localhost"})
PEERS = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def is_this_machine(request: Request) -> bool:
    """It listens on loopback alone, the peer is there, the host is one of its names, and nobody forwarded it."""
    return (
        hall(request).settings.on_loopback
        and request.client is not None
        and request.client.host in PEERS
        and request.url.hostname in NAMES
        and not any(name in request.headers for name in FORWARDED)
    )
