"""The only way out to providers: one pool of kept connections, signed requests, scrubbed replies.

Called by `allocator`. HTTP/1.1 over httpcore, which by construction follows no redirect, keeps no cookie and adds no
header (httpx on top of it measured about 0.5 ms a call). Host, path and method come from the catalog.
Never sends a header that was not named here, never lets one out that was not, never says what an exception said.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # missing from typeshed

import httpcore

from key_server.addresses import GuardedBackend
from key_server.coalesce import coalesced
from key_server.config import Settings
from key_server.credentials import SIGNERS
from key_server.endpoints import Endpoint
from key_server.errors import ConfigError
from key_server.scrubber import Scrubber
from key_server.secret import Secret

CONNECT_S = 10.0
KEEP_S = 30.0  # below the idle limits of the usual load balancers; a connection closed meanwhile is not used again
CONNECTIONS = 1_000
KEPT = 200
REPLY_HEADERS = frozenset({"content-type", "retry-after", "retry-after-ms"})
USER_AGENT = b"llm-vpn"


class Silent(Exception):
    """Nothing came within the provider's timeout."""


class Broken(Exception):
    """No connection, a refused address, a reset, or bytes that are not HTTP."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request without its credential. `headers`: from the short list that a call may set."""

    endpoint: Endpoint
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)


class Reply:
    """Status and filtered, scrubbed headers; then `chunks()` once; `aclose()` always."""

    def __init__(self, response: httpcore.Response, scrubber: Scrubber) -> None:
        self.status = response.status
        self.headers = _filtered(response.headers, scrubber)
        self._response = response
        self._scrubber = scrubber

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, scrubbed, as it comes. Raises Silent, Broken."""
        try:
            async for piece in coalesced(self._response.aiter_stream()):
                if passed := self._scrubber.feed(piece):
                    yield passed
        except httpcore.TimeoutException:
            raise Silent from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise Broken from None
        if rest := self._scrubber.close():
            yield rest

    async def aclose(self) -> None:
        """A reply that was not read to its end takes its connection with it: the provider stops."""
        await self._response.aclose()


class Egress:
    def __init__(self, settings: Settings) -> None:
        """Connects at the first call. Raises ConfigError for a CA file that is not one."""
        self._settings = settings
        self._tls = _tls(settings)
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}

    async def send(self, request: Outbound, secret: Secret | None) -> Reply:
        """Sign, connect, send, and wait for the reply's head. Raises Silent, Broken."""
        endpoint = request.endpoint
        url = endpoint.base_url + request.path
        host = urlsplit(endpoint.base_url).netloc.encode("ascii")
        credential = SIGNERS[endpoint.provider.auth](secret or Secret(b""))
        outgoing = httpcore.Request(
            "POST",
            url,
            headers=[
                (b"Host", host),
                (b"User-Agent", USER_AGENT),
                (b"Accept-Encoding", b"identity"),  # a compressed echo of the key would pass the scrubber
                (b"Content-Length", str(len(request.body)).encode()),
                *request.headers,
                *credential,
            ],
            content=request.body,
            extensions={"timeout": _timeouts(endpoint.provider.timeout_s)},
        )
        try:
            response = await self._pool(endpoint).handle_async_request(outgoing)
        except httpcore.TimeoutException:
            raise Silent from None
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            httpcore.UnsupportedProtocol,
            OSError,
        ):
            raise Broken from None
        if _is_encoded(response.headers):
            await response.aclose()
            raise Broken
        return Reply(response, Scrubber([secret.reveal()] if secret else []))

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()

    def _pool(self, endpoint: Endpoint) -> httpcore.AsyncConnectionPool:
        """Direct, direct to private addresses too, or through the proxy: one pool each, made when first needed."""
        allow_private = endpoint.provider.allow_private
        proxy = self._proxy(endpoint.base_url)
        name = proxy or ("private" if allow_private else "public")
        pool = self._pools.get(name)
        if pool is None:
            pool = self._pools[name] = httpcore.AsyncConnectionPool(
                ssl_context=self._tls,
                max_connections=CONNECTIONS,
                max_keepalive_connections=KEPT,
                keepalive_expiry=KEEP_S,
                proxy=_proxy(proxy) if proxy else None,
                network_backend=None if proxy else GuardedBackend(allow_private=allow_private),
            )
        return pool

    def _proxy(self, base_url: str) -> str:
        parts = urlsplit(base_url)
        proxy = self._settings.https_proxy if parts.scheme == "https" else self._settings.http_proxy
        if not proxy or proxy_bypass_environment(parts.netloc, {"no": self._settings.no_proxy}):
            return ""
        return proxy


def _filtered(headers: list[tuple[bytes, bytes]], scrubber: Scrubber) -> Mapping[str, str]:
    """What a reply may say of itself: no cookies, no account or organisation ids."""
    found = {}
    for name, value in headers:
        lower = name.decode("latin-1").lower()
        if lower in REPLY_HEADERS:
            found[lower] = scrubber.whole(value).decode("latin-1")[:256]
    return found


def _is_encoded(headers: list[tuple[bytes, bytes]]) -> bool:
    """Against our wish: the scrubber could not see into it."""
    return any(name.lower() == b"content-encoding" and value.lower() != b"identity" for name, value in headers)


def _timeouts(silence_s: float) -> dict[str, float]:
    return {"connect": min(CONNECT_S, silence_s), "read": silence_s, "write": silence_s, "pool": silence_s}


def _proxy(url: str) -> httpcore.Proxy:
    parts = urlsplit(url)
    bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return httpcore.Proxy(bare, auth=(parts.username, parts.password or "") if parts.username else None)


def _tls(settings: Settings) -> ssl.SSLContext:
    if settings.ca_file is None:
        return httpcore.default_ssl_context()
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigError(f"{settings.ca_file} (SSL_CERT_FILE) is not a CA bundle.") from None
