"""How a provider is reached: certificates, proxies and names. Whatever is wrong on the way, no key goes along it."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from key_server import config
from key_server.egress.dial import Destination, dial
from key_server.egress.egress import Egress
from key_server.egress.http1 import Broken, Silent
from key_server.errors import ConfigError
from tests.support.key_server import Place, Refused, key_server
from tests.support.private_ca import server_context
from tests.support.proxy import Manner, opening, proxy, refusing, saying, silent
from tests.support.upstream import Upstream, upstream

KEY = "sk-test-not-a-key-ways-out"
TLS = ssl.create_default_context()


async def answered(at: Place, url: str, *, by: str = "") -> str:
    """What a call to the address comes to: "" for an answer, or the refusal's code. `by`: a CA bundle's folder."""
    name = at.providers(url=url)
    at.keys(name, KEY)
    if by:
        at.extra["SSL_CERT_FILE"] = by
    async with key_server(at) as server:
        try:
            await server.forward(name)
        except Refused as refused:
            return refused.code
    return ""


# Certificates


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({}, ""),
        ({"hosts": ["other.test"]}, "PROVIDER_FAILED"),
        ({"hosts": ["127.0.0.2", "localhost"]}, "PROVIDER_FAILED"),
        ({"days": -1}, "PROVIDER_FAILED"),
    ],
)
async def test_a_certificate_must_be_for_the_host_and_not_have_ended(
    at: Place, made: dict[str, Any], code: str
) -> None:
    async with upstream(server_context(at.directory, **made)) as provider:
        assert await answered(at, provider.url, by=str(at.directory / "ca.pem")) == code
        assert len(provider.requests) == (0 if code else 1)


async def test_a_certificate_that_vouches_for_itself_is_not_believed(at: Place) -> None:
    other = at.directory / "other"
    other.mkdir()
    server_context(other)
    async with upstream(server_context(at.directory)) as provider:
        assert await answered(at, provider.url) == "PROVIDER_FAILED"
        assert await answered(at, provider.url, by=str(other / "ca.pem")) == "PROVIDER_FAILED"
        assert provider.requests == []


async def test_a_provider_that_asks_for_our_certificate_is_shown_it(at: Place) -> None:
    ours = at.directory / "ours"
    ours.mkdir()
    server_context(ours)
    (ours / "key.pem").chmod(0o600)
    async with upstream(server_context(at.directory, client_ca=ours / "ca.pem")) as provider:
        assert await answered(at, provider.url, by=str(at.directory / "ca.pem")) == "PROVIDER_FAILED"
        at.extra |= {
            "KEY_SERVER_CLIENT_CERT_FILE": str(ours / "ca.pem"),
            "KEY_SERVER_CLIENT_KEY_FILE": str(ours / "key.pem"),
        }
        assert await answered(at, provider.url) == ""
        assert len(provider.requests) == 1


def test_a_client_key_that_others_can_read_or_that_is_none_keeps_the_server_from_starting(at: Place) -> None:
    server_context(at.directory)
    key = at.directory / "key.pem"
    key.chmod(0o644)
    at.extra |= {
        "KEY_SERVER_CLIENT_CERT_FILE": str(at.directory / "ca.pem"),
        "KEY_SERVER_CLIENT_KEY_FILE": str(key),
    }
    with pytest.raises(ConfigError, match=r"chmod 0600 it \(KEY_SERVER_CLIENT_KEY_FILE"):
        config.check(config.read(at.environment))
    key.chmod(0o600)
    config.check(config.read(at.environment))
    key.write_text("not a key")
    with pytest.raises(ConfigError, match="KEY_SERVER_CLIENT_CERT_FILE"):
        Egress(config.read(at.environment))


def test_a_ca_bundle_that_is_none_keeps_the_server_from_starting(at: Place, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    at.extra["SSL_CERT_FILE"] = str(tmp_path / "ca.pem")
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        Egress(config.read(at.environment))


# Proxies


@pytest.mark.parametrize("account", ["", "user:p%40ss@"])
async def test_a_tunnel_is_opened_with_the_proxys_password_and_the_proxy_sees_no_key(at: Place, account: str) -> None:
    async with upstream(server_context(at.directory)) as provider, proxy(to=provider.port) as found:
        at.extra["HTTPS_PROXY"] = found.url.replace("://", f"://{account}")
        assert await answered(at, "https://provider.test", by=str(at.directory / "ca.pem")) == ""
        (head,) = found.heads
        assert "proxy-authorization" not in provider.requests[0].headers
        assert head.startswith(b"CONNECT provider.test:443 HTTP/1.1\r\nHost: provider.test:443\r\n")
        assert (base64.b64encode(b"user:p@ss") in head) == bool(account)
        assert KEY.encode() not in head + bytes(found.relayed)
        assert provider.requests[0].key == KEY


@pytest.mark.parametrize(
    "manner",
    [
        refusing(407), refusing(403), refusing(502), saying(b""), saying(b"HTTP/1.1 200 OK\r\n"),
        saying(b"HTTP/1.1 200 Connection established\r\n\r\n"), saying(b"SSH-2.0-no\r\n\r\n"),
        saying(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000), opening(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
    ],
    ids=["407", "403", "502", "cut", "half", "cut-after", "other", "long", "more"],
)  # fmt: skip
async def test_a_proxy_that_opens_no_tunnel_is_the_endpoints_failure(at: Place, manner: Manner) -> None:
    async with upstream(server_context(at.directory)) as provider, proxy(to=provider.port, manner=manner) as found:
        at.extra["HTTPS_PROXY"] = found.url
        assert await answered(at, "https://provider.test", by=str(at.directory / "ca.pem")) == "PROVIDER_FAILED"
        assert provider.requests == []


async def test_a_proxy_that_says_nothing_is_given_up_in_time() -> None:
    async with proxy(to=1, manner=silent()) as found:
        to = Destination("provider.test", 443, tls=True, allow_private=False, proxy=found.url)
        with pytest.raises(Silent):
            await dial(to, TLS, 0.1)


async def test_behind_a_proxy_the_certificate_is_checked_all_the_same(at: Place) -> None:
    context = server_context(at.directory, hosts=["other.test"])
    async with upstream(context) as provider, proxy(to=provider.port) as found:
        at.extra["HTTPS_PROXY"] = found.url
        assert await answered(at, "https://provider.test", by=str(at.directory / "ca.pem")) == "PROVIDER_FAILED"
        assert (len(found.heads), provider.requests) == (1, [])


@pytest.mark.parametrize("hosts", ["provider.test", ".test", "other, .test", "*"])
async def test_no_proxy_names_hosts_and_domains(at: Place, hosts: str) -> None:
    async with proxy(to=1) as found:
        at.extra |= {"HTTPS_PROXY": found.url, "NO_PROXY": hosts}
        assert await answered(at, "https://provider.test") == "PROVIDER_FAILED"  # there is no such host
        assert found.heads == []


async def test_a_tunnel_is_kept_for_the_next_call(at: Place) -> None:
    async with upstream(server_context(at.directory)) as provider, proxy(to=provider.port) as found:
        at.extra |= {"HTTPS_PROXY": found.url, "SSL_CERT_FILE": str(at.directory / "ca.pem")}
        name = at.providers(url="https://provider.test")
        at.keys(name, KEY)
        async with key_server(at) as server:
            for _ in range(3):
                await server.forward(name)
        assert (len(found.heads), len(provider.requests)) == (1, 3)


# Names


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name has these addresses, to this event loop."""

    async def found(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)


