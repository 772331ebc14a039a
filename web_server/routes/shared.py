"""The doors everybody shares: health, readiness, and what providers there are.

Called by load balancers, by the page and by people. Never says more than a word about what it found.
"""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.auth.presented import presented
from web_server.errors import ApiError
from web_server.query import Json
from web_server.routes import wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall
from web_server.routes.web_access import NOBODY

router = APIRouter(tags=["shared"], route_class=Door)

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "[::1]", "localhost"})


@router.get("/livez", summary="Is this process alive?")
async def livez(_request: Request) -> Response:
    """200 as long as the event loop turns."""
    return wire.reply({"status": "ok"})


@router.get("/readyz", summary="Can this process answer queries?")
async def readyz(request: Request) -> Response:
    """200 once the key server answers, else 503."""
    exchange = hall(request).exchange
    serving = await exchange.key_server.is_serving()
    status: dict[str, Json] = {"status": "ok" if serving else "waiting for the key server"}
    if mistake := exchange.policy_mistake():
        status["policy"] = mistake
    return wire.reply(status, 200 if serving else 503)


@router.get("/api/health", summary="How are the parts?")
async def health(request: Request) -> Response:
    """Status and uptime of this process, the key server, Redis and the policy; 503 when queries cannot be answered."""
    here = hall(request)
    serving, redis = await asyncio.gather(here.exchange.key_server.is_serving(), here.state.is_there())
    mistake = here.exchange.policy_mistake()
    return wire.reply(
        {
            "status": "ok" if serving and redis and not mistake else "degraded" if serving else "unavailable",
            "uptime_seconds": round(time.monotonic() - here.started, 1),
            "key_server": "ok" if serving else "unavailable",
            "redis": "ok" if redis else "unavailable",
            "policy": mistake or "ok",
        },
        200 if serving else 503,
    )


@router.get("/api/providers", summary="Which providers and models are there?")
async def providers(request: Request) -> Response:
    """Providers with their models and how many endpoints are ready. Needs a token unless web access is open."""
    here = hall(request)
    # Open access is for this machine's own browser tabs: a foreign site that had its name point here gets no list.
    open_here = here.settings.web_server_web_access == "open" and request.url.hostname in LOOPBACK_NAMES
    asking = NOBODY if open_here and presented(request.headers) is None else caller(request)
    try:
        endpoints = await here.exchange.key_server.endpoints()
    except ApiError:
        endpoints = None
    rows: dict[str, dict[str, Json]] = {}
    for model in here.exchange.models(asking):
        name = model.ref.provider
        if name not in rows:
            states = None if endpoints is None else [each.state for each in endpoints if each.provider == name]
            rows[name] = {"id": name, **_standing(states), "models": []}
        listed = rows[name]["models"]
        assert isinstance(listed, list)
        listed.append(
            {
                "id": str(model.ref),
                "name": model.name,
                "context": model.context,
                "capabilities": [*model.capabilities],
                "price": {"input": model.input_price, "output": model.output_price},
            }
        )
    return wire.reply({"providers": [*rows.values()]})


def _standing(states: list[str] | None) -> dict[str, Json]:
    """A provider's status and ready endpoints; `states` is None where the key server did not say."""
    ready = (states or []).count("ready")
    status = "unknown" if states is None else "ready" if ready else "resting" if states else "no keys"
    return {"status": status, "endpoints": ready}
