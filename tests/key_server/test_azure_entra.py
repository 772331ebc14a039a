"""Azure OpenAI by Microsoft's Entra ID: who asks for a token, how long it serves, what happens when none is given."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from key_server.credentials.azure_entra import AzureEntra, EntraSettings
from key_server.credentials.fresh import Fresh, Held
from key_server.credentials.signer import CredentialUnavailable, Unsigned
from key_server.secret import Secret
from tests.support.clock import Clock
from tests.support.entra import CLIENT, SECRET, TENANT, Entra, entra
from tests.support.key_server import Place, Refused, key_server
from tests.support.upstream import Upstream, echo_headers

REQUEST = Unsigned("a.test", "/", "", (), b"{}")


@pytest.fixture
async def fake(at: Place) -> AsyncIterator[Entra]:
    async with entra(at.directory) as found:
        yield found


@pytest.fixture
def app(at: Place, fake: Entra) -> EntraSettings:
    ca_file = str(at.directory / "ca.pem")
    return EntraSettings(TENANT, CLIENT, Secret(SECRET.encode()), authority=fake.host, ca_file=ca_file)


@pytest.fixture
def machine(fake: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    """What App Service sets for azure-identity to read by itself."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"https://{fake.host}/identity")
    monkeypatch.setenv("IDENTITY_HEADER", "header-obviously-fake")


async def bearer(signer: AzureEntra) -> str:
    signed = await signer.sign(REQUEST, None)
    ((name, value),) = signed.headers
    assert name == b"Authorization" and signed.values == (value.removeprefix(b"Bearer "),)
    return value.decode()


async def test_an_app_proves_itself_with_its_secret_and_the_token_is_kept(fake: Entra, app: EntraSettings) -> None:
    signer = AzureEntra(app)
    tokens = await asyncio.gather(*(bearer(signer) for _ in range(10)))
    assert set(tokens) == {"Bearer entra-token-obviously-fake"}
    (form,) = fake.token_requests
    assert (form["client_id"], form["client_secret"], form["grant_type"]) == (CLIENT, SECRET, "client_credentials")
    assert form["scope"] == "https://cognitiveservices.azure.com/.default"
    assert SECRET not in repr(app) + repr(signer)


async def test_the_apps_secret_may_lie_in_key_vault(fake: Entra, app: EntraSettings, machine: None) -> None:
    signer = AzureEntra(replace(app, client_secret=None, vault_url=f"https://{fake.host}"))
    assert await bearer(signer) == "Bearer entra-token-obviously-fake"
    assert "/secrets/AZURE-CLIENT-SECRET/" in [path for path, _ in fake.asked]
    identity = [form for path, form in fake.asked if path == "/identity"]
    assert all("client_id" not in form for form in identity)  # the machine's own, not the app
    assert fake.token_requests[0]["client_secret"] == SECRET


async def test_the_machine_proves_itself_without_any_secret(fake: Entra, app: EntraSettings, machine: None) -> None:
    signer = AzureEntra(replace(app, tenant_id="", client_id="", client_secret=None))
    assert await bearer(signer) == "Bearer for https://cognitiveservices.azure.com"
    assert fake.token_requests == []


async def test_a_wrong_secret_is_told_by_kind_alone(fake: Entra, app: EntraSettings) -> None:
    signer = AzureEntra(replace(app, client_secret=Secret(b"wrong-secret-obviously-fake")))
    for _ in range(3):
        with pytest.raises(CredentialUnavailable) as caught:
            await bearer(signer)
        assert str(caught.value) == "ClientAuthenticationError"
    assert len(fake.token_requests) == 1  # who has just said no is left alone


async def test_no_network_is_told_too(app: EntraSettings) -> None:
    with pytest.raises(CredentialUnavailable):
        await bearer(AzureEntra(replace(app, authority="127.0.0.1:9")))


async def test_a_certificate_of_another_ca_is_not_believed(fake: Entra, app: EntraSettings) -> None:
    with pytest.raises(CredentialUnavailable):
        await bearer(AzureEntra(replace(app, ca_file="")))
    assert fake.asked == []


