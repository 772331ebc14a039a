"""Whether a provider really answers: one short question to the model that costs least, its finding kept for a while.

Called by the door `health`. However many ask, one question is under way at a time, and none more often than the finding
is kept. The question is a fixed one, and goes the way of every other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from web_server.errors import ApiError
from web_server.exchange import Exchange
from web_server.query import Caller, Query
from web_server.usual import Usual

KEPT_SECONDS = 15.0
ASK_SECONDS = 20.0
QUESTION = "Say OK."
NOBODY = Caller("", frozenset({"query"}))

STATUSES = {
    "PROVIDER_REFUSED": 401,
    "PROVIDER_LIMITED": 429,
    "POOL_LIMITED": 429,
    "POOL_BUSY": 429,
}
"""What is met, and how it is told: 503 for what may pass by itself or lacks a part, 500 for what should not be."""
PASSING = frozenset({
    "KEY_SERVER_UNAVAILABLE", "STORE_UNAVAILABLE", "KEYS_LOCKED", "NO_KEYS", "POOL_RESTING", "PRIVACY_BUSY",
    "PROVIDER_FAILED", "PROVIDER_SILENT", "STREAM_CUT",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What was met. `code` is `OK` or one of the table of errors; `model` is empty where none could be asked."""

    status: int
    code: str
    model: str
    at: float
    """`time.monotonic()`"""
    retry_after: float | None = None


class DeepHealth:
    """The last finding, and how to come by a new one."""

    def __init__(self, ask: Callable[[], Awaitable[str]], clock: Callable[[], float] = time.monotonic) -> None:
        """`ask` asks a model and returns its name. Raises ApiError."""
        self._ask = ask
        self._clock = clock
        self._asking = asyncio.Lock()
        self._finding: Finding | None = None

    async def look(self) -> Finding:
        """What was met last, at most some seconds ago."""
        async with self._asking:
            if self._finding is None or self._clock() - self._finding.at >= KEPT_SECONDS:
                self._finding = await self._met()
            return self._finding

    async def _met(self) -> Finding:
        try:
            async with asyncio.timeout(ASK_SECONDS):
                model = await self._ask()
        except TimeoutError:
            return Finding(503, "PROVIDER_SILENT", "", self._clock())
        except ApiError as error:
            status = STATUSES.get(error.code) or (503 if error.code in PASSING else 500)
            model = str(error.details.get("model", ""))
            return Finding(status, error.code, model, self._clock(), error.retry_after)
        return Finding(200, "OK", model, self._clock())


def asking(exchange: Exchange, usual: Usual) -> Callable[[], Awaitable[str]]:
    """How the cheapest model is asked."""

    async def ask() -> str:
        model = await usual.cheapest(exchange.models(NOBODY))
        query = Query(model, {"messages": [{"role": "user", "content": QUESTION}]})
        try:
            await exchange.answer(NOBODY, query, resent=False)
        except ApiError as error:
            error.details["model"] = str(model)
            raise
        return str(model)

    return ask
