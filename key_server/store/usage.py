"""The sums of usage: one hash an hour, and how far each journal was applied to them.

Called by `usage.book`. Names: `ks:{usage}:applied`, `:hours`, `:hour:<unix second of its start>`; the hash tag keeps
them on one node of a Cluster, because they change in one atom. An hour is forgotten `days` after its end; how far a
journal was applied is forgotten when another has replaced it.
Never a caller, a key or a label.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from key_server.store.connection import Connection, name
from key_server.usage.attempt import HOUR_S, Row, Sums

ROWS_AT_ONCE = 500  # a round trip; some 2 ms to understand, in which no call is served
HOURS_AT_ONCE = 500  # of which only the number of rows is asked
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
            hours.setdefault(row.hour_s, []).extend((_field(row), *sums))
        keys = [_applied(), _hours()]
        args: list[str | int] = [journal_id, from_, to, previous]
        for hour_s, rows in hours.items():
            keys.append(_hour(hour_s))
            args += (hour_s, hour_s + self._keep_s + HOUR_S, len(rows) // (1 + len(Sums._fields)), *rows)
        return int(await self._book(keys, args, again=True))

    async def sums(self, since_s: int) -> AsyncIterator[tuple[Row, Sums]]:
        """Every row of every hour that is kept, from the hour of `since_s` on, in order. Raises StoreUnavailable."""
        kept = [hour_s for hour_s in await self._connection.ask(self._kept()) if hour_s + HOUR_S > since_s]
        for start in range(0, len(kept), HOURS_AT_ONCE):
            some = kept[start : start + HOURS_AT_ONCE]
            sizes = await self._connection.ask(self._all("hlen", some))
            for group in _groups(some, sizes):
                if len(group) == 1:
                    async for each in self._long(group[0]):
                        yield each
                    continue
                for hour_s, found in zip(group, await self._connection.ask(self._all("hgetall", group)), strict=True):
                    for field, sums in found.items():
                        yield _read(hour_s, field, sums)

    async def _kept(self) -> list[int]:
        found: list[Any] = await self._connection.client.zrange(_hours(), 0, -1)
        return sorted(map(int, found))

    async def _all(self, verb: str, hours: Sequence[int]) -> list[Any]:
        pipe = self._connection.client.pipeline()
        for hour_s in hours:
            getattr(pipe, verb)(_hour(hour_s))
        found: list[Any] = await pipe.execute()
        return found

    async def _long(self, hour_s: int) -> AsyncIterator[tuple[Row, Sums]]:
        """One hour, which may have more rows than can be read at once."""
        seen: set[bytes] = set()
        cursor = 0

        async def scan() -> Any:
            return await self._connection.client.hscan(_hour(hour_s), cursor, count=ROWS_AT_ONCE)

        while True:
            cursor, found = await self._connection.ask(scan())
            for field, sums in found.items():
                if field not in seen:  # a hash that grows meanwhile may show a field twice
                    seen.add(field)
                    yield _read(hour_s, field, sums)
            if not cursor:
                return


def _groups(hours: Sequence[int], sizes: Sequence[int]) -> Iterable[list[int]]:
    """Neighbours that are read together: few rows, or one hour."""
    group: list[int] = []
    rows = 0
    for hour_s, size in zip(hours, sizes, strict=True):
        if group and rows + size > ROWS_AT_ONCE:
            yield group
            group, rows = [], 0
        group.append(hour_s)
        rows += size
    if group:
        yield group


def _read(hour_s: int, field: bytes, sums: bytes) -> tuple[Row, Sums]:
    key_id, provider, model = field.decode().split(":", 2)
    return Row(hour_s, key_id, provider, model), Sums(*map(int, sums.split()))


def _field(row: Row) -> str:
    return f"{row.key_id}:{row.provider}:{row.model}"  # the model last: it alone may hold a colon


def _applied() -> str:
    return name(TAG, "applied")


def _hours() -> str:
    return name(TAG, "hours")


def _hour(hour_s: int) -> str:
    return name(TAG, "hour", str(hour_s))
