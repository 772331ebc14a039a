"""The covers of one query on their way: gathered, sent beside it, read to their ends, and told of.

Used by `exchange`, which knows how a query is written and sent. The real query goes whatever becomes of its covers.
Never: an answer to a cover for anybody but the cover's own next turn.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial

from web_server.decoys import thread
from web_server.decoys.batch import Batch, Batches
from web_server.decoys.companion import LONGEST_ANSWER
from web_server.decoys.company import Ask, Company, Gathered, Reckon, Wanted
from web_server.decoys.inventor import Inventor
from web_server.deltas import COMPLAINT_BYTES, Deltas
from web_server.drained import drained
from web_server.errors import ApiError
from web_server.incoming import Incoming
from web_server.limits.call import BYTES_A_TOKEN, Call
from web_server.limits.gate import mark_of
from web_server.off_loop import Busy
from web_server.own_turns import written
from web_server.privacy.decoys.gift import gift
from web_server.privacy.ledger import Ledger
from web_server.providers.dialect import ProviderFault
from web_server.query import Delta, ModelRef, Place, Query, ScrubbedQuery, Usage
from web_server.reply import Behind, Reply
from web_server.talk import Talk
from web_server.wire import Wire

Real = Callable[[Place], Awaitable[Incoming]]


class Escort:
    """One query's covers, gathered and not sent yet."""

    def __init__(self, batches: Batches, gathered: Gathered, wire: Wire, batch: Batch | None) -> None:
        self._batches = batches
        self._gathered = gathered
        self._wire = wire
        self._batch = batch
        self._unsent = 0

    @property
    def covers(self) -> int:
        """How many go, and did not fail before they were sent, as far as is known now."""
        return len(self._gathered.covers) - self._unsent

    @property
    def behind(self) -> Behind | None:
        """How the real answer is read to its end without its reader; None where nobody goes along."""
        return self._batches.behind if self._gathered.covers else None

    @property
    def reason(self) -> str | None:
        """Why they are fewer than were wanted."""
        return self._gathered.reason or ("failed" if self._unsent else None)

    async def send(self, real: Real, usual: Callable[[], Awaitable[Incoming]]) -> Incoming:
        """The answer to the real query, whose covers are under way from now on. Raises ApiError.

        `real` sends it to a place, `usual` as it is sent without covers, where none goes.
        """
        if self._batch is None:
            return await usual()
        for at, body in enumerate(self._gathered.bodies):
            self._batches.behind(self._cover(self._batch, at, body))
        return drained(await self._batch.send(real), self._batches.tasks)

    async def _cover(self, batch: Batch, at: int, body: bytes) -> None:
        query = self._gathered.covers[at].query
        outcome, usage, answer = "failed", None, None
        try:
            response = await batch.send(lambda place: self._wire.send(query, body, place))
            deltas = self._wire.read(query, response)
            try:
                if response.status >= 400:
                    outcome = "refused"
                    await deltas.body(COMPLAINT_BYTES)
                else:
                    said = await _short(deltas)
                    outcome, answer = "answered", written(said) if said else None
            finally:
                usage = deltas.usage or _estimate(body, deltas, outcome)
                if deltas.usage is not None:
                    self._wire.report(response, deltas.usage)
                response.close()
        except (ApiError, ProviderFault):
            pass  # a provider fails covers as it fails everybody; the real query is another call
        finally:
            self._batches.unclaim()
            self._unsent += usage is None
            await self._gathered.ended(at, outcome, usage, answer)


async def _short(deltas: Deltas) -> list[Delta]:
    """An answer that a conversation may go on after; none where it is long, though it is read to its end."""
    said: list[Delta] = []
    async for batch in deltas.batches():
        said += batch
        if deltas.said_bytes > LONGEST_ANSWER:
            said.clear()
    return said


