"""What comes while the wire is busy is one batch that says the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from web_server.answer import collect
from web_server.errors import ApiError
from web_server.query import Delta, Usage
from web_server.routes import gathered as module
from web_server.routes.gathered import gathered, joined

DELTAS = [
    *(Delta(text=text) for text in "Well, hello"),
    *(Delta(choice=1, text=text) for text in "there"),
    *(Delta(channel="reasoning", text=text) for text in "hm"),
    Delta(channel="tool", tool_index=0, tool_id="a", tool_name="f", text='{"x"'),
    Delta(channel="tool", tool_index=0, text=": 1}"),
    Delta(channel="tool", tool_index=1, tool_id="b", tool_name="g", text="{"),
    Delta(channel="tool", tool_index=1, text="}"),
    Delta(finish_reason="stop"),
    Delta(usage=Usage(3, 4)),
]


def test_neighbours_of_one_kind_are_one():
    made = joined(DELTAS)
    assert collect(made) == collect(DELTAS)
    assert [delta.text for delta in made] == ["Well, hello", "there", "hm", '{"x": 1}', "{}", "", ""]
    assert joined([]) == []


async def batches(*, fails: bool = False) -> AsyncIterator[list[Delta]]:
    for delta in DELTAS:
        await asyncio.sleep(0)
        yield [delta]
    if fails:
        raise ApiError("STREAM_CUT")


@pytest.mark.parametrize("busy", [0, 0.01])
@pytest.mark.parametrize("fails", [True, False])
async def test_all_of_it_comes_before_what_ended_it(busy: float, fails: bool):
    got: list[Delta] = []
    async with gathered(batches(fails=fails)) as together:
        try:
            async for batch in together:
                got += batch
                await asyncio.sleep(busy)
        except ApiError as cut:
            assert fails and cut.code == "STREAM_CUT"
        else:
            assert not fails
    assert collect(got) == collect(DELTAS)


async def test_it_does_not_read_far_ahead_of_who_is_busy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "AHEAD", 10)
    read = 0

    async def long() -> AsyncIterator[list[Delta]]:
        nonlocal read
        while read < 99:
            read += 1
            yield [Delta(text="word ")]

    async with gathered(long()) as together:
        async for batch in together:
            assert len(batch[0].text) <= 15
            had = read
            await asyncio.sleep(0.001)
            assert read - had <= 3
    assert read == 99


async def test_who_stops_reading_leaves_nothing_running():
    before = asyncio.all_tasks()
    async with gathered(batches()) as together:
        async for _ in together:
            break
    assert asyncio.all_tasks() == before
