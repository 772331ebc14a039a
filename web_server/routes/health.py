"""`GET /health`: does a provider answer? By its status alone: 200, 401, 429, 503 or 500, by what was met.

Called by monitors. From this machine it needs no token, from elsewhere one with the scope `ops`: it costs tokens.
Never says more than a word about what it met.
"""

from __future__ import annotations

import math
import time

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.routes import wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, unless_hung_up
from web_server.routes.this_machine import is_this_machine

router = APIRouter(tags=["shared"], route_class=Door)


@router.get("/health", summary="Does a provider answer?")
async def health(request: Request) -> Response:
    """One short question to the model that costs least; what it met is kept for 15 seconds."""
    if not is_this_machine(request):
        caller(request, "ops")
    found = await unless_hung_up(request.receive, request.app.state.deep_health.look())
    headers = {} if found.retry_after is None else {"retry-after": str(max(1, math.ceil(found.retry_after)))}
    return wire.reply(
        {
            "status": "ok" if found.status == 200 else "failing",
            "code": found.code,
            "model": found.model or None,
            "asked_seconds_ago": round(time.monotonic() - found.at, 1),
        },
        found.status,
        headers,
    )