def _estimate(body: bytes, deltas: Deltas, outcome: str) -> Usage:
    """Of a provider that did not count. What it refused has used nothing."""
    if outcome == "refused":
        return Usage()
    return Usage(len(body) // BYTES_A_TOKEN, deltas.said_bytes // BYTES_A_TOKEN)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as its caller asks it, before it was scrubbed. `conversation` seeds its ledger, unless `talk` has one."""

    subject: str = field(repr=False)
    query: Query
    call: Call
    conversation: bytes | None = field(repr=False)
    talk: Talk | None
    place: Place


@dataclass(frozen=True, slots=True)
class Escorts:
    """How queries come by their covers; one for each process."""

    company: Company
    batches: Batches
    secret: bytes = field(repr=False)
    inventor: Inventor | None = None

    async def run(self, find: Callable[[str], ModelRef | None], ask: Ask) -> None:
        """Have covers invented where a model is named for it, for as long as the server runs."""
        if self.inventor is not None:
            await self.inventor.run(find, partial(self.company.invented, ask))

    async def of(self, asked: Asked, scrubbed: ScrubbedQuery, ledger: Ledger, wire: Wire, reckon: Reckon) -> Escort:
        """The covers of a query, not sent yet; none where there are none. Never raises ApiError."""
        since = asyncio.get_running_loop().time()
        count, mark = asked.query.flags.decoys, mark_of(self.secret, asked.subject)
        claimed = self.batches.claim(count)
        wanted = Wanted(claimed, mark, asked.subject, asked.call, thread.Thread(""), scrubbed, ledger)
        gathered, batch, going = Gathered.nobody(self.company, wanted, "too_many"), None, 0
        try:
            wanted = replace(wanted, thread=await reckon(partial(self._standing, asked)))
            if claimed:
                gathered = await self.company.gather(wanted, wire.write, reckon)
            if gathered.covers:
                batch = await self.batches.begin(scrubbed.model, _place(asked), len(gathered.covers) + 1, since)
                if batch is None:
                    await gathered.stay("no_endpoint")
            going = len(gathered.covers)
        except Busy:
            gathered.reason = "failed"
        except asyncio.CancelledError:
            self.batches.behind(gathered.stay("cancelled"))
            raise
        finally:
            self.batches.unclaim(claimed - going)
        if claimed < count:
            gathered.reason = gathered.reason or "too_many"
        if going < count:
            self.company.book.decoys_missing(gathered.reason or "", count - going)
        return Escort(self.batches, gathered, wire, batch)

    async def opened(self, opening: Coroutine[object, object, Reply], begun: asyncio.Event) -> Reply:
        """The reply; a caller who hangs up once a batch has `begun` does so behind its back."""
        task = asyncio.ensure_future(opening)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not begun.is_set():
                task.cancel()
            self.batches.behind(_forsaken(task))
            raise

    def give(self, subject: str, scrubbed: ScrubbedQuery, ledger: Ledger, reckon: Reckon) -> None:
        """Have a scrubbed query given to the pool, behind its answer, with what is the ledger's as slots."""

        async def given() -> None:
            template = await reckon(lambda: gift(scrubbed, ledger))
            if template is not None:
                await self.company.give(scrubbed.model.provider, subject, template)

        self.batches.behind(given())

    async def renew(self, subject: str, session_id: str) -> None:
        """A caller's session was used."""
        await self.company.renew(mark_of(self.secret, subject), session_id)

    async def forget(self, subject: str, session_id: str) -> None:
        """A caller's session was ended."""
        await self.company.forget(mark_of(self.secret, subject), session_id)

    async def would(self, subject: str, count: int, size: int) -> tuple[int, str | None]:
        """How many of so many covers would go along with `size` bytes now, and why they are fewer."""
        return await self.company.would(mark_of(self.secret, subject), count, size // BYTES_A_TOKEN)

    def _standing(self, asked: Asked) -> thread.Thread:
        provider, messages, talk = asked.query.model.provider, asked.query.payload.get("messages"), asked.talk
        if talk is None:
            return thread.of_history(provider, messages, asked.conversation or b"")
        seed = hmac.digest(self.secret, b"covers of a session\0" + talk.opening, hashlib.sha256)
        standing = thread.of_session(talk.session_id, provider, messages, talk.thread, seed)
        talk.thread = standing.now
        return standing


def _place(asked: Asked) -> Place:
    """Where the batch is to go. A session's covers go where the session is, and leave with it."""
    return Place(endpoint_id=asked.talk.endpoint_id, or_elsewhere=True) if asked.talk else asked.place


async def _forsaken(opening: asyncio.Future[Reply]) -> None:
    """The caller left before its answer began: what was sent is read to its end all the same."""
    try:
        reply = await opening
    except (ApiError, asyncio.CancelledError):
        return
    await reply.aclose()
