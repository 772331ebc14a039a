"""Which other sites' pages may call: those of WEB_SERVER_CORS_ORIGINS, by their whole origin; none by default.

Called by the app. A page that may call still needs a token: no cookie of ours goes along (`allow_credentials` is off).
Never: `*`, or an origin by its pattern.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

ASKED = [
    *("Authorization", "Content-Type", "X-Api-Key", "X-Privacy", "X-Endpoint"),
    # The vendors' SDKs for browsers send these with every request, or where their user asks for it. None is passed on.
    *("User-Agent", "Idempotency-Key", "OpenAI-Organization", "OpenAI-Project", "OpenAI-Beta"),
    *("Anthropic-Version", "Anthropic-Beta", "Anthropic-Dangerous-Direct-Browser-Access"),
    *(
        f"X-Stainless-{what}"
        for what in (
            *("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async", "Retry-Count"),
            *("Timeout", "Read-Timeout", "Helper", "Helper-Method", "Poll-Helper", "Custom-Poll-Interval"),
        )
    ),
]
"""Headers that a page may send, besides those that any may."""

ANSWERED = [
    *("X-Request-ID", "Request-ID", "X-Served-By", "X-Privacy", "Retry-After"),
    *(f"X-RateLimit-{what}{kind}" for kind in ("", "-Requests", "-Tokens") for what in ("Limit", "Remaining", "Reset")),
]
"""Headers that it may read."""


def allow(app: FastAPI, origins: Sequence[str]) -> None:
    """Let the pages of `origins` call."""
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=ASKED,
            expose_headers=ANSWERED,
            max_age=600,
        )
