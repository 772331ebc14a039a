"""Where access is by token, the page exchanges it for a cookie that other sites cannot use and scripts cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from tests.support.redis_server import redis_server
from tests.web_server.routes.test_web import TOKENS, bearer, code, served

BEGIN = "/api/web/initialize-session"


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with redis_server() as url:
        yield url


def settings(store: str) -> dict[str, str]:
    return {"web_server_web_access": "token", "web_server_redis_url": store}


def cookies(answer: httpx.Response) -> SimpleCookie:
    found = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        found.load(line)
    return found


async def test_a_token_becomes_a_cookie_that_opens_its_callers_sessions(tmp_path: Path, store: str):
    async with served(tmp_path, **settings(store)) as page:
        first = await page.post(BEGIN, json={}, headers=bearer("ann"))
        kept = cookies(first)
        assert kept["llmvpn-page"]["httponly"] and kept["llmvpn-page"]["samesite"] == "strict"
        assert kept["llmvpn-page"]["path"] == "/api/web"
        assert not kept["llmvpn-csrf"]["httponly"]
        assert "ann" not in first.headers["set-cookie"] and "eyJ" not in first.headers["set-cookie"]
        session = f"/api/web/session/{first.json()['session_id']}"
        assert (await page.get(session)).status_code == 200
        word = {"x-csrf-token": kept["llmvpn-csrf"].value}
        again = await page.post(BEGIN, json={}, headers=word)
        assert again.status_code == 200
        assert "set-cookie" not in again.headers
        assert (await page.get(session, headers=bearer("ann"))).status_code == 200
        assert code(await page.get(session, headers=bearer("bob"))) == (404, "SESSION_NOT_FOUND")


async def test_a_cookie_alone_changes_nothing_and_is_of_no_use_to_another_site(tmp_path: Path, store: str):
    async with served(tmp_path, **settings(store)) as page:
        kept = cookies(await page.post(BEGIN, json={}, headers=bearer("ann")))
        word = {"x-csrf-token": kept["llmvpn-csrf"].value}
        for headers in ({}, {"x-csrf-token": "0" * 64}, {"x-csrf-token": ""}):
            assert code(await page.post(BEGIN, json={}, headers=headers)) == (403, "FORBIDDEN")
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "same-site"}):
            assert code(await page.post(BEGIN, json={}, headers={**word, **headers})) == (403, "FORBIDDEN")
            assert code(await page.get("/api/web/session/x", headers=headers)) == (403, "FORBIDDEN")


async def test_the_cookie_ends_with_its_token_and_a_forged_one_is_none(tmp_path: Path, store: str):
    async with served(tmp_path, **settings(store)) as page:
        old = {"authorization": f"Bearer {TOKENS.mint('ann', frozenset({'query'}), -1)}"}
        answer = await page.post(BEGIN, json={}, headers=old)
        assert code(answer) == (401, "TOKEN_EXPIRED")
        assert "set-cookie" not in answer.headers
        assert code(await page.get("/api/web/session/x")) == (401, "UNAUTHORIZED")
        for forged in ("x", "AAAA", "é".encode().hex(), "A" * 400):
            page.cookies.set("llmvpn-page", forged)
            assert code(await page.get("/api/web/session/x")) == (401, "UNAUTHORIZED")
            page.cookies.clear()


async def test_the_cookie_opens_nothing_but_the_pages_api(tmp_path: Path, store: str):
    async with served(tmp_path, **settings(store)) as page:
        kept = cookies(await page.post(BEGIN, json={}, headers=bearer("ann")))
        header = {"cookie": f"llmvpn-page={kept['llmvpn-page'].value}"}
        assert code(await page.get("/api/v1/sessions", headers=header)) == (401, "UNAUTHORIZED")


async def test_signing_out_has_the_browser_forget_it(tmp_path: Path, store: str):
    async with served(tmp_path, **settings(store)) as page:
        kept = cookies(await page.post(BEGIN, json={}, headers=bearer("ann")))
        word = {"x-csrf-token": kept["llmvpn-csrf"].value}
        left = await page.post("/api/web/sign-out", json={}, headers=word)
        assert left.status_code == 200
        assert len(re.findall(r"Max-Age=0", " ".join(left.headers.get_list("set-cookie")))) == 2
        assert code(await page.get("/api/web/session/x")) == (401, "UNAUTHORIZED")


async def test_away_from_this_machine_cookies_are_for_tls_alone(tmp_path: Path, store: str):
    async with served(tmp_path, base="https://router.example", **settings(store)) as page:
        assert all(each["secure"] for each in cookies(await page.post(BEGIN, json={}, headers=bearer("ann"))).values())
    async with served(tmp_path, **settings(store)) as page:
        assert not cookies(await page.post(BEGIN, json={}, headers=bearer("ann")))["llmvpn-page"]["secure"]


async def test_without_redis_a_session_is_refused_in_time(tmp_path: Path):
    async with served(tmp_path, web_server_redis_url="unix:///nowhere/redis.sock") as page:
        answer = await page.post(BEGIN, json={})
    assert code(answer) == (503, "SESSIONS_UNAVAILABLE")
    assert answer.headers["retry-after"] == "1"
