"""The leases this process holds: taken, renewed while in use, given back at the end.

Called by `allocator` and `bindings`; `server` runs `keep`. Which endpoints are offered is in `choice`, what Redis is
asked in `store.pool`; here is that no slot is lost on the way: a caller who leaves while Redis is answering does not
take the slot with him, and a lease whose reply was lost is given back unseen.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from key_server import logs
from key_server.errors import StoreUnavailable
from key_server.pool.choice import Candidates, choose, refusal
from key_server.pool.cooldown import RESTS, Failure
from key_server.pool.endpoint import Endpoint
from key_server.store.pool import LEASE_TTL_S, Astray, Leased, Offer, PoolStore, Unleased, Wanted

RENEW_EVERY_S = LEASE_TTL_S / 3
RETURN_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lease:
    """One endpoint held for one call. `reserved_tokens` count in its minute from `taken_at_s` on, by Redis' clock."""

    lease_id: str
    endpoint: Endpoint
    model: str = ""
    reserved_tokens: int = 0
    taken_at_s: int = 0


class Strayed(Exception):
    """A binding is not where it was believed to be, or cannot stay there."""

    def __init__(self, found: Astray) -> None:
        super().__init__(found.why)
        self.found = found


class Leases:
    def __init__(self, store: PoolStore) -> None:
        self._store = store
        self._held: dict[str, Lease] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._closing = asyncio.Event()

    async def take(
        self,
        lease_id: str,
        wanted: Wanted,
        candidates: Candidates,
        *,
        tried: Collection[str] = (),
        binding_id: str = "",
        leaves: str = "",
    ) -> Lease:
        """A slot of one of them. Not the pool's previous one, where it allows. A binding that is named moves there.

        Raises PoolBusy, PoolLimited, PoolResting, ProviderLimited, StoreUnavailable; Strayed with a binding.
        """

        async def ask(offer: Offer) -> Leased | Unleased | Astray:
            asked = self._store.lease(lease_id, wanted, offer, binding_id=binding_id, leaves=leaves)
            return await self._ask(lease_id, wanted, asked)

        found: Leased | Astray = await choose(candidates, tried, ask, need=wanted.tokens)
        return self._hold(lease_id, wanted, candidates, found)

    async def take_bound(
        self, lease_id: str, wanted: Wanted, binding_id: str, candidates: Candidates, believed: Endpoint | None
    ) -> Lease:
        """A slot of the endpoint that the binding is on. Raises as `take`; Strayed where that is not `believed`."""
        limits = believed.limits if believed else ("", 0, 0)
        asked = self._store.lease_bound(lease_id, wanted, binding_id, limits)
        found = await self._ask(lease_id, wanted, asked)
        if isinstance(found, Unleased):
            raise refusal(found)
        return self._hold(lease_id, wanted, candidates, found)

    def give_back(self, lease: Lease, *, answered: bool = False) -> asyncio.Future[None]:
        """Free the slot, whatever becomes of the caller: who waits for it and is cancelled does not cancel it.

        A store that is away frees it by its TTL.
        """
        self._held.pop(lease.lease_id, None)
        provider, endpoint_id = lease.endpoint.provider.name, lease.endpoint.endpoint_id
        release = partial(
            self._store.release, provider, lease.lease_id, endpoint_id, answered=answered, model=lease.model
        )
        return asyncio.shield(self.run(self._return(provider, release)))

    async def fail(self, lease: Lease, failure: Failure, *, wish_ms: int = 0) -> int:
        """Free the slot and send its endpoint to rest; how long (ms). A store that is away is told later."""
        self._held.pop(lease.lease_id, None)
        provider = lease.endpoint.provider.name
        ids = provider, lease.lease_id, lease.endpoint.endpoint_id
        telling = partial(self._store.fail, *ids, failure, RESTS[failure], model=lease.model, wish_ms=wish_ms)
        try:
            return await asyncio.shield(self.run(telling()))
        except StoreUnavailable:
            self.run(self._return_later(provider, telling))
            return wish_ms

    async def keep(self, *, every_s: float = RENEW_EVERY_S) -> None:
        """Renew what is held, until cancelled. A call shorter than `every_s` never costs a renewal."""
        while True:
            old = list(self._held.values())
            await asyncio.sleep(every_s)
            for lease in old:
                if lease.lease_id in self._held:
                    await self._renew(lease)

    def run(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that outlives its caller and is waited for at the end (`settled`)."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def settled(self) -> None:
        """Wait for what is still being given back; from now on a store that is away is asked once."""
        self._closing.set()
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def _hold(self, lease_id: str, wanted: Wanted, candidates: Candidates, found: Leased | Astray) -> Lease:
        if isinstance(found, Astray):
            raise Strayed(found)
        endpoint = candidates.by_id[found.endpoint_id]
        lease = Lease(lease_id, endpoint, wanted.model, found.reserved_tokens, found.taken_at_s)
        self._held[lease_id] = lease
        return lease

    async def _ask(self, lease_id: str, wanted: Wanted, asked: Coroutine[Any, Any, T]) -> T:
        asking = self.run(asked)
        try:
            return await asyncio.shield(asking)
        except (asyncio.CancelledError, StoreUnavailable):
            self.run(self._forget(lease_id, wanted.provider, asking))
            raise

    async def _forget(self, lease_id: str, provider: str, asking: asyncio.Task[Any]) -> None:
        """Give back a lease whose reply nobody took, or whose reply was lost: that one may be ours unknown to us."""
        release = partial(self._store.release, provider, lease_id, "")
        try:
            found = await asking
        except StoreUnavailable:
            await self._return_later(provider, release)
        else:
            if isinstance(found, Leased):
                await self._return(provider, release)

    async def _return(self, provider: str, release: partial[Coroutine[Any, Any, Any]]) -> None:
        """Asked once at once, because the end of a call waits for it; what fails is asked again behind its back."""
        try:
            await release()
        except StoreUnavailable:
            self.run(self._return_later(provider, release))

    async def _return_later(self, provider: str, release: partial[Coroutine[Any, Any, Any]]) -> None:
        """A store that is away for a moment must not hold a slot for a whole TTL."""
        for pause_s in RETURN_PAUSES_S:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._closing.wait()
            try:
                await release()
            except StoreUnavailable:
                if self._closing.is_set():
                    break
            else:
                return
        logs.event("lease_left_to_its_ttl", provider=provider)

    async def _renew(self, lease: Lease) -> None:
        try:
            await self._store.renew(lease.endpoint.provider.name, lease.lease_id, lease.endpoint.endpoint_id)
        except StoreUnavailable:
            logs.event("lease_not_renewed", provider=lease.endpoint.provider.name)
