"""The endpoints that are kept for a session or a batch. Called by `bindings`; calls under them lease through `pool`.

A binding is a hash of `lua/binding.lua`; it ends `ttl_s` after its last use, and what is kept for it with it.
Never says who it is for: its id is the web server's, and random.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from key_server.store.connection import Connection, name
from key_server.store.pool import Astray, Offer, Unleased, Wanted, answered, tag


@dataclass(frozen=True, slots=True)
class Bound:
    """`moved`: it was on another endpoint before. `rests`: it is where it was, and that endpoint rests."""

    endpoint_id: str
    moved: bool = False
    rests: bool = False


class BindingStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._bind = connection.script("standing", "choice", "binding", "bind")
        self._unbind = connection.script("standing", "binding", "unbind")

    async def bind(
        self, binding_id: str, wanted: Wanted, offer: Offer, *, keeps: int, ttl_s: int, leaves: str = ""
    ) -> Bound | Unleased | Astray:
        """Keep an endpoint that has `keeps` slots free. A binding that is there stays, unless it is to leave `leaves`.

        Raises StoreUnavailable.
        """
        words: list[Any] = [binding_id, tag(wanted.model), wanted.slots, keeps, ttl_s * 1000, leaves, *offer.words()]
        reply = await self._bind([name(wanted.provider, "")], words, again=True)
        if reply[0] == b"bound":
            return Bound(reply[1].decode(), rests=int(reply[2]) > 0)
        if reply[0] == b"moved":
            return Bound(reply[1].decode(), moved=True)
        found = answered(reply)
        assert isinstance(found, Unleased | Astray)
        return found

    async def release(self, provider: str, binding_id: str) -> bool:
        """Whether there was one. Raises StoreUnavailable."""
        return bool(await self._unbind([name(provider, "")], [binding_id], again=True))

    async def is_known(self, provider: str, binding_id: str) -> bool:
        """Raises StoreUnavailable."""
        asked = self._connection.client.exists(name(provider, "binding", binding_id))
        return bool(await self._connection.ask(asked))
