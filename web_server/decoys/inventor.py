"""Covers that a model of the operator's choice invents: asked ahead of time, told the coarse shape alone.

Drawn from by `company`; what is missing is asked for behind the queries, so that none waits for it. Each cover is used
once. Kept in this process alone, bounded.
Never: a word of a real query to the model, or more questions to it than there were covers drawn.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from web_server.errors import ApiError
from web_server.privacy.decoys.gift import prepared
from web_server.privacy.decoys.invention import answer_tokens, question, texts
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.sources import Origin
from web_server.privacy.decoys.stock import LEAST, Stock
from web_server.privacy.decoys.template import Template
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, ScrubbedQuery

log = logging.getLogger("web_server.decoys")

Ask = Callable[[ScrubbedQuery, float, int], Awaitable[str | None]]
"""Sends a query, and returns what was answered in so many seconds, which will be about so many tokens; None where the
budget has no room for them. Raises ApiError."""

AT_A_TIME = 10
ENOUGH = 3 * LEAST
"""Of one cell; below it more are asked for."""
MOST_CELLS = 64
MOST_TEMPLATES = 2000
ASK_SECONDS = 300.0
PAUSE_SECONDS = 5.0
"""After a model did not answer, or not as it was asked to, or there was no budget for it."""


class Inventor:
    """One model, and what it has written that was not used yet."""

    def __init__(self, model: str, shield: Callable[[], Shield]) -> None:
        """`shield` hides what a model may have from somewhere: its people are real ones now and then."""
        self._model = model
        self._shield = shield
        self._stock = Stock("model", [])
        self._templates: OrderedDict[str, tuple[str, Template]] = OrderedDict()
        self._cells: OrderedDict[str, Shape] = OrderedDict()
        self._more = asyncio.Event()

    @property
    def name(self) -> Origin:
        return "model"

    def draw(self, shape: Shape, count: int, rng: random.Random) -> Sequence[Template]:
        """As a source does; and what is there of this shape is made enough of, behind."""
        if shape.turns == 1:
            self._cells[shape.cell] = replace(shape, frame=())
            self._cells.move_to_end(shape.cell)
            while len(self._cells) > MOST_CELLS:
                self._cells.popitem(last=False)
        drawn = self._stock.draw(shape, len(self._templates), rng)
        return [each for each in drawn if each.id in self._templates][:count]

    def used(self, templates: Iterable[Template]) -> None:
        """These went along with a query, and go with no other."""
        for each in templates:
            self._templates.pop(each.id, None)
        self._more.set()

    async def run(self, find: Callable[[str], ModelRef | None], ask: Ask) -> None:
        """Ask for what is missing, for as long as the server runs. `find` is the catalog."""
        while True:
            await self._more.wait()
            cell = next((each for each in reversed(self._cells.values()) if self._there(each) < ENOUGH), None)
            if cell is None:
                self._more.clear()
                continue
            if not await self._asked(cell, find(self._model), ask):
                await asyncio.sleep(PAUSE_SECONDS)

    def _there(self, cell: Shape) -> int:
        return sum(each == cell.cell for each, _ in self._templates.values())

    async def _asked(self, cell: Shape, model: ModelRef | None, ask: Ask) -> bool:
        """Whether the model wrote something of the kind."""
        if model is None:
            log.warning("WEB_SERVER_DECOY_MODEL names a model that providers.yaml does not have")
            return False
        try:
            answer = await ask(question(cell, AT_A_TIME, model), ASK_SECONDS, answer_tokens(cell, AT_A_TIME))
        except ApiError as error:
            log.warning("no covers invented", extra={"code": error.code})
            return False
        if answer is None:
            return False
        made = await asyncio.to_thread(self._prepared, answer)
        self._templates.update(made)
        while len(self._templates) > MOST_TEMPLATES:
            self._templates.popitem(last=False)
        self._stock = await asyncio.to_thread(Stock, "model", [each for _, each in self._templates.values()])
        if all(each != cell.cell for each, _ in made.values()):
            self._cells.pop(cell.cell, None)  # not what this model writes: asked for when it is wanted again
        return bool(made)

    def _prepared(self, answer: str) -> dict[str, tuple[str, Template]]:
        made = prepared(texts(answer, AT_A_TIME), self._shield(), secrets.token_bytes(32))
        return {each.id: (Shape.of_frame(each.turns).cell, each) for each in made}
