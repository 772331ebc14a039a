"""What the process holds right now: catalog, keyring and the pool made of them.

Built by `server`; read by `servicer` and `allocator`: through `current` and, to make a call, `opened`; changed by
`admin` and by `watches`. Every change is made in one thread of its own, one after the other: the cipher and the store
may be across a network. It is written, read back and opened again before it is swapped in, all at once; where that
fails, all is as it was.
Never keeps half of a change, never writes over what another host wrote.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from key_server import garbage, logs
from key_server.catalog import catalog as catalogs
from key_server.catalog.catalog import Catalog
from key_server.errors import ConfigError, KeysLocked, VaultUnavailable
from key_server.keys import key_list, key_record, keyring
from key_server.keys.at_rest import AtRest
from key_server.keys.cipher import record_context
from key_server.keys.grace import Grace
from key_server.keys.key_store import NOTHING, Conflict
from key_server.keys.keyring import ID_CONTEXT, Imported, Keyring
from key_server.pool.endpoints import Pool, build

CHECK_EVERY_S = 3.0
TRIES = 5  # of a change that other hosts' changes overtake
T = TypeVar("T")
Change = Callable[[Keyring, Catalog], tuple[Keyring, T]]


@dataclass(frozen=True, slots=True)
class Holding:
    catalog: Catalog
    keyring: Keyring
    pool: Pool


class Holdings:
    """The current `Holding` and what it comes from."""

    def __init__(
        self,
        *,
        at_rest: AtRest,
        provider_files: Sequence[Path],
        key_files: Sequence[Path],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ConfigError: a bad catalog, a key store that does not open, a Vault that is away."""
        self._cipher, self._store, self._close = at_rest.cipher, at_rest.store, at_rest.close
        self._provider_files = provider_files
        self._key_files = key_files
        self._clock = clock
        self._grace = Grace(at_rest.grace_s, clock())
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keys")
        self._refused_version = NOTHING  # one that could not be read: said once
        self._rotated: frozenset[str] = frozenset()  # by another host, since it was last asked
        self._lists_wait = False  # for a Vault that was away when they changed
        first = catalogs.read(provider_files)
        try:
            held, self._version = self._read() or (keyring.fresh(self._cipher), NOTHING)
            self.current = Holding(first, held, build(first, held))
            self._take_key_files(first)
        except VaultUnavailable as trouble:
            raise ConfigError(trouble.said) from None

    @property
    def watched(self) -> tuple[Path, ...]:
        return (*self._provider_files, *self._key_files)

    def opened(self) -> Holding:
        """What calls are made with. Raises KeysLocked."""
        if self._grace.locked:
            raise KeysLocked(retry_after_ms=int(CHECK_EVERY_S * 1000))
        return self.current

    async def reload(self) -> None:
        """Read providers, the store and key lists again. Raises ConfigError, VaultUnavailable."""
        await self._alone(self._reload)

    async def import_keys(self, content: bytes) -> Imported:
        """Seal the rows of a key list into the store. Raises ConfigError, VaultUnavailable."""
        return await self._alone(lambda: self._import(content, self.current.catalog))

    async def change(self, change: Change[T]) -> T:
        """Apply a change to the keyring and give what it gives. It may be applied more than once, to newer keyrings.

        Raises what the change raises; ConfigError, VaultUnavailable.
        """
        return await self._alone(lambda: self._change(change, self.current.catalog))

    async def retire(self, version: int) -> None:
        """Let the cipher open nothing older than this key version. Raises VaultUnavailable."""
        await self._alone(lambda: self._cipher.retire(version))

    async def check(self) -> None:
        """Follow what other hosts wrote, and see whether the cipher answers."""
        await self._alone(self._check)

    def rotated_elsewhere(self) -> frozenset[str]:
        """Keys to which another host gave another secret, since this was last asked."""
        found, self._rotated = self._rotated, frozenset()
        return found

    def close(self) -> None:
        """No change begins any more; one that is under way finishes."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._close()

    async def _alone(self, work: Callable[[], T]) -> T:
        # A caller who leaves does not stop work that has begun: it holds the one thread until it is whole.
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _read(self) -> tuple[Keyring, str] | None:
        stored = self._store.read()
        if stored is None:
            return None
        return keyring.read(stored.content, self._store.name, self._cipher), stored.version

    def _reread(self) -> None:
        """What the store holds now. Where it holds nothing any more, our own stays, and the next change writes it."""
        with garbage.paused():
            found = self._read()
        if found is None:
            if self._grace.locked and self.current.keyring.records:
                raise ConfigError(f"{self._store.name} is gone; restore it.")
            self._version = NOTHING
            return
        held, self._version = found
        before = self.current.keyring.secrets
        rotated = (each for each, secret in held.secrets.items() if before.get(each, secret) != secret)
        self._rotated = self._rotated.union(rotated)
        self._swap(self.current.catalog, held)

    def _reload(self) -> None:
        catalog = catalogs.read(self._provider_files)
        self._follow()
        self._swap(catalog, self.current.keyring)
        self._take_key_files(catalog)

    def _take_key_files(self, catalog: Catalog) -> None:
        self._lists_wait = True
        for path in self._key_files:
            try:
                content = path.read_bytes()
                open_to_others = path.stat().st_mode & 0o077
            except FileNotFoundError:
                continue  # a list that is not there, or not there any more, is a list without rows
            except OSError as error:
                sentence = f"it cannot be read: {(error.strerror or 'it failed').lower()}"
                logs.event("key_list_not_read", logging.ERROR, file=path.name, sentence=sentence)
                continue
            if open_to_others:
                logs.event("key_list_open_to_others", logging.WARNING, file=path.name, sentence="chmod 0600 it")
            done = self._import(content, catalog)
            logs.event("keys_imported", file=path.name, added=done.added, unchanged=done.unchanged)
            for each in done.problems:
                logs.event("key_row_skipped", logging.WARNING, file=path.name, line=each.line, sentence=each.sentence)
        self._lists_wait = False

    def _import(self, content: bytes, catalog: Catalog) -> Imported:
        with garbage.paused():
            rows, unread = key_list.parse(content)
            done = self._change(lambda held, known: held.imported(rows, known), catalog)
        problems = sorted((*unread, *done.problems), key=lambda each: each.line)
        return Imported(done.added, done.unchanged, tuple(problems))

    def _change(self, change: Change[T], catalog: Catalog) -> T:
        with garbage.paused():
            return self._changed(change, catalog)

    def _changed(self, change: Change[T], catalog: Catalog) -> T:
        if self._grace.locked:
            self._reread()  # or VaultUnavailable; without its secrets a keyring knows no key again
            self._answered()
        for _ in range(TRIES):
            before = self.current.keyring
            changed, result = change(before, catalog)
            if changed is before:
                return result
            version = NOTHING
            try:
                version = self._store.write(changed.written(), self._version)
                self._see_it_opens(before, changed, version)
            except Conflict:
                self._reread()
                if version != NOTHING and self._came_along(before, changed):
                    return result
                continue
            except ConfigError as error:
                logs.event("keys_not_changed", logging.ERROR, sentence=str(error))
                raise
            self._version = version
            self._swap(catalog, changed)
            return result
        raise VaultUnavailable(f"{self._store.name} is written by others all the time.")

    def _see_it_opens(self, before: Keyring, changed: Keyring, version: str) -> None:
        """Read back what was written, and open what was sealed anew. Raises ConfigError, VaultUnavailable."""
        stored = self._store.read()
        if stored is None or stored.version != version:
            raise Conflict  # another host has written since, over ours
        written = key_record.read(stored.content, self._store.name)
        if written.records != changed.records:
            raise ConfigError(f"{self._store.name} does not hold what was written to it.")
        known = {each.sealed for each in before.records.values()}
        new = [each for each in changed.records.values() if each.sealed not in known and each.key_id in changed.secrets]
        items = [(each.sealed, record_context(each.provider, each.key_id)) for each in new]
        expected = [changed.secrets[each.key_id].reveal() for each in new]
        if new or changed.sealed_id_secret != before.sealed_id_secret:
            items.append((written.sealed_id_secret, ID_CONTEXT))
            expected.append(changed.id_secret.reveal())
        if self._cipher.open(items) != expected:
            raise ConfigError(f"{self._store.name} holds keys that do not open again.")

    def _came_along(self, before: Keyring, changed: Keyring) -> bool:
        """Whether what another host wrote over our change holds it, as it does where that host had read ours."""
        held = self.current.keyring
        for key_id in before.records.keys() | changed.records.keys():
            ours = changed.records.get(key_id)
            if ours != before.records.get(key_id) and ours != held.records.get(key_id):
                return False
            if key_id in changed.secrets and key_id in held.records and key_id not in held.secrets:
                return False
        return changed.sealed_id_secret in (before.sealed_id_secret, held.sealed_id_secret)

    def _check(self) -> None:
        try:
            if self._grace.locked:
                self._reread()
            else:
                self._follow()
            if self._cipher.open([(self.current.keyring.sealed_id_secret, ID_CONTEXT)]) == [None]:
                raise VaultUnavailable("The cipher does not open any more what it sealed.")
        except VaultUnavailable as trouble:
            self._failed(trouble.said)
        else:
            self._answered()
            if self._lists_wait:
                self._take_key_files(self.current.catalog)

    def _follow(self) -> None:
        """Take what another host wrote. What cannot be read is logged, once, and ours stays. VaultUnavailable."""
        version = self._refused_version
        try:
            version = self._store.version()
            if version in (self._version, self._refused_version):
                return
            self._reread()
            logs.event("keys_followed", keys=len(self.current.keyring.records))
        except ConfigError as error:
            self._refused_version = version
            logs.event("reload_refused", logging.ERROR, sentence=str(error))

    def _answered(self) -> None:
        if self._grace.away:
            logs.event("cipher_is_back", logging.WARNING)
        self._grace.answered(self._clock())

    def _failed(self, sentence: str) -> None:
        was_away, was_locked = self._grace.away, self._grace.locked
        now = self._clock()
        self._grace.failed(now)
        if not was_away:
            logs.event("cipher_is_away", logging.ERROR, sentence=sentence, seconds=int(self._grace.left_s(now)))
        if self._grace.locked and not was_locked:
            held = self.current
            self.current = Holding(held.catalog, held.keyring.locked(), held.pool)
            logs.event("keys_locked", logging.ERROR, sentence=sentence)

    def _swap(self, catalog: Catalog, held: Keyring) -> None:
        with garbage.paused():
            self.current = Holding(catalog, held, build(catalog, held))
            garbage.spare(len(held.records))
