"""The headers of answers, and the one header that steers privacy: once each, referred to by name.

Called by the rows and by the document. Data alone.
"""

from __future__ import annotations

from typing import Any

from web_server.document.shapes import Schema, text, whole

HEADERS: dict[str, tuple[str, Schema]] = {
    "X-Request-ID": ("The name of this call in the access log.", text(pattern="^req_[0-9a-f]{16}$")),
    "X-Served-By": ("The endpoint that answered: an opaque id.", text()),
    "X-Privacy": (
        "How far the manner of writing was softened, how many covers went along, and whether the answer is padded,"
        " where asked for.",
        text(),
    ),
    "X-Padding": ("Means nothing: a padded answer's head has one of a few lengths.", text()),
    "Retry-After": ("Seconds after which it may go better.", whole(minimum=1)),
    "WWW-Authenticate": ("How to say who you are.", {"const": "Bearer"}),
    "Allow": ("The methods that this address takes.", text()),
    "request-id": ("The same as `X-Request-ID`, as Anthropic's clients read it.", text(pattern="^req_[0-9a-f]{16}$")),
    "Set-Cookie": ("The page's cookies, or that of the endpoint with `X-Endpoint: keep`.", text()),
    **{
        f"X-RateLimit-{what}{kind}": (f"{said}{of}.", whole())
        for kind, of in (("", ", of what is limited first"), ("-Requests", ", in requests"), ("-Tokens", ", in tokens"))
        for what, said in (
            ("Limit", "What you may use in a minute"),
            ("Remaining", "What is left of it"),
            ("Reset", "Seconds until all of it is there again"),
        )
    },
}
"""What each says. Those of limits are there where the caller has one."""

EVERY = ("X-Request-ID",)
LIMITS = tuple(name for name in HEADERS if name.startswith("X-RateLimit-"))
ASKED = ("X-Served-By", "X-Privacy", "X-Padding", "Set-Cookie", *LIMITS)
"""Where a model was asked."""
ALWAYS = frozenset({"X-Request-ID", "WWW-Authenticate", "Allow", "request-id"})
"""Where a reply has one of these, it has it always."""

WORDS = {
    "pii": "on|off",
    "obfuscate": "off|none|format|quasi|rewrite",
    "decoys": "[0-8]|on|off",
    "give": "on|off",
    "pad": "on|off",
}
PART = "(?:" + "|".join(rf"{name}[ \t]*=[ \t]*(?:{known})" for name, known in WORDS.items()) + ")"
PRIVACY_PARAMETER = {
    "name": "X-Privacy",
    "in": "header",
    "description": "What is asked for of privacy; never below the operator's minimum.",
    "schema": text(pattern=rf"^[ \t]*(?:{PART}[ \t]*)?(?:,[ \t]*(?:{PART}[ \t]*)?)*$"),
    "example": "pii=on, obfuscate=format, decoys=0",
}
ENDPOINT_PARAMETER = {
    "name": "X-Endpoint",
    "in": "header",
    "description": "An endpoint as `X-Served-By` names it; `keep`: a cookie of it is brought, to be asked again.",
    "schema": text(pattern="^[A-Za-z0-9_-]{1,64}$"),
    "example": "keep",
}
STEERED = (PRIVACY_PARAMETER, ENDPOINT_PARAMETER)


def components() -> dict[str, Any]:
    """All of them, for the document's components."""
    return {
        name: {"description": said, "schema": schema, **({"required": True} if name in ALWAYS else {})}
        for name, (said, schema) in HEADERS.items()
    }


def referred(*names: str) -> dict[str, Any]:
    """Some of them, for a reply."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
