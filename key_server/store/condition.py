"""How Redis itself is: its version, what it does when it is full, whether it can write.

Called by the doctor. Asks INFO alone, which an ACL may refuse: then only that it answers is known.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Any

from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import AuthenticationError, NoPermissionError, RedisClusterException

from key_server.errors import StoreUnavailable
from key_server.store.connection import Connection

REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (AuthenticationError, "it refuses the user or the password"),
    (NoPermissionError, "its ACL allows this user too little (docker/redis-users.acl)"),
    (ssl.SSLCertVerificationError, "its certificate is not for this host, or not of an authority that is trusted here"),
    (ssl.SSLError, "there is no TLS at that port, or another one"),
    (socket.gaierror, "its host has no address"),
    (FileNotFoundError, "its socket, or a file that the URL names, is not there"),
    (PermissionError, "this user may not open its socket, or a file that the URL names"),
    (ConnectionRefusedError, "nobody listens there"),
    (MasterNotFoundError, "no Sentinel there knows a master of that service"),
    (RedisClusterException, "it is no Cluster, or none of its nodes answers"),
    (TimeoutError, "no answer in time: it hangs, a firewall drops it, or rediss:// meets a port without TLS"),
    (ConnectionResetError, "it hangs up: it may want TLS (rediss://)"),
)
"""The first of these that is behind a failure says most."""


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


def why(unavailable: StoreUnavailable) -> str:
    """What Redis or the way there said, in words of our own; empty where that is unknown."""
    behind: list[BaseException] = [unavailable]
    while (found := behind[-1].__cause__ or behind[-1].__context__) is not None and found not in behind:
        behind.append(found)
    return next((words for kind, words in REASONS if any(isinstance(each, kind) for each in behind)), "")


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
