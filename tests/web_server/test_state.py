"""What many askers at once get from Redis."""

from __future__ import annotations

import asyncio

from tests.support.redis_server import redis_server
from web_server.state import State


async def test_many_who_ask_at_once_do_not_find_it_away():
    with redis_server() as url:
        state = State(url)
        try:
            assert all(await asyncio.gather(*(state.is_there() for _ in range(150))))
        finally:
            await state.aclose()
