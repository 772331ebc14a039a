"""One real Redis for the module, one private directory for the test, one misbehaving provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.key_server import Place, place
from tests.support.redis_server import redis_server
from tests.support.upstream import Upstream, upstream


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def at(redis_url: str) -> Iterator[Place]:
    with place(redis_url) as found:
        yield found


@pytest.fixture
async def provider() -> AsyncIterator[Upstream]:
    async with upstream() as found:
        yield found
