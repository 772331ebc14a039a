"""What many askers at once get from Redis."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.redis_server import redis_server
from web_server.state import Away, State


async def test_many_who_ask_at_once_do_not_find_it_away():
    with redis_server() as url:
        state = State(url)
        try:
            assert all(await asyncio.gather(*(state.is_there() for _ in range(150))))
        finally:
            await state.aclose()


@pytest.mark.parametrize("turns", [0, 2, 6])
async def test_what_is_still_asked_when_it_is_closed_leaves_no_connection_behind(turns: int):
    """redis-py connects on for who is connecting, uses what it has closed again, and leaves it to the collector."""
    with redis_server() as url:
        state, other = State(url), State(url)
        try:
            asking = [asyncio.create_task(state.value(f"name {number}")) for number in range(20)]
            for _ in range(turns):
                await asyncio.sleep(0)
            await state.aclose()
            asking.append(asyncio.create_task(state.value("asked too late")))
            answers = await asyncio.gather(*asking, return_exceptions=True)
            assert all(each is None or isinstance(each, Away) for each in answers) and isinstance(answers[-1], Away)
            assert len(await other.redis.client_list()) == 1, "the other one's own"
        finally:
            await other.aclose()
