"""What is counted of one caller in this worker alone, while Redis is away.

Called by `gate`, which hands in this worker's share of the limits. It begins with nothing: what was counted in Redis
before is not known here. Callers that were quiet the longest are forgotten first.
Never asks anybody.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from web_server.limits.limit import Limit
from web_server.limits.spent import Spent
from web_server.limits.standing import Entered, Forbidden, Standing

MOST_CALLERS = 10_000
MINUTE = 60
DAY = 86_400


@dataclass(slots=True)
class _Caller:
    minute: deque[tuple[int, int]] = field(default_factory=deque)
    """The second and the tokens of each request."""
    slots: set[str] = field(default_factory=set)
    day: int = 0
    tokens: int = 0
    cost: int = 0


class LocalCounts:
    """In memory."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._callers: OrderedDict[str, _Caller] = OrderedDict()

    async def enter(self, caller: str, entry: str, limit: Limit, tokens: int, cost: int) -> Standing:
        """As Counts says."""
        now = self._clock()
        here = self._of(caller, now)
        kept = min(tokens, limit.tokens_per_minute) if limit.tokens_per_minute else tokens
        forbidden = _forbidden(here, now, limit, kept, (tokens, cost))
        if forbidden is None:
            here.slots.add(entry)
            here.minute.append((int(now), kept))
            here.tokens += tokens
            here.cost += cost
        outcome: Entered | Forbidden = forbidden or Entered(int(now), here.day, kept)
        leaves = here.minute[0][0] + MINUTE + 1 - now if here.minute else 0
        return Standing(outcome, len(here.minute), _tokens(here), leaves, leaves)

    async def leave(
        self, caller: str, entry: str, entered: Entered, more: tuple[int, int, int], *, again: bool = False
    ) -> None:
        """As Counts says."""
        here = self._callers.get(caller)
        if here is None or entry not in here.slots:
            return
        here.slots.discard(entry)
        for at, (second, tokens) in enumerate(here.minute):
            if (second, tokens) == (entered.second, entered.kept):
                if again:
                    del here.minute[at]
                else:
                    here.minute[at] = (second, max(0, tokens + more[0]))
                break
        if here.day == entered.day:
            here.tokens, here.cost = here.tokens + more[1], here.cost + more[2]

    async def look(self, caller: str) -> Spent:
        """As Counts says."""
        here = self._of(caller, self._clock())
        return Spent(len(here.minute), _tokens(here), len(here.slots), here.tokens, here.cost)

    def _of(self, caller: str, now: float) -> _Caller:
        here = self._callers.setdefault(caller, _Caller())
        self._callers.move_to_end(caller)
        if len(self._callers) > MOST_CALLERS:
            self._callers.popitem(last=False)
        while here.minute and here.minute[0][0] < int(now) - MINUTE:
            here.minute.popleft()
        if here.day != int(now) // DAY:
            here.day, here.tokens, here.cost = int(now) // DAY, 0, 0
        return here


def _tokens(here: _Caller) -> int:
    return sum(tokens for _, tokens in here.minute)


def _forbidden(here: _Caller, now: float, limit: Limit, kept: int, spent: tuple[int, int]) -> Forbidden | None:
    """The limit that is longest in the way."""
    found = []
    if limit.answers_at_once and len(here.slots) >= limit.answers_at_once:
        found.append(Forbidden("answers_at_once", 1))
    over = len(here.minute) + 1 - limit.requests_per_minute
    if limit.requests_per_minute and over > 0:
        found.append(Forbidden("requests_per_minute", here.minute[over - 1][0] + MINUTE + 1 - now))
    over = _tokens(here) + kept - limit.tokens_per_minute
    if limit.tokens_per_minute and over > 0:
        found.append(Forbidden("tokens_per_minute", _until_gone(here, over) - now))
    for name, most, used in (
        ("tokens_per_day", limit.tokens_per_day, here.tokens + spent[0]),
        ("dollars_per_day", limit.micro_dollars_per_day, here.cost + spent[1]),
    ):
        if most and used > most:
            found.append(Forbidden(name, (here.day + 1) * DAY - now))
    return max(found, key=lambda each: each.wait_seconds, default=None)


def _until_gone(here: _Caller, tokens: int) -> float:
    for second, each in here.minute:
        tokens -= each
        if tokens <= 0:
            return second + MINUTE + 1
    return 0
