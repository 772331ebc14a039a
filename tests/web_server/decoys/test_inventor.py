"""A model that invents covers: what it is told, and that nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.support.hatch import ANSWERED
from tests.web_server.decoys.conftest import House
from tests.web_server.decoys.test_sending import spent
from web_server.decoys.budget import Allowance
from web_server.decoys.inventor import AT_A_TIME, Inventor
from web_server.errors import ApiError
from web_server.privacy.decoys.invention import question
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

    async def ask(query: ScrubbedQuery, seconds: float, answer_tokens: int) -> str:
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
    async def ask(query: ScrubbedQuery, seconds: float, answer_tokens: int) -> str:
        raise ApiError("PROVIDER_FAILED")

    inventor = Inventor("local/small", lambda: shield)
    inventor.draw(SHAPE, 2, random.Random(3))
    inventor.used([])
    async with running(inventor, ask, model), asyncio.timeout(20):
        while not caplog.records:  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.02)
    assert inventor.draw(SHAPE, 2, random.Random(3)) == []


async def test_what_it_is_told_and_answers_is_paid_out_of_the_budget(house: Callable[..., House], shield: Shield):
    here = house()
    await here.ask(decoys=1)  # real traffic, of which the budget is a share
    await here.settled()
    before = await spent(here)
    inventor = Inventor("p/m", lambda: shield)
    inventor.draw(SHAPE, 2, random.Random(3))
    inventor.used([])
    assert here.exchange.escorts is not None
    run = asyncio.create_task(
        replace(here.exchange.escorts, inventor=inventor).run(here.exchange.chatting, here.exchange.ask)
    )
    async with asyncio.timeout(20):
        while await spent(here) != before + ANSWERED.total_tokens:  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.02)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    assert "Write 10 messages" in here.hatch.calls[-1].text
    page = await here.metrics.text({})
    assert f'llmvpn_decoy_tokens_total{{direction="out"}} {2 * ANSWERED.completion_tokens}' in page


@pytest.mark.parametrize(
    "allowance", [Allowance(0, 0, 10, 10), Allowance(400, 0, 10, 10), Allowance(10**9, 0, 0.1, 10)]
)
async def test_where_the_budget_has_no_room_the_model_is_not_asked(house: Callable[..., House], allowance: Allowance):
    here = house(allowance=allowance)
    await here.ask(decoys=1)
    assert here.exchange.escorts is not None
    invented = here.exchange.escorts.company.invented
    question_of_ours = question(SHAPE, AT_A_TIME, ModelRef("p", "m"))
    calls = len(here.hatch.calls)
    assert await invented(here.exchange.ask, question_of_ours, 10, 300) is None
    assert len(here.hatch.calls) == calls
