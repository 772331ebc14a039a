"""Which endpoints are offered to the store to choose from: a few drawn by weight, and the rest only where those cannot.

Built by `endpoints`; used by `leases` and `bindings`. The store takes a drawn one with the probability of its headroom,
which makes the choice weight x headroom over the whole pool, at a cost that is the same for 10 keys and for 10,000.
Never by caller, never in an order: a pattern would link a person's queries.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import TypeVar

from key_server.errors import PoolBusy, PoolLimited, PoolResting, ProviderLimited, Refusal
from key_server.pool.endpoint import Endpoint
from key_server.pool.search import Search
from key_server.store.pool import Offer, Unleased

SMALL = 8  # a pool of so few is offered whole: one round trip decides, and knows the true wait
DRAWN = 6
CHUNK = 256  # of a pool whose drawn ones are all in use, spent or at rest
BUSY_HINT_MS = 1_000
_CHANCE = random.SystemRandom()
T = TypeVar("T")


class Candidates:
    """Those that may serve a model."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self.by_id: Mapping[str, Endpoint] = {each.endpoint_id: each for each in endpoints}
        self._endpoints = list(endpoints)
        self._cumulative = list(accumulate(each.weight for each in endpoints))
        self.search = Search() if len(self._endpoints) > CHUNK else None

    def only(self, endpoint_id: str) -> Candidates:
        """The one of that id, or none."""
        found = self.by_id.get(endpoint_id)
        return Candidates([found] if found else [])

    def offers(self, tried: Collection[str] = ()) -> Iterator[Offer]:
        """Without those `tried`. Nothing where none is left."""
        left = len(self._endpoints) - sum(each in self.by_id for each in tried)
        avoid = left > 1
        drawn: list[Endpoint] = []
        if left > SMALL:
            drawn = _CHANCE.choices(self._endpoints, cum_weights=self._cumulative, k=DRAWN)
            drawn = [each for each in drawn if each.endpoint_id not in tried]
            chances = [(*each.limits, _CHANCE.random()) for each in drawn]
            yield Offer(_CHANCE.random(), chances, (), avoid_previous=avoid, all_=False)
        seen = {*tried, *(each.endpoint_id for each in drawn)}
        others = [(*each.limits, float(each.weight)) for each in self._endpoints if each.endpoint_id not in seen]
        if drawn:
            _CHANCE.shuffle(others)
        for start in range(0, len(others), CHUNK):
            chunk = others[start : start + CHUNK]
            yield Offer(_CHANCE.random(), (), chunk, avoid_previous=avoid, all_=len(chunk) == left)


async def choose(
    candidates: Candidates,
    tried: Collection[str],
    ask: Callable[[Offer], Awaitable[T | Unleased]],
    *,
    need: int | None = None,
) -> T:
    """What the store says of the first offer that it can meet. `need`: a slot and so many tokens; None: it is another.

    Raises PoolBusy, PoolLimited, PoolResting, ProviderLimited: with the true wait, where it is known.
    """
    offers, search = candidates.offers(tried), candidates.search
    found: T | Unleased
    if search is None:
        found = await _first(offers, ask)
    else:
        found = await _first(itertools.islice(offers, 1), ask)
        if isinstance(found, Unleased):
            look = partial(_first, offers, ask)
            rest = await search.run(need or 0, look, remember=need is not None and not tried)
            found = found.and_then(rest) if isinstance(rest, Unleased) else rest
    if isinstance(found, Unleased) and found.previous:
        last = await _first(candidates.only(found.previous).offers(), ask)
        found = found.and_then(last) if isinstance(last, Unleased) else last
    if isinstance(found, Unleased):
        raise refusal(found)
    return found


async def _first(offers: Iterable[Offer], ask: Callable[[Offer], Awaitable[T | Unleased]]) -> T | Unleased:
    none = Unleased()
    for offer in offers:
        found = await ask(offer)
        if not isinstance(found, Unleased):
            return found
        none = none.and_then(found)
    return none


def refusal(none: Unleased) -> Refusal:
    """What a pool says that has nothing to give now; the wait is that of the first that comes back."""
    if none.busy or not (none.spent or none.tired or none.wait_ms):
        return PoolBusy(retry_after_ms=min(none.wait_ms or BUSY_HINT_MS, BUSY_HINT_MS))
    if none.spent:
        return PoolLimited(retry_after_ms=none.wait_ms)
    if none.tired:
        return PoolResting(retry_after_ms=none.wait_ms or BUSY_HINT_MS)  # while one is being tried, nobody knows
    return ProviderLimited(retry_after_ms=none.wait_ms)
