"""How a provider misbehaves, chosen by the ending of a model's name: `openai-slow`, `openai-429`, `openai-edit-slow`.

A credential may carry the same endings (`sk-test-not-a-key-429`), so that one key of a pool fails and the next works.
With `spares` among them a call that says SPARED is answered well all the same: one of several, as a provider chooses.
The app applies these to the reply of a healthy dialect. Nothing here knows a dialect's format.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from mirror_provider.wire import Dialect, Reply, Request

SLOW_PAUSE = 0.03
RETRY_AFTER = 2
SHORT_BYTES = 8_000
"""What a model of a short context takes."""
SPARED = b"gooseberry"
"""What a call says that a model spares: `openai-500-spares` fails all others."""

Fault = Callable[[Reply, Dialect, Request], Reply]


def credential(request: Request) -> str:
    """The value of the call's credential header, whichever it is, or an empty string."""
    names = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
    return next((request.headers[name] for name in names if name in request.headers), "")


def endings(name: str, known: Mapping[str, object]) -> list[str]:
    """The known endings of a name, last first: `openai-edit-slow` has `slow` and `edit`."""
    found = []
    while ending := next((word for word in known if name.endswith(f"-{word}")), None):
        found.append(ending)
        name = name[: -len(ending) - 1]
    return found


def _status(status: int, message: str, *headers: tuple[str, str]) -> Fault:
    def refuse(_reply: Reply, dialect: Dialect, _request: Request) -> Reply:
        refusal = dialect.refusal(status, message)
        return replace(refusal, headers=(*refusal.headers, *headers))

    return refuse


def _echo_key(_reply: Reply, dialect: Dialect, request: Request) -> Reply:
    return dialect.refusal(401, f"Incorrect API key provided: {credential(request)}. Check it and try again.")


def _echo_headers(_reply: Reply, dialect: Dialect, request: Request) -> Reply:
    return dialect.refusal(400, f"Bad request; its headers were: {json.dumps(dict(request.headers))}")


def _short(reply: Reply, dialect: Dialect, request: Request) -> Reply:
    if len(request.body.rstrip()) <= SHORT_BYTES:
        return reply
    return dialect.refusal(400, f"This model's maximum context length is {SHORT_BYTES // 4} tokens.")


def _redirect(_reply: Reply, _dialect: Dialect, request: Request) -> Reply:
    return Reply([b""], status=307, headers=(("Location", f"/redirected{request.path}"),))


def _garbage(_reply: Reply, _dialect: Dialect, _request: Request) -> Reply:
    return Reply([b"<!doctype html><title>It works!</title><p>It works!</p>"], content_type="text/html")


def _bad_json(reply: Reply, _dialect: Dialect, _request: Request) -> Reply:
    broken = b'{"id": "broken", "choices": [{"index": 0, '
    return replace(reply, pieces=[b"data: " + broken + b"\n\n", b"data: [DONE]\n\n"] if reply.streams else [broken])


def _half(reply: Reply, _dialect: Dialect, _request: Request) -> Reply:
    if reply.streams:
        return replace(reply, pieces=reply.pieces[: max(1, len(reply.pieces) // 2)], cut=True)
    whole = b"".join(reply.pieces)
    return replace(reply, pieces=[whole[: len(whole) // 2]], length=len(whole), cut=True)


FAULTS: Mapping[str, Fault] = {
    "slow": lambda reply, _dialect, _request: replace(reply, pause=SLOW_PAUSE),
    "edit": lambda reply, _dialect, _request: reply,  # the dialect itself edits, before it writes
    "spares": lambda reply, _dialect, _request: reply,  # whom, `misbehave` sees
    "400": _status(400, "The mirror was asked to refuse this request."),
    "401": _status(401, "The mirror was asked to refuse this key."),
    "429": _status(429, "The mirror was asked to say it is busy.", ("Retry-After", str(RETRY_AFTER))),
    "500": _status(500, "The mirror was asked to fail."),
    "short": _short,
    "redirect": _redirect,
    "garbage": _garbage,
    "badjson": _bad_json,
    "half": _half,
    "silent": lambda reply, _dialect, _request: replace(reply, silent=True),
    "empty": lambda reply, _dialect, _request: Reply([b""], content_type=reply.content_type),
    "echo-key": _echo_key,
    "echo-headers": _echo_headers,
}


def edits(model: str) -> bool:
    """Whether the model is one that edits what it repeats."""
    return "edit" in endings(model, FAULTS)


def misbehave(reply: Reply, dialect: Dialect, request: Request) -> Reply:
    """The reply, broken in every way that the call's model or credential asks for."""
    words = endings(reply.model, FAULTS) + endings(credential(request), FAULTS)
    if "spares" in words and SPARED in request.body:
        return reply
    for word in words:
        reply = FAULTS[word](reply, dialect, request)
    return reply
