"""A route that hands the request to its function as it is.

Used by every door. FastAPI keeps the list of routes and writes the OpenAPI document; the doors read their bodies
themselves, so its own parsing, dependency solving and serialising (half of its time a call) have nothing to do.
What may take time before the caller can be known is waited for here: the issuer's keys. A caller who asked to keep the
endpoint is told here which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from web_server.auth.presented import presented
from web_server.routes import affinity
from web_server.routes.hall import hall


class Door(APIRoute):
    """The route class of the doors: a function takes the request and the path's parameters, and returns a response."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself."""

        async def handle(request: Request) -> Response:
            if (given := presented(request.headers)) is not None:
                await hall(request).tokens.ready_for(given)
            answer: Response = await self.endpoint(request, **request.path_params)
            affinity.keep(request, answer)
            return answer

        return handle
