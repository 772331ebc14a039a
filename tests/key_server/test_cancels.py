"""Callers who hang up at any moment: nobody ever reads another's answer, and no slot is left behind."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections import Counter
from collections.abc import Callable

import pytest

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
    async with key_server(at) as server:

        async def caller() -> None:
            while ends["cut short"] < cancels:
                ends[await read_some(server, name, patience=random.random() * 0.1)] += 1

        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        for _ in range(100):
            if not (left := await server.in_flight(name)):
                break
            await asyncio.sleep(0.05)
    assert left == 0
    assert ends["another's"] == 0
    assert ends["whole"] > cancels / 20, "the moments of hanging up miss the calls"
    record_property(
        "measured", f"{ends['cut short']:,} of {ends.total():,} calls cancelled: 0 swapped answers, {left} slots left"
    )


async def read_some(server: KeyServer, name: str, *, patience: float) -> str:
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
