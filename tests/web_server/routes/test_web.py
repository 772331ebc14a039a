"""The page's door: who may use it, and what it makes of bad input. The app whole, without its neighbours."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.support.redis_server import redis_server
from web_server.app import create_app
from web_server.auth.tokens import Tokens
from web_server.config import Settings

DOOR = "/api/web/preview"
CHOICES = "/api/web/choices"
CANARY = "canary.person@fjordmail.example"
TEXT = f"Dear Dr. Kesia Varga, write to {CANARY}."
TOKENS = Tokens("j" * 32, "llm-vpn", "llm-vpn")
HOME = "http://127.0.0.1:8000"


@asynccontextmanager
async def served(folder: Path, policy: str = "", base: str = HOME, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    (folder / "providers.yaml").touch()
    (folder / "privacy.yaml").write_text(policy)
    with redis_server() as redis_url:
        app = create_app(
            Settings(
                provider_file=str(folder / "providers.yaml"),
                privacy_file=str(folder / "privacy.yaml"),
                key_server_socket=folder / "socket",
                key_server_token_file=folder / "token",
                web_server_jwt_secret=SecretStr("j" * 32),
                web_server_state_secret=SecretStr("s" * 32),
                **{"web_server_web_access": "open", "web_server_redis_url": redis_url, **settings},
            )
        )
        transport = httpx.ASGITransport(app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield client


def bearer(subject: str, scopes: str = "query") -> dict[str, str]:
    return {"authorization": f"Bearer {TOKENS.mint(subject, frozenset(scopes.split()), 1)}"}


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code, having checked the envelope."""
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "details"}
    assert error["message"]
    assert CANARY not in answer.text
    return answer.status_code, error["code"]


async def test_a_text_is_shown_as_it_would_be_sent_span_by_span(tmp_path: Path):
    async with served(tmp_path) as client:
        answer = await client.post(DOOR, json={"prompt": TEXT, "session_id": None})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.json()
    assert set(shown) == {"text", "spans", "entities", "obfuscated", "decoys", "blocked"}
    assert (shown["obfuscated"], shown["blocked"]) == (False, [])
    assert shown["entities"] == {"EMAIL_ADDRESS": 1, "PERSON": 1}
    assert [(TEXT[span["start"] : span["end"]], span["kind"]) for span in shown["spans"]] == [
        ("Kesia Varga", "PERSON"),
        (CANARY, "EMAIL_ADDRESS"),
    ]
    keys = {"start", "end", "kind", "score", "reason", "explanation", "surrogate"}
    assert all(set(span) == keys and span["explanation"] for span in shown["spans"])
    rebuilt = TEXT
    for span in reversed(shown["spans"]):
        rebuilt = rebuilt[: span["start"]] + span["surrogate"] + rebuilt[span["end"] :]
    assert rebuilt == shown["text"]


async def test_a_blocked_text_is_answered_with_the_kinds(tmp_path: Path):
    async with served(tmp_path, "treatments: {EMAIL_ADDRESS: block}\n") as client:
        shown = (await client.post(DOOR, json={"prompt": TEXT})).json()
    assert (shown["text"], shown["blocked"]) == (None, ["EMAIL_ADDRESS"])
    assert [span["surrogate"] for span in shown["spans"]] == [None, None]


async def test_a_long_text_is_shown_whole(tmp_path: Path):
    text = "The quick brown fox jumps over the lazy dog. " * 2000 + TEXT
    async with served(tmp_path) as client:
        shown = (await client.post(DOOR, json={"prompt": text})).json()
    assert len(shown["spans"]) == 2
    assert text[shown["spans"][1]["start"] : shown["spans"][1]["end"]] == CANARY


async def test_hiding_is_off_only_where_the_minimum_lets_it(tmp_path: Path):
    off = {"prompt": TEXT, "pii_removal": False}
    async with served(tmp_path) as client:
        assert code(await client.post(DOOR, json=off)) == (403, "PRIVACY_MINIMUM")
    policy = "minimum: {pii: off}\ncallers: {'*@strict.example': {pii: on}}\n"
    async with served(tmp_path, policy, web_server_privacy_minimum="none") as client:
        assert (await client.post(DOOR, json=off)).json()["text"] == TEXT
        held = await client.post(DOOR, json=off, headers=bearer("ann@strict.example"))
        assert code(held) == (403, "PRIVACY_MINIMUM")
        free = await client.post(DOOR, json=off, headers=bearer("ann@other.example"))
        assert free.json()["text"] == TEXT


