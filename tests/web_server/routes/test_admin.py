"""The operators' door: sessions, groups and their models, policies; who may look, and that it is written down."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.web_server.routes.test_web import bearer, served

POLICY = """
treatments: {CREDIT_CARD: block}
deny: {Operation Heron: ORGANIZATION}
callers:
  "held@*": {pii: on, obfuscate: format, policy: strict}
"""
ACCESS = """
groups:
  research: [openai/*, local/big]
default: [local/*]
"""
OPS = "ops"


async def test_sessions_are_counted_and_nothing_more_is_told_of_them(tmp_path: Path):
    async with served(tmp_path) as client:
        for number in range(3):
            assert (await client.get("/api/admin/sessions", headers=bearer("o", OPS))).json()["sessions"] == number
            await client.post("/api/web/initialize-session", json={}, headers=bearer(f"caller-{number}"))
        told = (await client.get("/api/admin/sessions", headers=bearer("o", OPS))).json()
    assert told == {"sessions": 3, "seconds": 86_400}


async def test_groups_are_told_with_their_models_and_whether_the_file_is_in_force(tmp_path: Path):
    file = tmp_path / "access.yaml"
    file.write_text(ACCESS)
    async with served(tmp_path) as client:
        told = (await client.get("/api/admin/access", headers=bearer("o", OPS))).json()
        assert told == {"groups": None, "default": None, "file": "none"}
    async with served(tmp_path, web_server_access_file=file) as client:
        told = (await client.get("/api/admin/access", headers=bearer("o", OPS))).json()
    assert told == {"groups": {"research": ["openai/*", "local/big"]}, "default": ["local/*"], "file": "ok"}


async def test_policies_are_told_with_what_callers_are_held_to_and_without_a_value(tmp_path: Path):
    async with served(tmp_path, POLICY) as client:
        answer = await client.get("/api/admin/policies", headers=bearer("o", OPS))
    told = answer.json()
    own, strict = told["policies"]
    assert own["kinds"]["CREDIT_CARD"]["treatment"] == "block"
    assert own["counts"]["deny"] == 1
    assert strict["name"] == "strict"
    assert told["callers"]["held@*"].items() >= {"pii": True, "obfuscate": "format", "policy": "strict"}.items()
    assert (told["minimum"], told["file"]) == ({"pii": True}, "ok")
    assert "heron" not in answer.text.lower()


@pytest.mark.parametrize("what", ["sessions", "access", "policies"])
async def test_only_operators_look_and_each_look_is_in_the_log(
    tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    async with served(tmp_path) as client:
        assert (await client.get(f"/api/admin/{what}", headers=bearer("curious"))).status_code == 403
        assert (await client.post(f"/api/admin/{what}", headers=bearer("o", OPS))).status_code == 405
        looked = [each for each in caplog.records if each.message == "an operator looked"]
        assert not looked
        assert (await client.get(f"/api/admin/{what}", headers=bearer("the-operator", OPS))).status_code == 200
    (looked_once,) = [each for each in caplog.records if each.message == "an operator looked"]
    assert vars(looked_once)["route"] == f"/api/admin/{what}"
    assert "the-operator" not in str(vars(looked_once))
