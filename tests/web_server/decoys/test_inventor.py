"""A model that invents covers: what it is told, and that nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from web_server.decoys.inventor import AT_A_TIME, Inventor
from web_server.errors import ApiError
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.policy import DEFAULT
from web_server.query import ModelRef, ScrubbedQuery
from web_server.rules import Shield, shield_of

MODEL = ModelRef("local", "small")
SHAPE = Shape.of_frame([("Does the canary sing when it is alone in the kitchen?",)])
WORDS = ("harbour", "tariff", "kettle", "violin", "tenant", "glacier", "saddle", "voucher", "orchard", "museum")


@pytest.fixture(scope="module")
def shield() -> Shield:
    return shield_of(DEFAULT)


@asynccontextmanager
async def running(inventor: Inventor, ask: object, model: ModelRef | None = MODEL) -> AsyncIterator[None]:
    task = asyncio.create_task(inventor.run(lambda name: model, ask))  # type: ignore[arg-type]
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_it_is_told_the_shape_alone_and_each_cover_goes_once(shield: Shield):
    asked: list[ScrubbedQuery] = []

    async def ask(query: ScrubbedQuery, seconds: float) -> str:
        asked.append(query)
        return "".join(f"###\nWhy is the {word} closed on day {len(asked)} of May?\n" for word in WORDS)

    inventor = Inventor("local/small", lambda: shield)
    rng = random.Random(3)
    assert inventor.draw(SHAPE, 2, rng) == [], "nobody waits: there is nothing yet"
    inventor.used([])
    async with running(inventor, ask), asyncio.timeout(60):
        while len(drawn := inventor.draw(SHAPE, 5, rng)) < 5:  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.02)
        inventor.used(drawn)
        assert not {each.id for each in drawn} & {each.id for each in inventor.draw(SHAPE, 99, rng)}
    said = str(asked[0].payload["messages"])
    assert asked[0].model == MODEL and "English" in said and str(AT_A_TIME) in said
    assert not any(word in said for word in ("canary", "sing", "kitchen"))
    assert all(not shape.frame for shape in inventor._cells.values()), "the real query is not kept"


@pytest.mark.parametrize("model", [MODEL, None])
async def test_a_model_that_fails_or_is_none_costs_a_line_in_the_log(
    shield: Shield, model: ModelRef | None, caplog: pytest.LogCaptureFixture
):
    async def ask(query: ScrubbedQuery, seconds: float) -> str:
        raise ApiError("PROVIDER_FAILED")

    inventor = Inventor("local/small", lambda: shield)
    inventor.draw(SHAPE, 2, random.Random(3))
    inventor.used([])
    async with running(inventor, ask, model), asyncio.timeout(20):
        while not caplog.records:  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.02)
    assert inventor.draw(SHAPE, 2, random.Random(3)) == []
