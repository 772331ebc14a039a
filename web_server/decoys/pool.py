"""The pool: scrubbed queries that their callers gave away, waiting to be the covers of others'; each is used once.

Filled behind the answers of callers who opted in, drawn from by `company`. One pool for each provider, so that no text
reaches a provider it was not meant for. Names: `ws:{pool:<HMAC of the provider>}:gifts`, `:givers`, `:counts`, `:ends`
and `:used`; a gift is sealed, and a giver an HMAC that is used for nothing else. Each worker keeps what it has opened.
Never: a gift of a stateless query, or a caller's own as their cover; that is for `exchange` and `draw` to see to.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.sources import Origin
from web_server.privacy.decoys.stock import FEWEST_GIVERS, Stock
from web_server.privacy.decoys.template import Template
from web_server.sealing import Sealing, Unopened
from web_server.state import Away, State, name

log = logging.getLogger("web_server.decoys")

MOST_GIFTS = 2000
"""Of one provider; the oldest make room."""

MOST_OF_ONE = 40
"""Gifts of one giver that are there at once."""

LOOK_AGAIN_SECONDS = 5.0
PARTS = ("gifts", "givers", "counts", "ends", "used")


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift, opened."""

    id: str
    giver: str = field(repr=False)
    template: Template = field(repr=False)


class Given:
    """What is there of one provider's gifts, for one caller to draw from: those of at least FEWEST_GIVERS others.

    Each giver counts once, however much they gave: nobody's gifts are more likely than another's.
    """

    def __init__(self, stock: Stock, gifts: dict[str, Gift], but: str, taken: Collection[str] = ()) -> None:
        """`gifts` by the id of their templates; `but`: the caller, as a giver; nothing is drawn of the `taken` ones."""
        self._stock = stock
        self._gifts = gifts
        self._but = but
        self._taken = taken

    def without(self, givers: Collection[str]) -> Given:
        """The same, but nothing of these givers is drawn."""
        return Given(self._stock, self._gifts, self._but, givers)

    def givers(self, template: Template) -> tuple[str, ...]:
        """Who gave a template that was drawn here."""
        gift = self._gifts.get(template.id)
        return (gift.giver,) if gift is not None else ()

    @property
    def name(self) -> Origin:
        return "pool"

    def draw(self, shape: Shape, count: int, rng: random.Random) -> Sequence[Template]:
        """As a source does."""
        others = {each.giver for each in self._gifts.values()} - {self._but}
        if len(others) < FEWEST_GIVERS:
            return []
        others -= {*self._taken}
        best: dict[str, Template] = {}
        for template in self._stock.draw(shape, len(self._gifts), rng):
            gift = self._gifts.get(template.id)
            if gift is not None and gift.giver in others:
                best.setdefault(gift.giver, template)
        key = rng.randbytes(16)
        ranked = sorted(best, key=lambda giver: blake2b(giver.encode(), key=key).digest())
        return [best[giver] for giver in ranked[:count]]


@dataclass(slots=True)
class _Opened:
    """One provider's gifts as they were at the last look."""

    gifts: dict[str, Gift] = field(default_factory=dict, repr=False)
    by_template: dict[str, Gift] = field(default_factory=dict, repr=False)
    stock: Stock = field(default_factory=lambda: Stock("pool", []))
    looked: float = float("-inf")
    looking: asyncio.Task[None] | None = None


