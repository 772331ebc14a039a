"""The rows of the page's own API, `/api/web/*`.

Called by the document. Data alone.
"""

from __future__ import annotations

from typing import Any

from web_server.document import refusals
from web_server.document.own import (
    A_MODEL,
    ENDED,
    ENDPOINT_ID,
    FEWER,
    HIDDEN,
    IN_SESSION,
    KEEPS,
    LEVEL,
    LISTED,
    MODEL,
    PROMPT,
    SERVED,
    SESSION_ID,
    SESSION_PATH,
    STREAMED,
    UNTIL,
    WHOLE,
)
from web_server.document.row import Body, Row, answer
from web_server.document.shapes import Schema, fields, just, many, number, of, or_null, ref, text, truth, whole
from web_server.routes import page_generate, page_sessions, web

PAGE_TOKEN = (*refusals.TOKEN, "BAD_REQUEST")
PAGE_SESSION: dict[str, Schema] = {
    "session_id": text(),
    "created": text("RFC 3339, in UTC.", format="date-time"),
    "expires_at": text("RFC 3339, in UTC.", format="date-time"),
    "selected_models": many(text("`provider/model`")),
    "privacy": ref("Settings"),
    "endpoint_id": or_null(text()),
    "turns": whole(),
    "hidden": HIDDEN,
}
SCHEMAS: dict[str, Schema] = {
    "PageSession": fields(PAGE_SESSION),
    "Span": fields(
        {
            "start": whole("Code points of the prompt."),
            "end": whole(),
            "kind": text(),
            "score": number("How sure it is.", minimum=0, maximum=1),
            "surrogate": or_null(text("What takes its place; null where nothing is sent.")),
            "reason": text("Why it was found, for programs."),
            "explanation": text("The same for people."),
        },
        {},
        "A value that is replaced.",
    ),
}
BEGUN: dict[str, Any] = {
    "session_id": SESSION_ID,
    "created": "2026-09-21T13:33:20Z",
    "expires_at": UNTIL,
    "selected_models": [MODEL],
    "privacy": {"pii_removal": True, "obfuscate": False, "decoy": False, "give": False, "pad": False},
    "endpoint_id": ENDPOINT_ID,
    "turns": 1,
    "hidden": {"EMAIL_ADDRESS": 1},
}
NEW = answer(ref("PageSession"), BEGUN)
BOUND = answer(
    fields({"session_id": text(), "endpoint_id": text(), "model": text(), "rebound": truth()}),
    {"session_id": SESSION_ID, "endpoint_id": ENDPOINT_ID, "model": MODEL, "rebound": False},
)
ENDPOINTS = answer(
    fields(
        {
            "session_id": text(),
            "endpoints": many(
                fields({"id": text(), "models": many(text(), minItems=1), "status": text(), "bound": truth()})
            ),
        }
    ),
    {
        "session_id": SESSION_ID,
        "endpoints": [{"id": ENDPOINT_ID, "models": [MODEL], "status": "ready", "bound": True}],
    },
)
BINDS = (*PAGE_TOKEN, *refusals.OWN_BODY, *refusals.TURN, *KEEPS, "ENDPOINT_NOT_FOUND")
ONE: dict[str, Any] = {"session_id": SESSION_ID}
PREVIEWED: dict[str, Any] = {
    "text": "Write to ida@example.net for me.",
    "spans": [
        {
            "start": 9,
            "end": 25,
            "kind": "EMAIL_ADDRESS",
            "score": 1.0,
            "surrogate": "ida@example.net",
            "reason": "email",
            "explanation": "an e-mail address",
        }
    ],
    "entities": {"EMAIL_ADDRESS": 1},
    "obfuscated": False,
    "decoys": 0,
    "blocked": [],
}
CHOICES = answer(
    fields(
        {
            "models": many(LISTED),
            "any_of": many(text("A provider that takes any name of a model.")),
            "least": fields(
                {"pii_removal": truth(), "obfuscate": LEVEL, "decoy": whole(), "pad": truth()},
                {},
                "What is done at the least, whatever is asked for.",
            ),
            "usual_decoys": whole("How many covers `decoy: true` asks for."),
        }
    ),
    {
        "models": [A_MODEL],
        "any_of": ["mirror"],
        "least": {"pii_removal": True, "obfuscate": False, "decoy": 0, "pad": False},
        "usual_decoys": 2,
    },
)
ONE_SESSION = "get_api_web_session_session_id"
LINKS = {
    name: {"operationId": operation, "parameters": {"session_id": "$response.body#/session_id"}}
    for name, operation in (("see", ONE_SESSION), ("endpoints", f"{ONE_SESSION}_endpoints"))
}

ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/api/web/choices"): Row((CHOICES,), refusals.TOKEN, callers="page"),
    ("POST", "/api/web/initialize-session"): Row(
        (answer(ref("PageSession"), {**BEGUN, "endpoint_id": None, "turns": 0, "hidden": {}}),),
        (*PAGE_TOKEN, *refusals.OWN_BODY, *refusals.MODEL, "TOO_MANY_SESSIONS", "SESSIONS_UNAVAILABLE"),
        body=Body(
            of(page_sessions.NewSession),
            {"plain": {}, "chosen": {"models": [MODEL], "privacy": {"obfuscate": "format"}}},
        ),
        callers="page",
        headers=("Set-Cookie",),
        links=LINKS,
    ),
    ("POST", "/api/web/sign-out"): Row(
        (answer(fields({"signed_out": just(True)}), {"signed_out": True}),),
        (*PAGE_TOKEN, *refusals.OWN_BODY),
        body=Body(of(page_sessions.Nothing), {"plain": {}}),
        callers="page",
        headers=("Set-Cookie",),
    ),
    ("PUT", "/api/web/session/models"): Row(
        (NEW,),
        (*PAGE_TOKEN, *refusals.OWN_BODY, *refusals.MODEL, *refusals.TURN),
        body=Body(of(page_sessions.ChosenModels), {"plain": {**ONE, "selected_models": [MODEL]}}),
        callers="page",
    ),
    ("GET", "/api/web/session/{session_id}"): Row(
        (NEW,), (*refusals.TOKEN, *refusals.SESSION), callers="page", parameters=(SESSION_PATH,)
    ),
    ("GET", "/api/web/session/{session_id}/endpoints"): Row(
        (ENDPOINTS,),
        (*refusals.TOKEN, *refusals.SESSION, *refusals.MODEL, *refusals.KEY_SERVER),
        callers="page",
        parameters=(SESSION_PATH,),
    ),
    ("POST", "/api/web/session/{session_id}/choose-endpoint"): Row(
        (BOUND,),
        BINDS,
        body=Body(of(page_sessions.ChosenEndpoint), {"plain": {}}),
        callers="page",
        parameters=(SESSION_PATH,),
        headers=("X-Served-By",),
    ),
    ("POST", "/api/web/connect"): Row(
        (BOUND,),
        BINDS,
        body=Body(of(page_sessions.OneSession), {"plain": ONE}),
        callers="page",
        headers=("X-Served-By",),
    ),
    ("POST", "/api/web/end-session"): Row(
        (ENDED,),
        (*PAGE_TOKEN, *refusals.OWN_BODY, *refusals.SESSION),
        body=Body(of(page_sessions.OneSession), {"plain": ONE}),
        callers="page",
    ),
    ("POST", "/api/web/generate"): Row(
        (WHOLE, STREAMED),
        IN_SESSION,
        body=Body(
            of(page_generate.Generate),
            {
                "plain": {**ONE, "prompt": PROMPT},
                "streamed": {**ONE, "prompt": PROMPT, "streaming": True},
                "stateless": {
                    "stateless": True,
                    "model": MODEL,
                    "prompt": PROMPT,
                    "conversation_history": [
                        {"role": "user", "content": "Hello."},
                        {"role": "assistant", "content": "Hello."},
                    ],
                },
            },
        ),
        callers="page",
        headers=SERVED,
    ),
    ("POST", "/api/web/preview"): Row(
        (
            answer(
                fields(
                    {
                        "text": or_null(text("As it would be sent; null where the policy blocks it.")),
                        "spans": many(ref("Span")),
                        "entities": HIDDEN,
                        "obfuscated": LEVEL,
                        "decoys": whole("How many covers would go along."),
                        "blocked": many(text("A kind that the policy blocks.")),
                    },
                    {"decoys_reason": text(FEWER)},
                ),
                PREVIEWED,
            ),
        ),
        (*PAGE_TOKEN, *refusals.OWN_BODY, *refusals.SHIELD, *refusals.LIMIT, *refusals.SESSION),
        body=Body(of(web.Preview), {"plain": {"prompt": PROMPT}, "session": {**ONE, "prompt": PROMPT}}),
        callers="page",
    ),
}
