"""Who goes along with a query: as many covers as were asked for, as the budget grants and as the sources have.

Asked by `escort` between scrubbing and sending, and told when each cover has ended. A query that was asked before goes
with the same ones; one that continues a conversation takes its covers' conversations along. Whatever fails here, the
query goes: alone, and it is said why.
Never sends. Never: a word of the caller's in what is kept; the ledger is looked at for the shape, and for nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import random
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from web_server.decoys.budget import Budget, Grant
from web_server.decoys.companion import LONGEST_ANSWER, Companion
from web_server.decoys.memory import Memory
from web_server.decoys.pool import Given, Pool
from web_server.decoys.thread import Thread
from web_server.limits.call import BYTES_A_TOKEN, Call
from web_server.privacy.decoys import conversation
from web_server.privacy.decoys.covers import Chosen, Cover, choose
from web_server.privacy.decoys.going_on import earlier_turns, last_turns, next_turn, spoken
from web_server.privacy.decoys.sources import Source
from web_server.privacy.decoys.template import Template, words_of
from web_server.privacy.ledger import Ledger
from web_server.query import Json, ScrubbedQuery, Usage
from web_server.side_question import Purse
from web_server.state import Away

log = logging.getLogger("web_server.decoys")

T = TypeVar("T")

PAUSE_SECONDS = 1.0
"""After Redis did not answer it is left alone for so long: every query would wait for it in vain."""


class Reckon(Protocol):
    """Has something reckoned where it holds nobody up."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]: ...


class Going(NamedTuple):
    """A cover as it leaves."""

    companion: Companion
    cover: Cover
    body: bytes


class Ask(Protocol):
    """Has a model answer a question of our own."""

    async def __call__(self, query: ScrubbedQuery, seconds: float, *, purse: Purse) -> str:
        """What it says; `purse` is told what that used. Raises ApiError."""
        ...


class Book(Protocol):
    """Where it is written down what covers cost."""

    def decoy(self, mark: str, subject: str, call: Call, usage: Usage, *, source: str, outcome: str) -> None:
        """A cover has ended: `answered`, `refused` by the provider, or `failed`."""
        ...

    def invented(self, usage: Usage) -> None:
        """A model was asked for covers."""
        ...

    def decoys_missing(self, reason: str, number: int) -> None:
        """So many covers that were asked for did not go."""
        ...


class _Bill:
    """What one call used, once it is known."""

    def __init__(self, answer_tokens: int) -> None:
        self.used = Usage()
        self._answer_tokens = answer_tokens

    def charge(self, call: Call, usage: Usage | None) -> None:
        self.used = call.believed(usage) or Usage(call.estimate.prompt_tokens, self._answer_tokens)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go along with what."""

    count: int
    mark: str = field(repr=False)
    subject: str = field(repr=False)
    call: Call
    thread: Thread = field(repr=False)
    real: ScrubbedQuery = field(repr=False)
    ledger: Ledger = field(repr=False)

    @property
    def provider(self) -> str:
        return self.real.model.provider


class Gathered:
    """The covers that go, and why they are fewer than were wanted. `ended` tells of each, once."""

    def __init__(self, company: Company, wanted: Wanted, grant: Grant, reason: str | None) -> None:
        self.covers: list[Cover] = []
        self.bodies: list[bytes] = []
        self.reason = reason
        self.grant = grant
        self._company = company
        self._wanted = wanted
        self._companions: list[Companion] = []
        self._others: list[Companion] = []
        self._open = 0

    @classmethod
    def nobody(cls, company: Company, wanted: Wanted, reason: str) -> Gathered:
        """None goes."""
        return cls(company, wanted, Grant(0), reason)

    def go(self, going: Sequence[Going], others: Sequence[Companion] = ()) -> None:
        """These go; `others` are known too, and stay known."""
        self.covers = [each.cover for each in going]
        self.bodies = [each.body for each in going]
        self._companions = [each.companion for each in going]
        self._others = [*others]
        self._open = len(going)

    async def stay(self, reason: str) -> None:
        """None of them goes after all."""
        left, self.reason = len(self.covers), reason
        self.go(())
        await self._company.refund(self._wanted.mark, self.grant, left)

    async def ended(self, at: int, outcome: str, usage: Usage | None, answer: Json) -> None:
        """One cover has ended; `usage` is None where it was never sent, `answer` the provider's whole message."""
        cover, wanted = self.covers[at], self._wanted
        short = answer is not None and len(str(answer)) <= LONGEST_ANSWER
        said = spoken(cover.query)
        self._companions[at] = replace(self._companions[at], said=said, answer=answer if short else None)
        used = usage or Usage()
        self._company.book.decoy(wanted.mark, wanted.subject, wanted.call, used, source=cover.source, outcome=outcome)
        self._open -= 1
        await self._company.settle(wanted.mark, self.grant, usage)
        if not self._open:
            await self._company.remember(wanted, [*self._companions, *self._others])


