"""The rest of a key's endpoint ends: its secret is another now, or an operator has enabled it.

Called by `admin`, and by `watches` for what another host changed. Never raises: a store that is away only keeps the
endpoint at rest for as long as it was to be.
"""

from __future__ import annotations

import logging
from typing import Protocol

from key_server import logs
from key_server.errors import StoreUnavailable
from key_server.holdings import Holdings


class Forgiving(Protocol):
    """`store.pool.PoolStore`."""

    async def forgive(self, provider: str, endpoint_id: str) -> None:
        """Forget why the endpoint rests. Raises StoreUnavailable."""
        ...


async def forgive(holdings: Holdings, pool: Forgiving, key_id: str) -> None:
    """Its endpoints may be tried again at once."""
    endpoints = holdings.current.pool.by_id.values()
    for each in [each for each in endpoints if each.key and each.key.key_id == key_id]:
        try:
            await pool.forgive(each.provider.name, each.endpoint_id)
        except StoreUnavailable:
            logs.event("not_forgiven", logging.WARNING, provider=each.provider.name, endpoint=each.endpoint_id)
