"""What the pool's endpoints are doing: slots, rests and the sliding minute, one Lua script a verb.

Called by `leases`, `servicer` and `admin`. The names in Redis are told in `lua/standing.lua`, `lua/taking.lua` and
`lua/binding.lua`. Everything ends by itself; nothing needs a sweep.
Never stores a key, a prompt or a caller; a model's name only as a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from key_server.pool.cooldown import OUTCOMES, OUTCOMES_FAILED, Failure, Rest
from key_server.store.connection import Connection, name

LEASE_TTL_S = 30.0  # a holder that died gives its slots back within this; one that lives renews
STATES_AT_ONCE = 500  # endpoints a script: about 2 ms of Redis

# A limit of 0 is none. The last of the four: for a drawn endpoint a random number of [0, 1), for another its weight.
Offered = tuple[str, int, int, float]


@dataclass(frozen=True, slots=True)
class Offer:
    """The endpoints that a script may choose from, and the chance it is to use.

    `drawn`: by weight, with repetition; `others`: each once. `all_`: there are no more than these.
    """

    chance: float
    drawn: Sequence[Offered]
    others: Sequence[Offered]
    avoid_previous: bool
    all_: bool

    def words(self) -> list[Any]:
        words: list[Any] = [int(self.avoid_previous), int(self.all_), self.chance, len(self.drawn)]
        for each in self.drawn:
            words += each
        for each in self.others:
            words += each
        return words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one call needs: its provider and model, tokens to reserve, and how many slots an endpoint has."""

    provider: str
    model: str
    slots: int
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Leased:
    """`reserved_tokens` of the minute are its; they count from the second `taken_at_s`, by Redis' clock."""

    endpoint_id: str
    reserved_tokens: int = 0
    taken_at_s: int = 0


@dataclass(frozen=True, slots=True)
class Unleased:
    """None of those offered. `previous` is free, but was used just before. `wait_ms`: until one may be; 0 = unknown.

    `busy`, `spent`, `tired`: whether any is in use, has spent its minute, or rests for more than the provider's limits.
    """

    previous: str = ""
    busy: bool = False
    spent: bool = False
    tired: bool = False
    wait_ms: int = 0

    def and_then(self, other: Unleased) -> Unleased:
        """Of both together."""
        waits = [each for each in (self.wait_ms, other.wait_ms) if each]
        return Unleased(
            other.previous or self.previous,
            self.busy or other.busy,
            self.spent or other.spent,
            self.tired or other.tired,
            min(waits, default=0),
        )


@dataclass(frozen=True, slots=True)
class Astray:
    """What kept a call from its binding's endpoint. `endpoint_id`: the one it is on, where it is "elsewhere"."""

    why: Literal["unbound", "mismatch", "elsewhere", "resting"]
    endpoint_id: str = ""


@dataclass(frozen=True, slots=True)
class EndpointState:
    """`state`: "ready", "limited", "resting", "probing" or "refused"; usage is that of the last minute."""

    in_flight: int
    rest_ms: int
    state: str
    requests: int
    tokens: int


