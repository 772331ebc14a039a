"""What goes on behind the calls: files that are followed, a store and a cipher that are looked at.

Run by `server`, for as long as it serves. Neither ends by itself: what fails is logged, and tried again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from key_server import logs
from key_server.errors import ConfigError, VaultUnavailable
from key_server.forgiving import Forgiving, forgive
from key_server.holdings import CHECK_EVERY_S, Holdings


async def keep_current(holdings: Holdings, *, every_s: float = 0.5) -> None:
    """Reload when a watched file changed; a bad version is logged and the old one stays. Runs until cancelled."""
    seen = _signature(holdings.watched)
    while True:
        await asyncio.sleep(every_s)
        now = _signature(holdings.watched)
        if now == seen:
            continue
        seen = now
        await _logged(holdings.reload, "reload")


async def keep_open(holdings: Holdings, pool: Forgiving, *, every_s: float = CHECK_EVERY_S) -> None:
    """Follow the store, and lock or open the keys as the cipher goes and comes. Runs until cancelled.

    A key that was rotated elsewhere may have been sent to rest from here meanwhile, for its old secret: that ends.
    """
    while True:
        await asyncio.sleep(every_s)
        await _logged(holdings.check, "check")
        for key_id in holdings.rotated_elsewhere():
            await forgive(holdings, pool, key_id)


async def _logged(work: Callable[[], Awaitable[None]], name: str) -> None:
    try:
        await work()
    except ConfigError as error:
        logs.event(f"{name}_refused", logging.ERROR, sentence=str(error))
    except VaultUnavailable as trouble:
        logs.event(f"{name}_refused", logging.ERROR, sentence=trouble.said)
    except Exception as error:  # a full disk must not end the watch
        logs.unforeseen(f"{name}_failed", error)


def _signature(paths: Sequence[Path]) -> tuple[tuple[int, ...] | None, ...]:
    """Times, size and inode of each: an editor that replaces a file within one clock tick is still seen, and so is a

    list that is given to our user.
    """
    found: list[tuple[int, ...] | None] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino))
    return tuple(found)
