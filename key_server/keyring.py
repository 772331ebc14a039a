"""The keys: sealed records in `keys.sealed`, opened in memory, imported from key lists.

Called by `holdings`. A `Keyring` is a value: an import makes a new one, so a reader never sees half of it.
File, version 1: `{"version", "id_secret": sealed, "keys": [{key_id, provider, models, ..., sealed}]}`, 0600, replaced
atomically. `id_secret` is random and sealed too; key ids and endpoint ids are HMACs under it, so that they say nothing
about a key and stay the same whichever cipher stands behind.
Never writes a key unsealed, never drops a record that it could not open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from key_server import logs
from key_server.catalog import ANY_MODEL, Catalog, Provider
from key_server.cipher import Cipher, CipherError, record_context
from key_server.errors import ConfigError
from key_server.key_list import Problem, Row
from key_server.private_files import write_atomically
from key_server.secret import Secret

VERSION = 1
ID_CONTEXT = record_context("keyring", "id_secret")


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is kept of a key. `fingerprint`: first 12 hex digits of its SHA-256, to recognise it by."""

    key_id: str
    provider: str
    models: tuple[str, ...]
    label: str
    fingerprint: str
    base_url: str
    rpm: int
    tpm: int
    weight: int
    disabled: bool
    sealed: str = field(repr=False)

    def serves(self, model: str) -> bool:
        return ANY_MODEL in self.models or model in self.models


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows that were new, rows already there, rows not taken."""

    added: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Keyring:
    cipher: Cipher
    id_secret: Secret
    sealed_id_secret: str = field(repr=False)
    records: Mapping[str, KeyRecord]
    secrets: Mapping[str, Secret] = field(repr=False)  # of the records that opened

    def opaque_id(self, prefix: str, *parts: str) -> str:
        """A stable id that tells nothing of what it stands for: 64 bits of HMAC-SHA-256."""
        message = b"".join(len(part).to_bytes(4, "big") + part for part in (each.encode() for each in (prefix, *parts)))
        return f"{prefix}_{hmac.new(self.id_secret.reveal(), message, hashlib.sha256).hexdigest()[:16]}"

    def imported(self, rows: Sequence[Row], catalog: Catalog) -> tuple[Keyring, Imported]:
        """With the rows added. A key that is there already gains the row's model, if that is new."""
        records, secrets = dict(self.records), dict(self.secrets)
        added = unchanged = 0
        problems: list[Problem] = []
        for row in rows:
            if sentence := _objection(row, catalog.providers.get(row.provider)):
                problems.append(Problem(row.line, sentence))
                continue
            key_id = self.opaque_id("key", row.provider, row.base_url, row.secret.reveal().decode("latin-1"))
            known = records.get(key_id) if key_id in secrets else None
            if known is not None and known.serves(row.model):
                unchanged += 1
                continue
            if known is None:
                records[key_id] = self._record(key_id, row)
                secrets[key_id] = row.secret
            else:
                records[key_id] = replace(known, models=_widened(known.models, row.model))
            added += 1
        return replace(self, records=records, secrets=secrets), Imported(added, unchanged, tuple(problems))

    def save(self, path: Path) -> None:
        keys = [asdict(record) for record in self.records.values()]
        content = {"version": VERSION, "id_secret": self.sealed_id_secret, "keys": keys}
        write_atomically(path, json.dumps(content, indent=1).encode())

    def _record(self, key_id: str, row: Row) -> KeyRecord:
        secret = row.secret.reveal()
        return KeyRecord(
            key_id=key_id,
            provider=row.provider,
            models=(row.model,),
            label=row.label,
            fingerprint=hashlib.sha256(secret).hexdigest()[:12],
            base_url=row.base_url,
            rpm=row.rpm,
            tpm=row.tpm,
            weight=row.weight,
            disabled=False,
            sealed=self.cipher.seal(secret, record_context(row.provider, key_id)),
        )


def fresh(cipher: Cipher) -> Keyring:
    """An empty keyring with an id secret of its own."""
    id_secret = os.urandom(32)
    return Keyring(cipher, Secret(id_secret), cipher.seal(id_secret, ID_CONTEXT), {}, {})


def load(path: Path, cipher: Cipher) -> Keyring:
    """The file's keys; a record that does not open is kept, logged, and not used. Raises ConfigError."""
    try:
        content = json.loads(path.read_bytes())
        sealed_id_secret = content["id_secret"]
        records = {each["key_id"]: KeyRecord(**{**each, "models": tuple(each["models"])}) for each in content["keys"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"{path} (KEY_STORE_FILE) is not a sealed key list; restore it or move it away.") from None
    if content.get("version") != VERSION:
        raise ConfigError(f"{path} (KEY_STORE_FILE) has another version than {VERSION}.")
    try:
        id_secret = Secret(cipher.open(sealed_id_secret, ID_CONTEXT))
    except CipherError:
        raise ConfigError(f"{path} (KEY_STORE_FILE) was sealed under another cipher key.") from None
    secrets = {}
    for record in records.values():
        try:
            secrets[record.key_id] = Secret(cipher.open(record.sealed, record_context(record.provider, record.key_id)))
        except CipherError:
            logs.event("key_does_not_open", logging.ERROR, provider=record.provider, keys=record.key_id)
    return Keyring(cipher, id_secret, sealed_id_secret, records, secrets)


def _widened(models: tuple[str, ...], model: str) -> tuple[str, ...]:
    return (ANY_MODEL,) if model == ANY_MODEL else (*models, model)


def _objection(row: Row, provider: Provider | None) -> str:
    if provider is None:
        return "provider is not one that providers.yaml lists"
    if provider.auth == "none":
        return "the provider takes no key (auth: none)"
    if row.model != ANY_MODEL and not provider.takes(row.model):
        return "model is not one that providers.yaml lists for this provider"
    if row.base_url and row.base_url not in provider.base_urls:
        return "base_url is not one that providers.yaml lists for this provider"
    return ""
