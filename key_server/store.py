"""The only Redis of this process: leases and rests, one Lua script a verb.

Called by `allocator` and `servicer`. Names: `ks:{provider}:lease:<lease>`, `:slots:<endpoint>`, `:rest:<endpoint>`,
`:previous`; the hash tag keeps one provider's names on one node of a cluster. Everything has a TTL by Redis' own clock.
A Redis that is away is a refusal within `PATIENCE_S`; nothing is asked twice but what a lease id makes safe to repeat.
Never stores a key, a prompt or a caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from key_server.cooldown import Rest
from key_server.errors import StoreUnavailable

PATIENCE_S = 0.25  # a refusal is promised within 300 ms; redis-py's defaults took 4.3 s to notice (redis-py 8)
RETRY_HINT_MS = 1_000
LEASE_TTL_S = 30.0  # a holder that died gives its slots back within this; one that lives renews
LUA = Path(__file__).parent / "lua"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Leased:
    endpoint_id: str


@dataclass(frozen=True, slots=True)
class Unleased:
    """None of the candidates: `previous` is free but was used just before; else busy, or resting for `rest_ms`.

    `limited`: they rest because the provider limits calls, and for no other reason.
    """

    previous: str = ""
    rest_ms: int = 0
    limited: bool = False


@dataclass(frozen=True, slots=True)
class EndpointState:
    in_flight: int
    rest_ms: int


class Store:
    def __init__(self, url: str, *, lease_ttl_s: float = LEASE_TTL_S) -> None:
        """Connects at the first call, not here."""
        self._ttl_ms = int(lease_ttl_s * 1000)
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            protocol=2,  # no client-side notifications to negotiate: one round trip less a connection
        )
        self._lease = self._redis.register_script((LUA / "lease.lua").read_text())
        self._release = self._redis.register_script((LUA / "release.lua").read_text())
        self._renew = self._redis.register_script((LUA / "renew.lua").read_text())
        self._cool = self._redis.register_script((LUA / "cool.lua").read_text())

    async def lease(
        self,
        provider: str,
        lease_id: str,
        candidates: Sequence[str],
        *,
        slots: int,
        avoid_previous: bool,
    ) -> Leased | Unleased:
        """One slot of the first candidate that has one. Asked again with one id, the answer is the same lease.

        Raises StoreUnavailable.
        """
        keys = [_name(provider, "lease", lease_id), _name(provider, "previous")]
        for each in candidates:
            keys += (_name(provider, "slots", each), _name(provider, "rest", each))
        args: list[str | int] = [lease_id, self._ttl_ms, slots, int(avoid_previous), *candidates]
        kind, value = await _bounded(self._once_more(lambda: self._lease(keys=keys, args=args)))
        if kind == b"leased":
            return Leased(value.decode())
        if kind == b"previous":
            return Unleased(previous=value.decode())
        return Unleased(rest_ms=int(float(value)), limited=kind == b"limited")

    async def renew(self, provider: str, lease_id: str, endpoint_id: str) -> bool:
        """Whether it is still held. Raises StoreUnavailable."""
        keys = [_name(provider, "lease", lease_id), _name(provider, "slots", endpoint_id)]
        return bool(await _bounded(self._renew(keys=keys, args=[lease_id, self._ttl_ms])))

    async def release(self, provider: str, lease_id: str, endpoint_id: str) -> bool:
        """Whether it was still held. Raises StoreUnavailable."""
        keys = [_name(provider, "lease", lease_id), _name(provider, "slots", endpoint_id)]
        return bool(await _bounded(self._once_more(lambda: self._release(keys=keys, args=[lease_id]))))

    async def cool(
        self, provider: str, endpoint_id: str, rest: Rest, *, wish_ms: int = 0, limited: bool = False
    ) -> int:
        """Note a failure; the milliseconds the endpoint rests from now. Raises StoreUnavailable."""
        args = [rest.failures, rest.first_ms, rest.longest_ms, wish_ms, rest.memory_ms, int(limited)]
        return int(await _bounded(self._cool(keys=[_name(provider, "rest", endpoint_id)], args=args)))

    async def states(self, endpoints: Sequence[tuple[str, str]]) -> list[EndpointState]:
        """How busy and how tired each (provider, endpoint id) is. Raises StoreUnavailable."""

        async def read() -> list[EndpointState]:
            seconds, micros = await self._redis.time()
            now = int(seconds) * 1000 + int(micros) // 1000
            async with self._redis.pipeline(transaction=False) as pipe:
                for provider, endpoint_id in endpoints:
                    pipe.zcount(_name(provider, "slots", endpoint_id), now, "+inf")
                    pipe.hget(_name(provider, "rest", endpoint_id), "until")
                found = await pipe.execute()
            return [
                EndpointState(int(in_flight), max(0, int(float(until or 0)) - now))
                for in_flight, until in zip(found[::2], found[1::2], strict=True)
            ]

        return await _bounded(read())

    async def close(self) -> None:
        await self._redis.aclose()

    async def _once_more(self, ask: Any) -> Any:
        """A pooled connection may have died with the Redis behind it; only what carries a lease id is asked again."""
        try:
            return await ask()
        except RedisConnectionError:
            return await ask()


async def _bounded(asked: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await asked
    except (RedisError, OSError, TimeoutError):
        raise StoreUnavailable(retry_after_ms=RETRY_HINT_MS) from None


def _name(provider: str, *parts: str) -> str:
    return ":".join((f"ks:{{{provider}}}", *parts))
