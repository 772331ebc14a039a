"""One answer on its way back: the provider's bytes become deltas, and the real values are put back in them.

Opened by `exchange`, read by the doors. Never: HTTP's words, an envelope, or a delta that was not restored.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import replace

from web_server.answer import collect
from web_server.errors import ApiError
from web_server.incoming import Incoming
from web_server.limits.gate import Entry
from web_server.pieces import pieces
from web_server.privacy.restore import Restorer
from web_server.providers.dialect import Dialect, DialectError, ProviderFault
from web_server.query import Answer, Delta, ScrubbedQuery, Usage
from web_server.talk import Talk

COMPLAINT_BYTES = 1024 * 1024
"""Well above the 64 KiB, and the piece that crosses them, after which the key server cuts an error's body."""

ANSWER_BYTES = 64 * 1024 * 1024
STREAMS = ("text/event-stream", "application/vnd.amazon.eventstream")
PASSED_ON = frozenset({400, 404, 413, 422})
"""Provider statuses that are the caller's to mend."""


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
    ) -> None:
        """`report` is told what the answer used, once, as far as the provider said so; `talk` hears the answer."""
        self.model = query.model
        self.entities: Mapping[str, int] = query.entities
        self.obfuscated = query.obfuscated
        self.shortfall = query.shortfall
        self.endpoint_id: str = response.endpoint_id
        self.created = int(time.time())
        self.entry: Entry | None = None
        self._dialect = dialect
        self._response = response
        self._restorer = restorer
        self.rebound = response.rebound
        """Whether the session's endpoint could not serve any more, and another took its place."""
        self.talk = talk
        self._heard: list[Delta] = []
        self._report = report
        self._usage: Usage | None = None
        self._batches = self._restored(query.stream)
        self._first: list[Delta] = []

    @property
    def usage(self) -> Usage | None:
        """What the answer used, as far as the provider has said so."""
        return self._usage

    async def begin(self) -> None:
        """Wait for the first deltas, so that a provider's failure still has a status of its own. Raises ApiError."""
        if self._response.status >= 400:
            raise await self._rejection()
        self._first = await anext(self._batches, [])

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
        """Free the endpoint and report what was used; cancels the provider's call if it still runs."""
        usage, self._usage = self._usage, None
        if usage is not None:
            self._report(usage)
        self._restorer.keep()
        try:
            await self._batches.aclose()
            self._response.close()
        finally:
            try:
                if self.talk is not None:
                    await self.talk.aclose()
            finally:
                if self.entry is not None:
                    await self.entry.leave(usage)

    async def _restored(self, stream: bool) -> AsyncGenerator[list[Delta], None]:
        deltas = self._streamed() if stream and self._is_event_stream() else self._whole()
        failure: ApiError | None = None
        try:
            async for batch in deltas:
                for delta in batch:
                    self._usage = delta.usage or self._usage  # some providers count as they go: the last one is the sum
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

    async def _streamed(self) -> AsyncIterator[list[Delta]]:
        reader = self._dialect.reader()
        begun = False
        try:
            async for chunk in self._response.chunks:
                if deltas := reader.feed(chunk):
                    begun = True
                    yield deltas
            reader.close()
        except DialectError:
            raise ApiError("STREAM_CUT" if begun else "PROVIDER_FAILED") from None

    async def _whole(self) -> AsyncIterator[list[Delta]]:
        body = await self._body(ANSWER_BYTES)
        try:
            yield self._dialect.read(body)
        except DialectError:
            raise ApiError("PROVIDER_FAILED") from None

    async def _rejection(self) -> ApiError:
        complaint = self._dialect.complaint(await self._body(COMPLAINT_BYTES))
        message = f"The provider answered: {self._restorer.text(complaint)}" if complaint else None
        status = self._response.status
        if status in PASSED_ON:
            return ApiError("PROVIDER_REJECTED", message, status=status, endpoint_id=self.endpoint_id)
        return ApiError("PROVIDER_FAILED", message, endpoint_id=self.endpoint_id)

    async def _body(self, limit: int) -> bytes:
        body = bytearray()
        async for chunk in self._response.chunks:
            body += chunk
            if len(body) > limit:
                raise ApiError("PROVIDER_FAILED")
        return bytes(body)

    def _is_event_stream(self) -> bool:
        return self._response.headers.get("content-type", "").startswith(STREAMS)
