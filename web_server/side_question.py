"""A question of our own to a model: what it answers, as it comes, and nothing restored in it.

Called by `exchange`, for turns that are to be rewritten and for covers that are to be invented.
Never: a caller's ledger.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from web_server.limits import call
from web_server.limits.call import Call
from web_server.privacy.ledger import Ledger
from web_server.privacy.restore import Restorer
from web_server.providers.catalog import Model
from web_server.query import ScrubbedQuery, Usage
from web_server.reply import Reply
from web_server.wire import Wire


class Purse(Protocol):
    """Who pays."""

    def charge(self, call: Call, usage: Usage | None) -> None:
        """A call was made; `usage` is None where its provider did not count."""
        ...


async def answered(wire: Wire, query: ScrubbedQuery, model: Model, purse: Purse | None) -> str:
    """What the model says; `purse` pays for what was answered. Raises ApiError."""
    body = wire.write(query)
    incoming = await wire.send(query, body)
    reply = Reply(query, wire.dialect, incoming, Restorer(Ledger(bytes(32))), report=partial(wire.report, incoming))
    try:
        await reply.begin()
        try:
            return (await reply.collect()).choices[0].content or ""
        finally:
            if purse is not None:
                purse.charge(call.beside(model, query.payload, len(body)), reply.usage)
    finally:
        await reply.aclose()
