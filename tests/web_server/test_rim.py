"""What every answer says to browsers, and which pages of other sites may call."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.support.redis_server import redis_process
from web_server import config
from web_server.app import create_app
from web_server.auth.tokens import Tokens
from web_server.config import Settings

PAGE = "https://page.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}


@asynccontextmanager
async def served(folder: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    (folder / "providers.yaml").touch()
    app = create_app(
        Settings(
            provider_file=str(folder / "providers.yaml"),
            key_server_socket=folder / "socket",
            key_server_token_file=folder / "token",
            web_server_jwt_secret=SecretStr("j" * 32),
            web_server_state_secret=SecretStr("s" * 32),
            **{"web_server_redis_url": "unix:///nowhere/redis.sock", **settings},
        )
    )
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


@pytest.mark.parametrize("path", ["/livez", "/v1/models", "/nothing", "/docs", "/docs.js", "/openapi.json", "/"])
async def test_every_answer_tells_browsers_to_do_nothing_with_it(tmp_path: Path, path: str):
    async with served(tmp_path) as client:
        answer = await client.get(path)
    said = answer.headers
    assert said["x-content-type-options"] == "nosniff"
    assert said["referrer-policy"] == "no-referrer"
    assert said["x-frame-options"] == "DENY"
    assert said["cross-origin-resource-policy"] == "same-origin"
    (policy,) = said.get_list("content-security-policy")
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert ("script-src 'self'" in policy) == (path in ("/", "/docs", "/docs.js"))
    assert "server" not in said


async def test_no_other_site_may_call_by_default(tmp_path: Path):
    async with served(tmp_path) as client:
        answers = [
            await client.options("/api/v1/stateless-query", headers={"origin": PAGE, **PREFLIGHT}),
            await client.get("/v1/models", headers={"origin": PAGE}),
        ]
    assert not [name for each in answers for name in each.headers if name.startswith("access-control")]


async def test_a_site_on_the_list_may_call_and_read_what_it_needs(tmp_path: Path):
    async with served(tmp_path, web_server_cors_origins=f"{PAGE}, http://localhost:3000") as client:
        for origin in (PAGE, "http://localhost:3000"):
            asked = await client.options("/api/v1/stateless-query", headers={"origin": origin, **PREFLIGHT})
            assert asked.status_code == 200
            assert asked.headers["access-control-allow-origin"] == origin
            assert "access-control-allow-credentials" not in asked.headers
            refused = await client.get("/v1/models", headers={"origin": origin})
            assert refused.status_code == 401
            assert refused.headers["access-control-allow-origin"] == origin
            exposed = refused.headers["access-control-expose-headers"].lower()
            assert {"retry-after", "x-ratelimit-remaining-tokens", "x-request-id"} <= set(exposed.split(", "))


STAINLESS = [
    f"x-stainless-{what}"
    for what in ("lang", "package-version", "os", "arch", "runtime", "runtime-version", "retry-count", "timeout")
]
SDKS = {
    "openai": ["authorization", "content-type", "user-agent", "openai-organization", "openai-project", *STAINLESS],
    "openai's helpers": ["x-stainless-helper-method", "x-stainless-poll-helper", "idempotency-key", "openai-beta"],
    "anthropic": [
        *("x-api-key", "content-type", "anthropic-version", "anthropic-beta"),
        *("anthropic-dangerous-direct-browser-access", "x-stainless-helper", *STAINLESS),
    ],
    "ours": ["authorization", "content-type", "x-privacy", "x-endpoint"],
}


@pytest.mark.parametrize("headers", SDKS.values(), ids=SDKS)
async def test_a_page_may_use_the_vendors_sdks(tmp_path: Path, headers: list[str]):
    preflight = {"origin": PAGE, "access-control-request-method": "POST"}
    async with served(tmp_path, web_server_cors_origins=PAGE) as client:
        for asked in (headers, *([each] for each in headers)):
            wanted = {**preflight, "access-control-request-headers": ",".join(asked)}
            for path in ("/v1/chat/completions", "/v1/messages"):
                answer = await client.options(path, headers=wanted)
                assert answer.status_code == 200, asked
                assert set(asked) <= set(answer.headers["access-control-allow-headers"].lower().split(", "))
        odd = {**preflight, "access-control-request-headers": "x-forwarded-for"}
        assert (await client.options("/v1/messages", headers=odd)).status_code == 400
        answer = await client.post("/v1/messages", headers={"origin": PAGE}, json={})
        exposed = set(answer.headers["access-control-expose-headers"].lower().split(", "))
    ours = {name for name in answer.headers if name.startswith(("x-r", "request-", "retry-", "x-served", "x-privacy"))}
    assert {"x-request-id", "request-id"} <= ours <= exposed


@pytest.mark.parametrize("origin", ["https://page.example.evil.test", "http://page.example", "null", "https://other"])
async def test_a_site_that_is_not_on_it_may_not(tmp_path: Path, origin: str):
    async with served(tmp_path, web_server_cors_origins=PAGE) as client:
        asked = await client.options("/api/v1/stateless-query", headers={"origin": origin, **PREFLIGHT})
        called = await client.get("/v1/models", headers={"origin": origin})
    assert asked.status_code == 400
    assert "access-control-allow-origin" not in {**asked.headers, **called.headers}


@pytest.mark.parametrize("origin", ["*", "page.example", "https://*.example", "https://page.example/", "null"])
def test_what_is_no_origin_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, origin: str):
    monkeypatch.chdir(tmp_path)
    given = {
        "WEB_SERVER_JWT_SECRET": "j" * 32,
        "WEB_SERVER_STATE_SECRET": "s" * 32,
        "WEB_SERVER_CORS_ORIGINS": f"https://good.example,{origin}",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(config.ConfigError, match="WEB_SERVER_CORS_ORIGINS"):
        config.load(given)


@pytest.mark.parametrize("path", ["keys", "endpoints", "usage", "limits", "sessions", "access", "policies"])
async def test_the_operators_door_is_shut_to_everybody_else(tmp_path: Path, path: str):
    async with served(tmp_path) as client:
        assert (await client.get(f"/api/admin/{path}")).status_code == 401


async def test_while_redis_and_the_key_server_are_away_the_operators_door_says_so(tmp_path: Path):
    with redis_process() as (redis, url):
        await _says_so(tmp_path, redis, url)


async def _says_so(folder: Path, redis: subprocess.Popen[bytes], url: str) -> None:
    async with served(folder, web_server_redis_url=url) as client:
        redis.kill()  # what was revoked was read before
        redis.wait()
        token = Tokens("j" * 32, "llm-vpn", "llm-vpn").mint("an-operator", frozenset({"ops"}), 1)
        ops = {"authorization": f"Bearer {token}"}
        for path, code in (
            ("usage", "USAGE_UNAVAILABLE"),
            ("keys", "KEY_SERVER_UNAVAILABLE"),
            ("endpoints", "KEY_SERVER_UNAVAILABLE"),
            ("usage?by=key", "KEY_SERVER_UNAVAILABLE"),
            ("sessions", "SESSIONS_UNAVAILABLE"),
        ):
            answer = await client.get(f"/api/admin/{path}", headers=ops)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, code)
        assert (await client.get("/api/admin/limits", headers=ops)).status_code == 200
        figures = await client.get("/metrics", headers=ops)
        assert figures.text.splitlines()[1::2] == ["llmvpn_key_server_up 0", "llmvpn_redis_up 0"]
        for days in ("0", "-1", "x", "9999", "1" * 5000, "²"):
            assert (await client.get(f"/api/admin/usage?days={days}", headers=ops)).status_code == 422