@pytest.mark.parametrize(
    ("addresses", "private", "reached"),
    [
        (["127.0.0.1"], False, False),
        (["10.0.0.1", "127.0.0.1", "fd00::1"], False, False),
        (["169.254.169.254", "127.0.0.1"], True, True),
        (["169.254.169.254", "fd00:ec2::254", "0.0.0.0"], True, False),
    ],
)
async def test_of_mixed_answers_only_those_that_are_allowed_are_connected_to(
    provider: Upstream, monkeypatch: pytest.MonkeyPatch, addresses: list[str], private: bool, reached: bool
) -> None:
    resolving(monkeypatch, *addresses)
    to = Destination("provider.test", provider.port, tls=False, allow_private=private)
    if reached:
        (await dial(to, TLS)).close()
    else:
        with pytest.raises(Broken):
            await dial(to, TLS)
    await asyncio.sleep(0.01)
    assert provider.connections == int(reached)


async def test_an_address_that_leads_nowhere_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch, at: Place
) -> None:
    context = ssl.create_default_context()
    async with upstream(server_context(at.directory)) as provider:
        context.load_verify_locations(at.directory / "ca.pem")
        with socket.create_server(("127.0.0.2", provider.port)):  # it listens, and never shakes hands
            resolving(monkeypatch, "127.0.0.2", "127.0.0.1")
            to = Destination("provider.test", provider.port, tls=True, allow_private=True)
            (await dial(to, context, 0.6)).close()
            resolving(monkeypatch, "127.0.0.2")
            with pytest.raises(Silent):
                await dial(to, context, 0.1)
