"""A process that leases in a loop, to be killed at any moment. Arguments: URL, TTL, SLOTS, ENDPOINTS.

Every lease is held for a moment and given back; some callers of one process do so at once.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import sys

from key_server.errors import Refusal
from key_server.pool.choice import Candidates
from key_server.pool.leases import Leases
from key_server.store.connection import Connection
from key_server.store.pool import PoolStore
from tests.support.pool import endpoints, wanted

CALLERS = 4


async def main(url: str, ttl_s: float, slots: int, many: int) -> None:
    leases = Leases(PoolStore(Connection(url), lease_ttl_s=ttl_s))
    pool, numbers = Candidates(endpoints(many, max_parallel=slots)), itertools.count()

    async def caller() -> None:
        while True:
            try:
                lease = await leases.take(f"{os.getpid()}-{next(numbers)}", wanted(slots=slots), pool)
            except Refusal:
                await asyncio.sleep(0.002)
                continue
            await asyncio.sleep(random.random() * 0.01)
            await leases.give_back(lease)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
