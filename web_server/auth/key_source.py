"""Where an issuer's key set comes from: an address that is asked off the loop, or a file that is read when it changes.

Made by `auth.wiring`; asked by `tokens`. A set that was read stays in force until a newer one was read: an address that
is away, or a file that is broken, changes nothing.
Never: a redirect, an answer of any size, or an address that a token names.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import httpx

from web_server.auth.key_set import LARGEST_SET, KeySet, KeySetError, parse
from web_server.config import ConfigError

log = logging.getLogger("web_server.keys_of_tokens")

REFRESH_SECONDS = 300.0
"""How old a set may become: a key that its issuer withdrew is refused after that."""
ASK_AGAIN_SECONDS = 10.0
"""A token with an unknown key asks anew at most this often, or anybody could have the issuer asked at will."""
RETRY_SECONDS = 2.0
"""The same while no set has been read at all."""
FETCH_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 1.0


class KeySource(Protocol):
    """The newest key set there is."""

    @property
    def current(self) -> KeySet | None:
        """None until one has been read."""
        ...

    @property
    def away(self) -> bool:
        """Whether the last attempt to read it failed, so that a key may be missing from it."""
        ...

    async def look_for(self, algorithm: str, kid: str | None) -> None:
        """Have the key at hand, if there is one: reads the set anew where it is not known."""
        ...

    async def watch(self) -> None:
        """Keep the set fresh for as long as the server runs."""
        ...


class KeySetUrl:
    """A key set at an address (an issuer's `jwks_uri`)."""

    def __init__(
        self, url: str, fetch: Callable[[str], bytes] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._fetch = fetch or fetched
        self._clock = clock
        self._asked: float | None = None
        self._asking: asyncio.Task[None] | None = None
        self.current: KeySet | None = None
        self.away = False

    async def look_for(self, algorithm: str, kid: str | None) -> None:
        """Ask the address if the key is not known and it was not asked just now; one question for all who wait."""
        if self.current is not None and self.current.find(algorithm, kid) is not None:
            return
        pause = RETRY_SECONDS if self.current is None else ASK_AGAIN_SECONDS
        if self._asking is None and self._asked is not None and self._clock() - self._asked < pause:
            return
        await self.refresh()

    async def refresh(self) -> None:
        """Ask the address now, or wait for who is asking already. Never raises for what it answers."""
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        await asyncio.shield(self._asking)

    async def watch(self) -> None:
        """Ask at once, and from time to time; soon again while it is away."""
        while True:
            await self.refresh()
            await asyncio.sleep(ASK_AGAIN_SECONDS if self.away else REFRESH_SECONDS)

    async def _ask(self) -> None:
        try:
            self.current = parse(await asyncio.to_thread(self._fetch, self._url))
        except (KeySetError, OSError) as wrong:
            self._say(str(wrong))
        except Exception as wrong:
            self._say(type(wrong).__name__)
        else:
            self.away = False
        finally:
            self._asked = self._clock()
            self._asking = None

    def _say(self, why: str) -> None:
        if not self.away:
            log.error("the issuer's keys could not be fetched; those known stay in force", extra={"error": why})
        self.away = True


class KeySetFile:
    """A key set in a file."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ConfigError, which names the file."""
        self._path = path
        self._clock = clock
        self._looked = clock()
        self._stamp: tuple[int, ...] | None = None
        self.away = False
        try:
            self._stamp = self._stamped()
            self._keys = parse(path.read_bytes())
        except (KeySetError, OSError) as wrong:
            raise ConfigError(f"WEB_SERVER_JWKS_FILE: {path}: {_why(wrong)}") from None

    @property
    def current(self) -> KeySet:
        """The set, read again if the file changed (at most one look a second)."""
        if self._clock() - self._looked >= LOOK_AGAIN_SECONDS:
            self._look()
        return self._keys

    async def look_for(self, algorithm: str, kid: str | None) -> None:
        """Look at the file at once if the key is not known: a new key and its first token come together."""
        if self._keys.find(algorithm, kid) is None:
            self._look()

    async def watch(self) -> None:
        """Nothing to do: the file is looked at when it is needed."""

    def _look(self) -> None:
        self._looked = self._clock()
        try:
            stamp = self._stamped()
            if stamp == self._stamp:
                return
            self._keys = parse(self._path.read_bytes())
            self._stamp = stamp
            self.away = False
        except (KeySetError, OSError) as wrong:
            if not self.away:
                log.error("key set not taken over, the old one stays in force", extra={"error": _why(wrong)})
            self.away = True

    def _stamped(self) -> tuple[int, ...]:
        found = self._path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino


def fetched(url: str) -> bytes:
    """What the address answers, within FETCH_SECONDS in all. Raises KeySetError, httpx.HTTPError."""
    until = time.monotonic() + FETCH_SECONDS
    # The environment's proxies and SSL_CERT_FILE hold here: an issuer is often inside, under an authority of its own.
    with (
        httpx.Client(timeout=FETCH_SECONDS, follow_redirects=False) as client,
        client.stream("GET", url, headers={"accept": "application/json", "accept-encoding": "identity"}) as answer,
    ):
        if answer.status_code != 200:
            raise KeySetError(f"the address answered {answer.status_code}")
        body = bytearray()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > LARGEST_SET:
                raise KeySetError(f"larger than {LARGEST_SET // 1024} KiB")
            if time.monotonic() > until:
                raise KeySetError("the address answers too slowly")
        return bytes(body)


def _why(wrong: Exception) -> str:
    return getattr(wrong, "strerror", None) or str(wrong)
