"""The only way out to providers: kept connections, signed requests, scrubbed replies.

Called by `allocator`. Host, path and method come from the catalog; nothing follows a redirect, keeps a cookie or adds a
header. HTTP/1.1 on llhttp: a whole `Forward` took 3.0 ms of CPU on httpcore (h11, anyio), 1.5 ms on this.
Never sends a header that was not named here, never lets one out that was not, never says what an exception said.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import certifi

from key_server import logs
from key_server.catalog.provider import Provider
from key_server.config import Settings
from key_server.credentials.signer import CredentialUnavailable, Headers, Signed, Unsigned
from key_server.credentials.signers import signers
from key_server.egress.account_ids import AccountIds
from key_server.egress.connections import USUAL, Connections, Limits, Place
from key_server.egress.dial import Destination, dial, header_lines, proxy_authorization
from key_server.egress.http1 import Broken, Connection
from key_server.egress.scrubber import Scrubber
from key_server.errors import ConfigError
from key_server.proxies import proxy_for
from key_server.secret import Secret

REPLY_HEADERS = frozenset({b"content-type", b"retry-after", b"retry-after-ms"})


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request without its credential. `base_url`: one of the provider's; `headers`: those that a call may set."""

    provider: Provider
    base_url: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Route:
    """What an address in providers.yaml comes to. `prefix`: what stands before the path in a request's first line."""

    to: Destination
    host: str
    path: str
    prefix: str
    proxy_headers: Headers = field(repr=False)


class Reply:
    """Status and filtered, scrubbed headers; then `chunks()` once; `close()` always."""

    def __init__(self, connection: Connection, place: Place, scrubber: Scrubber, silence_s: float) -> None:
        self.status = connection.status
        self.headers = _filtered(connection.headers, scrubber)
        self._connection = connection
        self._place = place
        self._scrubber = scrubber
        self._silence_s = silence_s

    def chunks(self) -> AsyncIterator[bytes]:
        """The body, scrubbed, as it comes; an error's without the accounts it names. Raises Silent, Broken."""
        return self._error() if self.status >= 400 else self._scrubbed()

    def close(self) -> None:
        """Keep the connection if the reply was read to its end; else end it, so that the provider stops."""
        self._place.leave(self._connection)

    async def _scrubbed(self) -> AsyncIterator[bytes]:
        while piece := await self._connection.read(self._silence_s):
            if passed := self._scrubber.feed(piece):
                yield passed
        if rest := self._scrubber.close():
            yield rest

    async def _error(self) -> AsyncIterator[bytes]:
        accounts = AccountIds()
        async for piece in self._scrubbed():
            if passed := accounts.feed(piece):
                yield passed
        if rest := accounts.close():
            yield rest


