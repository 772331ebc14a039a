"""The outermost layer: a request id and one access line for every call, and an answer whatever fails inside.

Called by the app, as plain ASGI: a `BaseHTTPMiddleware` would cost a task and a queue for every streamed chunk.
Never logs a path as it was typed, a query string, a header or a body: route templates only.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web_server.limits.standing import Told, told

log = logging.getLogger("web_server.access")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SAFE = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
"""On every answer that does not say otherwise, as our pages do of what they may load."""

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
        limits = Told()
        told.set(limits)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = list(message.get("headers", ()))
                names = {name.lower() for name, _ in said}
                message["headers"] = [
                    *said,
                    (b"x-request-id", request_id.encode()),
                    *limits.headers,
                    *((name, value) for name, value in SAFE.items() if name not in names),
                ]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            log.exception("request failed", extra={"request_id": request_id})
            if status == HUNG_UP:
                await self._broken(Request(scope))(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            template = getattr(scope.get("route"), "path", "-")
            _count(scope, template, status, seconds)
            log.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "route": template,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                },
            )


def _count(scope: Scope, template: str, status: int, seconds: float) -> None:
    hall: Any = getattr(scope["app"].state, "hall", None) if "app" in scope else None
    if hall is not None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        hall.metrics.count("requests_total", method=method, route=template, status=str(status))
        hall.metrics.time("request_seconds", seconds, route=template)
