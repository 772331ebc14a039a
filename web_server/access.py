"""The outermost layer: a request id and one access line for every call, and an answer whatever fails inside.

Called by the app, as plain ASGI: a `BaseHTTPMiddleware` would cost a task and a queue for every streamed chunk.
Never logs a path as it was typed, a query string, a header or a body: route templates only.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("web_server.access")

HUNG_UP = 499
"""nginx's word for a caller that was gone before there was an answer."""


class Access:
    """Wraps the whole app."""

    def __init__(self, app: ASGIApp, broken: Callable[[Request], Response]) -> None:
        self._app = app
        self._broken = broken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = f"req_{secrets.token_hex(8)}"
        scope["request_id"] = request_id
        status = HUNG_UP

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            log.exception("request failed", extra={"request_id": request_id})
            if status == HUNG_UP:
                await self._broken(Request(scope))(scope, receive, sending)
        finally:
            route = scope.get("route")
            log.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "route": getattr(route, "path", "-"),
                    "status": status,
                    "ms": round((time.perf_counter() - began) * 1000, 1),
                },
            )