class Egress:
    def __init__(self, settings: Settings, limits: Limits = USUAL) -> None:
        """Connects at the first call. Raises ConfigError for a CA, certificate or proxy that cannot be used."""
        self._settings = settings
        self._tls = _tls(settings)
        self._signers = signers(settings)
        self._connections = Connections(limits)
        self._routes: dict[tuple[str, bool], Route] = {}

    async def send(self, request: Outbound, secret: Secret | None) -> Reply:
        """Sign, connect, send, and wait for the reply's head. Raises Silent, Broken."""
        provider = request.provider
        route = self._route(provider, request.base_url)
        place = await self._connections.place(route.to)
        connection: Connection | None = None
        try:
            signed = await self._signed(request, route, secret)
            head = _head(request, route, signed)
            connection = place.kept()
            if connection is None or not await _answers(connection, head, request.body, provider.timeout_s):
                connection = await dial(route.to, self._tls)
                await connection.ask(head, request.body, provider.timeout_s)
            if any(_is_encoded(name, value) for name, value in connection.headers):
                raise Broken  # against our wish, and the scrubber could not see into it
        except BaseException:
            if connection is not None:
                connection.close()
            place.leave(connection)
            raise
        return Reply(connection, place, Scrubber(signed.values), provider.timeout_s)

    async def reach(self, provider: Provider, base_url: str) -> None:
        """Connect, the certificate checked, and hang up: the doctor's. Nothing is sent. Raises Silent, Broken."""
        (await dial(self._route(provider, base_url).to, self._tls)).close()

    def close(self) -> None:
        self._connections.close()

    async def _signed(self, request: Outbound, route: Route, secret: Secret | None) -> Signed:
        """A credential that cannot be had is the endpoint's failure: nothing is sent."""
        provider = request.provider
        region = provider.regions.get(request.base_url, "")
        unsigned = Unsigned(route.host, route.path + request.path, region, request.headers, request.body)
        try:
            return await self._signers[provider.auth].sign(unsigned, secret)
        except CredentialUnavailable as error:
            logs.event("not_signed", logging.ERROR, provider=provider.name, code=provider.auth, error=error.reason)
            raise Broken from None

    def _route(self, provider: Provider, base_url: str) -> Route:
        key = (base_url, provider.allow_private)
        found = self._routes.get(key)
        if found is None:
            base = urlsplit(base_url)
            tls, host = base.scheme == "https", base.hostname or ""
            proxy = proxy_for(self._settings, host, tls=tls)
            to = Destination(host, base.port or (443 if tls else 80), tls, provider.allow_private, proxy)
            plain_proxy = bool(to.proxy) and not to.tls
            prefix = f"{base.scheme}://{base.netloc}" if plain_proxy else ""
            proxy_headers = tuple(proxy_authorization(to.proxy)) if plain_proxy else ()
            found = self._routes[key] = Route(to, base.netloc, base.path, prefix, proxy_headers)
        return found


async def _answers(kept: Connection, head: bytes, body: bytes, silence_s: float) -> bool:
    """Ask on a kept connection; False if it ended without a word, as one does that its owner closed in that moment.

    Raises Silent, Broken.
    """
    try:
        await kept.ask(head, body, silence_s)
    except BaseException as error:
        kept.close()
        if isinstance(error, Broken) and kept.heard_nothing:
            return False
        raise
    return True


def _is_encoded(name: bytes, value: bytes) -> bool:
    plain = {b"content-encoding": b"identity", b"transfer-encoding": b"chunked"}.get(name)
    return plain is not None and value.strip().lower() != plain


def _head(request: Outbound, route: Route, signed: Signed) -> bytes:
    headers = [
        (b"Host", route.host.encode("ascii")),
        (b"User-Agent", b"llm-vpn"),
        (b"Accept-Encoding", b"identity"),  # a compressed echo of the key would pass the scrubber
        (b"Content-Length", b"%d" % len(request.body)),
        *request.headers,
        *signed.headers,
        *route.proxy_headers,
    ]
    target = route.prefix + route.path + request.path
    return b"POST %s HTTP/1.1\r\n%s\r\n" % (target.encode("ascii"), header_lines(headers))


def _filtered(headers: list[tuple[bytes, bytes]], scrubber: Scrubber) -> Mapping[str, str]:
    """What a reply may say of itself: no cookies, no account or organisation ids."""
    return {
        name.decode(): scrubber.whole(value).decode("latin-1")[:256] for name, value in headers if name in REPLY_HEADERS
    }


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or certifi.where())
    except (OSError, ssl.SSLError):
        raise ConfigError(f"{settings.ca_file} (SSL_CERT_FILE) is not a CA bundle.") from None
    if settings.client_cert_file:
        try:
            # An encrypted key would make OpenSSL ask at the terminal for a password; this one opens none.
            context.load_cert_chain(settings.client_cert_file, settings.client_key_file, password="")
        except (OSError, ssl.SSLError):
            raise ConfigError(
                f"{settings.client_cert_file} (KEY_SERVER_CLIENT_CERT_FILE) and its key are no pair in unencrypted PEM."
            ) from None
    return context
