"""Endpoints kept for a session or a decoy batch, for as long as they can serve; and the leases taken under them.

Called by `servicer` (Bind, Release) and `allocator` (calls under a binding). The truth is in Redis, which all key
servers share; what is remembered here only saves a round trip, and is corrected by what Redis says.
Never moves a binding whose endpoint is merely in use or has spent its minute: the caller is told so, with the wait.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from key_server.calls import BindCall
from key_server.errors import BadRequest, NoKeys, StoreUnavailable, UnknownBinding, UnknownEndpoint
from key_server.holdings import Holdings
from key_server.pool.choice import Candidates, choose
from key_server.pool.leases import Lease, Leases, Strayed
from key_server.store.bindings import BindingStore, Bound
from key_server.store.pool import Astray, Offer, Unleased, Wanted

MOST_MOVES = 4  # of one binding, by other calls, while one call looks for it
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a binding is believed to be."""

    provider: str
    endpoint_id: str


@dataclass
class Bindings:
    _store: BindingStore
    _leases: Leases
    _holdings: Holdings
    _places: OrderedDict[str, Place] = field(default_factory=OrderedDict, repr=False)

    async def bind(self, asked: BindCall) -> Bound:
        """Keep an endpoint. Asked again with one id it is the same binding; elsewhere, where its own cannot serve.

        Raises NoKeys, UnknownEndpoint, BadRequest, StoreUnavailable and what `choice.choose` raises.
        """
        candidates = self._holdings.current.pool.candidates(asked.provider.name, asked.model)
        if not candidates.by_id:
            raise NoKeys
        offered = candidates.only(asked.endpoint_id) if asked.endpoint_id else candidates
        if not offered.by_id:
            raise UnknownEndpoint
        found = await self._bind(asked, offered, leaves="")
        wanted_elsewhere = found.endpoint_id not in offered.by_id
        if found.rests or wanted_elsewhere:
            left = found.endpoint_id
            found = await self._bind(asked, offered, leaves=left)
            gone = left not in candidates.by_id
            found = Bound(found.endpoint_id, moved=found.endpoint_id != left and (gone or not wanted_elsewhere))
        self._remember(asked.binding_id, asked.provider.name, found.endpoint_id)
        return found

    async def release(self, binding_id: str) -> bool:
        """Whether there was one. Raises StoreUnavailable where one may be on a store that is away."""
        place = self._places.pop(binding_id, None)
        if place and await self._store.release(place.provider, binding_id):
            return True
        others = [each for each in self._holdings.current.catalog.providers if not place or each != place.provider]
        found = await asyncio.gather(
            *(self._store.release(each, binding_id) for each in others), return_exceptions=True
        )
        if True in found:
            return True
        for each in found:
            if isinstance(each, BaseException):
                raise each
        return False

    async def take(
        self, lease_id: str, binding_id: str, wanted: Wanted, candidates: Candidates, tried: Collection[str]
    ) -> tuple[Lease, bool]:
        """A lease under the binding, and whether the binding had to move for it.

        Raises UnknownBinding, BadRequest (it is another model's or provider's) and as `Leases.take`.
        """
        place = self._places.get(binding_id)
        believed = place.endpoint_id if place and place.provider == wanted.provider else ""
        leaves = ""
        for _ in range(MOST_MOVES):
            endpoint = candidates.by_id.get(believed) if believed not in tried else None
            if believed and endpoint is None:
                leaves = believed  # it failed just now, or it is gone from the pool, or disabled
            try:
                if leaves:
                    lease = await self._leases.take(
                        lease_id, wanted, candidates, tried=tried, binding_id=binding_id, leaves=leaves
                    )
                else:
                    lease = await self._leases.take_bound(lease_id, wanted, binding_id, candidates, endpoint)
            except Strayed as strayed:
                leaves = believed if strayed.found.why == "resting" else ""
                believed = await self._found(strayed.found, binding_id, wanted.provider) or believed
            else:
                self._remember(binding_id, wanted.provider, lease.endpoint.endpoint_id)
                return lease, bool(leaves)
        raise StoreUnavailable

    async def _found(self, astray: Astray, binding_id: str, provider: str) -> str:
        if astray.why == "unbound":
            self._places.pop(binding_id, None)
            others = [each for each in self._holdings.current.catalog.providers if each != provider]
            known = await asyncio.gather(*(self._store.is_known(each, binding_id) for each in others))
            raise BadRequest if any(known) else UnknownBinding
        if astray.why == "mismatch":
            raise BadRequest
        return astray.endpoint_id

    async def _bind(self, asked: BindCall, offered: Candidates, *, leaves: str) -> Bound:
        wanted = Wanted(asked.provider.name, asked.model, asked.provider.max_parallel)

        async def ask(offer: Offer) -> Bound | Unleased | Astray:
            return await self._store.bind(
                asked.binding_id, wanted, offer, keeps=asked.slots, ttl_s=asked.ttl_s, leaves=leaves
            )

        found: Bound | Astray = await choose(offered, (), ask)
        if isinstance(found, Astray):
            raise BadRequest
        return found

    def _remember(self, binding_id: str, provider: str, endpoint_id: str) -> None:
        self._places[binding_id] = Place(provider, endpoint_id)
        self._places.move_to_end(binding_id)
        if len(self._places) > REMEMBERED:
            self._places.popitem(last=False)
