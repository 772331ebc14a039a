"""The deep health: which status what was met has, and how often a provider is asked."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from tests.support.clock import Clock
from web_server.deep_health import KEPT_SECONDS, DeepHealth
from web_server.errors import CODES, ApiError
from web_server.providers.catalog import Model
from web_server.query import ModelRef
from web_server.usual import LOOK_AGAIN_SECONDS, Usual


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("PROVIDER_REFUSED", 401),
        ("PROVIDER_LIMITED", 429),
        ("POOL_LIMITED", 429),
        ("POOL_BUSY", 429),
        ("NO_KEYS", 503),
        ("KEY_SERVER_UNAVAILABLE", 503),
        ("POOL_RESTING", 503),
        ("PROVIDER_FAILED", 503),
        ("PROVIDER_SILENT", 503),
        ("PRIVACY_FAILURE", 500),
        ("PROVIDER_REJECTED", 500),
    ],
)
async def test_what_was_met_has_its_status(code: str, status: int):
    async def ask() -> str:
        raise ApiError(code)

    found = await DeepHealth(ask).look()
    assert (found.status, found.code) == (status, code)


async def test_every_failure_has_a_status_of_the_contract():
    for code in CODES:

        async def ask(code: str = code) -> str:
            raise ApiError(code)

        assert (await DeepHealth(ask).look()).status in {401, 429, 500, 503}


async def test_a_thousand_that_ask_are_one_question():
    asked = 0
    clock = Clock()

    async def ask() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return "a/b"

    health = DeepHealth(ask, clock)
    found = await asyncio.gather(*(health.look() for _ in range(1000)))
    assert asked == 1 and {(each.status, each.model) for each in found} == {(200, "a/b")}
    clock.now += KEPT_SECONDS
    await health.look()
    assert asked == 2


def model(name: str, price: float | None = None, *capabilities: str) -> Model:
    return Model(ModelRef("p", name), name, "openai", capabilities=capabilities, input_price=price)


async def test_the_usual_model_chats_and_has_an_endpoint_that_is_ready():
    looked, clock = 0, Clock()
    states = {"a": "resting", "b": "ready"}

    async def endpoints() -> list[SimpleNamespace]:
        nonlocal looked
        looked += 1
        return [SimpleNamespace(provider="p", state=state, models=(name,)) for name, state in states.items()]

    usual = Usual(endpoints, clock)
    models = [model("vectors", 0.1, "embeddings"), model("*"), model("a", 1, "chat"), model("b", 2, "chat", "tools")]
    assert await usual.first(models) == ModelRef("p", "b")
    states["a"] = "ready"
    assert await usual.first(models) == ModelRef("p", "b") and looked == 1
    clock.now += LOOK_AGAIN_SECONDS
    assert await usual.first(reversed(models)) == ModelRef("p", "b")
    assert await usual.cheapest(models) == ModelRef("p", "a")
    with pytest.raises(ApiError, match="NO_KEYS"):
        await usual.first(models[:2])
