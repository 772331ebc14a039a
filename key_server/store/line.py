"""One connection to one Redis that all questions share: each goes out at once, answers come back in that order.

Used by `connection` for scripts, where Redis is one server that is asked in the clear. redis-py gives each question a
connection, a lock and a dozen coroutines: 0.15 ms of processor time where this takes 0.03, three times a call.
Never asks anything twice; never waits for longer than until `until`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeAlias

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ResponseError

from key_server.store.address import Address

Word: TypeAlias = str | int | float

RETIRED_S = 5.0
"""How long a line that did not answer in time may still answer to what was asked before."""


class Line:
    """A server's address, and the connection that there is. Opened by the first question, anew when it broke."""

    def __init__(self, to: Address) -> None:
        self._to = to
        self._open: _Replies | None = None
        self._opening: asyncio.Task[_Replies] | None = None
        self._retired: set[_Replies] = set()

    async def ask(self, words: Sequence[Word], until: float) -> Any:
        """The reply to one command. Raises what redis-py would: RedisError; OSError; TimeoutError at `until`."""
        replies = self._open
        if replies is None or not replies.is_open:
            async with asyncio.timeout_at(until):
                replies = await self._opened()
        asked = replies.ask(words)
        timer = asyncio.get_running_loop().call_at(until, _end, asked)
        try:
            reply = await asked
        except TimeoutError:
            # It hangs, or the way there is cut without a word: who asks next tries another connection.
            self._retire(replies)
            raise
        finally:
            timer.cancel()
        if isinstance(reply, ResponseError):
            raise reply
        return reply

    async def close(self) -> None:
        """At once, also to those that still wait for an answer."""
        if self._opening is not None:
            self._opening.cancel()
        for replies in (*self._retired, *([self._open] if self._open else ())):
            replies.close()
            await replies.gone.wait()

    def _retire(self, replies: _Replies) -> None:
        """Nothing new is asked there; what was asked may still be answered for a while."""
        if self._open is replies:
            self._open = None
            replies.is_open = False
            self._retired.add(replies)
            asyncio.get_running_loop().call_later(RETIRED_S, self._end, replies)

    def _end(self, replies: _Replies) -> None:
        replies.close()
        self._retired.discard(replies)

    async def _opened(self) -> _Replies:
        """One for all who wait for it; who leaves does not stop it."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.ensure_future(self._connect())
            self._opening.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(self._opening)

    async def _connect(self) -> _Replies:
        loop, to = asyncio.get_running_loop(), self._to
        replies: _Replies
        if to.path:
            _, replies = await loop.create_unix_connection(_Replies, to.path)
        else:
            host, port = to.hosts[0]
            _, replies = await loop.create_connection(_Replies, host, port)
        try:
            if to.password is not None:
                await _accepted(replies.ask(["AUTH", *([to.username] if to.username else []), to.password]))
            if to.db:
                await _accepted(replies.ask(["SELECT", to.db]))
        except BaseException:
            replies.close()
            raise
        self._open = replies
        return replies


async def _accepted(asked: asyncio.Future[Any]) -> None:
    reply = await asked
    if isinstance(reply, ResponseError):
        raise reply


def _end(asked: asyncio.Future[Any]) -> None:
    if not asked.done():
        asked.set_exception(TimeoutError())


class Unfinished(Exception):
    """The rest of a reply has not come yet."""


class _Replies(asyncio.Protocol):
    """RESP 2 (redis.io/docs/reference/protocol-spec), the client's side."""

    def __init__(self) -> None:
        self.is_open = False
        self.gone = asyncio.Event()
        self._transport: asyncio.WriteTransport | None = None
        self._asked: deque[asyncio.Future[Any]] = deque()
        self._read = b""

    def ask(self, words: Sequence[Word]) -> asyncio.Future[Any]:
        """The reply to come; what Redis refuses is a reply too, a ResponseError."""
        asked: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            asked.set_exception(RedisConnectionError())
            return asked
        self._asked.append(asked)
        self._transport.write(written(words))
        return asked

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self.is_open = transport, True  # type: ignore[assignment]  # uvloop has classes of its own

    def data_received(self, data: bytes) -> None:
        self._read += data
        at = 0
        try:
            while at < len(self._read):
                reply, at = read(self._read, at)
                asked = self._asked.popleft()
                if not asked.done():
                    asked.set_result(reply)
        except Unfinished:
            pass
        except (ValueError, IndexError):  # no Redis, or an answer to nothing
            self.close()
        self._read = self._read[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        self.gone.set()
        while self._asked:
            asked = self._asked.popleft()
            if not asked.done():
                asked.set_exception(RedisConnectionError())


def written(words: Sequence[Word]) -> bytes:
    """A command as it goes over the wire."""
    made = [b"*%d\r\n" % len(words)]
    for word in words:
        raw = word.encode() if isinstance(word, str) else repr(word).encode()
        made.append(b"$%d\r\n%b\r\n" % (len(raw), raw))
    return b"".join(made)


def read(data: bytes, at: int) -> tuple[Any, int]:
    """The reply that begins at `at`, and where the next one does. Raises Unfinished; ValueError where it is none."""
    end = data.find(b"\r\n", at)
    if end < 0:
        raise Unfinished
    kind, said, at = data[at : at + 1], data[at + 1 : end], end + 2
    match kind:
        case b":":
            return int(said), at
        case b"$":
            size = int(said)
            if size < 0:
                return None, at
            if len(data) < at + size + 2:
                raise Unfinished
            return data[at : at + size], at + size + 2
        case b"*":
            items: list[Any] = []
            for _ in range(int(said)):
                item, at = read(data, at)
                items.append(item)
            return items, at
        case b"+":
            return said, at
        case b"-":
            return (NoScriptError if said.startswith(b"NOSCRIPT") else ResponseError)(said.decode("latin-1")), at
    raise ValueError(kind)
