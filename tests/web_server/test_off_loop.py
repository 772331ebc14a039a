"""Long work beside the event loop: it ends when its caller leaves, and no more of it waits than is done soon."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from web_server.errors import ApiError
from web_server.exchange import Exchange
from web_server.off_loop import LONG_BYTES, MOST_BYTES, Busy, OffLoop
from web_server.policies import PolicyFile
from web_server.privacy.errors import Unwanted
from web_server.privacy.finder import PatternFinder
from web_server.privacy.minimum import Minimum
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span
from web_server.privacy.wanted import Wanted, still_wanted
from web_server.providers.catalog import CatalogFile
from web_server.query import Caller, PrivacyFlags

ASKING = Caller("somebody")


class EndlessFinder:
    """Reads for as long as somebody wants it to."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()

    def find(self, text: str) -> list[Span]:
        if text.startswith("short"):
            return []
        self.has_begun.set()
        while True:
            still_wanted()
            time.sleep(0.001)


def exchange(finder: EndlessFinder, folder: Path | None = None) -> Exchange:
    """With `folder`, under a policy file of that folder that names a recognizer."""
    file = "default"
    if folder is not None:
        file = str(folder / "privacy.yaml")
        Path(file).write_text("recognizers: [UsPassportRecognizer]\n")
    policies = PolicyFile(file, Minimum(), lambda policy: Shield(finder, policy))
    return Exchange(CatalogFile([]), policies, None, bytes(32))  # there is no way out


@pytest.mark.parametrize("size", [LONG_BYTES, LONG_BYTES + 1])
async def test_what_a_caller_who_leaves_has_asked_for_is_given_up(size: int) -> None:
    finder = EndlessFinder()
    hall = exchange(finder)
    left = asyncio.create_task(hall.preview(ASKING, "for ever", PrivacyFlags(), size))
    assert await asyncio.to_thread(finder.has_begun.wait, 5)
    left.cancel()
    async with asyncio.timeout(5):
        assert (await hall.preview(ASKING, "short", PrivacyFlags(), size)).text == "short"


async def test_who_comes_when_too_much_waits_is_told_to_come_again() -> None:
    finder = EndlessFinder()
    hall = exchange(finder)
    one = asyncio.create_task(hall.preview(ASKING, "for ever", PrivacyFlags(), MOST_BYTES))
    assert await asyncio.to_thread(finder.has_begun.wait, 5)
    with pytest.raises(ApiError) as refused:
        await hall.preview(ASKING, "another", PrivacyFlags(), LONG_BYTES + 1)
    assert (refused.value.code, refused.value.status) == ("PRIVACY_BUSY", 503)
    assert refused.value.retry_after
    assert (await hall.preview(ASKING, "short", PrivacyFlags(), LONG_BYTES)).text == "short"  # has its own thread
    one.cancel()


async def test_the_largest_text_is_never_too_much_alone() -> None:
    off_loop = OffLoop()
    assert await off_loop.run(lambda: 1, 2 * MOST_BYTES) == 1
    free = threading.Event()
    first = asyncio.create_task(off_loop.run(lambda: free.wait(5), MOST_BYTES))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await off_loop.run(lambda: 2, LONG_BYTES + 1)
    free.set()
    assert await first
    assert await off_loop.run(lambda: 3, MOST_BYTES) == 3


async def test_a_recognizer_that_hangs_does_not_hold_the_loop(tmp_path: Path) -> None:
    finder = EndlessFinder()
    hall = exchange(finder, tmp_path)
    hanging = asyncio.create_task(hall.preview(ASKING, "for ever", PrivacyFlags(), 8))
    assert await asyncio.to_thread(finder.has_begun.wait, 5)  # the loop turns while it reads
    hanging.cancel()


def test_a_long_text_is_given_up_between_two_windows() -> None:
    wanted, finder = Wanted(), PatternFinder()

    def work() -> object:
        threading.Thread(target=wanted.no_longer).start()
        return finder.find("Nothing of note happened today. " * 40_000)

    with pytest.raises(Unwanted):
        wanted.do(work)
    still_wanted()  # what comes next in this thread is wanted
