"""What covers may cost: tokens a day, and a share of the real traffic, for each caller and for all.

Shared by all workers. Asked by `company` before any cover is chosen. A cover is granted at its estimate and settled at
what it used; what a model is asked to invent counts too. Names: `ws:{book}:decoys:<date>` and `ws:{book}:real:<date>`,
fields `all`, `<HMAC of the caller>` and `ahead`; what real queries used is added behind their answers, by the book of
usage.
Never: a caller's name, or a cover that is granted while Redis is away.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from web_server.query import Usage
from web_server.state import State, name
from web_server.usage.tally import TAG, Place, place

FIRST_ANSWER = 400
"""Tokens that an answer is thought to have until some were seen."""

AHEAD = "ahead"
"""Stands for the caller where covers are invented before any is wanted."""

KEPT_DAYS = 2
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most so many tokens a day (UTC) for covers, and so many for each token of real queries; 0 is none at all."""

    tokens: int
    caller_tokens: int
    share: float
    caller_share: float


@dataclass(frozen=True, slots=True)
class Grant:
    """So many covers may go, each of which is booked at `reserved` tokens until it is settled."""

    covers: int
    reserved: int = 0
    day: str = ""


class Budget:
    """One budget. Its verbs raise Away."""

    def __init__(self, state: State, allowance: Allowance, clock: Callable[[], float] = time.time) -> None:
        self._allowance = allowance
        self._clock = clock
        self._spend = state.script("spend")
        self._spend_ahead = state.script("spend_ahead")
        self._spent = state.script("spent")

    async def spend(self, mark: str, covers: int, prompt_tokens: int, most_answer: int, *, dry: bool = False) -> Grant:
        """As many covers as there is room for, each beside a real query of `prompt_tokens`, and about as long.

        `most_answer`: tokens that the answer may have; 0 is any number. `dry`: nothing is booked.
        """
        day = today(self._clock())
        limits = self._allowance
        granted, each = await self._spend(
            [name(TAG, "decoys", day), name(TAG, "real", day)],
            [
                mark,
                *(limits.tokens, limits.caller_tokens),
                *(round(limits.share * THOUSAND), round(limits.caller_share * THOUSAND)),
                *(prompt_tokens, FIRST_ANSWER, most_answer),
                0 if dry else ends(day),
                *(covers, prompt_tokens),
            ],
        )
        return Grant(int(granted), int(each), day)

    async def settle(self, mark: str, grant: Grant, used: Usage | None) -> None:
        """One cover of a grant has ended, or never went (None)."""
        more = (used.total_tokens if used else 0) - grant.reserved
        said = used.completion_tokens if used else -1
        await self._spent([name(TAG, "decoys", grant.day)], [mark, more, said])

    async def spend_ahead(self, tokens: int) -> Grant | None:
        """So many tokens for what a model is asked to invent; None where there is no room for it."""
        day, limits = today(self._clock()), self._allowance
        granted = await self._spend_ahead(
            [name(TAG, "decoys", day), name(TAG, "real", day)],
            [limits.tokens, round(limits.share * THOUSAND), FIRST_ANSWER, tokens, ends(day)],
        )
        return Grant(0, tokens, day) if granted else None

    async def settle_ahead(self, grant: Grant, used: Usage) -> None:
        """What the model used takes the place of what was granted."""
        await self._spent([name(TAG, "decoys", grant.day)], [AHEAD, used.total_tokens - grant.reserved, -1])


def today(seconds: float) -> str:
    """The date, UTC."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def ends(day: str) -> int:
    """When what is counted of a day may be forgotten, in Unix seconds."""
    return int((datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=KEPT_DAYS)).timestamp())


def real_traffic(day: str) -> Place:
    """Where the book of usage adds what real queries used."""
    return place("real", day, ends=ends(day))
