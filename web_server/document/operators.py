"""The rows of what everybody shares and of what operators look at: health, readiness, figures, keys, usage, limits.

Called by the document. Data alone.
"""

from __future__ import annotations

from typing import Any

from web_server.document import refusals
from web_server.document.own import ENDPOINT_ID, MODEL, PRICE, PRICED
from web_server.document.row import Answer, Row, answer
from web_server.document.shapes import (
    anything,
    either,
    fields,
    many,
    named,
    number,
    or_null,
    text,
    truth,
    whole,
    words,
)
from web_server.errors import CODES
from web_server.limits.limits_file import Given
from web_server.routes import admin
from web_server.usage.book import DECOYS

STATUS = fields({"status": text()})
PARTS = fields(
    {
        "status": words("ok", "degraded", "unavailable"),
        "uptime_seconds": number(minimum=0),
        "key_server": words("ok", "unavailable"),
        "redis": words("ok", "unavailable"),
        "policy": text("`ok`, or what is wrong with the newest policy file."),
    }
)
WELL: dict[str, Any] = {"status": "ok", "uptime_seconds": 7.5, "key_server": "ok", "redis": "ok", "policy": "ok"}
DEEP = fields(
    {
        "status": words("ok", "failing"),
        "code": words("OK", *CODES),
        "model": or_null(text()),
        "asked_seconds_ago": number(minimum=0),
    }
)
MET: dict[str, Any] = {"status": "ok", "code": "OK", "model": MODEL, "asked_seconds_ago": 0.1}
BAD = {401: "PROVIDER_REFUSED", 429: "PROVIDER_LIMITED", 500: "PROVIDER_REJECTED", 503: "PROVIDER_SILENT"}
STATES = ("ready", "limited", "resting", "probing", "refused", "disabled", "closed")
KEY = fields(
    {
        "key_id": text(),
        "provider": text(),
        "models": many(text()),
        "label": text(),
        "fingerprint": text("What tells one key from another, and nothing of it."),
        "disabled": truth(),
        "requests_per_minute": whole("0: unlimited"),
        "tokens_per_minute": whole("0: unlimited"),
        "weight": whole(),
        "base_url": text(),
        "state": words("ready", "disabled", "closed", "unlisted"),
    }
)
ENDPOINT = fields(
    {
        "endpoint_id": text(),
        "provider": text(),
        "base_url": text(),
        "models": many(text()),
        "in_flight": whole(),
        "max_parallel": whole(),
        "cooldown_ms": whole(),
        "state": words(*STATES),
        "key_id": text(),
        "label": text(),
        "requests_per_minute": whole("0: unlimited"),
        "tokens_per_minute": whole("0: unlimited"),
        "requests_used": whole("Within the last minute."),
        "tokens_used": whole("Within the last minute."),
        "weight": whole(),
    }
)
COUNT = text("A whole number of 64 bits, in digits.", pattern="^[0-9]+$")
BOOKED = fields(
    {
        "day": text(format="date"),
        "mark": text("The caller as the log has it."),
        "caller": or_null(text("Null where the name was sealed under another secret.")),
        "model": text(),
        **{each: whole() for each in ("requests", "failed", "estimated", "prompt_tokens", "completion_tokens")},
        "micro_dollars": whole(),
        **{each: whole() for each in DECOYS},
    },
    {},
    "By caller, model and day.",
)
SPENT = fields(
    {
        "name": text("Of the key, the provider, the model, the hour or the day."),
        "label": text("The key's."),
        "cost": number("Dollars.", minimum=0),
        **dict.fromkeys(("requests", "errors", "prompt_tokens", "completion_tokens", "latency_ms_sum"), COUNT),
    },
    {},
    "By what was asked for.",
)
RULE = fields({}, {name: number(minimum=0) for name in Given.model_fields})
KEYS: dict[str, Any] = {
    "key_id": "k_0123456789ab",
    "provider": "mirror",
    "models": ["*"],
    "label": "the first",
    "fingerprint": "9f86d081884c",
    "disabled": False,
    "requests_per_minute": 0,
    "tokens_per_minute": 0,
    "weight": 1,
    "base_url": "http://127.0.0.1:8001/v1",
    "state": "ready",
}
PLACES: dict[str, Any] = {
    "endpoint_id": ENDPOINT_ID,
    "provider": "mirror",
    "base_url": "http://127.0.0.1:8001/v1",
    "models": ["*"],
    "in_flight": 0,
    "max_parallel": 32,
    "cooldown_ms": 0,
    "state": "ready",
    "key_id": "k_0123456789ab",
    "label": "the first",
    "requests_per_minute": 0,
    "tokens_per_minute": 0,
    "requests_used": 1,
    "tokens_used": 18,
    "weight": 1,
}
USED: dict[str, Any] = {
    "day": "2026-09-21",
    "mark": "0123456789abcdef",
    "caller": "ann",
    "model": MODEL,
    "requests": 1,
    "failed": 0,
    "estimated": 0,
    "prompt_tokens": 9,
    "completion_tokens": 9,
    "micro_dollars": 0,
    **dict.fromkeys(DECOYS, 0),
}
PARAMETERS = (
    {
        "name": "by",
        "in": "query",
        "description": "By whom or what.",
        "schema": {**words("caller", *sorted(admin.OF_KEYS)), "default": "caller"},
        "example": "caller",
    },
    {
        "name": "days",
        "in": "query",
        "description": "Of the last so many days.",
        "schema": whole(minimum=1, maximum=admin.MOST_DAYS, default=7),
        "example": 7,
    },
)
PROVIDERS = fields(
    {
        "providers": many(
            fields(
                {
                    "id": text(),
                    "status": words("ready", "resting", "no keys", "unknown"),
                    "endpoints": whole("How many are ready."),
                    "models": many(fields(PRICED)),
                }
            )
        )
    }
)
PATTERNS = many(text("Such as `openai/*`."))
POLICY = fields(
    {
        "name": text(),
        "kinds": named(fields({"treatment": text(), "threshold": number(), "own": truth()})),
        "public_names": {},
        "names": fields({"engine": text()}, {"model": text(), "score": number()}),
        "attachments": many(words("audio", "file", "image"), "What passes unread."),
        "minimum": anything(),
        "counts": named(whole()),
    },
    {},
    "What a policy comes to; no value of it.",
)


