"""A batch: the real call and its covers, through one endpoint, within one window, each read to its end.

Used by `escort`, which brings the calls. Nothing towards the provider tells one member from another: the moments are
drawn from one distribution, the endpoint is kept for all and left by all that it has not taken, and whoever hangs up
hangs up on us alone.
Never knows which member is the real one, nor what any says.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Protocol

from web_server.errors import ApiError
from web_server.incoming import Incoming
from web_server.keys import Bound
from web_server.query import ANYWHERE, ModelRef, Place

log = logging.getLogger("web_server.decoys")

BOUND_SECONDS = 60
"""An endpoint is kept for a batch for so long after its last call; a batch begins within the window."""

MOST_COVERS = 512
"""Covers under way at once in one process; more queries than that go alone, and say so."""

ELSEWHERE = frozenset({"POOL_BUSY", "POOL_LIMITED", "KEY_SERVER_UNAVAILABLE"})
"""What a binding may meet, before anything was sent, that another place would not."""

Send = Callable[[Place], Awaitable[Incoming]]


class Keeper(Protocol):
    """Who keeps endpoints: the key server."""

    async def bind(
        self, binding_id: str, model: ModelRef, ttl_seconds: int, endpoint_id: str = "", slots: int = 0
    ) -> Bound:
        """Keep an endpoint, with so many of its slots. Raises ApiError."""
        ...

    async def release(self, binding_id: str) -> None:
        """Let go of it. Raises ApiError."""
        ...


class Batches:
    """The batches of this process."""

    def __init__(self, keeper: Keeper, window_seconds: float, *, most: int = MOST_COVERS) -> None:
        """`window_seconds`: how long after a query is ready its last member may go."""
        self._keeper = keeper
        self._window = window_seconds
        self._most = most
        self._covers = 0
        self._chance = random.SystemRandom()
        self.tasks: set[asyncio.Task[None]] = set()

    def behind(self, work: Coroutine[object, object, None]) -> None:
        """Run `work` to its end, whoever waits for it or does not."""
        task = asyncio.create_task(_logged(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def claim(self, asked: int) -> int:
        """Room for covers, for as many of so many as there is; each is given back when it has ended."""
        claimed = max(0, min(asked, self._most - self._covers))
        self._covers += claimed
        return claimed

    def unclaim(self, covers: int = 1) -> None:
        """So many covers have ended, or do not go."""
        self._covers -= covers

    async def begin(self, model: ModelRef, place: Place, members: int, since: float) -> Batch | None:
        """An endpoint with room for all members: that of `place`, or any; None where there is none.

        Where the caller has named one, all go there, and nowhere else. The window begins at `since`, by the loop.
        """
        if not place.endpoint_id or place.or_elsewhere:
            try:
                place = await self.kept(model, members, place.endpoint_id)
            except ApiError as refused:
                log.info("a query goes without covers", extra={"code": refused.code})
                return None
        moments = sorted(since + self._chance.uniform(0, self._window) for _ in range(members))
        return Batch(self, model, place, moments, self._chance.sample(range(members), members))

    async def kept(self, model: ModelRef, members: int, endpoint_id: str = "") -> Place:
        """An endpoint with room for so many, the one that is named or any. Raises ApiError."""
        binding_id = secrets.token_hex(16)
        await self._keeper.bind(binding_id, model, BOUND_SECONDS, endpoint_id, slots=members)
        return Place(binding_id=binding_id)

    async def settled(self, seconds: float) -> None:
        """Wait for what is under way, at most so long; what is left then is cut, all of it at once."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=seconds)
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def left(self, place: Place) -> None:
        """No member is sent there any more."""
        if place.binding_id:
            self.behind(self._released(place.binding_id))

    async def _released(self, binding_id: str) -> None:
        with contextlib.suppress(ApiError):  # it ends by itself
            await self._keeper.release(binding_id)


class Batch:
    """One batch. Members go one after the other, each at its moment, in an order that was drawn."""

    def __init__(
        self, batches: Batches, model: ModelRef, place: Place, moments: list[float], places: list[int]
    ) -> None:
        """`moments` by the loop's clock, the first first; `places`: who goes when, as they come to `send`."""
        self.place = place
        self._batches = batches
        self._model = model
        self._moments = moments
        self._places = places
        self._turns = [asyncio.Event() for _ in moments]
        self._left: list[Place] = []
        self._moving = asyncio.Lock()
        self._taken = 0
        self._sent = 0

    async def send(self, send: Send) -> Incoming:
        """What `send` returns, once it is this member's turn. Raises ApiError."""
        turn = self._turns[self._places.pop()]
        if not self._places:
            self._batches.behind(self._call_up())
        try:
            await turn.wait()
            return await self._taken_in(send)
        finally:
            self._sent += 1
            if self._sent == len(self._turns):
                for place in (*self._left, self.place):
                    self._batches.left(place)

    async def _taken_in(self, send: Send) -> Incoming:
        """Where the endpoint does not take a member after all, and has seen nothing of it, those that were not taken
        yet go to another one together: the member that came later and from elsewhere by itself would be the one that
        somebody waits for. Where no endpoint has room for them, each goes anywhere."""
        while True:
            place = self.place
            try:
                incoming = await send(place)
            except ApiError as refused:
                if refused.code not in ELSEWHERE or not place.binding_id:
                    raise
                await self._leave(place)
            else:
                self._taken += 1
                return incoming

    async def _leave(self, place: Place) -> None:
        async with self._moving:
            if self.place != place:
                return  # another member has moved
            left, self.place = place, ANYWHERE
            if not self._left:
                with contextlib.suppress(ApiError):
                    self.place = await self._batches.kept(self._model, len(self._turns) - self._taken)
            self._left.append(left)

    async def _call_up(self) -> None:
        """Once all have come: where their moments are over already, on a busy machine, the order is kept all the same.

        The loop wakes who waits in the order in which it is told to, and a member that is woken sends before it waits
        for anything.
        """
        for moment, turn in zip(self._moments, self._turns, strict=True):
            if (left := moment - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(left)
            turn.set()


async def _logged(work: Coroutine[object, object, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("behind an answer")
