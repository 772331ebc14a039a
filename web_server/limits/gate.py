"""The entrance: each call of a limited caller is counted before anything is done for it, and settled when it ends.

Called by `exchange`, for every call of every door; `app` runs `run` for as long as it lives. A caller without limits
costs no question to Redis. While Redis is away each worker counts its share by itself, or refuses: the operator says.
Never: a caller's name anywhere but in memory; what is counted goes by an HMAC of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol

from web_server.errors import ApiError
from web_server.limits.call import Call
from web_server.limits.counts import SLOT_SECONDS, Counts, SharedCounts
from web_server.limits.limit import Limit
from web_server.limits.local import LocalCounts
from web_server.limits.spent import Spent
from web_server.limits.standing import Entered, Forbidden, Standing, tell
from web_server.query import Caller, Usage
from web_server.state import Away

log = logging.getLogger("web_server.limits")

PAUSE_SECONDS = 1.0
"""After Redis did not answer it is left alone for so long: every call would wait for it in vain."""

CODES = {"answers_at_once": "TOO_MANY_ANSWERS", "tokens_per_day": "BUDGET_SPENT", "dollars_per_day": "BUDGET_SPENT"}


def mark_of(secret: bytes, subject: str) -> str:
    """A caller's name as Redis and the log know it: 128 bits that say nothing without the secret."""
    return hmac.digest(secret, b"caller\0" + subject.encode(), hashlib.sha256).hex()[:32]


class Book(Protocol):
    """Where it is written down what callers used."""

    def entered(self, limit: str | None) -> None:
        """A call was let in, or which limit forbade it."""
        ...

    def begun(self, seconds: float) -> None:
        """The first piece of an answer came, so long after its call was let in."""
        ...

    def ended(self, mark: str, subject: str, call: Call, usage: Usage | None, *, failed: bool) -> None:
        """A call ended; `usage` is None where the provider did not say."""
        ...


