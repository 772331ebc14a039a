"""Token counts on their way to the key server, while it is there, away and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from web_server.query import Usage
from web_server.reports import MOST_AT_ONCE, MOST_WAITING, Report, Reports


class Listener:
    """Hears a count only while it is there."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.is_there = asyncio.Event()
        self.asked = 0
        self.asked_often = asyncio.Event()

    async def tell(self, lot: Sequence[Report]) -> bool:
        self.asked += 1
        if self.asked == 3:
            self.asked_often.set()
        if self.is_there.is_set():
            self.heard += [report.call_id for report in lot]
        return self.is_there.is_set()


@asynccontextmanager
async def running(listener: Listener) -> AsyncIterator[Reports]:
    reports = Reports(listener.tell, pause_seconds=0.001, gather_seconds=0.001)
    task = asyncio.create_task(reports.run())
    try:
        yield reports
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_counts_are_told_in_their_order_and_none_twice():
    listener = Listener()
    listener.is_there.set()
    async with running(listener) as reports:
        for number in range(5):
            reports.add(str(number), Usage(1, 1))
        await reports.told()
        reports.add("last", Usage(1, 1))
        await reports.told()
    assert listener.heard == ["0", "1", "2", "3", "4", "last"]


async def test_what_ends_together_is_told_together_and_not_too_much_at_once():
    listener = Listener()
    listener.is_there.set()
    async with running(listener) as reports:
        for number in range(2 * MOST_AT_ONCE + 1):
            reports.add(str(number), Usage(1, 1))
        await reports.told()
    assert (listener.asked, len(listener.heard)) == (3, 2 * MOST_AT_ONCE + 1)


async def test_a_key_server_that_is_away_hears_them_when_it_is_back():
    listener = Listener()
    async with running(listener) as reports:
        for number in range(3):
            reports.add(str(number), Usage(1, 1))
        await listener.asked_often.wait()
        listener.is_there.set()
        await reports.told()
    assert listener.heard == ["0", "1", "2"]


async def test_what_is_too_much_drops_the_oldest():
    listener = Listener()
    async with running(listener) as reports:
        for number in range(MOST_WAITING + 50):
            reports.add(str(number), Usage(1, 1))
        listener.is_there.set()
        await reports.told()
    assert listener.heard == [str(number) for number in range(50, MOST_WAITING + 50)]


async def test_what_waited_too_long_is_left_to_the_estimate():
    listener = Listener()
    async with running(listener) as reports:
        reports.add("old", Usage(1, 1))
        reports._waiting[0] = reports._waiting[0]._replace(until=0)
        await reports.told()
    assert listener.asked == 0


async def test_with_nothing_to_tell_nobody_waits():
    async with running(Listener()) as reports:
        async with asyncio.timeout(1):
            await reports.told()