async def test_a_caller_meets_his_own_policy(tmp_path: Path):
    (tmp_path / "tags.yaml").write_text("otherwise: tag\n")
    async with served(tmp_path, "callers: {ann: {policy: tags.yaml}}\n") as client:
        own = (await client.post(DOOR, json={"prompt": TEXT}, headers=bearer("ann"))).json()["text"]
        others = (await client.post(DOOR, json={"prompt": TEXT}, headers=bearer("bob"))).json()["text"]
    assert "[PERSON_1_" in own
    assert "[PERSON" not in others


BAD: list[tuple[bytes, int, str]] = [
    (b"", 400, "BAD_REQUEST"),
    (b"not json " + CANARY.encode(), 400, "BAD_REQUEST"),
    (b"[]", 400, "BAD_REQUEST"),
    (b'"text"', 400, "BAD_REQUEST"),
    (b"\xff\xfe", 400, "BAD_REQUEST"),
    (b'{"prompt": "half \\ud83d a pair"}', 400, "BAD_REQUEST"),
    (b'{"prompt": NaN}', 400, "BAD_REQUEST"),
    (b'{"a":' * 100_000, 400, "BAD_REQUEST"),
    (b"{}", 422, "VALIDATION_FAILED"),
    (b'{"prompt": ""}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": " \\n "}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": null}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": 7}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": ["canary.person@fjordmail.example"]}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": "x", "pii_removal": "no"}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": "x", "pii_removal": null}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": "x", "decoy": 2.5}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": "x", "obfuscate": "most"}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": "x", "messages": []}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": "x", "session_id": 7}', 422, "VALIDATION_FAILED"),
    (b'{"prompt": "x", "session_id": "s_1"}', 404, "SESSION_NOT_FOUND"),
    (b'{"prompt": "' + b"x" * 4 * 1024 * 1024 + b'"}', 413, "PAYLOAD_TOO_LARGE"),
]


async def test_bad_input_has_its_status_and_never_its_words(tmp_path: Path):
    async with served(tmp_path) as client:
        for raw, *expected in BAD:
            answer = await client.post(DOOR, content=raw, headers={"content-type": "application/json"})
            assert code(answer) == tuple(expected), raw[:80]
        assert code(await client.get(DOOR)) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"obfuscate": "most"}, "obfuscate: expected false, true, `format`, `quasi` or `rewrite`"),
        ({"obfuscate": 3}, "obfuscate: expected false, true, `format`, `quasi` or `rewrite`"),
        ({"prompt": " "}, "prompt: there is no text in it"),
    ],
)
async def test_a_wrong_field_is_named_with_what_was_expected(tmp_path: Path, wrong: dict[str, Any], says: str):
    async with served(tmp_path) as client:
        error = (await client.post(DOOR, json={"prompt": TEXT, **wrong})).json()["error"]
    assert (error["message"], error["details"]["field"]) == (says, says.partition(":")[0])


