"""The only way out to providers: kept connections, signed requests, scrubbed replies.

Called by `allocator`. Host, path and method come from the catalog; nothing follows a redirect, keeps a cookie or adds a
header. HTTP/1.1 on llhttp: a whole `Forward` took 3.0 ms of CPU on httpcore (h11, anyio), 1.5 ms on this.
Never sends a header that was not named here, never lets one out that was not, never says what an exception said.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # missing from typeshed

import certifi

from key_server.addresses import is_loopback
from key_server.config import Settings
from key_server.credentials import SIGNERS
from key_server.dial import Destination, dial, header_lines, proxy_authorization
from key_server.endpoints import Endpoint
from key_server.errors import ConfigError
from key_server.http1 import Broken, Connection
from key_server.scrubber import Scrubber
from key_server.secret import Secret

KEEP_S = 30.0  # below the idle limits of the usual load balancers
KEPT = 64  # idle connections a destination
REPLY_HEADERS = frozenset({b"content-type", b"retry-after", b"retry-after-ms"})


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request without its credential. `headers`: from the short list that a call may set."""

    endpoint: Endpoint
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)


class Reply:
    """Status and filtered, scrubbed headers; then `chunks()` once; `close()` always."""

    def __init__(self, connection: Connection, scrubber: Scrubber, silence_s: float, kept: list[Connection]) -> None:
        self.status = connection.status
        self.headers = _filtered(connection.headers, scrubber)
        self._connection = connection
        self._scrubber = scrubber
        self._silence_s = silence_s
        self._kept = kept
        self._closed = False

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, scrubbed, as it comes. Raises Silent, Broken."""
        while piece := await self._connection.read(self._silence_s):
            if passed := self._scrubber.feed(piece):
                yield passed
        if rest := self._scrubber.close():
            yield rest

    def close(self) -> None:
        """Keep the connection if the reply was read to its end; else end it, so that the provider stops."""
        if self._closed:
            return
        self._closed = True
        if self._connection.reusable and len(self._kept) < KEPT:
            self._connection.idle_since = asyncio.get_running_loop().time()
            self._kept.append(self._connection)
        else:
            self._connection.close()


class Egress:
    def __init__(self, settings: Settings) -> None:
        """Connects at the first call. Raises ConfigError for a CA file or a proxy that cannot be used."""
        self._settings = settings
        self._tls = _tls(settings)
        self._kept: defaultdict[Destination, list[Connection]] = defaultdict(list)

    async def send(self, request: Outbound, secret: Secret | None) -> Reply:
        """Sign, connect, send, and wait for the reply's head. Raises Silent, Broken."""
        provider = request.endpoint.provider
        to = self._destination(request.endpoint)
        head = _head(request, to, SIGNERS[provider.auth](secret or Secret(b"")))
        kept = self._kept[to]
        connection = _fresh_enough(kept)
        if connection is None or not await _answers(connection, head, request.body, provider.timeout_s):
            connection = await dial(to, self._tls)
            try:
                await connection.ask(head, request.body, provider.timeout_s)
            except BaseException:
                connection.close()
                raise
        if any(_is_encoded(name, value) for name, value in connection.headers):
            connection.close()
            raise Broken  # against our wish, and the scrubber could not see into it
        return Reply(connection, Scrubber([secret.reveal()] if secret else []), provider.timeout_s, kept)

    def close(self) -> None:
        for kept in self._kept.values():
            for connection in kept:
                connection.close()

    def _destination(self, endpoint: Endpoint) -> Destination:
        parts = urlsplit(endpoint.base_url)
        tls, host = parts.scheme == "https", parts.hostname or ""
        proxy = self._settings.https_proxy if tls else self._settings.http_proxy
        if proxy and (is_loopback(host) or proxy_bypass_environment(host, {"no": self._settings.no_proxy})):
            proxy = ""  # a provider on this machine is not the proxy's to reach
        return Destination(host, parts.port or (443 if tls else 80), tls, endpoint.provider.allow_private, proxy)


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


def _fresh_enough(kept: list[Connection]) -> Connection | None:
    """The one used last that is still open and has not lain idle for too long."""
    oldest = asyncio.get_running_loop().time() - KEEP_S
    while kept:
        connection = kept.pop()
        if connection.reusable and connection.idle_since > oldest:
            return connection
        connection.close()
    return None


def _head(request: Outbound, to: Destination, credential: Iterable[tuple[bytes, bytes]]) -> bytes:
    base = urlsplit(request.endpoint.base_url)
    target = base.path + request.path
    if to.proxy and not to.tls:
        target = f"{base.scheme}://{base.netloc}{target}"
        credential = [*credential, *proxy_authorization(to.proxy)]
    headers = [
        (b"Host", base.netloc.encode("ascii")),
        (b"User-Agent", b"llm-vpn"),
        (b"Accept-Encoding", b"identity"),  # a compressed echo of the key would pass the scrubber
        (b"Content-Length", b"%d" % len(request.body)),
        *request.headers,
        *credential,
    ]
    return b"POST %s HTTP/1.1\r\n%s\r\n" % (target.encode("ascii"), header_lines(headers))


def _filtered(headers: list[tuple[bytes, bytes]], scrubber: Scrubber) -> Mapping[str, str]:
    """What a reply may say of itself: no cookies, no account or organisation ids."""
    return {
        name.decode(): scrubber.whole(value).decode("latin-1")[:256] for name, value in headers if name in REPLY_HEADERS
    }


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file or certifi.where())
    except (OSError, ssl.SSLError):
        raise ConfigError(f"{settings.ca_file} (SSL_CERT_FILE) is not a CA bundle.") from None
