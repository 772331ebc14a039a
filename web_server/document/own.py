"""The rows of our own doors for programs: questions, sessions, chats, two models, a chain, and the plain doors.

Called by the document. Data alone: the bodies are the doors' own models, the rest is written down here.
"""

from __future__ import annotations

from typing import Any

from web_server.document import headers, refusals
from web_server.document.row import DONE, EVENTS, Body, Row, answer, told
from web_server.document.shapes import (
    NOT_BLANK,
    Schema,
    anything,
    either,
    events,
    fields,
    just,
    many,
    named,
    number,
    of,
    or_null,
    ref,
    text,
    truth,
    whole,
    words,
)
from web_server.errors import ApiError
from web_server.limits.limits_file import Given
from web_server.query import MOST_DECOYS
from web_server.routes import chain, chats, compare, direct, envelopes, plain, sessions
from web_server.routes.models import NO_KEYS

MODEL = "mirror/openai"
PROMPT = "Write to anna@example.com for me."
SESSION_ID = "pX3v0mZ1t6yWq8cJd5nRk2bHs7uLf4gAeC9iTxQyVw0"
ENDPOINT_ID = "5b1f6c0a2d9e4f37"
AT, UNTIL = 1_790_000_000, "2026-09-22T13:33:20Z"
MESSAGES: list[Any] = [{"role": "user", "content": PROMPT}]
WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a place.",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
    },
}

DECOY = either(truth(), whole(minimum=1, maximum=MOST_DECOYS), said="How many covers go along; true: as many as usual.")
FEWER = "Why they are fewer than were asked for, as docs/decoys.md lists it."
LEVEL = either(just(False), words("format", "quasi", "rewrite"), said="How far a manner of writing is softened.")
HIDDEN = named(whole(minimum=1), "How many values of each kind.")
CALL = fields({"id": text(), "type": just("function"), "function": fields({"name": text(), "arguments": text()})})
FRAME: dict[str, Schema] = {
    "id": text(pattern="^q_[0-9a-f]{24}$"),
    "created": whole("Seconds since 1970."),
    "model": text("`provider/model`"),
    "endpoint_id": text(),
    "finish_reason": or_null(text()),
    "usage": ref("Usage"),
    "privacy": ref("Privacy"),
}
OF_SESSION: dict[str, Schema] = {
    "session_id": text(),
    "rebound": truth("The session's endpoint could not serve any more; another took its place."),
    "trimmed_turns": whole("Earlier turns that did not fit into the model's context.", minimum=1),
}
SAID = {"message": fields({"role": just("assistant"), "content": or_null(text())}, {"tool_calls": many(CALL)})}
SIDE = {"side": words(*compare.SIDES)}
STEP = {"step": whole("Whose answer it is; the last `done` has none, and is of all.")}
SUMMARY: dict[str, Schema] = {
    "session_id": text(),
    "created": whole("Seconds since 1970."),
    "model": or_null(text("Asked by default.")),
    "models": many(text()),
    "turns": whole(),
}
TOLD: dict[str, Schema] = {
    **SUMMARY,
    "expires_at": text("RFC 3339, in UTC.", format="date-time"),
    "system_prompt": or_null(text()),
    "privacy": ref("Settings"),
    "hidden": HIDDEN,
    "forgotten_turns": whole("Turns that are not kept any more: the session became too long."),
    "endpoint_id": or_null(text()),
}
PRICED: dict[str, Schema] = {
    "id": text("`provider/model`"),
    "name": text(),
    "context": or_null(whole("Tokens.")),
    "capabilities": many(text()),
    "price": fields({side: or_null(number("Dollars a million tokens.")) for side in ("input", "output")}),
}


