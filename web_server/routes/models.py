"""The direct API's list of models: what each can do, costs and has left. `GET /api/v1/models`.

Called by programs with a JWT.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.limits.spent import left
from web_server.query import Json
from web_server.routes import wire
from web_server.routes.door import Door
from web_server.routes.hall import caller, hall

router = APIRouter(prefix="/api/v1", tags=["direct"], route_class=Door)

NO_KEYS = "no keys"
"""The status of what no key is there for."""


@router.get("/models", summary="Models with capabilities, context, price, status and what is left of their quota")
async def models(request: Request) -> Response:
    """`quota`: what the keys of the pool have left for this minute; null: they have no limit, or it is not known.

    `limits`: what you have left yourself, over all models; null: no limit.
    """
    here = hall(request)
    asking = caller(request)
    try:
        endpoints: Sequence[Any] | None = await here.exchange.key_server.endpoints()
    except ApiError:
        endpoints = None
    listed = [model for model in here.exchange.models(asking) if not model.is_any]
    gate = here.exchange.gate
    limits = None if gate is None else left(*await gate.look(asking))
    return wire.reply({"models": [told(model, endpoints) for model in listed], "limits": limits})


def told(model: Any, endpoints: Sequence[Any] | None) -> dict[str, Json]:
    """One model as the list has it; `endpoints` is None where the key server did not say."""
    serving = None
    if endpoints is not None:
        serving = [
            each
            for each in endpoints
            if each.provider == model.ref.provider and {model.ref.model, "*"} & set(each.models)
        ]
    return {
        "id": str(model.ref),
        "name": model.name,
        "provider": model.ref.provider,
        "context": model.context,
        "capabilities": [*model.capabilities],
        "price": {"input": model.input_price, "output": model.output_price},
        "status": _status(serving),
        "endpoints": sum(each.state == "ready" for each in serving or ()),
        "quota": {
            "requests": _left(serving, "requests"),
            "tokens": _left(serving, "tokens"),
        },
    }


def _status(serving: Sequence[Any] | None) -> str:
    if serving is None:
        return "unknown"
    states = {each.state for each in serving}
    return next((state for state in ("ready", "probing", "limited", "resting") if state in states),
                "closed" if states else NO_KEYS)  # fmt: skip


def _left(serving: Sequence[Any] | None, what: str) -> int | None:
    """Over all endpoints that can be used now. A key's limit is its own, and an endpoint is one key at one address."""
    left = 0
    for each in serving or ():
        limit, used = getattr(each, f"{what}_per_minute"), getattr(each, f"{what}_used")
        if each.state in {"ready", "probing", "limited"}:
            if not limit:
                return None
            left += max(0, limit - used)
    return left if serving is not None else None
