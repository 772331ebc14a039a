"""One answer on its way back: the provider's bytes become deltas, and the real values are put back in them.

Opened by `exchange`, read by the doors. Never: HTTP's words, an envelope, or a delta that was not restored.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from web_server.answer import collect
from web_server.deltas import COMPLAINT_BYTES, Deltas
from web_server.errors import ApiError
from web_server.incoming import Incoming
from web_server.limits.call import BYTES_A_TOKEN
from web_server.limits.gate import Entry
from web_server.pieces import pieces
from web_server.privacy.restore import Restorer
from web_server.providers.dialect import Dialect, ProviderFault
from web_server.query import Answer, Delta, ScrubbedQuery, Usage
from web_server.talk import Talk

PASSED_ON = frozenset({400, 404, 413, 422})
"""Provider statuses that are the caller's to mend."""


class Company(Protocol):
    """The covers that go along with a query."""

    @property
    def covers(self) -> int:
        """How many, as far as is known now."""
        ...

    @property
    def reason(self) -> str | None:
        """Why they are fewer than were asked for: `budget_spent` and the like."""
        ...


@dataclass(frozen=True, slots=True)
class Alone:
    """None."""

    reason: str | None = None
    covers: int = 0


Behind = Callable[[Coroutine[object, object, None]], None]
"""Runs something to its end, whoever waits for it or does not."""


class Reply:
    """One answer on its way back. Iterate `batches()` once, or `collect()`; always `aclose()`."""

    def __init__(
        self,
        query: ScrubbedQuery,
        dialect: Dialect,
        response: Incoming,
        restorer: Restorer,
        *,
        report: Callable[[Usage], None],
        talk: Talk | None = None,
        behind: Behind | None = None,
    ) -> None:
        """`report` is told what the answer used, once, as far as the provider said so; `talk` hears the answer.

        `behind`: the answer is read to its end behind the caller's back, should they leave: nothing of that may show.
        """
        self.model = query.model
        self.entities: Mapping[str, int] = query.entities
        self.obfuscated = query.obfuscated
        self.shortfall = query.shortfall
        self.endpoint_id: str = response.endpoint_id
        self.created = int(time.time())
        self.entry: Entry | None = None
        self.company: Company = Alone()
        self._dialect = dialect
        self._response = response
        self._deltas = Deltas(dialect, response, stream=query.stream)
        self._restorer = restorer
        self.rebound = response.rebound
        """Whether the session's endpoint could not serve any more, and another took its place."""
        self.talk = talk
        self._heard: list[Delta] = []
        self._report = report
        self._behind = behind
        self._left_behind = False
        self._batches = self._restored()
        self._first: list[Delta] = []

    @property
    def usage(self) -> Usage | None:
        """What the answer used, as far as the provider has said so."""
        return self._deltas.usage

    async def begin(self) -> None:
        """Wait for the first deltas, so that a provider's failure still has a status of its own. Raises ApiError."""
        if self._response.status >= 400:
            raise await self._rejection()
        self._first = await anext(self._batches, [])

    async def opened(self) -> Reply:
        """This reply, its first deltas come; where they do not, it is closed. Raises ApiError."""
        try:
            await self.begin()
        except BaseException:
            await self.aclose()
            raise
        return self

    async def batches(self) -> AsyncIterator[list[Delta]]:
        """Restored deltas, as many at a time as have come together. Raises ApiError after what did come."""
        if self._first:
            yield self._first
        async for batch in self._batches:
            yield batch

    async def collect(self) -> Answer:
        """The whole answer. Raises ApiError."""
        return collect([delta async for batch in self.batches() for delta in batch])

    async def aclose(self) -> None:
        """Free the endpoint and report what was used; cancels the provider's call if it still runs.

        With `behind` that waits until the provider has ended.
        """
        self._restorer.keep()
        try:
            await self._batches.aclose()
        finally:
            try:
                if self.talk is not None:
                    await self.talk.aclose()
            finally:
                behind, self._behind = self._behind, None
                if behind is not None and not self._deltas.ended:
                    self._left_behind = True
                    behind(self._to_its_end())
                elif not self._left_behind:
                    await self._settle()

    async def _to_its_end(self) -> None:
        try:
            await self._deltas.rest()
        except (ApiError, ProviderFault):
            pass  # nobody reads it any more
        finally:
            await self._settle()

    async def _settle(self) -> None:
        usage, self._deltas.usage = self._deltas.usage, None
        # A provider counts at the end, if at all: who hangs up before it has had what came all the same.
        heard = 0 if self._deltas.is_whole else self._deltas.said_bytes // BYTES_A_TOKEN
        if usage is not None:
            if heard:
                usage = replace(usage, completion_tokens=max(usage.completion_tokens, heard))
            self._report(usage)
        try:
            self._response.close()
        finally:
            if self.entry is not None:
                await self.entry.leave(usage, heard=heard)

    async def _restored(self) -> AsyncGenerator[list[Delta], None]:
        failure: ApiError | None = None
        try:
            async for batch in self._deltas.batches():
                restored: list[Delta] = []
                if self.talk is not None:
                    self._heard += batch
                for before in map(self._stop_restored, batch):
                    for piece in pieces(before):
                        restored += self._restorer.feed(piece)
                        if piece is not before:
                            await asyncio.sleep(0)  # a megabyte takes most of a second: others have their turns
                if restored:
                    yield restored
        except ProviderFault as fault:
            failure = ApiError("PROVIDER_FAILED", self._restorer.text(fault.message))
        except ApiError as cut:
            failure = cut
        # What was held back is the caller's too, also when the provider broke off in the middle of it.
        rest = list(self._restorer.close())
        self._restorer.keep()
        if rest:
            yield rest
        if failure:
            failure.endpoint_id = failure.endpoint_id or self.endpoint_id
            raise failure
        if self.talk is not None:
            await self.talk.heard(self._heard, self.endpoint_id, self.entities)

    def _stop_restored(self, delta: Delta) -> Delta:
        """The stop sequence as the caller wrote it."""
        return replace(delta, stopped_by=self._restorer.text(delta.stopped_by)) if delta.stopped_by else delta

    async def _rejection(self) -> ApiError:
        complaint = self._dialect.complaint(await self._deltas.body(COMPLAINT_BYTES))
        message = f"The provider answered: {self._restorer.text(complaint)}" if complaint else None
        status = self._response.status
        if status in PASSED_ON:
            return ApiError("PROVIDER_REJECTED", message, status=status, endpoint_id=self.endpoint_id)
        return ApiError("PROVIDER_FAILED", message, endpoint_id=self.endpoint_id)