class Company:
    """One for each process, for all callers."""

    def __init__(
        self,
        budget: Budget,
        memory: Memory,
        pool: Pool,
        *,
        stocks: Callable[[], Sequence[Source]],
        book: Book,
        secret: bytes,
        used: Callable[[Sequence[Template]], None] = lambda templates: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`stocks`: the sources beside the pool, which is asked first; the best of them first. `used` is told which
        templates of a model's go, and that there may be too few."""
        self.book = book
        self._budget = budget
        self._memory = memory
        self._pool = pool
        self._stocks = stocks
        self._secret = secret
        self._used = used
        self._clock = clock
        self._away_until = 0.0

    async def gather(self, wanted: Wanted, write: Callable[[ScrubbedQuery], bytes], reckon: Reckon) -> Gathered:
        """Who goes along."""
        reason = conversation.uncoverable(wanted.real)
        if reason is not None:
            return Gathered.nobody(self, wanted, reason)
        gathered = Gathered.nobody(self, wanted, "failed")
        try:
            if await reckon(partial(conversation.tied, wanted.real, wanted.ledger)):
                return Gathered.nobody(self, wanted, conversation.TIED)
            gathered = await self._granted(wanted)
            await self._fill(gathered, wanted, write, reckon)
        except Away:
            log.warning("a query goes without covers, Redis is away", extra={"code": "REDIS_AWAY"})
            self._away_until = self._clock() + PAUSE_SECONDS
            gathered.reason = "store_away"
        except Exception:
            log.exception("no covers made, so none goes along")
            gathered.reason = "failed"
        return gathered

    async def would(self, mark: str, count: int, prompt_tokens: int) -> tuple[int, str | None]:
        """How many of so many covers would go now, as far as the budget says."""
        try:
            granted = (await self._budget.spend(mark, count, prompt_tokens, 0, dry=True)).covers
        except Away:
            return 0, "store_away"
        return granted, "budget_spent" if granted < count else None

    async def give(self, provider: str, subject: str, template: Template) -> None:
        """Put a caller's gift into the pool; lost where Redis is away."""
        try:
            await self._pool.give(provider, subject, template)
        except Away:
            log.warning("a gift is lost, Redis is away", extra={"code": "REDIS_AWAY"})

    async def settle(self, mark: str, grant: Grant, usage: Usage | None) -> None:
        """What a cover used takes the place of what was granted for it; while Redis is away the estimate stands."""
        try:
            await self._budget.settle(mark, grant, usage)
        except Away:
            log.warning("a cover counts as it was estimated, Redis is away", extra={"code": "REDIS_AWAY"})

    async def refund(self, mark: str, grant: Grant, covers: int) -> None:
        """So many of a grant did not go."""
        for _ in range(covers):
            await self.settle(mark, grant, None)

    async def invented(self, ask: Ask, query: ScrubbedQuery, seconds: float, answer_tokens: int) -> str | None:
        """What a model answers that is asked for covers, out of the budget of all; None where there is no room in it,
        or Redis is away. Raises ApiError."""
        bill = _Bill(answer_tokens)
        try:
            grant = await self._budget.spend_ahead(len(str(query.payload)) // BYTES_A_TOKEN + answer_tokens)
        except Away:
            return None
        if grant is None:
            return None
        try:
            return await ask(query, seconds, purse=bill)
        finally:
            self.book.invented(bill.used)
            with contextlib.suppress(Away):  # then it counts as it was estimated
                await self._budget.settle_ahead(grant, bill.used)

    async def remember(self, wanted: Wanted, companions: list[Companion]) -> None:
        """How the covers' conversations stand, for the query that continues this one."""
        try:
            await self._memory.keep(wanted.mark, wanted.thread.now, companions, session=wanted.thread.session)
        except Away:
            log.warning("covers do not go on, Redis is away", extra={"code": "REDIS_AWAY"})

    async def renew(self, mark: str, session: str) -> None:
        """A session was used: its covers go on for as long as it may."""
        try:
            await self._memory.renew(mark, session)
        except Away:
            log.warning("covers end sooner than their session, Redis is away", extra={"code": "REDIS_AWAY"})

    async def forget(self, mark: str, session: str) -> None:
        """A session was ended, and its covers with it; while Redis is away they end by themselves."""
        try:
            await self._memory.forget(mark, session)
        except Away:
            log.warning("covers outlive their session, Redis is away", extra={"code": "REDIS_AWAY"})

    async def _granted(self, wanted: Wanted) -> Gathered:
        if self._clock() < self._away_until:
            raise Away
        estimate = wanted.call.estimate
        grant = await self._budget.spend(wanted.mark, wanted.count, estimate.prompt_tokens, estimate.completion_tokens)
        return Gathered(self, wanted, grant, "budget_spent" if grant.covers < wanted.count else None)

    async def _fill(
        self, gathered: Gathered, wanted: Wanted, write: Callable[[ScrubbedQuery], bytes], reckon: Reckon
    ) -> None:
        thread, mark, count = wanted.thread, wanted.mark, gathered.grant.covers
        going: list[Going] = []
        try:
            known = await self._memory.recall(mark, thread.now) if count else []
            before: list[Companion] = []
            if count and not known and thread.before is not None:
                before = await self._memory.recall(mark, thread.before)
            elif count and not known and thread.text is not None:
                known = await self._begun_alike(mark, thread, thread.text)
            if len(known) < count:
                known = await self._more(wanted, known, before, count, reckon)

            def dressed() -> list[Going]:
                covers = ((each, each.beside(wanted.real, thread.seed)) for each in known[:count])
                return [Going(each, cover, write(cover.query)) for each, cover in covers]

            going = await reckon(dressed)
            gathered.go(going, known[count:])
        finally:
            await self.refund(mark, gathered.grant, count - len(going))
        if len(going) < count:
            gathered.reason = "no_source"

    async def _begun_alike(self, mark: str, thread: Thread, text: str) -> list[Companion]:
        """The covers of the same text that was asked elsewhere, for this conversation from now on."""
        known = [each.anew() for each in await self._memory.recall(mark, text)]
        if not known:
            return []
        return await self._memory.keep(mark, thread.now, known, first=True, session=thread.session)

    async def _more(
        self, wanted: Wanted, known: list[Companion], before: list[Companion], count: int, reckon: Reckon
    ) -> list[Companion]:
        """Those that are known and as many more as are wanted, remembered before any of them is sent."""
        pool = await self._pool.source(wanted.provider, wanted.subject)
        more: list[Companion] = []
        for given in (pool, None):  # what another has claimed comes from elsewhere
            there = [*known, *more]
            drawn = await reckon(partial(self._chosen, wanted, there, before, count, given))
            self._used([each.template for each in drawn if each.source == "model"])
            more += await reckon(partial(_agreeing, wanted, await self._claimed(wanted.provider, drawn)))
            if len(known) + len(more) >= count:
                break
        companions = [*known, *more]
        thread, first = wanted.thread, not known
        if companions and thread.text is not None:
            kept = await self._memory.keep(wanted.mark, thread.text, companions, first=first)
            companions = [each.anew() for each in kept]
        if companions:
            companions = await self._memory.keep(
                wanted.mark, thread.now, companions, first=first, session=thread.session
            )
        return companions

    async def _claimed(self, provider: str, drawn: list[Companion]) -> list[Companion]:
        """Without those of the pool that somebody else got."""
        gifts = [each.template for each in drawn if each.source == "pool"]
        claimed = await self._pool.claim(provider, gifts) if gifts else set()
        return [each for each in drawn if each.source != "pool" or each.template.id in claimed]

    def _chosen(
        self, wanted: Wanted, known: Sequence[Companion], before: Sequence[Companion], count: int, pool: Given | None
    ) -> list[Companion]:
        """Further companions: conversations that go on first, then new ones. No giver is in two of them."""
        thread, real, ledger = wanted.thread, wanted.real, wanted.ledger
        words = f"{wanted.subject}\0{thread.text or thread.now}\0{len(known)}"
        rng = random.Random(hmac.digest(self._secret, b"covers\0" + words.encode(), hashlib.sha256))  # noqa: S311
        there = {words_of(each.template.texts()) for each in known}
        going_on = [each for each in before if each.answer is not None and not _goes_on(each, known)]
        going_on = going_on[: count - len(known)]
        more: list[Companion] = []
        for each in going_on:
            others = _givers([*known, *more, *(one for one in going_on if one is not each)])
            chosen = next_turn(real, ledger, self._sources(pool, others), rng, there)
            if chosen is None:
                break
            there.add(words_of(chosen.template.texts()))
            heard = last_turns([*each.said, each.answer], earlier_turns(real))
            givers = {*each.givers, *_given_by(pool, chosen)}
            turns = (*each.earlier, each.template)
            more.append(Companion(chosen.source, chosen.template, heard, earlier=turns, givers=tuple(sorted(givers))))
        if (missing := count - len(known) - len(more)) > 0:
            sources = self._sources(pool, _givers([*known, *more]))
            new = choose(real, ledger, missing, sources, rng, but=there)
            more += [Companion(each.source, each.template, givers=_given_by(pool, each)) for each in new]
        return more

    def _sources(self, pool: Given | None, taken: Collection[str]) -> Sequence[Source]:
        return [*([pool.without(taken)] if pool else []), *self._stocks()]


def _agreeing(wanted: Wanted, companions: Iterable[Companion]) -> list[Companion]:
    return [each.agreeing(wanted.real, wanted.ledger) for each in companions]


def _givers(companions: Iterable[Companion]) -> set[str]:
    return {giver for each in companions for giver in each.givers}


def _given_by(pool: Given | None, chosen: Chosen) -> tuple[str, ...]:
    return pool.givers(chosen.template) if pool is not None and chosen.source == "pool" else ()


def _goes_on(companion: Companion, known: Sequence[Companion]) -> bool:
    """Whether one of those that are known already continues this one."""
    return any(each.before and each.before[-1:] == (companion.answer,) for each in known)
