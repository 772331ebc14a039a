"""How Redis itself is: its version, what it does when it is full, whether it can write.

Called by the doctor. Asks INFO alone, which an ACL may refuse: then only that it answers is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.exceptions import NoPermissionError

from key_server.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Condition:
    """`policy`: maxmemory-policy, where there is a limit. `cannot_write`: why, in words."""

    version: str = ""
    policy: str = ""
    kept: bool = False
    cannot_write: str = ""

    @property
    def evicts(self) -> bool:
        """Whether names vanish before their time when it is full."""
        return self.policy not in ("", "noeviction")


async def ask(url: str) -> Condition:
    """Raises StoreUnavailable."""
    connection = Connection(url)
    try:
        return _condition(await connection.ask(_info(connection.client)))
    finally:
        await connection.close()


async def _info(client: Any) -> dict[str, Any]:
    await client.ping()
    try:
        found: dict[str, Any] = await client.info()
    except NoPermissionError:
        return {}
    return next(iter(found.values())) if all(isinstance(each, dict) for each in found.values()) else found


def _condition(info: dict[str, Any]) -> Condition:
    cannot_write = ""
    if info.get("loading"):
        cannot_write = "it is still loading"
    elif info.get("role") == "slave":
        cannot_write = "it is a replica, which takes no writes"
    return Condition(
        version=str(info.get("redis_version", "")),
        policy=str(info.get("maxmemory_policy", "")) if info.get("maxmemory") else "",
        kept=bool(info.get("aof_enabled") or info.get("rdb_saves")),
        cannot_write=cannot_write,
    )
