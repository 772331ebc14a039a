"""What all tests of decoys share: a Redis, and an exchange whose provider is in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.hatch import Hatch
from tests.support.redis_server import redis_server
from web_server.decoys.batch import Batches
from web_server.decoys.budget import Allowance, Budget
from web_server.decoys.company import Company
from web_server.decoys.escort import Escorts
from web_server.decoys.memory import Memory
from web_server.decoys.pool import Pool
from web_server.exchange import Exchange
from web_server.limits.counts import SharedCounts
from web_server.limits.gate import Gate
from web_server.limits.limit import Limit
from web_server.policies import PolicyFile
from web_server.privacy.decoys.grammar import Grammar
from web_server.privacy.minimum import Minimum
from web_server.providers.catalog import CatalogFile
from web_server.query import Answer, Caller, ModelRef, PrivacyFlags, Query
from web_server.reply import Reply
from web_server.sealing import Sealing
from web_server.state import State
from web_server.usage.book import UsageBook
from web_server.usage.metrics import Metrics
from web_server.usage.names import Names
from web_server.usage.tally import Tally

SECRET = b"s" * 32
PLENTY = Allowance(10**9, 10**9, 1000, 1000)
TEXT = "Which of the two apple trees in my garden should be cut in spring?"


@dataclass
class House:
    """An exchange with all that decoys need of it."""

    exchange: Exchange
    hatch: Hatch
    batches: Batches
    state: State
    book: UsageBook
    metrics: Metrics
    pool: Pool

    async def ask(
        self, text: str = TEXT, decoys: int = 2, *, subject: str = "somebody", resent: bool = False, **more: Any
    ) -> tuple[Reply, Answer]:
        flags = PrivacyFlags(decoys=decoys, give=bool(more.pop("give", False)))
        payload = {"messages": [{"role": "user", "content": text}], **more}
        query = Query(ModelRef("p", "m"), payload, flags=flags, size=len(text))
        return await self.exchange.answer(Caller(subject), query, resent=resent)

    async def settled(self) -> None:
        await self.batches.settled(20)


@pytest.fixture(scope="session")
def decoy_redis() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def url(decoy_redis: str) -> str:
    return decoy_redis


@pytest.fixture
async def house(url: str, tmp_path: Path) -> AsyncIterator[Callable[..., House]]:
    """Builds houses over one empty Redis."""
    states: list[State] = []
    first = State(url)
    await first.redis.flushall()
    await first.aclose()
    file = tmp_path / "providers.yaml"
    file.write_text("providers: {p: {models: [{id: m}]}}")

    def build(
        hatch: Hatch | None = None,
        *,
        allowance: Allowance = PLENTY,
        window: float = 0.0,
        most: int = 512,
        redis_url: str = url,
        stocks: Callable[[], Any] | None = None,
        minimum: Minimum | None = None,
    ) -> House:
        hatch = hatch or Hatch()
        state = State(redis_url)
        states.append(state)
        sealing = Sealing(SECRET)
        tally = Tally(state)
        metrics = Metrics(tally)
        book = UsageBook(tally, metrics, Names(SECRET), days=7)
        pool = Pool(state, sealing, 3600)
        company = Company(
            Budget(state, allowance),
            Memory(state, sealing, 3600),
            pool,
            stocks=stocks or (lambda: (Grammar(),)),
            book=book,
            secret=SECRET,
        )
        batches = Batches(hatch, window, most=most)
        exchange = Exchange(
            CatalogFile([file]),
            PolicyFile("default", minimum or Minimum()),
            hatch,
            SECRET,
            gate=Gate(lambda subject, groups: Limit(), SharedCounts(state), book, SECRET),
            escorts=Escorts(company, batches, SECRET),
        )
        return House(exchange, hatch, batches, state, book, metrics, pool)

    yield build
    for state in states:
        await state.aclose()
