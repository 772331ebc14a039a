"""The OpenAPI document: every body is described whole, in its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.web_server.routes.test_web import served


async def document(folder: Path) -> dict[str, Any]:
    async with served(folder) as client:
        return dict((await client.get("/openapi.json")).json())


async def test_no_body_refers_to_what_is_not_there(tmp_path: Path):
    described = await document(tmp_path)
    known = {f"#/components/schemas/{name}" for name in described.get("components", {}).get("schemas", {})}
    bodies = [
        way["requestBody"] for ways in described["paths"].values() for way in ways.values() if "requestBody" in way
    ]
    assert len(bodies) > 10
    waiting: list[Any] = [*bodies]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            assert part.get("$ref") in {None, *known}
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    assert "$defs" not in json.dumps(bodies)


async def test_every_call_that_takes_a_body_says_which(tmp_path: Path):
    described = await document(tmp_path)
    silent = [
        f"{way} {path}"
        for path, ways in described["paths"].items()
        for way, said in ways.items()
        if way in {"post", "put"} and "requestBody" not in said
    ]
    assert silent == ["post /api/web/sign-out"]
