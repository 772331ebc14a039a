"""The short way to the doors whose address is fixed: one look into a table, and the door's own function.

Called by the app, inside its other layers. FastAPI keeps the list of routes and writes the OpenAPI document; to find
one of them it asks router by router, and puts two nets under each call: a twentieth of the processor time of a plain
query. Whatever is not in the table goes that way.
Never: a decision. What a door raises is answered as the app's own handlers say.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web_server.routes.door import Door

Handler = Callable[[Request, Exception], Awaitable[Response]]
Way = tuple[Door, Callable[[Request], Awaitable[Response]]]


def ways(routers: Iterable[APIRouter]) -> dict[tuple[str, str], Way]:
    """By method and path, every door whose path holds no parameter; the first of them, as a router takes it."""
    found: dict[tuple[str, str], Way] = {}
    for router in routers:
        for route in router.routes:
            if isinstance(route, Door) and "{" not in route.path:
                for method in route.methods or ():
                    found.setdefault((method, route.path), (route, route.get_route_handler()))
    return found


class Straight:
    """`answers`: by the type of an exception, what is said of it."""

    def __init__(
        self, app: ASGIApp, ways: Mapping[tuple[str, str], Way], answers: Mapping[type[Exception], Handler]
    ) -> None:
        self._app = app
        self._ways = ways
        self._answers = answers
        self._known = tuple(answers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = None
        if scope["type"] == "http" and not scope.get("root_path"):
            way = self._ways.get((scope["method"], scope["path"]))
        if way is None:
            await self._app(scope, receive, send)
            return
        scope["route"], scope["path_params"] = way[0], {}
        request = Request(scope, receive, send)
        try:
            response = await way[1](request)
        except self._known as error:
            response = await self._answer(error)(request, error)
        await response(scope, receive, send)

    def _answer(self, error: Exception) -> Any:
        return next(self._answers[kind] for kind in type(error).__mro__ if kind in self._answers)