def _events(last: dict[str, Schema] | None = None, **more: Schema) -> Schema:
    """What one event of a stream says, with `more` fields; `last`: those of the end, where they are others."""
    return either(
        fields({"type": just("delta"), "content": text(), **more}, {}, "Some more of the answer."),
        fields(
            {"type": just("tool_call"), "index": whole(), "arguments": text(), **more},
            {"id": text(), "name": text()},
            "Some more of a tool's call; `id` and `name` come once.",
        ),
        fields(
            {"type": just("done"), **FRAME, **(more if last is None else {})},
            {**OF_SESSION, **(last or {})},
            "The end: the reply without what was said.",
        ),
        fields({"type": just("error"), "error": refusals.OWN_ERROR, **more}, {}, "The end of one that came not whole."),
    )


SCHEMAS: dict[str, Schema] = {
    "Usage": fields({"prompt_tokens": whole(), "completion_tokens": whole(), "total_tokens": whole()}),
    "Privacy": fields(
        {"entities": HIDDEN, "obfuscated": LEVEL, "decoys": whole("How many covers went along.", maximum=MOST_DECOYS)},
        {"obfuscated_reason": text("Why it is less than was asked for."), "decoys_reason": text(FEWER)},
        "What was done for the caller's privacy.",
    ),
    "Settings": fields({"pii_removal": truth(), "obfuscate": LEVEL, "decoy": DECOY, "give": truth(), "pad": truth()}),
    "Reply": fields({**FRAME, **SAID}, OF_SESSION, "An answer."),
    "ReplyEvent": _events(),
    "SideEvent": _events(**SIDE),
    "StepEvent": _events(STEP, **STEP),
    "NoReply": fields({"model": text(), "error": refusals.OWN_ERROR}, {}, "What stands in place of one that failed."),
    "Session": fields(TOLD),
}

FRAMED: dict[str, Any] = {
    "id": "q_0123456789abcdef01234567",
    "created": AT,
    "model": MODEL,
    "endpoint_id": ENDPOINT_ID,
    "finish_reason": "stop",
    "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
    "privacy": {"entities": {"EMAIL_ADDRESS": 1}, "obfuscated": False, "decoys": 0},
}
REPLIED: dict[str, Any] = {**FRAMED, "message": {"role": "assistant", "content": PROMPT}}
SUMMED: dict[str, Any] = {"session_id": SESSION_ID, "created": AT, "model": MODEL, "models": [MODEL], "turns": 1}
DESCRIBED: dict[str, Any] = {
    **SUMMED,
    "expires_at": UNTIL,
    "system_prompt": "Be brief.",
    "privacy": {"pii_removal": True, "obfuscate": False, "decoy": False, "give": False, "pad": False},
    "hidden": {"EMAIL_ADDRESS": 1},
    "forgotten_turns": 0,
    "endpoint_id": ENDPOINT_ID,
}


