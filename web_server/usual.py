"""The model that is asked where nobody names one: the first that can be asked now, or the one that costs least.

Called by the doors that need no model. What the key server says of its endpoints is looked at once in a while:
with many keys it is a long list.
Never: a model that a caller may not use; the doors hand in those that may be chosen.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from web_server.errors import ApiError
from web_server.providers.catalog import Model
from web_server.query import ModelRef

LOOK_AGAIN_SECONDS = 5.0


class Usual:
    """Which models could be asked at the last look."""

    def __init__(
        self, endpoints: Callable[[], Awaitable[Sequence[Any]]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`endpoints`: what the key server says of them."""
        self._endpoints = endpoints
        self._clock = clock
        self._looked = -LOOK_AGAIN_SECONDS
        self._ready: frozenset[tuple[str, str]] = frozenset()

    async def first(self, models: Iterable[Model]) -> ModelRef:
        """The first of these that chats and has an endpoint that is ready. Raises ApiError."""
        return (await self._askable(models))[0].ref

    async def cheapest(self, models: Iterable[Model]) -> ModelRef:
        """The one whose input costs least; one without a price is thought to cost nothing. Raises ApiError."""
        return min(await self._askable(models), key=lambda model: model.input_price or 0).ref

    async def _askable(self, models: Iterable[Model]) -> list[Model]:
        if self._clock() - self._looked >= LOOK_AGAIN_SECONDS:
            listed = await self._endpoints()
            self._ready = frozenset(
                (each.provider, model) for each in listed if each.state == "ready" for model in each.models
            )
            self._looked = self._clock()
        able = [model for model in models if chats(model) and self._is_ready(model.ref)]
        if not able:
            raise ApiError("NO_KEYS", "No model can be asked now: name one, or see /api/providers.")
        return able

    def _is_ready(self, ref: ModelRef) -> bool:
        return not self._ready.isdisjoint({(ref.provider, ref.model), (ref.provider, "*")})


def chats(model: Model) -> bool:
    """Whether it can be named, and answers a conversation as far as its row says what it does."""
    return not model.is_any and (not model.capabilities or "chat" in model.capabilities)
