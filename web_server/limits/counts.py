"""What is counted of one caller, shared by all workers: one Lua script a verb, by Redis' clock.

Called by `gate`. Names: `ws:{<HMAC of the caller>}:minute`, `:slots` and `:day`, told in `lua/enter.lua`; each ends by
itself. A reply that is lost leaves its request counted, and its slot taken until that ends: nothing is asked twice.
Never: a caller's name, or a model's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from web_server.limits.limit import Limit
from web_server.limits.spent import Spent
from web_server.limits.standing import Entered, Forbidden, Standing
from web_server.state import State, name

SLOT_SECONDS = 30.0
"""A worker that was killed gives its slots back within this; one that lives renews them."""


class Counts(Protocol):
    """Where calls are counted: in Redis, or in this worker alone while Redis is away."""

    async def enter(self, caller: str, entry: str, limit: Limit, tokens: int, cost: int) -> Standing:
        """Let a call in that is estimated so, or say what forbids it; nothing is counted then."""
        ...

    async def leave(
        self, caller: str, entry: str, entered: Entered, more: tuple[int, int, int], *, again: bool = False
    ) -> None:
        """Free its slot; add to the minute's tokens, the day's tokens and the day's cost.

        `again`: its request counts no more, because it comes once more.
        """
        ...

    async def look(self, caller: str) -> Spent:
        """What is counted now; nothing is counted by looking."""
        ...


class SharedCounts:
    """In Redis. Each verb raises Away."""

    def __init__(self, state: State, *, slot_seconds: float = SLOT_SECONDS) -> None:
        self._slot_ms = int(slot_seconds * 1000)
        self._enter = state.script("minute", "enter")
        self._leave = state.script("minute", "leave")
        self._stay = state.script("stay")
        self._look = state.script("minute", "look")

    async def enter(self, caller: str, entry: str, limit: Limit, tokens: int, cost: int) -> Standing:
        """As Counts says."""
        most = [limit.requests_per_minute, limit.tokens_per_minute, limit.answers_at_once]
        day = [limit.tokens_per_day, limit.micro_dollars_per_day]
        let_in, first, second, third, *sums = await self._enter(
            _names(caller), [entry, self._slot_ms, *most, *day, tokens, cost]
        )
        requests, counted, requests_ms, tokens_ms = map(int, sums)
        outcome: Entered | Forbidden = (
            Entered(int(first), int(second), int(third)) if let_in else _forbidden(first, second)
        )
        return Standing(outcome, requests, counted, requests_ms / 1000, tokens_ms / 1000)

    async def leave(
        self, caller: str, entry: str, entered: Entered, more: tuple[int, int, int], *, again: bool = False
    ) -> None:
        """As Counts says."""
        await self._leave(_names(caller), [entry, entered.second, entered.day, *more, -1 if again else 0])

    async def look(self, caller: str) -> Spent:
        """As Counts says."""
        return Spent(*map(int, await self._look(_names(caller), [])))

    async def stay(self, caller: str, entries: Sequence[str]) -> None:
        """Keep the slots of answers that go on."""
        await self._stay([name(caller, "slots")], [self._slot_ms, *entries])


def _names(caller: str) -> list[str]:
    return [name(caller, each) for each in ("minute", "slots", "day")]


def _forbidden(limit: bytes, wait_ms: bytes) -> Forbidden:
    return Forbidden(limit.decode(), int(wait_ms) / 1000)
