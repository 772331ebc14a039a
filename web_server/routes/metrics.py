"""`GET /metrics`: the router's figures, for Prometheus.

Called by a scraper on this machine, or with a token that has the scope `ops`. One worker answers for all that share its
Redis. Never a caller's name.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.routes.door import Door
from web_server.routes.hall import caller, hall
from web_server.routes.this_machine import is_this_machine
from web_server.state import Away
from web_server.usage.metrics import gauge_lines

router = APIRouter(tags=["shared"], route_class=Door)

TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/metrics", summary="Figures for Prometheus")
async def metrics(request: Request) -> Response:
    """Requests, durations, first tokens, errors, limits that forbade, tokens. Needs scope `ops` off loopback."""
    here = hall(request)
    if not is_this_machine(request):
        caller(request, "ops")
    serving, redis = await asyncio.gather(here.exchange.key_server.is_serving(), here.state.is_there())
    gauges = {"key_server_up": serving, "redis_up": redis}
    try:
        text = await here.metrics.text(gauges)
    except Away:
        text = "\n".join(gauge_lines({**gauges, "redis_up": False})) + "\n"
    return Response(text, headers={"cache-control": "no-store"}, media_type=TYPE)