WHOLE = answer(ref("Reply"), REPLIED)
STREAMED = answer(
    events(ref("ReplyEvent")), told({"type": "delta", "content": PROMPT}, {"type": "done", **FRAMED}, DONE), EVENTS
)
WHOLE_TURN = answer(ref("Reply"), {**REPLIED, "session_id": SESSION_ID})
ENDED = answer(fields({"session_id": text(), "ended": just(True)}), {"session_id": SESSION_ID, "ended": True})
FAILED_EVENT = envelopes.own(ApiError("PROVIDER_SILENT"))
FAILED = {"model": "mirror/anthropic", **FAILED_EVENT}
KEEPS = (*refusals.MODEL, *refusals.KEY_SERVER, *refusals.PLACE)
"""Of keeping an endpoint, which asks no provider."""
SERVED = headers.ASKED
OWN_ASKS = (*refusals.ASKS, "VALIDATION_FAILED")
IN_SESSION = (*OWN_ASKS, *refusals.TURN, "CONTEXT_TOO_LONG", "ENDPOINT_NOT_FOUND")
TOOLS = {"tools": [WEATHER], "tool_choice": "auto", "temperature": 0}
ONE_SESSION = "api_v1_sessions_session_id"
SESSION_PATH = {
    "name": "session_id",
    "in": "path",
    "required": True,
    "schema": text(minLength=1),
    "example": SESSION_ID,
}
COMPARED = fields(
    {"id": text(), "created": whole(), **{side: either(ref("Reply"), ref("NoReply")) for side in compare.SIDES}}
)
LISTED = fields(
    {
        **PRICED,
        "provider": text(),
        "status": words("ready", "probing", "limited", "resting", "closed", NO_KEYS, "unknown"),
        "endpoints": whole("How many are ready."),
        "quota": fields({"requests": or_null(whole()), "tokens": or_null(whole())}),
    }
)
MODELS = fields(
    {
        "models": many(LISTED),
        "limits": or_null(
            fields(
                {name: or_null(fields({"most": number(), "left": or_null(number())})) for name in Given.model_fields},
                {},
                "What you have left yourself, over all models.",
            )
        ),
    }
)
PRICE: dict[str, Any] = {
    "id": MODEL,
    "name": "Mirror (OpenAI)",
    "context": 128000,
    "capabilities": ["chat"],
    "price": {"input": None, "output": None},
}
A_MODEL: dict[str, Any] = {
    **PRICE,
    "provider": "mirror",
    "status": "ready",
    "endpoints": 1,
    "quota": {"requests": None, "tokens": None},
}
COMPLETION = tuple(
    {"name": name, "in": "query", "required": name == "query", "schema": schema, "description": said, **example}
    for name, schema, said, example in (
        ("query", text(minLength=1, pattern=NOT_BLANK), "The question.", {"example": PROMPT}),
        ("model", text(minLength=1, maxLength=300), "`provider/model`; left out: the first that can be asked.", {}),
        ("stream", truth(), "Whether the answer comes as events; by default it does not.", {}),
        ("system_prompt", text(), "What the model is told first.", {}),
    )
)
LIMIT = {
    "name": "limit",
    "in": "query",
    "schema": whole(minimum=1, maximum=sessions.MOST_LISTED, default=100),
    "description": "At most so many.",
    "example": 10,
}


def _asks(schema: Schema, plain_body: dict[str, Any], streamed: dict[str, Any] | None = None, **more: Any) -> Body:
    bodies = {"plain": plain_body, **({"streamed": {**plain_body, **streamed}} if streamed else {}), **more}
    return Body(schema, bodies)


