"""One Redis, a Cluster or a Sentinel's master, asked with bounded patience; and the scripts that it runs.

Built by `server`; used by the other files of this package alone. A Redis that is away, hung, full or failing over is a
StoreUnavailable within its patience. Nothing is asked twice, but what carries an id that makes it safe to repeat.
Every script begins with `lua/clock.lua`, so that there is one clock: Redis' own.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from key_server.errors import StoreUnavailable
from key_server.store.address import Address, parse
from key_server.store.line import Line, Word

PATIENCE_S = 0.25  # a refusal is promised within 300 ms; redis-py's defaults took 4.3 s to notice (redis-py 8)
RETRY_HINT_MS = 1_000
MOST_AT_ONCE = 64  # connections; more callers than that wait for one, within the same patience
# redis-py 8: a Cluster's client that looks for its nodes anew closes all connections, also those that others are using.
CLOSED_UNDER_IT = (AttributeError, RuntimeError)
LUA = Path(__file__).parents[1] / "lua"
T = TypeVar("T")


def name(provider: str, *parts: str) -> str:
    """A name in Redis. The hash tag keeps one provider's names on one node of a Cluster."""
    return ":".join((f"ks:{{{provider}}}", *parts))


class Connection:
    def __init__(self, url: str, *, patience_s: float = PATIENCE_S, clock: str = "") -> None:
        """Connects at the first call, not here. `clock`: Lua that defines `now` (ms), in place of `lua/clock.lua`."""
        self.patience_s = patience_s
        self._clock = clock or (LUA / "clock.lua").read_text()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._sentinel: Sentinel | None = None
        self._looking: asyncio.Task[Any] | None = None
        to = parse(url)
        self.client: Redis | RedisCluster = self._open(to)
        self.line = Line(to) if to.kind == "single" and not to.tls else None
        """What scripts are asked over, where there is one; else they go through the client."""

    def script(self, *parts: str) -> Script:
        """`lua/<part>.lua`, one behind the other. A Redis that was restarted is taught it again in passing."""
        return Script(self, "\n".join([self._clock, *((LUA / f"{each}.lua").read_text() for each in parts)]))

    async def ask(self, asked: Awaitable[T]) -> T:
        """The answer, within `patience_s`. Raises StoreUnavailable."""
        try:
            async with asyncio.timeout(self.patience_s), self._room:
                return await asked
        # A server that is no Cluster is the second.
        except (RedisError, RedisClusterException, OSError, TimeoutError, *CLOSED_UNDER_IT):
            raise StoreUnavailable(retry_after_ms=RETRY_HINT_MS) from None
        finally:
            if isinstance(asked, Coroutine):
                asked.close()  # where there was no room for it, it was never begun

    async def ready(self) -> None:
        """A Cluster's nodes are known. Looking for them may outlast one caller's patience, and then goes on behind."""
        if isinstance(self.client, RedisCluster):
            if self._looking is None or self._looking.done():
                self._looking = asyncio.ensure_future(self.client.initialize())
                self._looking.add_done_callback(lambda done: done.cancelled() or done.exception())
            await asyncio.shield(self._looking)

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        if self.line is not None:
            await self.line.close()
        await self.client.aclose()
        if self._sentinel is not None:
            await self._sentinel.aclose()

    def _open(self, to: Address) -> Redis | RedisCluster:
        options: dict[str, Any] = {
            "username": to.username,
            "password": to.password,
            "socket_timeout": self.patience_s,
            "socket_connect_timeout": self.patience_s,
            "health_check_interval": 0,
            "protocol": 2,  # no client-side notifications to negotiate: one round trip less a connection
        }
        tls = {key: value for key, value in to.options.items() if key.startswith("ssl_")}
        if to.tls:
            options |= {"ssl": True, "ssl_cert_reqs": "required", "ssl_check_hostname": True, **tls}
        never = Retry(NoBackoff(), 0)
        if to.kind == "cluster":
            nodes = [ClusterNode(host, port) for host, port in to.hosts]
            # One node that is away takes its own providers with it, and no others.
            return RedisCluster(startup_nodes=nodes, retry=never, require_full_coverage=False, **options)
        options |= {"db": to.db, "retry": never}
        if to.kind == "sentinel":
            asking = {key: value for key, value in options.items() if key not in ("db", "username", "password")}
            asking |= {key.removeprefix("sentinel_"): to.options.get(key) for key in _SENTINEL_USER}
            self._sentinel = Sentinel(to.hosts, sentinel_kwargs=asking, **options)  # type: ignore[no-untyped-call]
            master: Redis = self._sentinel.master_for(to.service)
            return master
        if to.path:
            return Redis(unix_socket_path=to.path, **options)
        host, port = to.hosts[0]
        return Redis(host=host, port=port, **options)


_SENTINEL_USER = ("sentinel_username", "sentinel_password")


class Script:
    """A Lua script, asked by its digest."""

    def __init__(self, connection: Connection, text: str) -> None:
        self._connection = connection
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[Word], *, again: bool = False) -> Any:
        """`again`: it is safe to repeat. The names in `keys` share a hash tag. Raises StoreUnavailable."""
        line = self._connection.line
        if line is None:
            return await self._connection.ask(self._asked(keys, args, again))
        until = asyncio.get_running_loop().time() + self._connection.patience_s
        try:
            try:
                return await self._over(line, keys, args, until)
            except RedisConnectionError:  # a kept connection may have died with the Redis behind it
                if not again:
                    raise
                return await self._over(line, keys, args, until)
        except (RedisError, OSError, TimeoutError):
            raise StoreUnavailable(retry_after_ms=RETRY_HINT_MS) from None

    async def _over(self, line: Line, keys: Sequence[str], args: Sequence[Word], until: float) -> Any:
        try:
            return await line.ask(["EVALSHA", self._digest, len(keys), *keys, *args], until)
        except NoScriptError:
            return await line.ask(["EVAL", self._text, len(keys), *keys, *args], until)

    async def _asked(self, keys: Sequence[str], args: Sequence[Word], again: bool) -> Any:
        try:
            return await self._run(keys, args)
        except (RedisConnectionError, *CLOSED_UNDER_IT):  # a kept connection may have died with the Redis behind it
            if not again:
                raise
            return await self._run(keys, args)

    async def _run(self, keys: Sequence[str], args: Sequence[Word]) -> Any:
        client = self._connection.client
        await self._connection.ready()
        try:
            return await client.execute_command("EVALSHA", self._digest, len(keys), *keys, *args)
        except NoScriptError:
            return await client.execute_command("EVAL", self._text, len(keys), *keys, *args)
