"""The attempts whose account is still open: begun and not ended, or ended and not counted.

Called by `book` alone. Pure: what happens comes in, entries for the journal come out. Each entry it makes it also
takes, so that a journal read again after a crash leads to the same state.
Never forgets an attempt without an entry that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from key_server.usage.attempt import Attempt, Row, Sums
from key_server.usage.entry import Entry

MOST_WAITING = 20_000  # ended and not counted yet: some 10 MB; with more, the oldest stop waiting


@dataclass(slots=True)
class _Open:
    attempt: Attempt
    row: Row
    ended_at_s: int | None = None
    counted: bool = False  # its tokens are booked


class Pending:
    def __init__(self, *, patience_s: float) -> None:
        """`patience_s`: how long an ended attempt waits to be counted before it settles at its estimate."""
        self._patience_s = patience_s
        self._open: dict[str, _Open] = {}
        self._waiting: dict[str, None] = {}  # ended and not counted, the first to end first
        self._last: dict[str, str] = {}  # call id -> its last attempt

    def begin(self, attempt: Attempt, now_s: int) -> Iterator[Entry]:
        """An attempt goes out. One that is still open under the same call id will never be counted: it settles now."""
        before = self._open.get(self._last.get(attempt.call_id, ""))
        if before is not None and not before.counted:
            yield self._settled(before, now_s)
        yield self._taken(
            Entry("begin", attempt.attempt_id, now_s, attempt.row(now_s), Sums(requests=1), attempt=attempt)
        )

    def end(
        self, attempt_id: str, now_s: int, *, failed: bool = False, spent: bool = True, milliseconds: int = 0
    ) -> Iterator[Entry]:
        """It is over. `spent`: tokens were used up, and a report may still count them."""
        found = self._open.get(attempt_id)
        if found is None or found.ended_at_s is not None:
            return
        adds = Sums(errors=int(failed), latency_ms=max(0, milliseconds))
        yield self._taken(Entry("end", attempt_id, now_s, found.row, adds, spent=spent))
        while len(self._waiting) > MOST_WAITING:
            yield self._settled(self._open[next(iter(self._waiting))], now_s)

    def report(
        self, call_id: str, prompt_tokens: int, completion_tokens: int, now_s: int
    ) -> tuple[Entry, Attempt] | None:
        """The tokens of a call's last attempt. None: it is not known, or counted already."""
        found = self._open.get(self._last.get(call_id, ""))
        if found is None or found.counted:
            return None
        return self._settled(found, now_s, (prompt_tokens, completion_tokens)), found.attempt

    def overdue(self, now_s: int) -> Iterator[Entry]:
        """Those that have waited long enough settle at their estimate."""
        while self._waiting:
            oldest = self._open[next(iter(self._waiting))]
            if oldest.ended_at_s is None or oldest.ended_at_s + self._patience_s > now_s:
                return
            yield self._settled(oldest, now_s)

    def orphans(self, now_s: int) -> Iterator[Entry]:
        """After a restart: what had begun was cut off with the process. A report may still count it."""
        for attempt_id in [key for key, each in self._open.items() if each.ended_at_s is None]:
            yield from self.end(attempt_id, now_s, failed=True)

    def carried(self) -> Iterator[Entry]:
        """All that a new journal must know to go on from here. Adds nothing."""
        # In the order in which they ended: what waits is settled from the front.
        for each in sorted(self._open.values(), key=lambda each: each.ended_at_s or 0):
            began = Entry("begin", each.attempt.attempt_id, each.row.hour_s, each.row, attempt=each.attempt)
            yield began
            if each.counted:
                yield Entry("settle", began.attempt_id, each.row.hour_s, each.row)
            if each.ended_at_s is not None:
                yield Entry("end", began.attempt_id, each.ended_at_s, each.row, spent=True)

    def take(self, entry: Entry) -> None:
        """What an entry means for the open accounts. Of an attempt that is not known, nothing."""
        if entry.attempt is not None:
            self._open[entry.attempt_id] = _Open(entry.attempt, entry.row)
            self._last[entry.attempt.call_id] = entry.attempt_id
            return
        found = self._open.get(entry.attempt_id)
        if found is None:
            return
        if entry.kind == "end":
            found.ended_at_s = entry.at_s
            if entry.spent and not found.counted:
                self._waiting[entry.attempt_id] = None
                return
        else:
            found.counted = True
            if found.ended_at_s is None:
                return
        self._close(entry.attempt_id, found)

    def _settled(self, found: _Open, now_s: int, tokens: tuple[int, int] | None = None) -> Entry:
        adds = found.attempt.spent(*(tokens or (found.attempt.estimate, 0)))
        return self._taken(Entry("settle", found.attempt.attempt_id, now_s, found.row, adds))

    def _taken(self, entry: Entry) -> Entry:
        self.take(entry)
        return entry

    def _close(self, attempt_id: str, found: _Open) -> None:
        del self._open[attempt_id]
        self._waiting.pop(attempt_id, None)
        if self._last.get(found.attempt.call_id) == attempt_id:
            del self._last[found.attempt.call_id]
