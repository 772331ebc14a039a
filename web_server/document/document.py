"""The OpenAPI document: every route of the doors, and beside it the row that says the rest.

Called by the app, once, when somebody asks. Never describes a call that has no row: then it fails, and a test tells.
Version 3.2, whose `itemSchema` says what each event of a stream is (docs/decisions/0025-one-table-of-what-is-said.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.routing import APIRoute

from web_server.document import anthropic, headers, openai, operators, own, page, playground, refusals, responses
from web_server.document.row import SCHEMES, Row

OPENAPI = "3.2.0"
TABLES = (own, page, openai, responses, anthropic, playground, operators)
ROWS: dict[tuple[str, str], Row] = {name: row for table in TABLES for name, row in table.ROWS.items()}
TAGS = {
    "direct": "Our own API: a question, a chat, two models side by side, models in a chain.",
    "sessions": "The same with a memory: an endpoint, what was said, and who stands for whom.",
    "page": "The page's own API.",
    "openai": "For OpenAI's clients, which need another `base_url` and a token as `api_key`.",
    "anthropic": "For Anthropic's clients, likewise.",
    "playground": "For playgrounds of agents: each model that chats is one.",
    "plain": "For scripts.",
    "shared": "For everybody: is it there, and what is there?",
    "admin": "For operators: reading alone, with the scope `ops`.",
}


def write(title: str, version: str, description: str, routes: Sequence[APIRoute], *, open_here: bool) -> dict[str, Any]:
    """The document. `open_here`: the page's own API needs no token on this machine. Raises KeyError without a row."""
    paths: dict[str, dict[str, Any]] = {}
    for route in described(routes):
        path = template(route)
        for method in sorted(route.methods or ()):
            paths.setdefault(path, {})[method.lower()] = _operation(route, method, path, open_here=open_here)
    shared = _shared(paths)
    envelopes, examples = refusals.components()
    schemas = {**envelopes, **{name: schema for table in TABLES for name, schema in _schemas(table).items()}}
    return {
        "openapi": OPENAPI,
        "info": {"title": title, "version": version, "description": description},
        "tags": [{"name": name, "description": said} for name, said in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": shared,
            "headers": headers.components(),
            "examples": examples,
            "securitySchemes": SCHEMES,
        },
    }


def _shared(paths: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The refusals, each written once; in their places are references to them. Named by envelope and status."""
    names: dict[str, str] = {}
    found: dict[str, Any] = {}
    for replies in [said["responses"] for ways in paths.values() for said in ways.values()]:
        for status, reply in replies.items():
            kind = refusals.envelope_of(reply)
            if kind is None:
                continue
            written = json.dumps(reply)
            if written not in names:
                same = sum(name.startswith(f"{kind}.{status}") for name in names.values())
                names[written] = f"{kind}.{status}" + (f".{same + 1}" if same else "")
                found[names[written]] = reply
            replies[status] = {"$ref": f"#/components/responses/{names[written]}"}
    return found


def described(routes: Sequence[APIRoute]) -> Iterator[APIRoute]:
    """The routes that are calls of the API."""
    return (each for each in routes if each.include_in_schema)


def template(route: APIRoute) -> str:
    """A route's path as OpenAPI writes it."""
    return re.sub(r":\w+(?=})", "", route.path)


def _schemas(table: Any) -> dict[str, Any]:
    return dict(getattr(table, "SCHEMAS", {}))


def _operation(route: APIRoute, method: str, path: str, *, open_here: bool) -> dict[str, Any]:
    said = ROWS[method, path].written()
    if open_here and ROWS[method, path].callers in ("page", "listed"):
        said["security"] = [*said["security"], {}]
    return {
        "tags": [*route.tags],
        "summary": route.summary,
        "description": route.description,
        "operationId": re.sub(r"\W+", "_", f"{method.lower()} {path}").strip("_"),
        **said,
    }
