"""providers.yaml: does it parse, can the hosts be found, and, where asked for, do they show a good certificate.

Called by `examination`. A probe is a TLS handshake and nothing else: no request is sent and no key is used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from key_server.catalog import catalog
from key_server.catalog.provider import Provider
from key_server.config import Settings
from key_server.doctor.finding import OK, WARNING, Finding, split
from key_server.egress.addresses import may_connect
from key_server.egress.egress import Egress
from key_server.egress.http1 import Broken, Silent
from key_server.errors import ConfigError

PATIENCE_S = 5.0
NAMED = 4


def look(settings: Settings, *, probe: bool = False) -> list[Finding]:
    """The file, then the names in it, then, with `probe`, the way to each."""
    try:
        providers = catalog.read(settings.provider_files).providers
    except ConfigError as error:
        return [split("providers", str(error))]
    found = Finding("providers", OK, f"{len(providers)} in {', '.join(map(str, settings.provider_files))}")
    names = asyncio.run(_names(providers)) if not settings.https_proxy else None
    ways = asyncio.run(_ways(settings, providers)) if probe else []
    return [found, names or Finding("names", OK, "the proxy resolves them"), *ways]


async def _ways(settings: Settings, providers: Mapping[str, Provider]) -> list[Finding]:
    """One finding each: a provider's certificate may be good where another's is not."""
    try:
        egress = Egress(settings)
    except ConfigError as error:
        return [split("way out", str(error))]
    places = [(each, url) for each in providers.values() for url in each.base_urls]
    try:
        return list(await asyncio.gather(*(_way(egress, *place) for place in places)))
    finally:
        egress.close()


async def _way(egress: Egress, provider: Provider, base_url: str) -> Finding:
    check = f"way to {provider.name}"
    try:
        await egress.reach(provider, base_url)
    except Silent:
        return Finding(check, WARNING, f"{base_url} does not answer", "a firewall, or a proxy that is not set?")
    except Broken:
        advice = "is it running there?"
        if base_url.startswith("https:"):
            advice = "is the host right, and its certificate signed by an authority of SSL_CERT_FILE?"
        return Finding(check, WARNING, f"no connection to {base_url}", advice)
    return Finding(check, OK, base_url)


async def _names(providers: Mapping[str, Provider]) -> Finding:
    places = [(each, urlsplit(url).hostname or "") for each in providers.values() for url in each.base_urls]
    bad = [found for found in await asyncio.gather(*(_name(*place) for place in places)) if found]
    if not bad:
        return Finding("names", OK, f"{len(places)} hosts resolve to addresses that may be called")
    more = f" and {len(bad) - NAMED} more" if len(bad) > NAMED else ""
    return Finding("names", WARNING, ", ".join(bad[:NAMED]) + more, "is there a name server, and are the hosts right?")


async def _name(provider: Provider, host: str) -> str:
    """What is wrong, in words; empty for nothing."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        return f"{provider.name}: {host} does not resolve"
    addresses = {ipaddress.ip_address(str(each[4][0]).split("%")[0]) for each in found}
    if not any(may_connect(each, allow_private=provider.allow_private) for each in addresses):
        return f"{provider.name}: {host} is a private address (allow_private: true)"
    return ""
