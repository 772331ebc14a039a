"""Which path means what, and which capability it asks for. Pure: no HTTP.

`sys/health` and the logins need no token; everything else needs one whose policy allows the path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.vault.auth import Auth
from tests.fakes.vault.kv import KV
from tests.fakes.vault.refused import Refused, invalid
from tests.fakes.vault.transit import Transit


@dataclass(frozen=True)
class Request:
    method: str  # GET, PUT, DELETE, LIST; a POST is a PUT
    path: str
    token: str | None
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


@dataclass
class Engines:
    auth: Auth
    transit: Transit
    kv: KV
    transit_mount: str = "transit"
    kv_mount: str = "secret"


def answer(engines: Engines, request: Request) -> dict[str, Any] | None:
    """The JSON body; None = 204. Raises Refused."""
    if request.method == "PUT":
        if request.path == "auth/approle/login":
            return engines.auth.approle_login(request.body)
        if request.path == "auth/kubernetes/login":
            return engines.auth.kubernetes_login(request.body)
    token = engines.auth.holder(request.token)
    engines.auth.may(token, request.path, _capability(engines, request), request.body)
    match (request.method, request.path):
        case ("GET", "auth/token/lookup-self"):
            return engines.auth.lookup_self(token)
        case ("PUT", "auth/token/renew-self"):
            return engines.auth.renew_self(token)
        case ("PUT", "auth/token/revoke-self"):
            return engines.auth.revoke(token.value)
    mount, _, rest = request.path.partition("/")
    if mount == engines.transit_mount:
        return _transit(engines.transit, request, rest)
    if mount == engines.kv_mount:
        return _kv(engines.kv, request, rest)
    raise _no_route(request.path)


def _transit(transit: Transit, request: Request, rest: str) -> dict[str, Any] | None:
    match (request.method, *rest.split("/")):
        case ("GET", "keys", name):
            return transit.read(name)
        case ("PUT", "keys", name):
            return transit.create(name, derived=bool(request.body.get("derived")))
        case ("PUT", "keys", name, "rotate"):
            return transit.rotate(name)
        case ("PUT", "keys", name, "config"):
            return transit.configure(name, request.body)
        case ("PUT", "encrypt", name):
            if name not in transit.keys:  # an upsert: its policy asked for `create`
                items = request.body.get("batch_input") or [request.body]
                transit.create(name, derived=bool(items[0].get("context")))
            return transit.encrypt(name, request.body)
        case ("PUT", "decrypt", name):
            return transit.decrypt(name, request.body)
        case ("PUT", "rewrap", name):
            return transit.rewrap(name, request.body)
    raise _no_route(request.path)


def _kv(kv: KV, request: Request, rest: str) -> dict[str, Any] | None:
    kind, _, path = rest.partition("/")
    match (request.method, kind):
        case ("GET", "data"):
            version = request.query.get("version", "0")
            if not version.isdigit():
                raise invalid('Field validation failed: error converting input for field "version"')
            return kv.read(path, int(version))
        case ("PUT", "data"):
            return kv.write(path, request.body)
        case ("DELETE", "data"):
            return kv.delete(path)
        case ("GET", "metadata"):
            return kv.metadata(path)
        case ("LIST", "metadata"):
            return kv.list(path)
        case ("DELETE", "metadata"):
            return kv.forget(path)
    raise _no_route(request.path)


def _capability(engines: Engines, request: Request) -> str:
    """A write is `create` or `update` by whether the thing is there, where the engine can tell."""
    if request.method != "PUT":
        return {"GET": "read", "DELETE": "delete", "LIST": "list"}[request.method]
    mount, _, rest = request.path.partition("/")
    kind, _, name = rest.partition("/")
    if mount == engines.transit_mount and kind == "encrypt":
        return "update" if name in engines.transit.keys else "create"
    if mount == engines.kv_mount and kind == "data":
        return "update" if name in engines.kv.entries else "create"
    return "update"


def _no_route(path: str) -> Refused:
    return Refused(404, f'no handler for route "{path}". route entry not found.')
