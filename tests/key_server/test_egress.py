"""Where a call may go: the address really connected to, the proxy, the certificate."""

from __future__ import annotations

import ipaddress

import pytest

from key_server.egress.addresses import may_connect
from tests.support.key_server import Place, Refused, key_server
from tests.support.private_ca import server_context
from tests.support.upstream import Upstream, upstream

KEY = "sk-test-not-a-key-egress"


def public_provider(at: Place, url: str) -> str:
    """A provider like any on the internet: https, and no word of private addresses."""
    path = at.directory / "providers.yaml"
    path.write_text(f"providers:\n  pub:\n    base_url: {url}\n    models: [{{id: test-model}}]\n    timeout: 2\n")
    at.keys("pub", KEY)
    return "pub"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "169.254.169.254", "0.0.0.0",
        "168.63.129.16", "224.0.0.1", "255.255.255.255", "192.0.0.192", "::1", "::", "fe80::1", "fd00:ec2::254",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
        "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "fec0::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not may_connect(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert may_connect(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fd12::1"])
def test_a_private_address_is_allowed_where_the_row_says_so(address: str) -> None:
    assert may_connect(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.promise(7)
@pytest.mark.parametrize("address", [
        "169.254.169.254", "169.254.170.2", "fd00:ec2::254", "::ffff:169.254.169.254", "100.100.100.200",
        "fd00:ec2::23", "fd20:ce::254", "::169.254.169.254", "::ffff:0:169.254.169.254",
    ],
)  # fmt: skip
def test_a_metadata_address_is_refused_whatever_the_row_says(address: str) -> None:
    assert not may_connect(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.promise(7)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_this_machine_is_not_reached_without_allow_private_by_name_or_number(
    at: Place, provider: Upstream, host: str
) -> None:
    name = public_provider(at, f"https://{host}:{provider.port}/v1")
    async with key_server(at) as server:
        with pytest.raises(Refused) as caught:
            await server.forward(name)
    assert caught.value.code == "PROVIDER_FAILED"
    assert provider.connections == 0


async def test_tls_is_spoken_to_a_certificate_of_the_configured_ca_and_to_no_other(at: Place) -> None:
    async with upstream(server_context(at.directory)) as provider:
        name = at.providers(url=provider.url)
        at.keys(name, KEY)
        async with key_server(at) as server:
            with pytest.raises(Refused) as caught:
                await server.forward(name)
        assert caught.value.code == "PROVIDER_FAILED"
        assert provider.requests == []
        at.extra["SSL_CERT_FILE"] = str(at.directory / "ca.pem")
        async with key_server(at) as server:
            heard = await server.forward(name)
    assert heard.tail is not None
    assert provider.requests[0].key == KEY


async def test_a_configured_proxy_is_used_and_resolves_for_itself(at: Place, provider: Upstream) -> None:
    name = at.providers(url="http://provider.test")
    at.keys(name, KEY)
    at.extra["HTTP_PROXY"] = provider.url
    async with key_server(at) as server:
        assert (await server.forward(name)).tail is not None
    assert provider.requests[0].target == "http://provider.test/v1/chat/completions"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_machine_is_reached_past_the_proxy(at: Place, provider: Upstream, host: str) -> None:
    name = at.providers(url=f"http://{host}:{provider.port}")
    at.keys(name, KEY)
    at.extra |= {"HTTP_PROXY": "http://127.0.0.1:9"}
    async with key_server(at) as server:
        assert (await server.forward(name)).tail is not None
    assert provider.requests[0].target == "/v1/chat/completions"


async def test_no_proxy_is_honoured(at: Place, provider: Upstream) -> None:
    name = at.providers(url="http://provider.test")
    at.keys(name, KEY)
    at.extra |= {"HTTP_PROXY": provider.url, "NO_PROXY": ".test"}
    async with key_server(at) as server:
        with pytest.raises(Refused):
            await server.forward(name)
    assert provider.requests == []
