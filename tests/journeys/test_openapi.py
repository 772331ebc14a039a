"""What /openapi.json says is so: its examples are answered as it says, and schemathesis finds nothing against it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.described import EVENTS, LINES, Described, Media, events
from tests.support.stack import ROOT, Stack, mint

RULES = ROOT / "tests" / "journeys" / "openapi" / "schemathesis.toml"
FORMS = {"application/x-www-form-urlencoded": "data", "multipart/form-data": "files"}
SEED = "20260922"


@pytest.fixture(scope="module")
def token(shared_stack: Stack) -> str:
    """A caller of its own: nobody else's sessions and limits are touched."""
    return mint(shared_stack, "--subject", "a-reader-of-the-document", "--scopes", "query,ops", "--hours", "2")


@pytest.fixture(scope="module")
def client(shared_stack: Stack, token: str) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=shared_stack.url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> Described:
    return Described(client.get("/openapi.json").json())


def test_every_example_of_a_body_is_answered_as_is_said(client: httpx.Client, described: Described):
    answered = 0
    for media in described.bodies():
        method, path = media.where.split()
        for example in described.examples(media):
            session_id = begun(client, path)
            body = {**example, **({"session_id": session_id} if "session_id" in example else {})}
            answer = ask(client, method, path.format(session_id=session_id, name="mirror/openai"), media.kind, body)
            assert answer.status_code == 200, (media.where, body, answer.text)
            check(described, method, path, answer)
            answered += 1
    assert answered > 45


def test_every_call_without_a_body_is_answered_as_is_said(client: httpx.Client, described: Described):
    for method, path, said in described.calls():
        if "requestBody" in said:
            continue
        query = {each["name"]: each["example"] for each in said.get("parameters", ()) if needed(each)}
        names = {"session_id": begun(client, path), "name": "mirror/openai", "rest": "resp_0123"}
        answer = client.request(method, path.format(**names), params=query)
        assert answer.status_code == (200 if "200" in said["responses"] else 404), (method, path, answer.text)
        check(described, method, path, answer)


def needed(parameter: dict[str, Any]) -> bool:
    return parameter["in"] == "query" and parameter.get("required", False)


def begun(client: httpx.Client, path: str) -> str:
    """A session of the right door, where one is needed."""
    page = path.startswith("/api/web/")
    door, body = ("web/initialize-session", {"models": ["mirror/openai"]}) if page else ("v1/create-session", {})
    answer = client.post(f"/api/{door}", json=body or {"model": "mirror/openai"})
    return str(answer.json()["session_id"])


def ask(client: httpx.Client, method: str, path: str, kind: str, body: dict[str, Any]) -> httpx.Response:
    if kind not in FORMS:
        return client.request(method, path, json=body)
    fields = {name: (None, value) for name, value in body.items()} if kind == "multipart/form-data" else body
    sent: dict[str, Any] = {FORMS[kind]: fields}
    return client.request(method, path, **sent)


def check(described: Described, method: str, path: str, answer: httpx.Response) -> None:
    """The answer has the media type, the shape and the headers that the document says."""
    said = described.follow(described.document["paths"][path][method.lower()]["responses"][str(answer.status_code)])
    kind = answer.headers["content-type"].partition(";")[0]
    value: Any = answer.text
    if kind == EVENTS:
        value = events(answer.text)
        assert value
    elif kind == LINES:
        value = [httpx.Response(200, text=line).json() for line in answer.text.splitlines()]
    elif kind == "application/json":
        value = answer.json()
    wrong = described.wrong(Media(path, kind, said["content"][kind]), value)
    assert wrong == [], (method, path, answer.text)
    for name, header in said["headers"].items():
        assert name in answer.headers or not described.follow(header).get("required"), (path, name)


def schemathesis(stack: Stack, token: str, folder: Path, *arguments: str, seconds: int) -> None:
    """Run it over the live document. It fails with everything it found, and how to see each again."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", str(RULES)),
        *("run", f"{stack.url}/openapi.json", "-H", f"Authorization: Bearer {token}", "--seed", SEED, *arguments),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
    hooks = folder / "tests" / "journeys" / "openapi"
    hooks.parent.mkdir(parents=True)
    hooks.symlink_to(RULES.parent)
    key_server = stack.pids("key_server")
    ran = subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert stack.pids("key_server") == key_server, "it did not live through this"
    stack.wait_ready()


def test_schemathesis_finds_nothing_by_every_call(shared_stack: Stack, token: str, tmp_path: Path):
    wanted = ("--phases", "examples,fuzzing,stateful", "--max-examples", "3", "--no-shrink")
    schemathesis(shared_stack, token, tmp_path, *wanted, seconds=500)


def test_schemathesis_finds_nothing_at_the_bounds_of_what_is_read(shared_stack: Stack, token: str, tmp_path: Path):
    reading = ("--include-method", "GET", "--include-method", "DELETE")
    schemathesis(shared_stack, token, tmp_path, "--phases", "coverage", *reading, seconds=500)


@pytest.mark.soak
def test_schemathesis_finds_nothing_however_long_it_looks(shared_stack: Stack, token: str, tmp_path: Path):
    schemathesis(shared_stack, token, tmp_path, "--max-examples", "200", "--workers", "2", seconds=5400)
