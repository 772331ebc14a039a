"""How a door waits: until its work is done, or its caller has left."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from web_server.routes.hall import HungUp, unless_hung_up


class Line:
    """A caller's connection."""

    def __init__(self) -> None:
        self.cut = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.cut.wait()
        return {"type": "http.disconnect"}


class Work:
    """Goes on until it is let go, and says how it ended."""

    def __init__(self) -> None:
        self.begun, self.let_go, self.ended = asyncio.Event(), asyncio.Event(), ""

    async def run(self) -> str:
        self.begun.set()
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        self.ended = "done"
        return "answer"


async def test_work_that_is_done_is_answered_while_the_caller_waits():
    line, work = Line(), Work()
    work.let_go.set()
    assert await unless_hung_up(line.receive, work.run()) == "answer"
    line.cut.set()
    await asyncio.sleep(0.01)  # whoever has his answer may leave: nothing is cancelled behind it
    assert work.ended == "done"


async def test_work_is_cancelled_once_its_caller_has_left_and_the_door_goes_on():
    line, work = Line(), Work()
    waiting = asyncio.ensure_future(_told(line, work))
    await work.begun.wait()
    line.cut.set()
    assert await waiting == "hung up"
    assert work.ended == "cancelled"


async def _told(line: Line, work: Work) -> str:
    with pytest.raises(HungUp):
        await unless_hung_up(line.receive, work.run())
    await asyncio.sleep(0)  # a cancellation that was left over would end this
    return "hung up"


async def test_who_cancels_the_door_cancels_its_work_and_is_not_taken_for_the_caller():
    line, work = Line(), Work()
    waiting = asyncio.ensure_future(unless_hung_up(line.receive, work.run()))
    await work.begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.ended == "cancelled"


async def test_a_caller_who_leaves_while_the_door_is_cancelled_does_not_keep_it_alive():
    line, work = Line(), Work()
    waiting = asyncio.ensure_future(unless_hung_up(line.receive, work.run()))
    await work.begun.wait()
    line.cut.set()
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises((asyncio.CancelledError, HungUp)):
        await waiting
    assert work.ended == "cancelled"


@pytest.mark.parametrize("steps", range(6))
async def test_a_caller_who_leaves_as_the_work_ends_cancels_nothing_that_comes_behind_it(steps: int):
    line = Line()

    async def ends() -> None:
        line.cut.set()
        for _ in range(steps):
            await asyncio.sleep(0)

    async def door() -> str:
        with contextlib.suppress(HungUp):
            await unless_hung_up(line.receive, ends())
        await asyncio.sleep(0.01)
        return "went on"

    assert await asyncio.ensure_future(door()) == "went on"


async def test_what_the_work_raises_is_raised():
    async def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await unless_hung_up(Line().receive, fails())