def _deep(code: str) -> Answer:
    return Answer(DEEP, {"met": {**MET, "status": "failing", "code": code}})


ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/livez"): Row((answer(STATUS, {"status": "ok"}),), refusals.INSIDE, callers="anybody"),
    ("GET", "/readyz"): Row(
        (answer(fields({"status": text()}, {"policy": text("What is wrong with it.")}), {"status": "ok"}),),
        refusals.INSIDE,
        callers="anybody",
        others={503: answer(fields({"status": text()}, {"policy": text()}), {"status": "waiting for the key server"})},
    ),
    ("GET", "/api/health"): Row(
        (answer(PARTS, WELL),),
        refusals.INSIDE,
        callers="anybody",
        others={503: answer(PARTS, {**WELL, "status": "unavailable", "key_server": "unavailable"})},
    ),
    ("GET", "/health"): Row(
        (answer(DEEP, MET),),
        callers="machine",
        others={status: _deep(code) for status, code in BAD.items()},
        said="A provider answered.",
    ),
    ("GET", "/api/providers"): Row(
        (answer(PROVIDERS, {"providers": [{"id": "mirror", "status": "ready", "endpoints": 1, "models": [PRICE]}]}),),
        callers="listed",
    ),
    ("GET", "/metrics"): Row(
        (answer(text(), "# TYPE llmvpn_redis_up gauge\nllmvpn_redis_up 1\n", "text/plain"),), callers="machine"
    ),
    ("GET", "/api/admin/keys"): Row(
        (answer(fields({"keys": many(KEY)}), {"keys": [KEYS]}),), (*refusals.TOKEN, *refusals.KEY_SERVER)
    ),
    ("GET", "/api/admin/endpoints"): Row(
        (answer(fields({"endpoints": many(ENDPOINT)}), {"endpoints": [PLACES]}),),
        (*refusals.TOKEN, *refusals.KEY_SERVER),
    ),
    ("GET", "/api/admin/usage"): Row(
        (
            answer(
                fields({"by": text(), "days": whole(minimum=1), "usage": many(either(BOOKED, SPENT))}),
                {"by": "caller", "days": 7, "usage": [USED]},
            ),
        ),
        (*refusals.TOKEN, "VALIDATION_FAILED", "USAGE_UNAVAILABLE", *refusals.KEY_SERVER),
        parameters=PARAMETERS,
    ),
    ("GET", "/api/admin/limits"): Row(
        (
            answer(
                fields(
                    {
                        "everyone": RULE,
                        "groups": named(RULE),
                        "callers": named(RULE),
                        "file": text(),
                        "without_redis": words("local", "refuse"),
                    }
                ),
                {
                    "everyone": dict.fromkeys(Given.model_fields, 0),
                    "groups": {"staff": {"requests_per_minute": 60}},
                    "callers": {},
                    "file": "ok",
                    "without_redis": "local",
                },
            ),
        ),
    ),
    ("GET", "/api/admin/sessions"): Row(
        (answer(fields({"sessions": whole(), "seconds": whole()}), {"sessions": 7, "seconds": 86400}),),
        (*refusals.TOKEN, "SESSIONS_UNAVAILABLE"),
    ),
    ("GET", "/api/admin/access"): Row(
        (
            answer(
                fields(
                    {"groups": or_null(named(PATTERNS)), "default": or_null(PATTERNS), "file": text("How the file is.")}
                ),
                {"groups": {"staff": ["openai/*"]}, "default": [], "file": "ok"},
            ),
        ),
    ),
    ("GET", "/api/admin/policies"): Row(
        (
            answer(
                fields(
                    {
                        "policies": many(POLICY, minItems=1),
                        "callers": named(anything("What the rule holds its callers to.")),
                        "minimum": fields({"pii": truth()}),
                        "file": text("How the file is."),
                    }
                ),
                {
                    "policies": [
                        {
                            "name": "default",
                            "kinds": {"EMAIL_ADDRESS": {"treatment": "surrogate", "threshold": 0.5, "own": False}},
                            "public_names": True,
                            "attachments": [],
                            "names": {"engine": "tagger"},
                            "minimum": {},
                            "counts": {"allow": 0},
                        }
                    ],
                    "callers": {},
                    "minimum": {"pii": True},
                    "file": "ok",
                },
            ),
        ),
    ),
}
