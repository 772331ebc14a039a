"""What the pool has spent: written down at once, summed up in Redis behind it, exactly once.

Called by `allocator` (an attempt begins, ends), by `servicer` (tokens are reported) and by `server`, which runs `keep`.
The journal is the queue: what `flush` tells Redis it reads from there, be it a second old or from before a
restart.
Never makes a call wait for Redis, for the disk, or for another call.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Protocol

from key_server import logs
from key_server.errors import StoreUnavailable
from key_server.usage.attempt import NOTHING, Attempt, Row, Sums
from key_server.usage.entry import Entry, read
from key_server.usage.journal import Journal
from key_server.usage.pending import Pending

FLUSH_EVERY_S = 1.0
PATIENCE_S = 600.0  # how long a call's tokens may be reported after its end
LAST_FLUSH_S = 2.0
AWAY = "Redis (KEY_SERVER_REDIS_URL) cannot be used: new calls are refused until it can; the doctor says why"


class Store(Protocol):
    """`store.usage.UsageStore`."""

    async def applied(self, journal_id: str) -> int: ...

    async def apply(
        self, journal_id: str, from_: int, to: int, adds: Mapping[Row, Sums], *, previous: str = ""
    ) -> int: ...

    def sums(self, since_s: int) -> AsyncIterator[tuple[Row, Sums]]: ...


class Book:
    def __init__(
        self,
        journal: Journal,
        store: Store,
        *,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Reads the journal, and takes up what the last process left open."""
        self._journal = journal
        self._store = store
        self._clock = clock
        self._pending = Pending(patience_s=patience_s)
        self._applied: int | None = None  # how far Redis has read; None: it must be asked
        self._flushing = asyncio.Lock()
        self._waits = False  # said once, not every second
        offset = 0
        while chunk := journal.read(offset):
            offset += len(chunk)
            for entry in _entries(chunk):
                self._pending.take(entry)
        self._write(self._pending.orphans(int(clock())))

    def begin(self, attempt: Attempt) -> None:
        """An endpoint is about to be called. Once this returns, no crash of this process can lose the request."""
        self._write(self._pending.begin(attempt, int(self._clock())))

    def end(self, attempt_id: str, *, failed: bool, spent: bool, milliseconds: int) -> None:
        """`failed`: not answered, or not to the end. `spent`: a report may still come. Once; again it does nothing."""
        now = int(self._clock())
        self._write(self._pending.end(attempt_id, now, failed=failed, spent=spent, milliseconds=milliseconds))

    def report(self, call_id: str, prompt_tokens: int, completion_tokens: int) -> Attempt | None:
        """The attempt that was counted; None: no such call, or it was counted before."""
        found = self._pending.report(call_id, prompt_tokens, completion_tokens, int(self._clock()))
        if found is None:
            return None
        entry, attempt = found
        self._write((entry,))
        return attempt

    async def keep(self, *, every_s: float = FLUSH_EVERY_S) -> None:
        """Tell Redis, settle what nobody reports, replace a large journal; until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            try:
                self._write(self._pending.overdue(int(self._clock())))
                self._journal.retry()
                if self._applied is None or self._journal.size > self._applied:
                    await self.flush()
                # Redis knows more than there is in a journal that was put back from a copy: that one can go no further.
                if self._applied is not None and (self._journal.is_large or self._applied > self._journal.size):
                    await self.replace_journal()
            except Exception as error:  # whatever it is, it must not end the flushing for good
                if not self._waits and isinstance(error, StoreUnavailable):
                    logs.event("usage_waits", logging.WARNING, sentence=AWAY)
                elif not self._waits:
                    logs.unforeseen("usage_waits", error)
                self._waits = True
            else:
                self._waits = False

    async def flush(self, *, ask: bool = False) -> None:
        """Tell Redis all there is. `ask`: it may have forgotten what it was told. Raises StoreUnavailable, OSError."""
        async with self._flushing:
            if ask or self._applied is None:
                self._applied = await self._store.applied(self._journal.head.journal_id)
            while chunk := self._journal.read(self._applied):
                await asyncio.to_thread(self._journal.sync)
                head = self._journal.head
                # What comes back is how far Redis is, whatever it was told: a lost reply, an older snapshot and an
                # emptied Redis all end in going on from there.
                self._applied = await self._store.apply(
                    head.journal_id, self._applied, self._applied + len(chunk), _sums(chunk), previous=head.previous
                )

    async def replace_journal(self) -> None:
        """Begin a new journal with the open accounts alone, where Redis has all of this one.

        Raises StoreUnavailable, OSError: then this one stays.
        """
        async with self._flushing:
            self._applied = await self._store.applied(self._journal.head.journal_id)
            behind = self._journal.size
            if self._applied < behind or self._journal.is_behind:
                return
            carried = [entry.line() for entry in self._pending.carried()]
            draft = await asyncio.to_thread(self._journal.draft, carried, behind=behind)
            self._journal.replace(draft)
            self._applied = None

    async def sums(self, since_s: int) -> AsyncIterator[tuple[Row, Sums]]:
        """Every row from the hour of `since_s` on, with all that was written so far. Raises StoreUnavailable."""
        with contextlib.suppress(OSError):  # of the disk; `keep` says so
            await self.flush(ask=True)
        async for row, sums in self._store.sums(since_s):
            yield row, sums

    async def close(self) -> None:
        """The last lines reach Redis if it is there; else they wait in the journal for the next start."""
        with contextlib.suppress(StoreUnavailable, OSError, TimeoutError):
            async with asyncio.timeout(LAST_FLUSH_S):
                await self.flush()
        self._journal.close()

    def _write(self, entries: Iterable[Entry]) -> None:
        if lines := b"".join(entry.line() for entry in entries):
            self._journal.append(lines)


def _entries(chunk: bytes) -> Iterable[Entry]:
    return filter(None, map(read, chunk.splitlines()))


def _sums(chunk: bytes) -> dict[Row, Sums]:
    sums: dict[Row, Sums] = {}
    for entry in _entries(chunk):
        if any(entry.adds):
            sums[entry.row] = sums.get(entry.row, NOTHING).plus(entry.adds)
    return sums