ROWS: dict[tuple[str, str], Row] = {
    ("POST", "/api/v1/stateless-query"): Row(
        (WHOLE, STREAMED),
        OWN_ASKS,
        body=_asks(
            of(direct.StatelessQuery),
            {"model": MODEL, "prompt": PROMPT},
            {"stream": True},
            tools={"model": MODEL, "messages": MESSAGES, "obfuscate": "format", **TOOLS},
        ),
        parameters=(headers.ENDPOINT_PARAMETER,),
        headers=SERVED,
    ),
    ("POST", "/api/v1/create-session"): Row(
        (answer(ref("Session"), {**DESCRIBED, "turns": 0, "hidden": {}}),),
        (*refusals.TOKEN, *refusals.OWN_BODY, *KEEPS, "TOO_MANY_SESSIONS", "SESSIONS_UNAVAILABLE"),
        body=_asks(of(sessions.NewSession), {"model": MODEL, "system_prompt": "Be brief."}),
        links={
            name: {"operationId": operation, "parameters": {"session_id": "$response.body#/session_id"}}
            for name, operation in (("see", f"get_{ONE_SESSION}"), ("end", f"delete_{ONE_SESSION}"))
        },
    ),
    ("POST", "/api/v1/stateful-query"): Row(
        (WHOLE_TURN, STREAMED),
        IN_SESSION,
        body=_asks(
            of(sessions.StatefulQuery),
            {"session_id": SESSION_ID, "prompt": PROMPT},
            {"stream": True},
            messages={"session_id": SESSION_ID, "messages": MESSAGES, "system_prompt": "Be kind."},
        ),
        parameters=(headers.ENDPOINT_PARAMETER,),
        headers=SERVED,
    ),
    ("GET", "/api/v1/sessions"): Row(
        (answer(fields({"sessions": many(fields(SUMMARY))}), {"sessions": [SUMMED]}),),
        (*refusals.TOKEN, "VALIDATION_FAILED", "SESSION_NOT_FOUND", "session_expired", "SESSIONS_UNAVAILABLE"),
        parameters=(LIMIT,),
    ),
    ("GET", "/api/v1/sessions/{session_id}"): Row(
        (
            answer(
                fields({**TOLD, "messages": many(anything("In OpenAI's chat vocabulary."))}),
                {**DESCRIBED, "messages": [*MESSAGES, REPLIED["message"]]},
            ),
        ),
        (*refusals.TOKEN, *refusals.SESSION),
        parameters=(SESSION_PATH,),
    ),
    ("DELETE", "/api/v1/sessions/{session_id}"): Row(
        (ENDED,), (*refusals.TOKEN, *refusals.SESSION), parameters=(SESSION_PATH,)
    ),
    ("POST", "/api/v1/chat"): Row(
        (WHOLE,),
        IN_SESSION,
        body=_asks(
            of(chats.Chat),
            {"model": MODEL, "message": PROMPT},
            session={"session_id": SESSION_ID, "message": PROMPT},
            tools={"model": MODEL, "messages": MESSAGES, **TOOLS},
        ),
        parameters=(headers.ENDPOINT_PARAMETER,),
        headers=SERVED,
    ),
    ("POST", "/api/v1/chat/stream"): Row(
        (STREAMED,),
        IN_SESSION,
        body=_asks(
            of(chats.Chat), {"model": MODEL, "message": PROMPT}, session={"session_id": SESSION_ID, "message": PROMPT}
        ),
        parameters=(headers.ENDPOINT_PARAMETER,),
        headers=SERVED,
    ),
    ("POST", "/api/v1/compare"): Row(
        (
            answer(COMPARED, {"id": FRAMED["id"], "created": AT, "modelA": REPLIED, "modelB": FAILED}),
            answer(
                events(ref("SideEvent")),
                told(
                    {"type": "delta", "content": PROMPT, "side": "modelA"},
                    {"type": "error", **FAILED_EVENT, "side": "modelB"},
                    {"type": "done", **FRAMED, "side": "modelA"},
                    DONE,
                ),
                EVENTS,
            ),
        ),
        OWN_ASKS,
        body=_asks(
            of(compare.Compare),
            {"prompt": PROMPT, "modelA": MODEL, "modelB": "mirror/anthropic"},
            {"stream": True},
        ),
        headers=headers.ASKED[1:],  # two served
    ),
    ("POST", "/api/v1/chain"): Row(
        (
            answer(fields({**FRAME, **SAID, "steps": many(ref("Reply"), minItems=1)}), {**REPLIED, "steps": [REPLIED]}),
            answer(
                events(ref("StepEvent")),
                told(
                    {"type": "delta", "content": PROMPT, "step": 0},
                    {"type": "done", **FRAMED, "step": 0},
                    {"type": "done", **FRAMED},
                    DONE,
                ),
                EVENTS,
            ),
        ),
        OWN_ASKS,
        body=_asks(
            of(chain.Chain),
            {"message": PROMPT, "steps": [{"model": MODEL}, {"model": MODEL, "system_prompt": "Be brief."}]},
            {"stream": True},
        ),
        headers=SERVED,
    ),
    ("GET", "/api/v1/models"): Row(
        (
            answer(
                MODELS,
                {
                    "models": [A_MODEL],
                    "limits": {**dict.fromkeys(Given.model_fields), "requests_per_minute": {"most": 60, "left": 59}},
                },
            ),
        ),
    ),
    ("GET", "/completion"): Row(
        (WHOLE, STREAMED), OWN_ASKS, parameters=(*COMPLETION, *headers.STEERED), headers=SERVED
    ),
    ("POST", "/chat"): Row(
        (WHOLE, STREAMED),
        OWN_ASKS,
        body=_asks(
            of(plain.Chat),
            {"message": PROMPT},
            {"stream": True},
            messages={"model": MODEL, "messages": MESSAGES, "system_prompt": "Be kind."},
        ),
        parameters=headers.STEERED,
        headers=SERVED,
    ),
}
