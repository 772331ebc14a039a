"""How queries of one provider leave and its answers come in: a dialect, and the hatch.

Made by `exchange` for each query; the query's covers go the same way. Never: a real value, a ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

from web_server.deltas import Deltas
from web_server.incoming import Incoming
from web_server.keys import KeyServer
from web_server.providers.dialect import Dialect
from web_server.query import ANYWHERE, Place, ScrubbedQuery, Usage


@dataclass(frozen=True, slots=True)
class Wire:
    """One provider's."""

    key_server: KeyServer
    dialect: Dialect
    deadline_seconds: float

    def write(self, query: ScrubbedQuery) -> bytes:
        """The bytes that leave. Raises Unsayable."""
        return self.dialect.write(query)

    async def send(self, query: ScrubbedQuery, body: bytes, place: Place = ANYWHERE) -> Incoming:
        """The answer, open for streaming. Raises ApiError."""
        dialect = self.dialect
        return await self.key_server.send(
            query, dialect.operation, body, self.deadline_seconds, place, headers=dialect.headers
        )

    def read(self, query: ScrubbedQuery, incoming: Incoming) -> Deltas:
        """The answer's deltas."""
        return Deltas(self.dialect, incoming, stream=query.stream)

    def report(self, incoming: Incoming, usage: Usage) -> None:
        """Have the key server told what a call used."""
        self.key_server.report(incoming.call_id, usage)
