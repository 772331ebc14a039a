"""How many connections there are: never more than the limits, none lost, none kept beyond its time."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest

from key_server import config
from key_server.catalog.provider import Provider
from key_server.egress.connections import Connections, Limits
from key_server.egress.dial import Destination
from key_server.egress.egress import Egress, Outbound, Reply
from key_server.secret import Secret
from tests.support.key_server import Place
from tests.support.private_ca import server_context
from tests.support.upstream import Behaviour, Request, Upstream, ok, status, upstream

ONE = Destination("one.test", 443, tls=True, allow_private=False)
OTHER = Destination("other.test", 443, tls=True, allow_private=False)


def outbound(provider: Upstream, path: str = "") -> Outbound:
    url = provider.url + path
    row = Provider("p", (url,), "bearer", 2.0, True, 16, {"*": "openai"}, {"openai": {"chat": "/chat"}})
    return Outbound(row, url, "/chat", (), b"{}")


async def read_to_the_end(reply: Reply) -> bytes:
    try:
        return b"".join([piece async for piece in reply.chunks()])
    finally:
        reply.close()


def held(event: asyncio.Event, most: list[int]) -> Behaviour:
    """Answers when the event is set, and notes how many were waiting at the same time."""
    waiting = 0

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool | None:
        nonlocal waiting
        waiting += 1
        most.append(waiting)
        await event.wait()
        waiting -= 1
        return await ok()(request, writer)

    return behave


async def test_no_more_are_in_use_than_the_limit_and_every_call_gets_its_turn(provider: Upstream) -> None:
    go, most = asyncio.Event(), list[int]()
    provider.otherwise = held(go, most)
    egress = Egress(config.read({}), Limits(used=3, used_in_all=100))

    async def call() -> int:
        reply = await egress.send(outbound(provider), Secret(b"sk-test-not-a-key-1"))
        await read_to_the_end(reply)
        return reply.status

    calls = [asyncio.create_task(call()) for _ in range(12)]
    await until(lambda: len(most) == 3)
    await asyncio.sleep(0.02)
    assert (len(most), provider.connections) == (3, 3)
    go.set()
    assert await asyncio.gather(*calls) == [200] * 12
    assert max(most) == 3 and provider.connections == 3  # kept, and used again
    egress.close()


async def test_a_call_that_gives_up_waiting_takes_no_place_along() -> None:
    found = Connections(Limits(used=1, used_in_all=1))
    first = await found.place(ONE)
    for to in (ONE, OTHER):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await found.place(to)
    first.leave(None)
    first.leave(None)  # once is once
    async with asyncio.timeout(1):
        second = await found.place(OTHER)
        second.leave(None)
        (await found.place(ONE)).leave(None)
    third = await found.place(ONE)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await found.place(ONE)
    third.leave(None)


async def test_one_slow_destination_does_not_shut_out_the_others() -> None:
    found = Connections(Limits(used=2, used_in_all=4))
    slow = [await found.place(ONE) for _ in range(2)]
    waiting = [asyncio.create_task(found.place(ONE)) for _ in range(5)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        (await found.place(OTHER)).leave(None)
    for place in slow:
        place.leave(None)
    for task in waiting:
        (await task).leave(None)


async def test_idle_ones_are_limited_too(provider: Upstream) -> None:
    egress = Egress(config.read({}), Limits(idle=2, idle_in_all=3))
    for path in ("/a", "/b"):
        replies = [await egress.send(outbound(provider, path), None) for _ in range(4)]
        for reply in replies:
            await read_to_the_end(reply)
    await until(lambda: provider.connections - provider.closed == 2)  # one destination: paths share
    egress.close()
    await until(lambda: provider.connections == provider.closed)


async def test_no_connection_is_the_next_callers_for_having_been_used_last(provider: Upstream) -> None:
    """Else one caller's queries, each sent once the answer to the last has come, would share a connection."""
    by: list[int] = []

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool | None:
        by.append(writer.get_extra_info("peername")[1])
        return await ok()(request, writer)

    provider.otherwise = behave
    egress = Egress(config.read({}))
    for reply in [await egress.send(outbound(provider), None) for _ in range(4)]:
        await read_to_the_end(reply)
    opened, by[:] = set(by), ()
    for _ in range(80):
        await read_to_the_end(await egress.send(outbound(provider), None))
    assert set(by) == opened and len(opened) == 4
    again = sum(one == other for one, other in itertools.pairwise(by))
    assert again < 45, "a fair choice of four is beyond it less than once in a million runs"
    egress.close()


async def test_no_tls_session_is_taken_up_again(at: Place) -> None:
    context = server_context(at.directory)
    async with upstream(context) as provider:
        egress = Egress(config.read({"SSL_CERT_FILE": str(at.directory / "ca.pem")}))
        for _ in range(3):
            reply = await egress.send(outbound(provider), None)
            await anext(reply.chunks())
            reply.close()
            egress.close()
        await until(lambda: provider.closed == 3)
    assert context.session_stats()["accept_good"] == 3 and context.session_stats()["hits"] == 0


async def test_what_lies_idle_for_too_long_is_closed_without_another_call(provider: Upstream) -> None:
    egress = Egress(config.read({}), Limits(keep_s=0.05))
    await read_to_the_end(await egress.send(outbound(provider), None))
    assert provider.closed == 0
    await until(lambda: provider.closed == 1)
    egress.close()


async def test_a_reply_that_is_left_half_read_ends_its_connection_and_frees_the_place(provider: Upstream) -> None:
    provider.otherwise = status(200, b"x" * 10_000_000)
    egress = Egress(config.read({}), Limits(used=1, used_in_all=1))
    for _ in range(3):
        reply = await egress.send(outbound(provider), None)
        await anext(reply.chunks())
        reply.close()
        reply.close()
    await until(lambda: provider.closed == 3)
    egress.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the other side's doing
            await asyncio.sleep(0.005)
