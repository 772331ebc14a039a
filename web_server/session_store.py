"""Sealed sessions in Redis: whose they are, one turn at a time, gone when nobody used them for long enough.

Called by `sessions`. Redis holds a name that is an HMAC of the session's id, and a record that opens only with the id
and WEB_SERVER_STATE_SECRET; a caller's list holds sealed ids under names of its own, so that a copy of Redis cannot
tell which records are one caller's.
Never: a session of one caller for another, or a record unsealed outside of this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from web_server import session_scripts as scripts
from web_server.conversations import Conversation
from web_server.errors import ApiError
from web_server.query import Caller
from web_server.sealing import Sealing, Unopened
from web_server.state import SESSION, SESSIONS_OF, SESSIONS_OPEN, Asked, Away, State

log = logging.getLogger("web_server.session_store")

ID = re.compile(r"[A-Za-z0-9_-]{43}\Z")  # 256 bits in base64url

HELD_SECONDS = 20
"""How long a turn is held without a word of its process: what a killed one costs its caller."""
HOLDS = 4
"""How often it says that word meanwhile."""

LONG_BYTES = 256 * 1024
"""Longer records are sealed and opened in a thread: a megabyte takes some 10 ms."""

MOST_SESSIONS = 10_000
"""Of one caller."""


@dataclass(slots=True)
class Held:
    """A session whose turn is ours; `write` what is to be kept."""

    session_id: str
    conversation: Conversation
    _store: SessionStore
    _turn: str

    async def write(self) -> None:
        """Seals the conversation as it is now. Raises ApiError session_expired where it was ended meanwhile."""
        await self._store.write(self.session_id, self._turn, self.conversation)


class SessionStore:
    """The sessions of all callers."""

    def __init__(self, state: State, sealing: Sealing, ttl_seconds: int, held_seconds: float = HELD_SECONDS) -> None:
        self._state = state
        self._sealing = sealing
        self.ttl_seconds = ttl_seconds
        self._held = int(held_seconds * 1000)

    async def create(self, conversation: Conversation) -> str:
        """Keeps a new session; its id, which is kept nowhere else in the clear. Raises ApiError."""
        session_id = secrets.token_urlsafe(32)
        await self._list(conversation.owner, session_id)
        key, sealed = self._key(session_id), await self._sealed(session_id, conversation)
        await self._run_together((scripts.CREATE, key, sealed, self._ttl), self._counted(key))
        return session_id

    async def read(self, caller: Caller, session_id: str) -> Conversation:
        """A caller's session; its time begins anew. Raises ApiError SESSION_NOT_FOUND or session_expired."""
        _check(session_id)
        record = await self._run(scripts.READ, self._key(session_id), self._ttl)
        conversation = await self._opened(caller, session_id, record)
        await self._run_together(*self._touched(caller, self._key(session_id)))
        return conversation

    @asynccontextmanager
    async def turn(self, caller: Caller, session_id: str) -> AsyncIterator[Held]:
        """A caller's session, for nobody else meanwhile. Raises ApiError, SESSION_BUSY where somebody has it."""
        _check(session_id)
        key, turn = self._key(session_id), secrets.token_hex(8)
        found = await self._run(scripts.BEGIN, key, turn, self._held, self._ttl)
        if found[0] == b"gone":
            raise _expired()
        if found[0] == b"busy":
            raise ApiError("SESSION_BUSY", retry_after=1)
        holding = asyncio.create_task(self._hold(key, turn))
        try:
            conversation = await self._opened(caller, session_id, found[1])
            with contextlib.suppress(Away):
                await self._state.run_together(*self._touched(caller, key))
            yield Held(session_id, conversation, self, turn)
        finally:
            holding.cancel()
            with contextlib.suppress(Away):
                await asyncio.shield(self._state.run(scripts.END, key, turn))

    async def write(self, session_id: str, turn: str, conversation: Conversation) -> None:
        """What a held turn keeps. Raises ApiError."""
        sealed = await self._sealed(session_id, conversation)
        if not await self._run(scripts.WRITE, self._key(session_id), turn, sealed, self._ttl):
            raise _expired()

    async def forget(self, caller: Caller, session_id: str) -> Conversation:
        """Ends a caller's session; what it was. Raises ApiError."""
        conversation = await self.read(caller, session_id)
        key = self._key(session_id)
        await self._run_together(
            (scripts.DELETE, key),
            (scripts.OPEN_DROP, SESSIONS_OPEN, key),
            (scripts.LIST_DROP, self._index(caller.subject), self._field(session_id)),
        )
        return conversation

    async def count(self) -> int:
        """How many sessions are kept, of all callers; nothing more can be told of them without their ids."""
        return int(await self._run(scripts.OPEN_COUNT, SESSIONS_OPEN))

    async def of(self, caller: Caller, most: int) -> list[tuple[str, Conversation]]:
        """A caller's newest sessions; those that are gone leave the list. Raises ApiError."""
        listed = await self._listed(caller.subject)
        found: list[tuple[str, Conversation]] = []
        for session_id in listed:
            record = await self._run(scripts.READ, self._key(session_id), 0)
            if record is None:
                await self._run(scripts.LIST_DROP, self._index(caller.subject), self._field(session_id))
                continue
            found.append((session_id, await self._opened(caller, session_id, record)))
            if len(found) == most:
                break
        return found

    async def _list(self, owner: str, session_id: str) -> None:
        entry = json.dumps([session_id, time.time()]).encode()
        sealed = self._sealing.seal("sessions", owner, entry)
        count = await self._run(scripts.LIST_ADD, self._index(owner), self._field(session_id), sealed, self._ttl)
        if count > MOST_SESSIONS:
            await self._prune(owner, session_id)

    async def _prune(self, owner: str, newest: str) -> None:
        left = 0
        for session_id in await self._listed(owner):
            if session_id == newest or await self._run(scripts.READ, self._key(session_id), 0) is not None:
                left += 1
            else:
                await self._run(scripts.LIST_DROP, self._index(owner), self._field(session_id))
        if left > MOST_SESSIONS:
            await self._run(scripts.LIST_DROP, self._index(owner), self._field(newest))
            raise ApiError("TOO_MANY_SESSIONS")

    async def _listed(self, owner: str) -> Sequence[str]:
        """The ids in a caller's list, newest first."""
        entries = []
        for sealed in await self._run(scripts.LIST_ALL, self._index(owner)):
            with contextlib.suppress(Unopened, ValueError):
                session_id, created = json.loads(self._sealing.open("sessions", owner, sealed))
                entries.append((created, session_id))
        return [session_id for _, session_id in sorted(entries, reverse=True)]

    async def _hold(self, key: str, turn: str) -> None:
        while True:
            await asyncio.sleep(self._held / 1000 / HOLDS)
            with contextlib.suppress(Away):
                await self._state.run(scripts.HOLD, key, turn, self._held, self._ttl)

    async def _sealed(self, session_id: str, conversation: Conversation) -> bytes:
        plain = conversation.dumped()
        if len(plain) <= LONG_BYTES:
            return self._sealing.seal("session", session_id, plain)
        return await asyncio.to_thread(self._sealing.seal, "session", session_id, plain)

    async def _opened(self, caller: Caller, session_id: str, record: bytes | None) -> Conversation:
        if record is None:
            raise _expired()
        try:
            if len(record) <= LONG_BYTES:
                plain = self._sealing.open("session", session_id, record)
            else:
                plain = await asyncio.to_thread(self._sealing.open, "session", session_id, record)
            conversation = Conversation.loaded(plain)
        except (Unopened, ValueError, KeyError, TypeError):
            log.error("a session's record does not open; it counts as expired")
            raise _expired() from None
        if conversation.owner != caller.subject:
            raise ApiError("SESSION_NOT_FOUND")
        return conversation

    async def _run(self, script: str, key: str, *arguments: str | bytes | int) -> Any:
        try:
            return await self._state.run(script, key, *arguments)
        except Away:
            raise ApiError("SESSIONS_UNAVAILABLE", retry_after=1) from None

    async def _run_together(self, *asked: Asked) -> None:
        try:
            await self._state.run_together(*asked)
        except Away:
            raise ApiError("SESSIONS_UNAVAILABLE", retry_after=1) from None

    def _touched(self, caller: Caller, key: str) -> tuple[Asked, Asked]:
        """A session's use begins its time anew, and that of its caller's list."""
        return (scripts.LIST_TOUCH, self._index(caller.subject), self._ttl), self._counted(key)

    def _counted(self, key: str) -> Asked:
        return (scripts.OPEN_TOUCH, SESSIONS_OPEN, key, self._ttl)

    @property
    def _ttl(self) -> int:
        return self.ttl_seconds * 1000

    def _key(self, session_id: str) -> str:
        return SESSION + self._sealing.name("session", session_id)

    def _index(self, owner: str) -> str:
        return SESSIONS_OF + self._sealing.name("caller", owner)

    def _field(self, session_id: str) -> str:
        return self._sealing.name("listed", session_id)


def _check(session_id: str) -> None:
    if not ID.match(session_id):
        raise ApiError("SESSION_NOT_FOUND")


def _expired() -> ApiError:
    return ApiError("session_expired", details={"action": "create_new_session"})