class PoolStore:
    def __init__(self, connection: Connection, *, lease_ttl_s: float = LEASE_TTL_S) -> None:
        self._ttl_ms = int(lease_ttl_s * 1000)
        self._connection = connection
        self._lease = connection.script("standing", "choice", "taking", "binding", "lease")
        self._lease_bound = connection.script("standing", "taking", "binding", "lease_bound")
        self._release = connection.script("release")
        self._renew = connection.script("renew")
        self._fail = connection.script("fail")
        self._settle = connection.script("settle")
        self._states = connection.script("standing", "states")

    async def lease(
        self, lease_id: str, wanted: Wanted, offer: Offer, *, binding_id: str = "", leaves: str = ""
    ) -> Leased | Unleased | Astray:
        """A slot of one endpoint. Asked again with one id, the answer is the same lease.

        With a binding, it moves there from the endpoint it `leaves`. Raises StoreUnavailable.
        """
        words = [*self._call(lease_id, wanted), binding_id, leaves, *offer.words()]
        return answered(await self._lease([name(wanted.provider, "")], words, again=True))

    async def lease_bound(
        self, lease_id: str, wanted: Wanted, binding_id: str, believed: tuple[str, int, int]
    ) -> Leased | Unleased | Astray:
        """A slot of the endpoint the binding is on, where that is the one it is `believed` to be on. As `lease`."""
        words = [*self._call(lease_id, wanted), binding_id, *believed]
        return answered(await self._lease_bound([name(wanted.provider, "")], words, again=True))

    async def renew(self, provider: str, lease_id: str, endpoint_id: str) -> bool:
        """Whether it is still held. Raises StoreUnavailable."""
        return bool(await self._renew([name(provider, "")], [lease_id, endpoint_id, self._ttl_ms]))

    async def release(
        self, provider: str, lease_id: str, endpoint_id: str, *, answered: bool = False, model: str = ""
    ) -> bool:
        """Whether it was still held. An endpoint that `answered` is well again. Raises StoreUnavailable."""
        words: list[str | int | float] = [lease_id, endpoint_id, int(answered), tag(model), OUTCOMES]
        return bool(await self._release([name(provider, "")], words, again=True))

    async def fail(
        self,
        provider: str,
        lease_id: str,
        endpoint_id: str,
        failure: Failure,
        rest: Rest,
        *,
        model: str,
        wish_ms: int = 0,
    ) -> int:
        """Give the lease back, send its endpoint to rest; the milliseconds it rests now. Raises StoreUnavailable."""
        numbers = [rest.first_ms, rest.longest_ms, rest.memory_ms, wish_ms, OUTCOMES_FAILED, OUTCOMES]
        words: list[Any] = [lease_id, endpoint_id, tag(model), failure.value, *numbers]
        return int(await self._fail([name(provider, "")], words, again=True))

    async def settle(self, provider: str, endpoint_id: str, taken_at_s: int, difference: int) -> bool:
        """Correct a lease's reserved tokens by `difference`; whether they still counted. Raises StoreUnavailable."""
        return bool(await self._settle([name(provider, "")], [endpoint_id, taken_at_s, difference]))

    async def forgive(self, provider: str, endpoint_id: str) -> None:
        """Forget every rest and failure of an endpoint: its key is another now. Raises StoreUnavailable."""
        await self._connection.ask(self._connection.client.delete(name(provider, "rest", endpoint_id)))

    async def states(
        self, provider: str, endpoints: Sequence[tuple[str, int, int]], *, model: str = ""
    ) -> list[EndpointState]:
        """How busy and how tired each (endpoint id, rpm, tpm) is, for one model or any. Raises StoreUnavailable."""
        found: list[EndpointState] = []
        for start in range(0, len(endpoints), STATES_AT_ONCE):
            words: list[str | int | float] = [tag(model)]
            for each in endpoints[start : start + STATES_AT_ONCE]:
                words += each
            for used, rest, state, requests, tokens in await self._states([name(provider, "")], words, again=True):
                found.append(EndpointState(used, int(rest), state.decode(), int(requests), int(tokens)))
        return found

    def _call(self, lease_id: str, wanted: Wanted) -> list[Any]:
        return [lease_id, self._ttl_ms, wanted.slots, wanted.tokens, tag(wanted.model)]


@lru_cache(maxsize=1024)
def tag(model: str) -> str:
    """A model's name in Redis: 64 bits of BLAKE2. Callers choose names; they are long, and of any letters."""
    return hashlib.blake2b(model.encode(), digest_size=8).hexdigest()


def answered(reply: list[Any]) -> Leased | Unleased | Astray:
    """What a script that leases said."""
    kind, *values = reply
    if kind == b"leased":
        return Leased(values[0].decode(), int(values[1]), int(values[2]))
    if kind == b"none":
        previous, busy, spent, tired, wait_ms = values
        return Unleased(previous.decode(), bool(busy), bool(spent), bool(tired), int(wait_ms))
    return Astray(kind.decode(), values[0].decode() if values else "")
