"""The page itself: `/`, and the files of its build, which lie in `web_server/built`.

Called by browsers. The build is made of `webapp/` by `make page` and committed, so that nobody needs Node to run it.
Never a file that the build did not make, and nothing that the page could load from elsewhere.
"""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from web_server.errors import ApiError
from web_server.routes.door import Door

router = APIRouter(include_in_schema=False, route_class=Door)

BUILD = Path(__file__).resolve().parents[1] / "built"
FILE = re.compile(r"\w+(-[\w-]{8})?(\.[a-z]+)\Z", re.ASCII)
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
}
ANEW = {"cache-control": "no-cache"}
FOR_GOOD = {"cache-control": "public, max-age=31536000, immutable"}
MISSING = "The page was not built: `make page` builds it. The API is described at /docs.\n"


@router.get("/")
async def page(_request: Request) -> Response:
    """The page. It names the files of one build, so a browser asks each time whether it is still this one."""
    file = BUILD / "index.html"
    if not file.is_file():
        return PlainTextResponse(MISSING, headers=ANEW)
    return FileResponse(file, headers={**HEADERS, **ANEW}, media_type="text/html; charset=utf-8")


@router.get("/page/{name}")
async def built(_request: Request, name: str) -> Response:
    """A file of the build; one whose name holds a hash of what is in it never changes. Raises ApiError NOT_FOUND."""
    named = FILE.match(name)
    file = BUILD / "page" / name
    if named is None or named[2] not in KINDS or not file.is_file():
        raise ApiError("NOT_FOUND")
    return FileResponse(file, headers={**HEADERS, **(FOR_GOOD if named[1] else ANEW)}, media_type=KINDS[named[2]])
