"""Callers who hang up at any moment: nobody ever reads another's answer, and no slot is left behind."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from statistics import mean

import grpc.aio
import pytest
from redis.asyncio import Redis

from tests.support.key_server import KeyServer, Place, key_server
from tests.support.upstream import Request, Upstream, pieces

AT_ONCE = 24


async def echo_slowly(request: Request, writer: asyncio.StreamWriter) -> bool | None:
    """The prompt, in pieces with pauses of random length between them."""
    words = json.loads(request.body)["messages"][0]["content"].split(" ")
    parts = [f"data: {word}\n\n".encode() for word in words]
    return await pieces(*parts, gap_s=random.random() * 0.004)(request, writer)


@pytest.mark.parametrize("cancels", [400, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.promise(12)])])
async def test_calls_cancelled_at_random_swap_no_answers_and_leave_no_slot(
    at: Place, provider: Upstream, cancels: int, record_property: Callable[[str, object], None]
) -> None:
    name = at.providers(url=provider.url, more="    max_parallel: 64\n")
    at.keys(name, "sk-test-not-a-key-one", "sk-test-not-a-key-two")
    provider.otherwise = echo_slowly
    ends: Counter[str] = Counter()
    lasted: deque[float] = deque(maxlen=AT_ONCE)  # seconds
    async with key_server(at) as server:

        async def caller() -> None:
            while ends["cut short"] < cancels:
                # Up to twice what a whole call takes on this machine, now.
                patience = random.random() * 2 * mean(lasted) if len(lasted) == AT_ONCE else None
                started = time.monotonic()
                end = await read_some(server, name, patience=patience)
                ends[end] += 1
                if end == "whole":
                    lasted.append(time.monotonic() - started)

        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        left = await slots_left(server, name)
    assert left == 0
    assert ends["another's"] == 0
    assert ends["whole"] > cancels / 20, "the moments of hanging up miss the calls"
    record_property(
        "measured", f"{ends['cut short']:,} of {ends.total():,} calls cancelled: 0 swapped answers, {left} slots left"
    )


@pytest.mark.parametrize("ends_well", [True, False])
async def test_who_hangs_up_between_the_last_word_and_the_end_leaves_no_slot(
    at: Place, provider: Upstream, ends_well: bool
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, "sk-test-not-a-key-one")
    last = asyncio.Event()

    async def waits_with_its_end(request: Request, writer: asyncio.StreamWriter) -> bool:
        await pieces(b"data: word\n\n", cut=True)(request, writer)
        await last.wait()
        writer.write(b"0\r\n\r\n" if ends_well else b"no chunk\r\n")
        return True

    provider.otherwise = waits_with_its_end
    async with key_server(at) as server, Redis.from_url(at.redis_url) as redis:
        call = server.call(name, {"messages": [{"role": "user", "content": "hello"}]}, stream=True)
        replies = aiter(call)
        while not (await anext(replies)).chunk:
            pass
        await redis.client_pause(150)  # ms: the slot is still being given back when the caller leaves
        last.set()
        with suppress(TimeoutError, grpc.aio.AioRpcError):
            async with asyncio.timeout(0.05):
                async for _ in replies:
                    pass
        call.cancel()
        assert await slots_left(server, name) == 0


async def slots_left(server: KeyServer, name: str) -> int:
    """How many are in use, a moment after the last caller has gone: far less than a lease's time to live."""
    for _ in range(100):
        with suppress(grpc.aio.AioRpcError):
            if not await server.in_flight(name):
                return 0
        await asyncio.sleep(0.05)
    return await server.in_flight(name)


async def read_some(server: KeyServer, name: str, *, patience: float | None) -> str:
    """Read one call until it ends or patience does: "whole", "cut short" or "another's"."""
    canary = secrets.token_hex(6)
    own = [f"{canary}-{number}" for number in range(6)]
    said = "".join(f"data: {word}\n\n" for word in own).encode()
    heard = b""
    call = server.call(name, {"messages": [{"role": "user", "content": " ".join(own)}]}, stream=True)
    try:
        async with asyncio.timeout(patience):
            async for reply in call:
                heard += reply.chunk
        return "whole" if heard == said else "another's"
    except TimeoutError:
        call.cancel()
        return "cut short" if said.startswith(heard) else "another's"
