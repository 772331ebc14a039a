"""Holders of leases that are killed with -9, again and again: no slot is leased twice, all come back in time."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from key_server.errors import StoreUnavailable
from key_server.store.pool import Leased
from tests.support.key_server import ROOT
from tests.support.pool import Stand, endpoints, offer, stand, wanted
from tests.support.redis_server import redis_server

TTL_S, SLOTS, ENDPOINTS, HOLDERS = 1.0, 3, 3, 2
POOL = [each.limits for each in endpoints(ENDPOINTS)]


def holder(url: str) -> subprocess.Popen[bytes]:
    arguments = [url, str(TTL_S), str(SLOTS), str(ENDPOINTS)]
    return subprocess.Popen([sys.executable, "-m", "tests.support.lease_holder", *arguments], cwd=ROOT)


async def in_use(at_hand: Stand) -> list[int]:
    return [each.in_flight for each in await at_hand.pool.states("p", POOL)]


@pytest.mark.promise(9)
@pytest.mark.promise(11)
@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.soak)])
async def test_killed_holders_leave_no_slot_leased_twice_and_none_for_good(
    kills: int, record_property: Callable[[str, object], None]
) -> None:
    with redis_server() as url:
        async with stand(url, lease_ttl_s=TTL_S, simulated=False) as at_hand:
            running = [holder(url) for _ in range(HOLDERS)]
            used, most, looks = [0], 0, 0
            try:
                for _ in range(kills):
                    began, seconds = time.monotonic(), 0.35 + random.random() * 0.1
                    seen = 0  # a holder takes its time to start where the machine is busy
                    while (spent := time.monotonic() - began) < seconds or (not seen and spent < 20):
                        with suppress(StoreUnavailable):  # the machine is busy with all of this
                            used = await in_use(at_hand)
                        seen = max(seen, *used)
                        most, looks = max(most, seen), looks + 1
                        assert all(each <= SLOTS for each in used)
                        await asyncio.sleep(0.002)
                    victim = running.pop(0)
                    victim.kill()
                    victim.wait()
                    running.append(holder(url))
            finally:
                for each in running:
                    each.kill()
                    each.wait()
            killed = time.monotonic()
            while sum(await in_use(at_hand)):
                assert time.monotonic() - killed < TTL_S + 1
                await asyncio.sleep(0.02)
            back_s = time.monotonic() - killed
            crashed = time.monotonic()  # and one that is known to have been taken last
            assert isinstance(await at_hand.pool.lease("crashed", wanted(slots=SLOTS), offer("ep_000")), Leased)
            while sum(await in_use(at_hand)):
                assert time.monotonic() - crashed < TTL_S + 1
                await asyncio.sleep(0.02)
            assert time.monotonic() - crashed > TTL_S - 0.1
        assert most > 0
    record_property(
        "measured", f"{kills} kills, {looks} looks, at most {most} of {SLOTS} slots; all back after {back_s:.2f} s"
    )
