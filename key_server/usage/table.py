"""The sums as an operator reads them: by key, provider, model, hour or day.

Called by `servicer`. Pure: what `store.usage` read comes in, rows come out.
Never leaves out what was spent: a key that was removed has a row without a label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from key_server.errors import BadRequest
from key_server.usage.attempt import NOTHING, Row, Sums

BY: Mapping[str, Callable[[Row], str]] = {
    "key": lambda row: row.key_id,
    "provider": lambda row: row.provider,
    "model": lambda row: f"{row.provider}/{row.model}",
    "hour": lambda row: _utc(row).strftime("%Y-%m-%dT%H"),
    "day": lambda row: _utc(row).strftime("%Y-%m-%d"),
}
IN_TIME = ("hour", "day")


class Table:
    """Rows that grow while Redis is being read."""

    def __init__(self, by: str, since_s: int) -> None:
        """Raises BadRequest."""
        if by not in BY or since_s < 0:
            raise BadRequest
        self._by = by
        self._rows: dict[str, Sums] = {}

    def add(self, row: Row, sums: Sums) -> None:
        name = BY[self._by](row)
        self._rows[name] = self._rows.get(name, NOTHING).plus(sums)

    def rows(self) -> Iterable[tuple[str, Sums]]:
        """Hours and days in their order; else what cost most first, then what was asked most."""
        if self._by in IN_TIME:
            return sorted(self._rows.items())
        return sorted(self._rows.items(), key=lambda each: (-each[1].nano_usd, -each[1].requests, each[0]))


def _utc(row: Row) -> datetime:
    return datetime.fromtimestamp(row.hour_s, UTC)
