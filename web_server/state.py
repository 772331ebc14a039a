"""The web server's Redis: the one connection, every key name (`ws:*`), and the scripts that it runs.

Called by the app, the health door, the store of the sessions, `auth`, `limits` and `usage`. A Redis that is away, hung
or full is `Away`, within half a second; nothing is asked twice.
Never: a real value unsealed, or a caller's name.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

TURN_SECONDS = 0.05
TURNS = 10
"""How long an answer is waited for: half a second, in turns. A loop that was held up for longer (a long reckoning, a
busy machine) has spent one turn by that, and not the whole: the answer may have been there all the time."""

DEAD_SECONDS = 5.0
"""What the client itself waits for, should nobody else end it."""

CONNECTIONS = 50
"""Of one process, at most."""

FIELDS_AT_ONCE = 500
LUA = Path(__file__).parent / "lua"
T = TypeVar("T")

REVOKED = "ws:revoked"
"""A sorted set: the digest of a token's id, by the end of the token (Unix time). Gone with the last of them."""

REVOKED_VERSION = "ws:revoked:version"
"""Another word after each change."""

SESSION = "ws:session:"
"""One session, by the HMAC of its id."""

SESSIONS_OF = "ws:sessions:"
"""A caller's sessions, by the HMAC of the caller."""

SESSIONS_OPEN = "ws:sessions-open"
"""A sorted set: the names of all sessions, by when they end. Looking for names is nothing this user of Redis may do."""


class Away(Exception):
    """Redis does not answer, or takes nothing more."""


def name(tag: str, *parts: str) -> str:
    """A name in Redis. Names of one tag may change in one script, on a Cluster too."""
    return ":".join((f"ws:{{{tag}}}", *parts))


Asked: TypeAlias = tuple[str, str, *tuple[str | bytes | int, ...]]
"""A script over one key, that key, and the arguments."""


class State:
    """One pooled connection to Redis; opened by the first use."""

    def __init__(self, url: str) -> None:
        self._scripts: dict[str, Script] = {}
        self._asking: set[asyncio.Future[Any]] = set()
        self._closed = False
        # redis-py's default is three more tries with pauses in between: an outage would take seconds to notice, and
        # what counts would be counted twice.
        # Who finds all connections taken waits for one: else a hundred callers at once would look like an outage.
        self.redis = Redis.from_pool(
            BlockingConnectionPool.from_url(
                url,
                max_connections=CONNECTIONS,
                timeout=DEAD_SECONDS,
                socket_timeout=DEAD_SECONDS,
                socket_connect_timeout=DEAD_SECONDS,
                retry_on_timeout=False,
                retry=Retry(NoBackoff(), 0),
            )
        )

    async def is_there(self) -> bool:
        """Whether Redis answers a PING in time."""
        try:
            return bool(await self.ask(self.redis.ping()))
        except Away:
            return False

    async def revoke(self, digest: str, until: int) -> None:
        """Put a token on the list until its end. Raises Away."""
        await self.ask(self._revoke(digest, until))

    async def revoked(self, known: str) -> tuple[str, Mapping[str, float] | None]:
        """The list and its version; the list is None where its version is the `known` one. Raises Away."""
        version = _text(await self.ask(self.redis.get(REVOKED_VERSION)))
        if version == known:
            return version, None
        rows: Any = await self.ask(self.redis.zrangebyscore(REVOKED, time.time(), "+inf", withscores=True))
        return version, {_text(name): float(end) for name, end in rows}

    async def run(self, script: str, key: str, *arguments: str | bytes | int) -> Any:
        """What a Lua script over one key returns. Raises Away; the script may then have run, or not."""
        return await self._script(script)([key], arguments)

    async def run_together(self, *asked: Asked) -> list[Any]:
        """What several of them return, in one round trip. Raises Away; some may then have run."""
        return await self.ask(self._together(asked))

    def script(self, *parts: str) -> Script:
        """`lua/<part>.lua`, one behind the other, behind the clock. A Redis that was restarted is taught it again."""
        return Script(self, "\n".join((LUA / f"{part}.lua").read_text() for part in ("clock", *parts)))

    async def value(self, name: str) -> bytes | None:
        """What is kept under a name. Raises Away."""
        found: Any = await self.ask(self.redis.get(name))
        return found if isinstance(found, bytes) else None

    async def hash(self, name: str) -> dict[str, bytes]:
        """Every field of a hash, some at a time. Raises Away."""
        found: dict[str, bytes] = {}
        cursor = 0
        while True:
            scanned: Any = await self.ask(self.redis.hscan(name, cursor, count=FIELDS_AT_ONCE))
            cursor, some = scanned
            found.update((field.decode(), value) for field, value in some.items())
            if not cursor:
                return found

    async def ask(self, asked: Awaitable[T]) -> T:
        """The answer, if it comes in time. Raises Away."""
        asking = asyncio.ensure_future(asked)
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        if self._closed:
            asking.cancel()
        try:
            for _ in range(TURNS):
                if (await asyncio.wait((asking,), timeout=TURN_SECONDS))[0]:
                    if asking.cancelled():  # as it was closed
                        break
                    return asking.result()
        except (RedisError, OSError):
            raise Away from None
        finally:
            if not asking.done():
                asking.add_done_callback(lambda done: done.cancelled() or done.exception())
                asking.cancel()
        raise Away

    async def aclose(self) -> None:
        """Close the pool. What is still asked over it, and whoever asks from now on, finds it away: redis-py connects
        on for who is connecting, and opens again what it has closed, and nobody would close that."""
        self._closed = True
        for asking in tuple(self._asking):
            asking.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self.redis.aclose()

    def _script(self, text: str) -> Script:
        known = self._scripts.get(text)
        if known is None:
            known = self._scripts[text] = Script(self, text)
        return known

    async def _together(self, asked: Sequence[Asked]) -> list[Any]:
        async with self.redis.pipeline(transaction=False) as line:
            for script, key, *arguments in asked:
                line.execute_command("EVALSHA", self._script(script).digest, 1, key, *arguments)
            found: list[Any] = await line.execute(raise_on_error=False)
        for at, (each, (script, key, *arguments)) in enumerate(zip(found, asked, strict=True)):
            if isinstance(each, NoScriptError):
                found[at] = await self._script(script).asked([key], arguments)
            elif isinstance(each, RedisError):
                raise each
        return found

    async def _revoke(self, digest: str, until: int) -> None:
        async with self.redis.pipeline(transaction=True) as change:
            change.zremrangebyscore(REVOKED, "-inf", time.time())
            change.zadd(REVOKED, {digest: until}, gt=True)
            change.zrange(REVOKED, -1, -1, withscores=True)
            change.set(REVOKED_VERSION, secrets.token_hex(8))
            *_, last, _ = await change.execute()
        for name in (REVOKED, REVOKED_VERSION):
            await self.redis.expireat(name, int(last[0][1]) + 1)


class Script:
    """A Lua script, asked by its digest."""

    def __init__(self, state: State, text: str) -> None:
        self._state = state
        self._text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[str | bytes | int]) -> Any:
        """What it returns. The names in `keys` share a tag. Raises Away."""
        return await self._state.ask(self.asked(keys, args))

    async def asked(self, keys: Sequence[str], args: Sequence[str | bytes | int]) -> Any:
        """The same, where somebody else waits for it. Raises RedisError."""
        run: Any = self._state.redis.execute_command
        try:
            return await run("EVALSHA", self.digest, len(keys), *keys, *args)
        except NoScriptError:
            return await run("EVAL", self._text, len(keys), *keys, *args)


def _text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
