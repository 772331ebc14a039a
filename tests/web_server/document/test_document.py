"""The OpenAPI document is whole: every call with its bodies, replies, refusals and examples, and nothing made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.openapi.utils import get_openapi
from pydantic import SecretStr

from tests.support.described import Described
from web_server.app import create_app
from web_server.config import Settings
from web_server.errors import CODES

NOWHERE = {"METHOD_NOT_ALLOWED"}
"""What a described call is never refused with: it is of another method."""


def app(folder: Path, **settings: Any) -> Any:
    (folder / "providers.yaml").touch()
    secrets = {f"web_server_{name}_secret": SecretStr(name * 16) for name in ("jwt", "state")}
    return create_app(Settings(provider_file=str(folder / "providers.yaml"), **secrets, **settings))


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Described:
    return Described(app(tmp_path_factory.mktemp("app"), web_server_web_access="token").openapi())


def test_every_call_is_described_and_no_other(tmp_path: Path, described: Described):
    served = get_openapi(title="", version="", routes=app(tmp_path).routes)["paths"]
    there = {(method.upper(), path) for path, ways in served.items() for method in ways}
    assert len(there) > 40
    assert {(method, path) for method, path, _ in described.calls()} == there


def test_every_call_says_what_it_is(described: Described):
    tags = {tag["name"] for tag in described.document["tags"]}
    names = []
    for method, path, said in described.calls():
        assert said["summary"] and said["description"], path
        assert set(said["tags"]) <= tags
        assert ("requestBody" in said) == (method in {"POST", "PUT"}), path
        names.append(said["operationId"])
    assert len(set(names)) == len(names)


def test_every_body_and_every_reply_has_an_example(described: Described):
    media = [*described.bodies(), *described.replies()]
    assert len(media) > 300
    assert [each.where for each in media if not described.examples(each)] == []


def test_every_example_is_of_its_own_schema(described: Described):
    wrong = {
        f"{each.where} {each.kind}": found
        for each in (*described.bodies(), *described.replies())
        for value in described.examples(each)
        if (found := described.wrong(each, value))
    }
    assert wrong == {}


def test_every_parameter_has_an_example_of_its_schema_if_it_must_be_there(described: Described):
    for method, path, said in described.calls():
        given = {each["name"] for each in said.get("parameters", ()) if each["in"] == "path"}
        assert given == {part[1:-1] for part in path.split("/") if part.startswith("{")}, (method, path)
        for each in said.get("parameters", ()):
            if "example" in each or each.get("required"):
                assert described._errors(each["schema"], each["example"]) == [], each


def test_nothing_refers_to_what_is_not_there(described: Described):
    waiting: list[Any] = [described.document]
    seen = 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                described.follow(part)
                seen += 1
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    assert seen > 300
    assert "$defs" not in json.dumps(described.document)


def test_every_code_of_the_table_is_said_somewhere(described: Described):
    said = {name for each in described.replies() for name in each.said["examples"]}
    assert set(CODES) - said == NOWHERE


def test_a_refusal_is_in_the_envelope_of_its_door_with_the_headers_that_it_needs(described: Described):
    for method, path, said in described.calls():
        for status, reply in said["responses"].items():
            heads = described.follow(reply)["headers"]
            assert "X-Request-ID" in heads, (method, path)
            assert ("WWW-Authenticate" in heads) == (status == "401"), (path, status)
            assert ("Retry-After" in heads) == (status in {"429", "503"}), (path, status)
            assert ("request-id" in heads) == path.startswith("/v1/messages"), (path, status)


def test_who_may_call_is_said_by_how_the_page_is_reached(tmp_path: Path, described: Described):
    closed = {path: said["security"] for _, path, said in described.calls()}
    opened = {
        path: said["security"]
        for _, path, said in Described(app(tmp_path, web_server_web_access="open").openapi()).calls()
    }
    changed = {path for path, said in opened.items() if said != closed[path]}
    assert changed == {path for path in closed if path.startswith("/api/web/")} | {"/api/providers"}
    assert all({} in opened[path] and {} not in closed[path] for path in changed)
    assert closed["/livez"] == []
    schemes = set(described.document["components"]["securitySchemes"])
    assert schemes == {name for said in closed.values() for way in said for name in way}
