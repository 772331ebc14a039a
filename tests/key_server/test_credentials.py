"""A key goes where the vendors' own clients put it, and nowhere else; their libraries are loaded only when needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from openai import AzureOpenAI, OpenAI

from key_server import config
from key_server.catalog.catalog import read
from key_server.credentials import SCHEMES
from key_server.credentials.signer import Unsigned
from key_server.credentials.signers import signers
from key_server.secret import Secret

KEY = "sk-test-not-a-key-credentials"
REQUEST = Unsigned("a.test", "/", "", (), b"{}")
ROOT = Path(__file__).parents[2]


def asked(client: OpenAI | AzureOpenAI) -> None:
    client.chat.completions.create(model="our-gpt", messages=[{"role": "user", "content": "hello"}])


class Seen(httpx.MockTransport):
    """Keeps what a client sends."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        super().__init__(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(
            200, json={"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": []}
        )


async def headers(scheme: str) -> dict[str, str]:
    signed = await signers(config.read({}))[scheme].sign(REQUEST, Secret(KEY.encode()))
    assert signed.values == ((KEY.encode(),) if signed.headers else ())
    return {name.decode().lower(): value.decode() for name, value in signed.headers}


async def test_bearer_is_what_openais_client_sends() -> None:
    seen = Seen()
    with OpenAI(api_key=KEY, http_client=httpx.Client(transport=seen)) as client:
        asked(client)
    assert await headers("bearer") == {"authorization": seen.requests[0].headers["authorization"]}


async def test_api_key_and_path_are_what_azures_client_sends(tmp_path: Path) -> None:
    seen = Seen()
    with AzureOpenAI(
        api_key=KEY, api_version="2024-10-21", azure_endpoint="https://name.test",
        http_client=httpx.Client(transport=seen),
    ) as client:  # fmt: skip
        asked(client)
    (request,) = seen.requests
    assert await headers("api-key") == {"api-key": request.headers["api-key"]}
    row = "providers: {azure: {dialect: azure, base_url: 'https://name.test', models: [{id: a, deployment: our-gpt}]}}"
    (tmp_path / "p.yaml").write_text(row)
    provider = read([tmp_path / "p.yaml"]).provider("azure")
    assert provider.base_urls[0] + provider.path("chat", "a") == str(request.url)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [("x-api-key", {"x-api-key": KEY}), ("x-goog-api-key", {"x-goog-api-key": KEY}), ("none", {})],
)
async def test_other_keys_go_into_the_header_that_the_vendors_name(scheme: str, expected: dict[str, str]) -> None:
    """docs.anthropic.com, API overview; ai.google.dev, API keys."""
    assert await headers(scheme) == expected


def test_each_scheme_that_a_row_may_name_has_its_signer() -> None:
    assert set(signers(config.read({}))) == set(SCHEMES)


def test_no_vendors_library_is_loaded_at_the_start() -> None:
    heavy = "'botocore', 'azure', 'msal', 'requests', 'hvac'"
    said = f"import sys, key_server.server; print([each for each in ({heavy}) if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
