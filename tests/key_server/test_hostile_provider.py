"""A provider that sends without end, elsewhere, or faster than anybody reads: bounded, refused, no key goes along."""

from __future__ import annotations

import asyncio
import resource

import pytest

from tests.support.key_server import Place, Refused, key_server
from tests.support.upstream import STREAM_HEAD, Behaviour, Request, Upstream, ok, status, upstream

KEY = "sk-test-not-a-key-hostile"
MIB = 1024 * 1024


class Flood:
    """Writes `head`, then `block` again and again up to `most` bytes; `sent` says how far it came."""

    def __init__(self, head: bytes, block: bytes, most: int) -> None:
        self.head, self.block, self.most = head, block, most
        self.sent = 0

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        writer.write(self.head)
        while self.sent < self.most:
            writer.write(self.block)
            await writer.drain()
            await asyncio.sleep(0)  # `drain` alone gives nobody else a turn while there is room
            self.sent += len(self.block)
        return False


def calling(at: Place, provider: Upstream, behaviour: Behaviour) -> str:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = behaviour
    return name


@pytest.mark.parametrize(
    ("head", "block"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"x-header: " + b"a" * 50 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nx: ", b"a" * 64),
        (b"HTTP/1.1 ", b"2" * 64),
        (b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"0" * 64),
    ],
    ids=["many", "one", "status", "interim", "chunk-size"],
)
async def test_a_hundred_megabytes_of_headers_are_cut_at_the_first(
    at: Place, provider: Upstream, head: bytes, block: bytes
) -> None:
    flood = Flood(head, block * 1000, 100 * MIB)
    name = calling(at, provider, flood)
    async with key_server(at) as server:
        with pytest.raises(Refused) as caught:
            await server.forward(name)
        assert caught.value.code == "PROVIDER_FAILED"
        assert await server.in_flight(name) == 0
    assert flood.sent < 16 * MIB  # what lay in the sockets' buffers


async def test_a_slow_reader_makes_a_fast_provider_wait_and_costs_no_memory(at: Place, provider: Upstream) -> None:
    """200 MB that nobody reads stay with the provider."""
    piece = b"data: " + b"x" * 65_528 + b"\n\n"
    flood = Flood(STREAM_HEAD, b"%x\r\n%s\r\n" % (len(piece), piece), 200 * MIB)
    name = calling(at, provider, flood)
    async with key_server(at) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        call = server.call(name, stream=True)
        assert (await call.read()).HasField("head")
        await asyncio.sleep(0.5)
        first = flood.sent
        await asyncio.sleep(0.2)
        assert flood.sent == first < 32 * MIB
        for _ in range(50):
            await call.read()
        call.cancel()
        async with asyncio.timeout(5):
            await provider.hung_up.wait()
        assert flood.sent < 64 * MIB
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown < 64  # MiB, of server, caller and provider in one process


async def test_a_body_that_never_ends_ends_with_the_callers_deadline(at: Place, provider: Upstream) -> None:
    name = calling(at, provider, Flood(STREAM_HEAD, b"8\r\ndata: 1\n\r\n", 10**12))
    async with key_server(at) as server:
        with pytest.raises(Refused) as caught:
            await server.forward(name, stream=True, deadline_ms=300)
        assert caught.value.heard.body.startswith(b"data: 1\n")
        async with asyncio.timeout(5):
            await provider.hung_up.wait()


@pytest.mark.promise(7)
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_nobody_is_called_where_a_redirect_points(at: Place, provider: Upstream, code: int) -> None:
    async with upstream() as target:
        name = calling(at, provider, status(code, location=f"{target.url}/v1/chat/completions"))
        async with key_server(at) as server:
            with pytest.raises(Refused) as caught:
                await server.forward(name)
        assert caught.value.code == "PROVIDER_FAILED"
        assert (target.connections, len(provider.requests)) == (0, 1)


async def test_a_cookie_is_neither_kept_nor_passed_on(at: Place, provider: Upstream) -> None:
    name = calling(at, provider, status(200, b"{}", set_cookie="session=abc; Path=/", alt_svc='h2="evil.test:443"'))
    async with key_server(at) as server:
        heard = await server.forward(name)
        provider.otherwise = ok()
        await server.forward(name)
    assert heard.head is not None and set(heard.head.headers) == {"content-type"}
    assert "cookie" not in provider.requests[1].headers
