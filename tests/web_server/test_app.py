"""The app as a whole, without its neighbours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from web_server.app import create_app
from web_server.config import Settings


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    providers = tmp_path / "providers.yaml"
    providers.touch()
    app = create_app(
        Settings(
            provider_file=str(providers),
            web_server_jwt_secret=SecretStr("j" * 32),
            web_server_state_secret=SecretStr("s" * 32),
        )
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://router.test") as made:
        yield made


@pytest.mark.parametrize("path", ["/api/v1/stateless-query/", "/v1/chat/completions/"])
async def test_a_slash_too_many_is_not_found_and_never_sent_on_to_plain_http(client: httpx.AsyncClient, path: str):
    answer = await client.post(path, json={})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"].upper() == "NOT_FOUND"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/api/v1/sessions/an-id", "DELETE, GET"),
        ("GET", "/v1/chat/completions", "POST"),
        ("POST", "/api/web/session/models", "PUT"),
        ("PUT", "/openapi.json", "GET"),
    ],
)
async def test_a_method_that_an_address_does_not_take_is_told_which_it_does(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
):
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert set(answer.json()) == {"error"}


async def test_an_address_that_is_none_is_told_in_the_envelope_of_its_neighbours(client: httpx.AsyncClient):
    said = {path: (await client.get(path)).json() for path in ("/v1/playground/x", "/v1/messages/x/y", "/api/x")}
    assert said["/v1/playground/x"] == {"detail": "There is nothing at this address.", "code": "NOT_FOUND"}
    assert said["/v1/messages/x/y"]["type"] == "error"
    assert said["/api/x"]["error"]["code"] == "NOT_FOUND"
