"""The commands beside a running router: they find it by themselves, and what they do counts at the next call."""

from __future__ import annotations

import json

from tests.support.beside import command
from tests.support.stack import Stack


def test_a_key_that_is_added_and_disabled_counts_at_the_next_call(stack: Stack):
    provider = stack.spare()
    body = {"model": f"{provider}/any", "prompt": "hello"}
    (listed,) = json.loads(command(stack, "keys", "list", "--provider", provider, "--json").stdout)
    with stack.client() as client:
        assert client.post("/api/v1/stateless-query", json=body).status_code == 200
        assert command(stack, "keys", "disable", listed["key_id"]).returncode == 0
        assert client.post("/api/v1/stateless-query", json=body).status_code == 503
        added = command(stack, "keys", "add", provider, "--label", "new", given="sk-test-not-a-key-of-a-journey\n")
        assert added.returncode == 0, added.stderr
        assert client.post("/api/v1/stateless-query", json=body).status_code == 200
    assert provider in command(stack, "endpoints", "--provider", provider).stdout
    assert provider in command(stack, "usage").stdout


def test_the_doctor_finds_no_problem_in_a_fresh_run(stack: Stack):
    for listed in stack.folder.glob("*.csv"):
        listed.chmod(0o600)
    done = command(stack, "doctor", "--json")
    found = json.loads(done.stdout)
    assert [each for each in found if each["state"] == "problem"] == []
    assert done.returncode == 0
    users = next(each for each in found if each["check"] == "two users")
    assert users["found"].startswith("one user: not isolated")