class Gate:
    """Who may enter now."""

    def __init__(
        self,
        limits: Callable[[str, Collection[str]], Limit],
        shared: SharedCounts,
        book: Book,
        secret: bytes,
        *,
        workers: int = 1,
        refuses: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limits` says what holds for a subject and its groups; `refuses`: nobody enters while Redis is away."""
        self._limits = limits
        self._shared = shared
        self._local = LocalCounts()
        self.book = book
        self._secret = secret
        self._workers = workers
        self._refuses = refuses
        self._clock = clock
        self._away_until = 0.0
        self._inside: dict[str, dict[str, None]] = {}
        self._finishing: set[asyncio.Future[None]] = set()

    async def enter(self, caller: Caller, call: Call) -> Entry:
        """Let the call in; the entry is to be left when its answer has ended, however it ends.

        Raises:
            ApiError: RATE_LIMITED, TOO_MANY_ANSWERS or BUDGET_SPENT, with the time until there is room; or
                LIMITS_UNAVAILABLE while Redis is away and that is to refuse.
        """
        mark = mark_of(self._secret, caller.subject)
        limit = self._limits(caller.subject, caller.groups)
        entry = Entry(self, mark, caller.subject, call)
        if not limit.is_none:
            counting = asyncio.ensure_future(self._counted(mark, entry.id, limit, call))
            try:
                standing, entry.counts = await asyncio.shield(counting)
            except asyncio.CancelledError:
                self._hung_up(counting, entry)
                raise
            if isinstance(standing.outcome, Forbidden):
                self.book.entered(standing.outcome.limit)
                raise _refusal(standing.outcome, limit)
            entry.entered = standing.outcome
            if entry.counts is self._shared:
                self._inside.setdefault(mark, {})[entry.id] = None
        self.book.entered(None)
        return entry

    async def look(self, caller: Caller) -> tuple[Limit, Spent | None]:
        """What holds for the caller, and what it has spent of it; None where that cannot be told now."""
        limit = self._limits(caller.subject, caller.groups)
        if limit.is_none:
            return limit, None
        mark = mark_of(self._secret, caller.subject)
        if self._clock() >= self._away_until:
            try:
                return limit, await self._shared.look(mark)
            except Away:
                self._away_until = self._clock() + PAUSE_SECONDS
        if self._refuses:
            return limit, None
        return limit.shared(self._workers), await self._local.look(mark)

    async def run(self) -> None:
        """Keep the slots of answers that go on; until cancelled."""
        while True:
            await asyncio.sleep(SLOT_SECONDS / 3)
            for mark, entries in tuple(self._inside.items()):
                try:
                    await self._shared.stay(mark, tuple(entries))
                except Away:
                    break

    async def _counted(self, mark: str, entry: str, limit: Limit, call: Call) -> tuple[Standing, Counts]:
        tokens, cost = call.estimate.total_tokens, call.cost(call.estimate)
        if self._clock() >= self._away_until:
            try:
                standing = await self._shared.enter(mark, entry, limit, tokens, cost)
                tell(standing.headers(limit))
                return standing, self._shared
            except Away:
                log.warning("limits are not shared, Redis is away", extra={"code": "REDIS_AWAY"})
                self._away_until = self._clock() + PAUSE_SECONDS
        if self._refuses:
            self.book.entered("redis_away")
            raise ApiError("LIMITS_UNAVAILABLE", retry_after=PAUSE_SECONDS)
        share = limit.shared(self._workers)
        standing = await self._local.enter(mark, entry, share, tokens, cost)
        tell(standing.headers(share))
        return standing, self._local

    def _hung_up(self, counting: asyncio.Future[tuple[Standing, Counts]], entry: Entry) -> None:
        """Its caller left while it was being counted: it is counted to the end, and then leaves."""

        async def finish() -> None:
            with contextlib.suppress(ApiError):
                standing, entry.counts = await counting
                if isinstance(standing.outcome, Entered):
                    entry.entered = standing.outcome
                    await entry.leave(failed=True)

        task = asyncio.ensure_future(finish())
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def left(self, entry: Entry, usage: Usage | None, *, heard: int, failed: bool, again: bool) -> None:
        """An entry's own last step."""
        call = replace(entry.call, heard=heard)
        usage = Usage() if failed and usage is None else call.believed(usage)
        if not again:
            self.book.ended(entry.mark, entry.subject, call, usage, failed=failed)
        beside, beside_cost = 0, 0
        for other, used in entry.beside:
            counted = other.believed(used)
            self.book.ended(entry.mark, entry.subject, other, counted, failed=False)
            settled = other.settled(counted)
            beside, beside_cost = beside + settled.total_tokens, beside_cost + other.cost(settled)
        inside = self._inside.get(entry.mark, {})
        inside.pop(entry.id, None)
        if not inside:
            self._inside.pop(entry.mark, None)
        if entry.counts is None or entry.entered is None:
            return
        settled = call.settled(usage)
        over = settled.total_tokens - call.estimate.total_tokens
        more = (
            # Of an estimate that was larger than the whole minute only the minute was kept.
            (over if usage is None else usage.total_tokens - entry.entered.kept) + beside,
            over + beside,
            call.cost(settled) - call.cost(call.estimate) + beside_cost,
        )
        if entry.counts is self._shared and self._clock() < self._away_until:
            return  # its slot ends by itself
        try:
            await entry.counts.leave(entry.mark, entry.id, entry.entered, more, again=again)
        except Away:
            log.warning("a slot waits for its end, Redis is away", extra={"code": "REDIS_AWAY"})
            self._away_until = self._clock() + PAUSE_SECONDS


class Entry:
    """One call that was let in."""

    def __init__(self, gate: Gate, mark: str, subject: str, call: Call) -> None:
        self.id = secrets.token_hex(12)
        self.mark = mark
        self.subject = subject
        self.call = call
        self.counts: Counts | None = None
        self.entered: Entered | None = None
        self.beside: list[tuple[Call, Usage | None]] = []
        self._gate = gate
        self._leaving: asyncio.Future[None] | None = None
        self._at = time.monotonic()

    def begun(self) -> None:
        """The first piece of its answer is there."""
        self._gate.book.begun(time.monotonic() - self._at)

    def charge(self, call: Call, usage: Usage | None) -> None:
        """A call that was made for this one's sake: its tokens are this caller's too, and it is no query of its own."""
        self.beside.append((call, usage))

    async def leave(
        self, usage: Usage | None = None, *, heard: int = 0, failed: bool = False, again: bool = False
    ) -> None:
        """Give the slot back and settle what was used; once, though it be said twice, and to its end though cancelled.

        Where nothing is known of the usage, the estimate stands, and no less than the tokens that were `heard`; a call
        that `failed` has used nothing. `again`: the same query comes once more, and is to count once.
        """
        if self._leaving is None:
            self._leaving = asyncio.ensure_future(self._gate.left(self, usage, heard=heard, failed=failed, again=again))
        await asyncio.shield(self._leaving)


def _refusal(forbidden: Forbidden, limit: Limit) -> ApiError:
    most = getattr(limit, forbidden.limit)
    return ApiError(
        CODES.get(forbidden.limit, "RATE_LIMITED"),
        retry_after=forbidden.wait_seconds,
        details={"limit": forbidden.limit, "most": most},
    )
