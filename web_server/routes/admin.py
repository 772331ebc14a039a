"""The operators' door, `GET /api/admin/*`: keys by label, endpoints, usage, limits, sessions, access, policies.

Called by people and programs with the scope `ops`, reading only; every look is in the log, by the HMAC of who looked.
Never: a key, or a change of one (that is the key server's CLI).
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from google.protobuf.json_format import MessageToDict
from starlette.requests import Request
from starlette.responses import Response

from web_server.errors import ApiError
from web_server.limits.gate import mark_of
from web_server.policy_summary import summary
from web_server.query import Json
from web_server.routes import wire
from web_server.routes.door import Door
from web_server.routes.hall import Hall, caller, hall
from web_server.state import Away

log = logging.getLogger("web_server.admin")

router = APIRouter(prefix="/api/admin", tags=["admin"], route_class=Door)

OF_KEYS = frozenset({"key", "provider", "model", "hour", "day"})
DAY_SECONDS = 86_400
MOST_DAYS = 3650


def _operator(request: Request) -> Hall:
    """The hall, for who may look; that they looked is written down."""
    here, asking = hall(request), caller(request, "ops")
    secret = here.settings.web_server_state_secret.get_secret_value().encode()
    route = getattr(request.scope.get("route"), "path", "-")
    log.info("an operator looked", extra={"caller": mark_of(secret, asking.subject), "route": route})
    return here


@router.get("/keys", summary="The keys, by label and fingerprint")
async def keys(request: Request) -> Response:
    """Every key's label, fingerprint, limits and state; never the key."""
    here = _operator(request)
    return wire.reply({"keys": [_fields(key) for key in await here.exchange.key_server.keys()]})


@router.get("/endpoints", summary="Where calls can go")
async def endpoints(request: Request) -> Response:
    """Every endpoint's state, rest, calls under way, and what is used of its limits."""
    here = _operator(request)
    return wire.reply({"endpoints": [_fields(each) for each in await here.exchange.key_server.endpoints()]})


@router.get("/usage", summary="What was used")
async def usage(request: Request) -> Response:
    """By `caller` (and model and day: this side's book), or by key, provider, model, hour or day (the key server's)."""
    here = _operator(request)
    by, days = request.query_params.get("by", "caller"), _days(request)
    if by in OF_KEYS:
        since = (int(time.time()) // DAY_SECONDS - days + 1) * DAY_SECONDS
        rows = [_fields(row) for row in await here.exchange.key_server.usage(by, since)]
    elif by == "caller":
        try:
            rows = [{**_without(asdict(row), "sums"), **row.sums} for row in await here.usage.rows(days)]
        except Away:
            raise ApiError("USAGE_UNAVAILABLE") from None
    else:
        raise ApiError("VALIDATION_FAILED", f"by: one of caller, {', '.join(sorted(OF_KEYS))}", details={"field": "by"})
    return wire.reply({"by": by, "days": days, "usage": [*rows]})


@router.get("/limits", summary="The limits of callers and groups")
async def limits(request: Request) -> Response:
    """What holds for everyone, and over it for groups and callers; and whether the newest file is in force."""
    here = _operator(request)
    return wire.reply(
        {
            "everyone": asdict(here.limits.everyone),
            "groups": {name: rule.model_dump(exclude_none=True) for name, rule in here.limits.groups.items()},
            "callers": {name: rule.model_dump(exclude_none=True) for name, rule in here.limits.callers.items()},
            "file": _standing(here.limits.mistake),
            "without_redis": here.settings.web_server_limits_without_redis,
        }
    )


@router.get("/sessions", summary="How many sessions are kept")
async def sessions(request: Request) -> Response:
    """Of all callers. Whose they are and what is in them nobody can tell without their ids."""
    here = _operator(request)
    return wire.reply({"sessions": await here.sessions.store.count(), "seconds": here.sessions.store.ttl_seconds})


@router.get("/access", summary="Which models groups may use")
async def access(request: Request) -> Response:
    """The patterns by group, and of callers whose token says nothing; null: there is no file, and no group is held."""
    here = _operator(request)
    file = here.tokens.access
    if file is None:
        return wire.reply({"groups": None, "default": None, "file": "none"})
    now = file.current
    return wire.reply(
        {
            "groups": {group: [*patterns] for group, patterns in now.patterns.items()},
            "default": [*now.default],
            "file": _standing(file.mistake),
        }
    )


@router.get("/policies", summary="The privacy policies in force")
async def policies(request: Request) -> Response:
    """What each does with every kind, what callers are held to, and whether the newest file is in force; no value."""
    here = _operator(request)
    file = here.exchange.policies
    in_force = [*file.in_force.values()]
    return wire.reply(
        {
            "policies": [summary(policy) for policy in in_force],
            "callers": {
                pattern: {**asdict(rule.minimum), "policy": rule.policy}
                for pattern, rule in in_force[0].callers.items()
            },
            "minimum": {"pii": here.settings.web_server_privacy_minimum == "pii"},
            "file": _standing(file.mistake),
        }
    )


def _standing(mistake: str | None) -> str:
    return "not in force: the version before it is" if mistake else "ok"


def _days(request: Request) -> int:
    given = request.query_params.get("days", "7")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= MOST_DAYS:
        raise ApiError("VALIDATION_FAILED", f"days: a number from 1 to {MOST_DAYS}", details={"field": "days"})
    return int(given[:9])


def _fields(message: Any) -> dict[str, Json]:
    """All fields of a message of the key server's, by their names in `protos`; 64-bit numbers are digits in quotes."""
    return dict(MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True))


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}
