"""The deltas of one answer on its way in, whoever reads them, and what the answer used.

Read by `reply` for the caller, and by `decoys` for nobody. Never: a restored value.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

from web_server.errors import ApiError
from web_server.incoming import Incoming
from web_server.providers.dialect import Dialect, DialectError, ProviderFault
from web_server.query import Delta, Usage

COMPLAINT_BYTES = 1024 * 1024
"""Well above the 64 KiB, and the piece that crosses them, after which the key server cuts an error's body."""

ANSWER_BYTES = 64 * 1024 * 1024
STREAMS = ("text/event-stream", "application/vnd.amazon.eventstream")


class Deltas:
    """One answer's, before anything is restored in them."""

    def __init__(self, dialect: Dialect, incoming: Incoming, *, stream: bool) -> None:
        self.usage: Usage | None = None
        """As the provider counted; some count as they go, and the last count is the sum."""
        self.said_bytes = 0
        """Of the answer's texts, for providers that do not count."""
        self.ended = False
        self.is_whole = False
        """Ended, and nothing is missing."""
        self._dialect = dialect
        self._incoming = incoming
        streams = stream and incoming.headers.get("content-type", "").startswith(STREAMS)
        self._reader = dialect.reader() if streams else None
        self._begun = False
        self._held = bytearray()
        self._failure: ApiError | ProviderFault | None = None

    async def batches(self) -> AsyncGenerator[list[Delta], None]:
        """As they come. Raises ApiError, and ProviderFault where the provider says that it failed, after what came."""
        async for chunk in self._incoming.chunks:
            if deltas := self._read(chunk):
                yield deltas
            if self._failure is not None:
                raise self._failure
        if deltas := self._last():
            yield deltas

    async def rest(self) -> list[Delta]:
        """All that was not read yet. After a reader who was cancelled this is for drained answers. Raises as above."""
        rest: list[Delta] = []
        if self.ended:
            return rest
        async for chunk in self._incoming.chunks:
            rest += self._read(chunk)
            if self._failure is not None:
                raise self._failure
        return rest + self._last()

    async def body(self, limit: int) -> bytes:
        """All of it, read as nothing. Raises ApiError PROVIDER_FAILED where it is longer."""
        body = bytearray()
        async for chunk in self._incoming.chunks:
            body += chunk
            if len(body) > limit:
                raise ApiError("PROVIDER_FAILED")
        self.ended = True
        return bytes(body)

    def _read(self, chunk: bytes) -> list[Delta]:
        if self._reader is None:
            self._held += chunk
            if len(self._held) > ANSWER_BYTES:
                raise ApiError("PROVIDER_FAILED")
            return []
        deltas: list[Delta] = []
        try:
            for delta in self._reader.feed(chunk):
                deltas.append(delta)  # what came before a failure must not go with it
        except ProviderFault as fault:
            self._failure = fault
        except DialectError:
            self._failure = ApiError("STREAM_CUT" if self._begun or deltas else "PROVIDER_FAILED")
        return self._counted(deltas)

    def _last(self) -> list[Delta]:
        self.ended = True
        try:
            if self._reader is None:
                body, self._held = bytes(self._held), bytearray()
                deltas = self._counted(self._dialect.read(body))
            else:
                self._reader.close()
                deltas = []
        except DialectError:
            raise ApiError("STREAM_CUT" if self._begun else "PROVIDER_FAILED") from None
        self.is_whole = True
        return deltas

    def _counted(self, deltas: list[Delta]) -> list[Delta]:
        self._begun = self._begun or bool(deltas)
        for delta in deltas:
            self.usage = delta.usage or self.usage
            self.said_bytes += len(delta.text.encode("utf-8", "surrogatepass"))
        return deltas
