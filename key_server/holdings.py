"""What the process holds right now: catalog, keyring and the pool made of them.

Built by `server`; read by `servicer` and `allocator` through `current`; changed by `admin` and by the watch over the
files. A reload builds everything anew and swaps it in at once; a bad new version leaves the old one in force.
Never keeps half of a change.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from key_server import catalog as catalogs
from key_server import key_list, keyring, logs
from key_server.catalog import Catalog
from key_server.cipher import Cipher
from key_server.endpoints import Pool, build
from key_server.errors import ConfigError
from key_server.keyring import Imported, Keyring


@dataclass(frozen=True, slots=True)
class Holding:
    catalog: Catalog
    keyring: Keyring
    pool: Pool


class Holdings:
    """The current `Holding` and the files it comes from."""

    def __init__(
        self, *, cipher: Cipher, store_file: Path, provider_files: Sequence[Path], key_files: Sequence[Path]
    ) -> None:
        """Raises ConfigError: a bad catalog, or a key store that does not open."""
        self._store_file = store_file
        self._provider_files = provider_files
        self._key_files = key_files
        self._changing = asyncio.Lock()
        first = catalogs.read(provider_files)
        held = keyring.load(store_file, cipher) if store_file.exists() else keyring.fresh(cipher)
        self.current = Holding(first, held, build(first, held))
        self._take_key_files(first)

    @property
    def watched(self) -> tuple[Path, ...]:
        return (*self._provider_files, *self._key_files)

    async def reload(self) -> None:
        """Read providers and key lists again. Raises ConfigError, and then nothing has changed."""
        async with self._changing:
            await asyncio.to_thread(self._reload)

    async def import_keys(self, content: bytes) -> Imported:
        """Seal the rows of a key list into the store."""
        async with self._changing:
            return await asyncio.to_thread(self._import, content, self.current.catalog)

    def _reload(self) -> None:
        catalog = catalogs.read(self._provider_files)
        self._swap(catalog, self.current.keyring)
        self._take_key_files(catalog)

    def _take_key_files(self, catalog: Catalog) -> None:
        for path in self._key_files:
            try:
                content = path.read_bytes()
                open_to_others = path.stat().st_mode & 0o077
            except OSError:
                continue  # a list that is not there, or not there any more, is a list without rows
            if open_to_others:
                logs.event("key_list_open_to_others", logging.WARNING, file=path.name, sentence="chmod 0600 it")
            done = self._import(content, catalog)
            logs.event("keys_imported", file=path.name, added=done.added, unchanged=done.unchanged)
            for each in done.problems:
                logs.event("key_row_skipped", logging.WARNING, file=path.name, line=each.line, sentence=each.sentence)

    def _import(self, content: bytes, catalog: Catalog) -> Imported:
        rows, unread = key_list.parse(content)
        changed, done = self.current.keyring.imported(rows, catalog)
        if done.added:
            changed.save(self._store_file)
            self._swap(catalog, changed)
        return Imported(
            done.added, done.unchanged, tuple(sorted((*unread, *done.problems), key=lambda each: each.line))
        )

    def _swap(self, catalog: Catalog, held: Keyring) -> None:
        self.current = Holding(catalog, held, build(catalog, held))


async def keep_current(holdings: Holdings, *, every_s: float = 0.5) -> None:
    """Reload when a watched file changed; a bad version is logged and the old one stays. Runs until cancelled."""
    seen = _signature(holdings.watched)
    while True:
        await asyncio.sleep(every_s)
        now = _signature(holdings.watched)
        if now == seen:
            continue
        seen = now
        try:
            await holdings.reload()
        except ConfigError as error:
            logs.event("reload_refused", logging.ERROR, sentence=str(error))
        except Exception as error:  # a full disk must not end the watch
            logs.unforeseen("reload_failed", error)


def _signature(paths: Sequence[Path]) -> tuple[tuple[int, int, int] | None, ...]:
    """Time, size and inode of each: an editor that replaces a file within one clock tick is still seen."""
    found: list[tuple[int, int, int] | None] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)
