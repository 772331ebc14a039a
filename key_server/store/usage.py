"""The sums of usage: one hash an hour, and how far each journal was applied to them.

Called by `usage.book` and `servicer`. Names: `ks:{usage}:applied`, `:hours`, `:hour:<unix second of its start>`; the
hash tag keeps them on one node of a Cluster, because they change in one atom. An hour is forgotten `days` after its
end; how far a journal was applied is forgotten when another has replaced it.
Never a caller, a key or a label.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from key_server.store.connection import Connection, name
from key_server.usage.attempt import HOUR_S, Row, Sums

HOURS_AT_ONCE = 12  # a round trip; 90 days in 180
DAY_S = 86_400
TAG = "usage"


class UsageStore:
    def __init__(self, connection: Connection, *, days: int) -> None:
        self._connection = connection
        self._keep_s = days * DAY_S
        self._book = connection.script("book")

    async def applied(self, journal_id: str) -> int:
        """How many bytes of it were. Raises StoreUnavailable."""

        async def read() -> bytes | str | None:
            return await self._connection.client.hget(_applied(), journal_id)

        return int(await self._connection.ask(read()) or 0)

    async def apply(self, journal_id: str, from_: int, to: int, adds: Mapping[Row, Sums], *, previous: str = "") -> int:
        """Add, if `from_` is how far the journal was applied. How far it now is. Raises StoreUnavailable.

        Safe to repeat: what was applied once is not applied again.
        """
        hours: dict[int, list[str | int]] = {}
        for row, sums in adds.items():
            fields = hours.setdefault(row.hour_s, [])
            for counter, amount in zip(Sums._fields, sums, strict=True):
                if amount:
                    fields += (_field(counter, row), amount)
        keys = [_applied(), _hours()]
        args: list[str | int] = [journal_id, from_, to, previous]
        for hour_s, fields in hours.items():
            keys.append(_hour(hour_s))
            args += (hour_s, hour_s + self._keep_s + HOUR_S, len(fields) // 2, *fields)
        return int(await self._book(keys, args, again=True))

    async def sums(self, since_s: int) -> AsyncIterator[tuple[Row, Sums]]:
        """Every row of every hour that is kept, from the hour of `since_s` on, in order. Raises StoreUnavailable."""
        kept = await self._connection.ask(self._kept())
        hours = [hour_s for hour_s in kept if hour_s + HOUR_S > since_s]
        for start in range(0, len(hours), HOURS_AT_ONCE):
            some = hours[start : start + HOURS_AT_ONCE]
            for hour_s, found in zip(some, await self._connection.ask(self._read(some)), strict=True):
                for row, sums in _rows(hour_s, found).items():
                    yield row, sums

    async def _kept(self) -> list[int]:
        found: list[Any] = await self._connection.client.zrange(_hours(), 0, -1)
        return sorted(map(int, found))

    async def _read(self, hours: Sequence[int]) -> list[dict[bytes, bytes]]:
        pipe = self._connection.client.pipeline()
        for hour_s in hours:
            pipe.hgetall(_hour(hour_s))
        found: list[dict[bytes, bytes]] = await pipe.execute()
        return found


def _rows(hour_s: int, found: Mapping[bytes, bytes]) -> dict[Row, Sums]:
    rows: dict[Row, Sums] = {}
    for field, amount in found.items():
        counter, key_id, provider, model = field.decode().split(":", 3)
        row = Row(hour_s, key_id, provider, model)
        if counter in Sums._fields:
            rows[row] = rows.get(row, Sums())._replace(**{counter: int(amount)})
    return rows


def _field(counter: str, row: Row) -> str:
    return f"{counter}:{row.key_id}:{row.provider}:{row.model}"  # the model last: it alone may hold a colon


def _applied() -> str:
    return name(TAG, "applied")


def _hours() -> str:
    return name(TAG, "hours")


def _hour(hour_s: int) -> str:
    return name(TAG, "hour", str(hour_s))
