"""Which covers went along with a query: asked again, it goes with the same ones, or they would change around it.

Kept by `company`. A record's name is an HMAC of the caller and of what was asked, and its key is made of the same words
in another way: a copy of Redis opens nothing, nor does one with WEB_SERVER_STATE_SECRET beside it, without the query's
own text. Names: `ws:{covers:<HMAC of the caller>}:<name>` and `:index`, all with an end. Bounded for each caller.
Never: a word of a caller's; what is kept are covers, and what providers answered to them.
"""

from __future__ import annotations

import json
from typing import Any

from web_server.decoys.companion import Companion
from web_server.sealing import Sealing, Unopened
from web_server.state import State, name

MOST_RECORDS = 500
"""Of one caller."""

LARGEST = 512 * 1024
"""A record that would be larger is not kept: its covers end there."""


class Memory:
    """All records of all callers. Each verb raises Away."""

    def __init__(
        self,
        state: State,
        sealing: Sealing,
        ttl_seconds: int,
        most: int = MOST_RECORDS,
        *,
        session_seconds: int | None = None,
    ) -> None:
        """`session_seconds`: how long a session lives that nobody uses; None: as long as a record."""
        self._state = state
        self._sealing = sealing
        self._ttl_ms = ttl_seconds * 1000
        self._session_ms = self._ttl_ms if session_seconds is None else session_seconds * 1000
        self._most = most
        self._keep = state.script("keep_covers")
        self._renew = state.script("renew_covers")
        self._forget = state.script("forget_covers")

    async def recall(self, mark: str, words: str) -> list[Companion]:
        """The covers that went along with a query; none where it is not known, or what is there does not open."""
        found = await self._state.value(self._name(mark, words))
        return self._opened(words, found) if found else []

    async def keep(
        self, mark: str, words: str, companions: list[Companion], *, first: bool = False, session: str = ""
    ) -> list[Companion]:
        """Remember them; what is remembered now, which is another's where `first` and another was first.

        `session`: whose turn it is. What is not the `first` of its turn is lost where the session was ended meanwhile.
        """
        plain = json.dumps([each.dumped() for each in companions], separators=(",", ":")).encode()
        if len(plain) > LARGEST:
            return companions
        sealed = self._sealing.seal("covers", self._key(words), plain)
        names = [self._name(mark, words), self._index(mark), *([self._of(mark, session)] if session else ())]
        ttl, longest = self._session_ms if session else self._ttl_ms, max(self._session_ms, self._ttl_ms)
        there = await self._keep(names, [sealed, ttl, self._most, int(first), longest])
        return self._opened(words, there) or companions if there else companions

    async def renew(self, mark: str, session: str) -> None:
        """A session was used."""
        await self._renew([self._of(mark, session)], [self._session_ms])

    async def forget(self, mark: str, session: str) -> None:
        """A session was ended."""
        await self._forget([self._of(mark, session), self._index(mark)], [])

    def _opened(self, words: str, sealed: bytes) -> list[Companion]:
        try:
            kept: Any = json.loads(self._sealing.open("covers", self._key(words), sealed))
            return [Companion.loaded(each) for each in kept]
        except (Unopened, ValueError, KeyError, TypeError):
            return []

    def _name(self, mark: str, words: str) -> str:
        return name(f"covers:{mark}", self._sealing.name("covers", words))

    def _index(self, mark: str) -> str:
        return name(f"covers:{mark}", "index")

    def _of(self, mark: str, session: str) -> str:
        return name(f"covers:{mark}", "of", self._sealing.name("covers of a session", session))

    def _key(self, words: str) -> str:
        return self._sealing.name("key of covers", words)
