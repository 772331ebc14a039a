"""What the pool's endpoints are doing: leases and rests, one Lua script a verb.

Called by `allocator`, `leases` and `servicer`. Names: `ks:{provider}:lease:<lease>`, `:slots:<endpoint>`,
`:rest:<endpoint>`, `:previous`. Everything has a TTL by Redis' own clock.
Never stores a key, a prompt or a caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from key_server.cooldown import Rest
from key_server.store.connection import Connection, name

LEASE_TTL_S = 30.0  # a holder that died gives its slots back within this; one that lives renews


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


class PoolStore:
    def __init__(self, connection: Connection, *, lease_ttl_s: float = LEASE_TTL_S) -> None:
        self._ttl_ms = int(lease_ttl_s * 1000)
        self._connection = connection
        self._lease = connection.script("lease")
        self._release = connection.script("release")
        self._renew = connection.script("renew")
        self._cool = connection.script("cool")

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
        keys = [name(provider, "lease", lease_id), name(provider, "previous")]
        for each in candidates:
            keys += (name(provider, "slots", each), name(provider, "rest", each))
        args: list[str | int] = [lease_id, self._ttl_ms, slots, int(avoid_previous), *candidates]
        kind, value = await self._lease(keys, args, again=True)
        if kind == b"leased":
            return Leased(value.decode())
        if kind == b"previous":
            return Unleased(previous=value.decode())
        return Unleased(rest_ms=int(float(value)), limited=kind == b"limited")

    async def renew(self, provider: str, lease_id: str, endpoint_id: str) -> bool:
        """Whether it is still held. Raises StoreUnavailable."""
        keys = [name(provider, "lease", lease_id), name(provider, "slots", endpoint_id)]
        return bool(await self._renew(keys, [lease_id, self._ttl_ms]))

    async def release(self, provider: str, lease_id: str, endpoint_id: str) -> bool:
        """Whether it was still held. Raises StoreUnavailable."""
        keys = [name(provider, "lease", lease_id), name(provider, "slots", endpoint_id)]
        return bool(await self._release(keys, [lease_id], again=True))

    async def cool(
        self, provider: str, endpoint_id: str, rest: Rest, *, wish_ms: int = 0, limited: bool = False
    ) -> int:
        """Note a failure; the milliseconds the endpoint rests from now. Raises StoreUnavailable."""
        args = [rest.failures, rest.first_ms, rest.longest_ms, wish_ms, rest.memory_ms, int(limited)]
        return int(await self._cool([name(provider, "rest", endpoint_id)], args))

    async def states(self, endpoints: Sequence[tuple[str, str]]) -> list[EndpointState]:
        """How busy and how tired each (provider, endpoint id) is. Raises StoreUnavailable."""

        redis: Any = self._connection.client

        async def read() -> list[EndpointState]:
            seconds, micros = await redis.time()
            now = int(seconds) * 1000 + int(micros) // 1000
            async with redis.pipeline(transaction=False) as pipe:
                for provider, endpoint_id in endpoints:
                    pipe.zcount(name(provider, "slots", endpoint_id), now, "+inf")
                    pipe.hget(name(provider, "rest", endpoint_id), "until")
                found = await pipe.execute()
            return [
                EndpointState(int(in_flight), max(0, int(float(until or 0)) - now))
                for in_flight, until in zip(found[::2], found[1::2], strict=True)
            ]

        return await self._connection.ask(read())