async def test_what_no_form_of_another_site_can_send_is_needed(tmp_path: Path):
    body = json.dumps({"prompt": TEXT})
    async with served(tmp_path) as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
            answer = await client.post(DOOR, content=body, headers={"content-type": kind})
            assert code(answer) == (400, "BAD_REQUEST"), kind
        answer = await client.post(DOOR, content=body, headers={"content-type": "Application/JSON; charset=utf-8"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("base", "headers", "status"),
    [
        (HOME, {}, 200),
        ("http://localhost:8000", {"origin": "http://localhost:8000"}, 200),
        ("http://[::1]:8000", {"origin": "http://[::1]:8000"}, 200),
        (HOME, {"origin": HOME, "sec-fetch-site": "same-origin"}, 200),
        (HOME, {"origin": "https://evil.example"}, 403),
        (HOME, {"origin": "null"}, 403),
        (HOME, {"origin": "http://127.0.0.1:9000"}, 403),
        (HOME, {"origin": "http://localhost:8000"}, 403),
        (HOME, {"origin": "http://127.0.0.1.evil.example:8000"}, 403),
        (HOME, {"sec-fetch-site": "cross-site"}, 403),
        (HOME, {"sec-fetch-site": "same-site"}, 403),
        (HOME, {"host": "evil.example"}, 403),
        (HOME, {"host": "127.0.0.1.evil.example"}, 403),
        (HOME, {"host": "127.0.0.1:8000@evil.example"}, 403),
        (HOME, {"host": "evil.example:8000", "origin": "http://evil.example:8000"}, 403),
        (HOME, {"host": ""}, 403),
        ("http://router.example", {}, 403),
    ],
)
async def test_open_access_is_for_this_machines_own_page(
    tmp_path: Path, base: str, headers: dict[str, str], status: int
):
    async with served(tmp_path, base=base) as client:
        answer = await client.post(DOOR, json={"prompt": TEXT}, headers=headers)
        assert answer.status_code == status, answer.text
        if status == 403:
            assert code(answer) == (403, "FORBIDDEN")
            with_token = await client.post(DOOR, json={"prompt": TEXT}, headers={**headers, **bearer("ann")})
            assert with_token.status_code == 200, "a token is no browser's doing"


async def test_a_wrong_token_is_not_made_good_by_open_access(tmp_path: Path):
    async with served(tmp_path) as client:
        answer = await client.post(DOOR, json={"prompt": TEXT}, headers={"authorization": "Bearer a.b.c"})
    assert code(answer) == (401, "UNAUTHORIZED")


async def test_token_access_needs_a_token_with_the_scope(tmp_path: Path):
    async with served(tmp_path, web_server_web_access="token") as client:
        assert code(await client.post(DOOR, json={"prompt": TEXT})) == (401, "UNAUTHORIZED")
        assert code(await client.post(DOOR, json={"prompt": TEXT}, headers=bearer("ann", "ops"))) == (403, "FORBIDDEN")
        assert (await client.post(DOOR, json={"prompt": TEXT}, headers=bearer("ann"))).status_code == 200


async def test_nothing_of_a_preview_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    async with served(tmp_path) as client:
        shown = (await client.post(DOOR, json={"prompt": TEXT})).json()
        await client.post(DOOR, json={"prompt": [TEXT]})
    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "/api/web/preview" in said
    for value in ("Kesia", CANARY, *(span["surrogate"] for span in shown["spans"])):
        assert value not in said


async def test_a_changed_policy_is_in_force_within_two_seconds_and_a_broken_one_is_said(tmp_path: Path):
    async def until(what: Any) -> Any:
        for _ in range(100):
            if (found := await what()) is not None:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError("it did not happen")

    async with served(tmp_path) as client:

        async def tagged() -> bool | None:
            shown = (await client.post(DOOR, json={"prompt": TEXT})).json()
            return True if "[PERSON_1_" in shown["text"] else None

        async def said() -> str | None:
            health = (await client.get("/api/health")).json()["policy"]
            return None if health == "ok" else health

        assert (await client.get("/api/health")).json()["policy"] == "ok"
        (tmp_path / "privacy.yaml").write_text("treatments: {PERSON: tag}\n")
        assert await until(tagged)
        (tmp_path / "privacy.yaml").write_text("treatments: {PERSN: keep}\n")
        assert (await until(said)).startswith("privacy.yaml is wrong (line 1, column 14), so the version before it is")
        assert await tagged(), "the last good one stays in force"
        assert "privacy.yaml is wrong" in (await client.get("/readyz")).json()["policy"]
        (tmp_path / "privacy.yaml").write_text("base: default\n")

        async def mended() -> bool | None:
            return None if await said() else True

        assert await until(mended)


async def test_what_can_be_chosen_is_what_the_caller_may_use_and_no_less_than_the_minimum(tmp_path: Path):
    (tmp_path / "tags.yaml").write_text("minimum: {obfuscate: quasi, decoys: 2, pad: on}\n")
    policy = "minimum: {pii: off}\ncallers: {ann: {policy: tags.yaml, pii: on}}\n"
    async with served(tmp_path, policy, web_server_privacy_minimum="none", web_server_decoys=3) as client:
        nobodys, anns = [(await client.get(CHOICES, headers=each)).json() for each in ({}, bearer("ann"))]
        elsewhere = await client.get(CHOICES, headers={"origin": "https://evil.example"})
    assert nobodys == {
        "models": [],
        "any_of": [],
        "least": {"pii_removal": False, "obfuscate": False, "decoy": 0, "pad": False},
        "usual_decoys": 3,
    }
    assert anns["least"] == {"pii_removal": True, "obfuscate": "quasi", "decoy": 2, "pad": True}
    assert code(elsewhere) == (403, "FORBIDDEN")


async def test_where_a_token_is_needed_the_page_learns_so_from_what_it_asks_first(tmp_path: Path):
    async with served(tmp_path, web_server_web_access="token") as client:
        assert code(await client.get(CHOICES)) == (401, "UNAUTHORIZED")
        assert (await client.get(CHOICES, headers=bearer("ann"))).status_code == 200
