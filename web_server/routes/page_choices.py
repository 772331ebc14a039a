"""What the page has to choose from: models, and how much privacy its caller may not go below.

Called by the page when it opens, and after somebody signed in. Without a token where one is needed it is a 401: that is
how the page knows that it has to ask for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.query import Json, PrivacyFlags
from web_server.routes import levels, wire
from web_server.routes.door import Door
from web_server.routes.hall import hall
from web_server.routes.models import NO_KEYS, told
from web_server.routes.web_access import page_caller

router = APIRouter(prefix="/api/web", tags=["page"], route_class=Door)


@router.get("/choices", summary="What there is to choose from: models, and privacy at the least")
async def choices(request: Request) -> Response:
    """Models that can be chosen, with their status; providers that take any name; the operator's minimum."""
    here, asking = hall(request), await page_caller(request)
    try:
        endpoints: Sequence[Any] | None = await here.exchange.key_server.endpoints()
    except ApiError:
        endpoints = None
    models = [(model, told(model, endpoints)) for model in here.exchange.models(asking)]
    return wire.reply(
        {
            "models": [row for model, row in models if not model.is_any],
            "any_of": [row["provider"] for model, row in models if model.is_any and row["status"] != NO_KEYS],
            "least": _least(here.exchange.least(asking)),
            "usual_decoys": here.exchange.usual_decoys,
        }
    )


def _least(flags: PrivacyFlags) -> dict[str, Json]:
    """The least as a caller would ask for it."""
    return {
        "pii_removal": flags.pii_removal,
        "obfuscate": levels.said(flags.obfuscate),
        "decoy": flags.decoys,
        "pad": flags.pad,
    }
