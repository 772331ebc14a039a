"""The app as a whole, without its neighbours."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from web_server.app import create_app
from web_server.config import Settings


@pytest.mark.parametrize("path", ["/api/v1/stateless-query/", "/v1/chat/completions/"])
async def test_a_slash_too_many_is_not_found_and_never_sent_on_to_plain_http(tmp_path: Path, path: str):
    providers = tmp_path / "providers.yaml"
    providers.touch()
    app = create_app(
        Settings(
            provider_file=str(providers),
            web_server_jwt_secret=SecretStr("j" * 32),
            web_server_state_secret=SecretStr("s" * 32),
        )
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://router.test") as client:
        answer = await client.post(path, json={})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"].upper() == "NOT_FOUND"
