"""Pools without keys or providers, and a store whose clock stands still until it is told to move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from key_server.catalog.provider import Provider
from key_server.keys.keyring import KeyRecord
from key_server.pool.endpoint import Endpoint
from key_server.store.bindings import BindingStore
from key_server.store.connection import Connection
from key_server.store.pool import Offer, PoolStore, Wanted

CLOCK = "local now = tonumber(redis.call('GET', 'clock'))"
EPOCH_MS = 1_700_000_000_000


@dataclass
class Stand:
    """A store on a Redis of its own name space: `p` is its provider."""

    connection: Connection
    pool: PoolStore
    bindings: BindingStore
    now_ms: int = EPOCH_MS

    async def to(self, now_ms: int) -> None:
        self.now_ms = now_ms
        await self.connection.client.set("clock", now_ms)

    async def after(self, ms: int) -> None:
        await self.to(self.now_ms + ms)

    async def used(self, *ids: str) -> list[int]:
        return [each.in_flight for each in await self.pool.states("p", [(each, 0, 0) for each in ids])]


@asynccontextmanager
async def stand(url: str, *, lease_ttl_s: float = 30.0, simulated: bool = True) -> AsyncIterator[Stand]:
    connection = Connection(url, clock=CLOCK if simulated else "")
    await connection.client.flushall()
    found = Stand(connection, PoolStore(connection, lease_ttl_s=lease_ttl_s), BindingStore(connection))
    await found.to(EPOCH_MS)
    yield found
    await connection.close()


def wanted(*, slots: int = 1, tokens: int = 0, model: str = "m") -> Wanted:
    return Wanted("p", model, slots, tokens)


def offer(*ids: str, rpm: int = 0, tpm: int = 0, chance: float = 0.0, avoid: bool = False) -> Offer:
    """All there are, each once. `chance` 0 is the first that can be used."""
    return Offer(chance, (), [(each, rpm, tpm, 1) for each in ids], avoid_previous=avoid, all_=True)


def provider(max_parallel: int = 1) -> Provider:
    return Provider(
        name="p",
        base_urls=("https://a.test",),
        auth="none",
        timeout_s=1.0,
        allow_private=False,
        max_parallel=max_parallel,
        models={"*": "openai"},
        paths={"openai": {}},
    )


def endpoints(count: int, *, max_parallel: int = 1, weights: Sequence[int] = (1,), rpm: int = 0) -> list[Endpoint]:
    """`ep_000`, `ep_001`, ...; weights in turn."""
    owner, found = provider(max_parallel), []
    for number in range(count):
        key = KeyRecord(
            key_id=f"key_{number:03}",
            provider="p",
            models=("*",),
            label="",
            fingerprint="",
            base_url="",
            rpm=rpm,
            tpm=0,
            weight=weights[number % len(weights)],
            disabled=False,
            sealed="",
        )
        found.append(Endpoint(f"ep_{number:03}", owner, "https://a.test", key))
    return found