class Pool:
    """All pools."""

    def __init__(
        self,
        state: State,
        sealing: Sealing,
        ttl_seconds: int,
        *,
        most: int = MOST_GIFTS,
        most_of_one: int = MOST_OF_ONE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._sealing = sealing
        self._ttl_ms = ttl_seconds * 1000
        self._most = most
        self._most_of_one = most_of_one
        self._clock = clock
        self._give = state.script("pool", "give")
        self._claim = state.script("pool", "claim")
        self._opened: dict[str, _Opened] = {}

    async def give(self, provider: str, subject: str, template: Template) -> bool:
        """Put a gift in. False where it cannot be: the same was given, or its giver gave enough. Raises Away."""
        giver = self._giver(subject)
        plain = json.dumps({"giver": giver, "template": template.dumped()}, separators=(",", ":")).encode()
        sealed = self._sealing.seal("gift", provider, plain)
        words: list[str | bytes | int] = [
            self._id(provider, template),
            sealed,
            giver,
            self._ttl_ms,
            self._most_of_one,
            self._most,
        ]
        return bool(await self._give(self._names(provider), words))

    async def source(self, provider: str, subject: str) -> Given:
        """What this caller may draw from now. Never raises: while Redis is away it is what was seen last."""
        here = self._opened.setdefault(provider, _Opened())
        if here.looking is None and self._clock() - here.looked >= LOOK_AGAIN_SECONDS:
            here.looking = asyncio.create_task(self._look(provider, here))
        return Given(here.stock, here.by_template, self._giver(subject))

    async def claim(self, provider: str, templates: Sequence[Template]) -> set[str]:
        """The ids of those templates that are nobody else's from now on. Raises Away: then none is."""
        here = self._opened.setdefault(provider, _Opened())
        gifts = {gift.id: gift for each in templates if (gift := here.by_template.get(each.id)) is not None}
        if not gifts:
            return set()
        claimed = await self._claim(self._names(provider), [self._ttl_ms, *gifts])
        for gift in gifts.values():
            here.gifts.pop(gift.id, None)
            here.by_template.pop(gift.template.id, None)
        return {gifts[each.decode()].template.id for each in claimed}

    async def looked(self, provider: str) -> None:
        """Wait for a look that is under way."""
        looking = self._opened.setdefault(provider, _Opened()).looking
        if looking is not None:
            await asyncio.wait((looking,))

    async def _look(self, provider: str, here: _Opened) -> None:
        """See what was given and what is gone; behind the queries."""
        try:
            rows = await self._state.hash(name(self._tag(provider), "gifts"))
            known, new = here.gifts, [(id_, sealed) for id_, sealed in rows.items() if id_ not in here.gifts]
            if new or known.keys() - rows.keys():
                here.gifts, here.stock = await asyncio.to_thread(self._stocked, provider, known, rows)
                here.by_template = {gift.template.id: gift for gift in here.gifts.values()}
        except Away:
            log.warning("the pool was not looked at, Redis is away", extra={"code": "REDIS_AWAY"})
        finally:
            here.looked, here.looking = self._clock(), None

    def _stocked(self, provider: str, known: dict[str, Gift], rows: dict[str, bytes]) -> tuple[dict[str, Gift], Stock]:
        gifts: dict[str, Gift] = {}
        for id_, sealed in rows.items():
            gift = known.get(id_) or self._unsealed(provider, id_, sealed)
            if gift is not None:
                gifts[id_] = gift
        givers = {each.template.id: each.giver for each in gifts.values()}
        return gifts, Stock("pool", [each.template for each in gifts.values()], givers)

    def _unsealed(self, provider: str, id_: str, sealed: bytes) -> Gift | None:
        try:
            kept: Any = json.loads(self._sealing.open("gift", provider, sealed))
            return Gift(id_, str(kept["giver"]), Template.loaded(kept["template"]))
        except (Unopened, ValueError, KeyError, TypeError):
            return None

    def _giver(self, subject: str) -> str:
        return self._sealing.name("giver", subject)

    def _id(self, provider: str, template: Template) -> str:
        """The same for the same words, whichever surrogates stand among them."""
        turns = [[each if isinstance(each, str) else [each.kind] for each in turn] for turn in template.turns]
        return self._sealing.name("given", json.dumps([provider, turns]))[:32]

    def _tag(self, provider: str) -> str:
        return f"pool:{self._sealing.name('pool', provider)[:32]}"

    def _names(self, provider: str) -> list[str]:
        return [name(self._tag(provider), part) for part in PARTS]
