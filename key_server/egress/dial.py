"""Opens connections: straight to an address that was judged, or through a proxy.

Called by `egress`. A name is resolved once and the very address that was judged is connected to: a name that changes
its mind between check and connect (DNS rebinding) gains nothing. A configured proxy resolves for itself.
Never connects to an address that `addresses` refuses.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from key_server.egress.addresses import IP, may_connect
from key_server.egress.http1 import Broken, Connection, Silent

CONNECT_S = 10.0
LONGEST_PROXY_HEAD = 16 * 1024


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a connection goes; equal destinations share connections. `proxy`: an http:// URL, empty for none."""

    host: str
    port: int
    tls: bool
    allow_private: bool
    proxy: str = field(default="", repr=False)


async def dial(to: Destination, tls: ssl.SSLContext, connect_s: float = CONNECT_S) -> Connection:
    """An open connection, its certificate checked where it has one. Raises Silent, Broken."""
    try:
        async with asyncio.timeout(connect_s):
            return await (_through_proxy(to, tls) if to.proxy else _direct(to, tls, connect_s))
    except TimeoutError:
        raise Silent from None
    except (OSError, ssl.SSLError, UnicodeError):
        raise Broken from None


async def _direct(to: Destination, tls: ssl.SSLContext, connect_s: float) -> Connection:
    """To the first address that answers. Each has its share of the time: IPv6 that leads nowhere must not eat all."""
    addresses = [each for each in await _resolve(to) if may_connect(each, allow_private=to.allow_private)]
    for address in addresses:
        try:
            async with asyncio.timeout(connect_s / len(addresses)):
                return await _connect(str(address), to.port, to.host if to.tls else None, tls)
        except OSError:  # TimeoutError is one
            if address == addresses[-1]:
                raise
    raise Broken


async def _connect(address: str, port: int, name: str | None, tls: ssl.SSLContext) -> Connection:
    loop = asyncio.get_running_loop()
    context = tls if name else None
    _, connection = await loop.create_connection(Connection, address, port, ssl=context, server_hostname=name)
    return connection


async def _resolve(to: Destination) -> list[IP]:
    """In the resolver's order, each once. A literal address is its own answer."""
    try:
        return [ipaddress.ip_address(to.host)]
    except ValueError:
        found = await asyncio.get_running_loop().getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ipaddress.ip_address(str(each[4][0]).split("%")[0]) for each in found))


async def _through_proxy(to: Destination, tls: ssl.SSLContext) -> Connection:
    """Plain http is sent to the proxy itself; https through a tunnel, RFC 9110 section 9.3.6."""
    proxy = urlsplit(to.proxy)
    host, port = proxy.hostname or "", proxy.port or 80
    if not to.tls:
        return await _connect(host, port, None, tls)
    loop = asyncio.get_running_loop()
    transport, tunnel = await loop.create_connection(_Tunnel, host, port)
    try:
        target = f"[{to.host}]:{to.port}" if ":" in to.host else f"{to.host}:{to.port}"
        headers = [(b"Host", target.encode("ascii")), *proxy_authorization(to.proxy)]
        transport.write(b"CONNECT %s HTTP/1.1\r\n%s\r\n" % (target.encode("ascii"), header_lines(headers)))
        await tunnel.opened
        connection = Connection()
        inner = await loop.start_tls(transport, connection, tls, server_hostname=to.host)
        if inner is None:
            raise Broken
        connection.connection_made(inner)
    except BaseException:
        transport.abort()
        raise
    return connection


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%s: %s\r\n" % each for each in headers)


def proxy_authorization(proxy: str) -> list[tuple[bytes, bytes]]:
    """The header for a proxy URL with a name in it, RFC 7617; none for one without."""
    parts = urlsplit(proxy)
    if not parts.username:
        return []
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return [(b"Proxy-Authorization", b"Basic " + base64.b64encode(pair.encode()))]


class _Tunnel(asyncio.Protocol):
    """A proxy's answer to CONNECT."""

    def __init__(self) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self.opened.done():
            return
        # Nothing may follow: a server behind the tunnel does not speak first.
        if self._head.find(b"\r\n\r\n") == len(self._head) - 4 and self._head[:12] in (
            b"HTTP/1.1 200",
            b"HTTP/1.0 200",
        ):
            self.opened.set_result(None)
        elif b"\r\n\r\n" in self._head or len(self._head) > LONGEST_PROXY_HEAD:
            self.opened.set_exception(ConnectionError())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError())
