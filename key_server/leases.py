"""The leases this process holds: taken by random sample, renewed while in use, given back at the end.

Called by `allocator`; `server` runs `keep`. What Redis is asked is in `store.pool`; here is which endpoints are asked
for, and that no slot is lost on the way: a caller who leaves while Redis is answering does not take the slot with him.
Never chooses by caller, never in an order: a pattern would link a person's queries.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from key_server import logs
from key_server.endpoints import Endpoint
from key_server.errors import PoolBusy, PoolResting, ProviderLimited, StoreUnavailable
from key_server.store.pool import LEASE_TTL_S, Leased, PoolStore, Unleased

FIRST_SAMPLE = 8  # one round trip nearly always; the larger samples scan a pool that is mostly busy or resting
NEXT_SAMPLE = 256
BUSY_HINT_MS = 1_000
RENEW_EVERY_S = LEASE_TTL_S / 3
RELEASE_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
T = TypeVar("T")
_CHOICE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Lease:
    """One endpoint held for one call."""

    lease_id: str
    endpoint: Endpoint


class Leases:
    def __init__(self, store: PoolStore) -> None:
        self._store = store
        self._held: dict[str, Lease] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._closing = asyncio.Event()

    async def take(self, lease_id: str, endpoints: Sequence[Endpoint]) -> Lease:
        """A slot of one of them (one provider's, at least one). Not the pool's previous one, where it allows.

        Raises PoolBusy, PoolResting, ProviderLimited, StoreUnavailable.
        """
        by_id = {each.endpoint_id: each for each in endpoints}
        busy, tired, rests, previous = False, False, [], ""
        for sample in _samples(list(by_id)):
            found = await self._ask(lease_id, [by_id[each] for each in sample], avoid_previous=len(by_id) > 1)
            if isinstance(found, Leased):
                return self._hold(lease_id, by_id[found.endpoint_id])
            previous = found.previous or previous
            rests += [found.rest_ms] if found.rest_ms else []
            busy = busy or not found.rest_ms
            tired = tired or not found.limited
        if previous:
            found = await self._ask(lease_id, [by_id[previous]], avoid_previous=False)
            if isinstance(found, Leased):
                return self._hold(lease_id, by_id[found.endpoint_id])
        if busy:
            raise PoolBusy(retry_after_ms=BUSY_HINT_MS)
        raise (PoolResting if tired else ProviderLimited)(retry_after_ms=min(rests))

    def give_back(self, lease: Lease) -> asyncio.Task[None]:
        """Free the slot, whatever becomes of the caller. A store that is away frees it by its TTL."""
        self._held.pop(lease.lease_id, None)
        return self.run(self._release(lease.lease_id, lease.endpoint))

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

    def _hold(self, lease_id: str, endpoint: Endpoint) -> Lease:
        lease = self._held[lease_id] = Lease(lease_id, endpoint)
        return lease

    async def _ask(self, lease_id: str, sample: Sequence[Endpoint], *, avoid_previous: bool) -> Leased | Unleased:
        provider = sample[0].provider
        asking = self.run(
            self._store.lease(
                provider.name,
                lease_id,
                [each.endpoint_id for each in sample],
                slots=provider.max_parallel,
                avoid_previous=avoid_previous,
            )
        )
        try:
            return await asyncio.shield(asking)
        except (asyncio.CancelledError, StoreUnavailable):
            self.run(self._forget(lease_id, sample, asking))
            raise

    async def _forget(self, lease_id: str, sample: Sequence[Endpoint], asking: asyncio.Task[Leased | Unleased]) -> None:
        """Give back a lease whose reply nobody took, or whose reply was lost."""
        try:
            found = await asking
        except StoreUnavailable:
            return  # it may be ours unknown to us; nobody renews it, so its TTL ends it
        if isinstance(found, Leased):
            for endpoint in sample:
                if endpoint.endpoint_id == found.endpoint_id:
                    await self._release(lease_id, endpoint)

    async def _release(self, lease_id: str, endpoint: Endpoint) -> None:
        """Asked once at once, because the end of a call waits for it; what fails is asked again behind its back."""
        if not await self._released(lease_id, endpoint):
            self.run(self._release_later(lease_id, endpoint))

    async def _release_later(self, lease_id: str, endpoint: Endpoint) -> None:
        """A store that is away for a moment must not hold a slot for a whole TTL."""
        for pause_s in RELEASE_PAUSES_S:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._closing.wait()
            if await self._released(lease_id, endpoint):
                return
            if self._closing.is_set():
                break
        logs.event("lease_left_to_its_ttl", provider=endpoint.provider.name, endpoint=endpoint.endpoint_id)

    async def _released(self, lease_id: str, endpoint: Endpoint) -> bool:
        try:
            await self._store.release(endpoint.provider.name, lease_id, endpoint.endpoint_id)
        except StoreUnavailable:
            return False
        return True

    async def _renew(self, lease: Lease) -> None:
        try:
            await self._store.renew(lease.endpoint.provider.name, lease.lease_id, lease.endpoint.endpoint_id)
        except StoreUnavailable:
            logs.event("lease_not_renewed", provider=lease.endpoint.provider.name)


def _samples(ids: list[str]) -> Iterator[list[str]]:
    """All ids in random order, a few first. A large pool is drawn from, not shuffled, until the first draw fails."""
    first = _CHOICE.sample(ids, min(FIRST_SAMPLE, len(ids)))
    yield first
    drawn = set(first)
    rest = [each for each in ids if each not in drawn]
    _CHOICE.shuffle(rest)
    for start in range(0, len(rest), NEXT_SAMPLE):
        yield rest[start : start + NEXT_SAMPLE]
