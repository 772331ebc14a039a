"""One line of the journal: what happened to an attempt, and what that adds to which sums.

Called by `pending` (which makes entries), `journal` and `book`. Pure: a line to an entry and back.
A line stands alone: whoever reads it from the middle of the file knows what to add without having read what is before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from key_server.catalog.provider import Price
from key_server.usage.attempt import NOTHING, Attempt, Row, Sums

Kind = Literal["begin", "end", "settle"]


@dataclass(frozen=True, slots=True)
class Entry:
    """`adds` belongs to `row`; an entry that was carried over from an earlier journal adds nothing.

    `attempt`: of a begin. `spent`: of an end; tokens were used up that a report may still count.
    """

    kind: Kind
    attempt_id: str
    at_s: int
    row: Row
    adds: Sums = NOTHING
    attempt: Attempt | None = None
    spent: bool = False

    def line(self) -> bytes:
        more: list[object] = []
        if self.attempt is not None:
            more = _words(self.attempt)
        elif self.kind == "end":
            more = [int(self.spent)]
        words = [self.kind, self.attempt_id, self.at_s, self.row, self.adds, more]
        return json.dumps(words, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"


def read(line: bytes) -> Entry | None:
    """None where it is no entry: the journal's first line, or what a power cut left of a page."""
    try:
        kind, attempt_id, at_s, row, adds, more = json.loads(line)
        if kind not in get_args(Kind):
            return None
        return Entry(
            kind,
            str(attempt_id),
            int(at_s),
            Row(int(row[0]), *map(str, row[1:])),
            Sums(*map(int, adds)),
            _attempt(*more) if kind == "begin" else None,
            kind == "end" and bool(more[0]),
        )
    except (ValueError, TypeError, IndexError, RecursionError):
        return None


def _words(attempt: Attempt) -> list[object]:
    of, price = attempt, attempt.price  # `dataclasses.astuple` takes 9 us for this
    ids: list[object] = [of.attempt_id, of.call_id, of.key_id, of.provider, of.model, of.endpoint_id]
    return [*ids, of.estimate, of.reserved_tokens, of.taken_at_s, of.least_tokens, [price.input, price.output]]


def _attempt(*words: Any) -> Attempt:
    *others, price = words
    return replace(Attempt(*others), price=Price(*price))
