"""A hatch whose provider is in this process: what the web server sends arrives here, and answers as the test says.

It stands where the key server stands, for tests of what is sent when, and of what nobody may be held up by.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from web_server.errors import ApiError
from web_server.incoming import Incoming
from web_server.keys import Bound
from web_server.query import ANYWHERE, ModelRef, Place, ScrubbedQuery, Usage

ANSWERED = Usage(10, 20)


@dataclass
class Call:
    """One call of the provider's."""

    body: dict[str, Any]
    place: Place
    at: float
    ended: bool = False
    """Whether its answer was read to the end."""
    cut: bool = False

    def close(self) -> None:
        self.cut = self.cut or not self.ended

    @property
    def text(self) -> str:
        return str(self.body["messages"][-1]["content"])


Answer = Callable[[Call], Awaitable[int | None]]
"""Waits as long as the provider takes, and returns the status, 200 where it returns None. May raise ApiError."""


async def at_once(call: Call) -> int | None:
    return None


@dataclass
class Hatch:
    """`answer` decides what becomes of each call; `binds` how many members a batch may have."""

    answer: Answer = at_once
    binds: int = 64
    calls: list[Call] = field(default_factory=list)
    bound: dict[str, int] = field(default_factory=dict)
    released: list[str] = field(default_factory=list)
    reported: list[tuple[str, Usage]] = field(default_factory=list)
    refuses: Callable[[Call], ApiError | None] = lambda call: None

    async def send(
        self, query: ScrubbedQuery, operation: str, body: bytes, seconds: float, place: Place = ANYWHERE, **_: Any
    ) -> Incoming:
        call = Call(json.loads(body), place, asyncio.get_running_loop().time())
        if refused := self.refuses(call):
            raise refused
        self.calls.append(call)
        status = await self.answer(call) or 200
        said = {"choices": [{"index": 0, "message": {"content": call.text}, "finish_reason": "stop"}]}
        if status == 200:
            said["usage"] = {"prompt_tokens": ANSWERED.prompt_tokens, "completion_tokens": ANSWERED.completion_tokens}
        raw = json.dumps(said if status == 200 else {"error": "no"}).encode()
        return Incoming(
            status=status,
            headers={"content-type": "application/json"},
            endpoint_id="ep_1",
            chunks=_chunks(call, raw),
            call_id=f"c{len(self.calls)}",
            close=call.close,
        )

    async def bind(
        self, binding_id: str, model: ModelRef, ttl_seconds: int, endpoint_id: str = "", slots: int = 0
    ) -> Bound:
        if slots > self.binds:
            raise ApiError("POOL_BUSY", retry_after=1)
        self.bound[binding_id] = slots
        return Bound(endpoint_id or "ep_1", rebound=False)

    async def release(self, binding_id: str) -> None:
        self.released.append(binding_id)

    def report(self, call_id: str, usage: Usage) -> None:
        self.reported.append((call_id, usage))


async def _chunks(call: Call, body: bytes) -> AsyncIterator[bytes]:
    half = len(body) // 2
    yield body[:half]
    await asyncio.sleep(0)
    yield body[half:]
    call.ended = True