def azure(at: Place, provider: Upstream) -> str:
    return at.providers(url=provider.url, more="    dialect: azure\n    auth: azure-entra\n")


def settings_of(at: Place, fake: Entra, secret: str = SECRET) -> dict[str, str]:
    return {
        "AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": secret,
        "AZURE_AUTHORITY_HOST": fake.host, "SSL_CERT_FILE": str(at.directory / "ca.pem"),
    }  # fmt: skip


async def test_a_call_carries_the_token_and_the_reply_does_not(at: Place, provider: Upstream, fake: Entra) -> None:
    name = azure(at, provider)
    at.extra |= settings_of(at, fake)
    provider.otherwise = echo_headers(400, split_at="entra-token")
    async with key_server(at) as server:
        heard = await server.forward(name, b"{}")
    (request,) = provider.requests
    assert request.headers["authorization"] == "Bearer entra-token-obviously-fake"
    assert request.target == "/v1/openai/deployments/test-model/chat/completions?api-version=2024-10-21"
    assert "entra-token" not in heard.body.decode() and "authorization" in heard.body.decode()


async def test_the_authority_may_be_an_address_as_a_pod_with_a_workload_identity_is_given(
    at: Place, provider: Upstream, fake: Entra
) -> None:
    name = azure(at, provider)
    at.extra |= settings_of(at, fake) | {"AZURE_AUTHORITY_HOST": f"https://{fake.host}/"}
    async with key_server(at) as server:
        await server.forward(name, b"{}")
    assert provider.requests[0].headers["authorization"] == "Bearer entra-token-obviously-fake"


async def test_without_a_token_nothing_is_sent(
    at: Place, provider: Upstream, fake: Entra, caplog: pytest.LogCaptureFixture
) -> None:
    name = azure(at, provider)
    at.extra |= settings_of(at, fake, "wrong-secret-obviously-fake")
    async with key_server(at) as server:
        with pytest.raises(Refused) as caught:
            await server.forward(name, b"{}")
    assert caught.value.code == "PROVIDER_FAILED"
    assert provider.connections == 0
    said = [(each.message, getattr(each, "fields", {})) for each in caplog.records if each.name == "key_server"]
    assert ("not_signed", {"provider": name, "code": "azure-entra", "error": "ClientAuthenticationError"}) in said
    assert "obviously-fake" not in json.dumps(said) and "AADSTS" not in json.dumps(said)


# What keeps a credential fresh, for both clouds.


async def test_a_new_one_is_fetched_behind_the_calls_before_the_old_one_ends() -> None:
    clock, fetched = Clock(), [0]

    def fetch() -> Held[int]:
        fetched[0] += 1
        return Held(fetched[0], clock.now + 80, clock.now + 100)

    fresh = Fresh("test", fetch, clock=clock)
    assert [await fresh.current(), await fresh.current()] == [1, 1]
    clock.now += 90
    assert await fresh.current() == 1
    await until(lambda: fetched[0] == 2)
    await asyncio.sleep(0.01)
    assert await fresh.current() == 2


async def test_a_source_that_is_away_costs_nothing_until_the_old_one_ends() -> None:
    clock, away = Clock(), [False]

    def fetch() -> Held[str]:
        if away[0]:
            raise ConnectionError("secret-obviously-fake")
        return Held("first", clock.now + 80, clock.now + 100)

    fresh = Fresh("test", fetch, clock=clock, retry_s=0.0)
    await fresh.current()
    away[0] = True
    clock.now += 99
    assert await fresh.current() == "first"
    clock.now += 2
    with pytest.raises(CredentialUnavailable, match=r"^ConnectionError$"):
        await fresh.current()
    away[0] = False
    assert await fresh.current() == "first"


async def test_a_call_that_is_cancelled_takes_no_other_calls_fetch_along() -> None:
    def fetch() -> Held[str]:
        time.sleep(0.05)
        return Held("value", 2e12, 2e12)

    fresh = Fresh("test", fetch)
    one, other = asyncio.create_task(fresh.current()), asyncio.create_task(fresh.current())
    await asyncio.sleep(0.01)
    one.cancel()
    assert await other == "value"


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for happens in a thread
            await asyncio.sleep(0.005)
