"""The page that describes the API to a person: `/docs`.

Called by browsers. Two files of our own: a page with scripts from elsewhere would let elsewhere act as the caller.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from web_server.routes.door import Door

router = APIRouter(include_in_schema=False, route_class=Door)

STATIC = Path(__file__).resolve().parents[1] / "static"
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}


@router.get("/docs")
async def page(_request: Request) -> Response:
    """The page; it reads /openapi.json."""
    return FileResponse(STATIC / "docs.html", headers=HEADERS)


@router.get("/docs.js")
async def script(_request: Request) -> Response:
    """The page's script."""
    return FileResponse(STATIC / "docs.js", headers=HEADERS)
