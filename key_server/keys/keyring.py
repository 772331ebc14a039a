"""The keys: sealed records, opened in memory, and every change that may be made to them.

Called by `holdings`, which keeps them in a `key_store`. A `Keyring` is a value: a change makes a new one, so a reader
never sees half of it. Key ids and endpoint ids are HMACs under a random secret that is sealed with the list: they say
nothing about a key and stay the same whichever cipher stands behind. A key's mark is such an HMAC of its secret: by it
a key that is already there is recognised, and so is one that was rotated away.
Never writes a key unsealed, never drops a record that it could not open.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from key_server import logs
from key_server.catalog.catalog import Catalog
from key_server.catalog.provider import ANY_MODEL, Provider
from key_server.credentials.aws_sigv4 import is_cell
from key_server.errors import ConfigError, KeyRefused, UnknownKey
from key_server.keys import key_record
from key_server.keys.cipher import Cipher, record_context
from key_server.keys.key_list import Problem, Row
from key_server.keys.key_record import Document, KeyRecord
from key_server.secret import Secret

ID_CONTEXT = record_context("keyring", "id_secret")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows that were new or changed something, rows already there, rows not taken."""

    added: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """`version`: the cipher's newest when it was done. `failed`: records that did not open and stayed as they were."""

    rewrapped: int
    failed: int
    version: int


@dataclass(frozen=True, slots=True)
class Keyring:
    """`secrets` are those of the records that opened; `marks` lead from a secret's mark, past ones too, to its key."""

    cipher: Cipher
    id_secret: Secret
    sealed_id_secret: str = field(repr=False)
    records: Mapping[str, KeyRecord]
    secrets: Mapping[str, Secret] = field(repr=False)
    marks: Mapping[str, str] = field(repr=False)

    def opaque_id(self, prefix: str, *parts: str) -> str:
        """A stable id that tells nothing of what it stands for: 64 bits of HMAC-SHA-256."""
        message = b"".join(len(part).to_bytes(4, "big") + part for part in (each.encode() for each in (prefix, *parts)))
        return f"{prefix}_{hmac.new(self.id_secret.reveal(), message, hashlib.sha256).hexdigest()[:16]}"

    def mark(self, provider: str, base_url: str, secret: Secret) -> str:
        """Recognises a secret at one place. The first mark of a key is also its id."""
        return self.opaque_id("key", provider, base_url, secret.reveal().decode("latin-1"))

    def fingerprint(self, secret: Secret) -> str:
        """To recognise a secret by. Keyed: a plain hash would let whoever sees it try guesses."""
        return self.opaque_id("fp", secret.reveal().decode("latin-1"))[3:15]

    def locked(self) -> Keyring:
        """Without any secret."""
        return replace(self, secrets={})

    def written(self) -> bytes:
        return key_record.write(Document(self.sealed_id_secret, self.records))

    def record(self, key_id: str) -> KeyRecord:
        """Raises UnknownKey."""
        try:
            return self.records[key_id]
        except KeyError:
            raise UnknownKey from None

    def imported(self, rows: Sequence[Row], catalog: Catalog) -> tuple[Keyring, Imported]:
        """With the rows added. A key that is there already gains the row's model, and the label, limits and weight that
        its first row in this list names; that counts as added, too. A secret that was rotated away adds nothing.
        """
        records, marks = dict(self.records), dict(self.marks)
        fresh: dict[str, Secret] = {}
        seen: set[str] = set()
        added = unchanged = 0
        problems: list[Problem] = []
        for row in rows:
            provider = catalog.providers.get(row.provider)
            if sentence := _objection(provider, row.model, row.base_url, row.secret):
                problems.append(Problem(row.line, sentence))
                continue
            assert provider is not None
            mark, key_id = self._owner(marks, provider, row.base_url, row.secret)
            if key_id and mark in records[key_id].past:
                unchanged += 1
                continue
            if key_id:
                changed = _updated(records[key_id], row, first=key_id not in seen)
                is_news = changed != records[key_id]
            else:
                key_id = marks[mark] = mark
                fresh[key_id], is_news = row.secret, True
                # A record of that id is one that did not open; the row's secret brings it back.
                changed = records.get(key_id) or _recorded(key_id, row, self.fingerprint(row.secret))
            records[key_id] = changed
            seen.add(key_id)
            added += is_news
            unchanged += not is_news
        self._seal(records, fresh)
        changed_ring = replace(self, records=records, secrets={**self.secrets, **fresh}, marks=marks)
        return changed_ring if added else self, Imported(added, unchanged, tuple(problems))

    def added(self, row: Row, models: Sequence[str], catalog: Catalog) -> tuple[Keyring, KeyRecord]:
        """With one key more. Raises KeyRefused."""
        provider = catalog.providers.get(row.provider)
        for model in models:
            if sentence := _objection(provider, model, row.base_url, row.secret):
                raise KeyRefused(f"The key cannot be taken: {sentence}.")
        assert provider is not None
        mark, owner = self._owner(self.marks, provider, row.base_url, row.secret)
        if owner:
            past = mark in self.records[owner].past
            raise KeyRefused("This secret was rotated away." if past else "This key is here already.")
        # A record of that id is one that did not open.
        record = self.records.get(mark) or _recorded(mark, row, self.fingerprint(row.secret))
        record = replace(record, models=tuple(models))
        found = self._with_secret(record, row.secret, mark)
        return found, found.records[mark]

    def switched(self, key_id: str, *, disabled: bool) -> tuple[Keyring, KeyRecord]:
        """Raises UnknownKey."""
        record = self.record(key_id)
        if record.disabled == disabled:
            return self, record
        changed = replace(record, disabled=disabled)
        return replace(self, records={**self.records, key_id: changed}), changed

    def rotated(self, key_id: str, secret: Secret, catalog: Catalog) -> tuple[Keyring, KeyRecord]:
        """The key with another secret, under the same id; the old secret is remembered, so that no list brings it back.

        With the secret it has, nothing changes; with one that it had, it goes back. Raises UnknownKey, KeyRefused.
        """
        record = self.record(key_id)
        provider = catalog.providers.get(record.provider)
        if provider is None:
            raise KeyRefused("The key's provider is not one that providers.yaml lists any more.")
        if sentence := _objection(provider, ANY_MODEL, "", secret):
            raise KeyRefused(f"The key cannot be taken: {sentence}.")
        mark, owner = self._owner(self.marks, provider, record.base_url, secret)
        if owner not in (None, key_id):
            raise KeyRefused("This secret is or was another key's.")
        if owner == key_id and mark not in record.past:
            return self, record
        known = self.secrets.get(key_id)
        before = self.mark(record.provider, record.base_url, known) if known else key_id
        past = tuple(each for each in dict.fromkeys((*record.past, before)) if each != mark)
        changed = replace(record, past=past, fingerprint=self.fingerprint(secret))
        found = self._with_secret(changed, secret, mark, *past)
        return found, found.records[key_id]

    def removed(self, key_id: str) -> tuple[Keyring, KeyRecord]:
        """Raises UnknownKey."""
        record = self.record(key_id)
        return (
            replace(
                self,
                records={each: found for each, found in self.records.items() if each != key_id},
                secrets={each: found for each, found in self.secrets.items() if each != key_id},
                marks={each: owner for each, owner in self.marks.items() if owner != key_id},
            ),
            record,
        )

    def rewrapped(self) -> tuple[Keyring, Rewrapped]:
        """Every record sealed anew under the cipher's newest key version."""
        version = self.cipher.newest()
        kept = list(self.records.values())
        items = [(each.sealed, record_context(each.provider, each.key_id)) for each in kept]
        sealed_id_secret, *sealed = self.cipher.rewrap([(self.sealed_id_secret, ID_CONTEXT), *items])
        done = {
            each.key_id: each if new is None else replace(each, sealed=new)
            for each, new in zip(kept, sealed, strict=True)
        }
        failed = sum(new is None for new in (sealed_id_secret, *sealed))
        changed = replace(self, records=done, sealed_id_secret=sealed_id_secret or self.sealed_id_secret)
        return changed, Rewrapped(sum(new is not None for new in sealed), failed, version)

    def _owner(
        self, marks: Mapping[str, str], provider: Provider, base_url: str, secret: Secret
    ) -> tuple[str, str | None]:
        """The secret's mark and the key that has or had it. The provider's first address is the same as none."""
        default = provider.base_urls[0]
        places = {"": ("", default), default: (default, "")}.get(base_url, (base_url,))
        found = [self.mark(provider.name, each, secret) for each in places]
        return next(((mark, marks[mark]) for mark in found if mark in marks), (found[0], None))

    def _with_secret(self, record: KeyRecord, secret: Secret, *marks: str) -> Keyring:
        records, fresh = {**self.records, record.key_id: record}, {record.key_id: secret}
        self._seal(records, fresh)
        known = {**self.marks, **dict.fromkeys(marks, record.key_id)}
        return replace(self, records=records, secrets={**self.secrets, **fresh}, marks=known)

    def _seal(self, records: dict[str, KeyRecord], fresh: Mapping[str, Secret]) -> None:
        items = [(each.reveal(), record_context(records[key_id].provider, key_id)) for key_id, each in fresh.items()]
        for key_id, sealed in zip(fresh, self.cipher.seal(items), strict=True):
            records[key_id] = replace(records[key_id], sealed=sealed)


def fresh(cipher: Cipher) -> Keyring:
    """An empty keyring with an id secret of its own. Raises VaultUnavailable."""
    id_secret = os.urandom(32)
    return Keyring(cipher, Secret(id_secret), cipher.seal([(id_secret, ID_CONTEXT)])[0], {}, {}, {})


def read(content: bytes, name: str, cipher: Cipher) -> Keyring:
    """The list's keys; a record that does not open is kept, logged, and not used. Raises ConfigError, VaultUnavailable.

    `name`: what to call the list in an error.
    """
    document = key_record.read(content, name)
    kept = list(document.records.values())
    items = [(each.sealed, record_context(each.provider, each.key_id)) for each in kept]
    id_secret, *opened = cipher.open([(document.sealed_id_secret, ID_CONTEXT), *items])
    if id_secret is None:
        raise ConfigError(
            f"{name} was sealed under another cipher key; bring that back, or move it away and import the keys again."
        )
    secrets = {}
    for record, plain in zip(kept, opened, strict=True):
        if plain is None:
            logs.event("key_does_not_open", logging.ERROR, provider=record.provider, key=record.key_id)
        else:
            secrets[record.key_id] = Secret(plain)
    held = Keyring(cipher, Secret(id_secret), document.sealed_id_secret, document.records, secrets, {})
    marks = {mark: record.key_id for record in kept for mark in record.past}
    for key_id, secret in secrets.items():
        record = document.records[key_id]
        marks[held.mark(record.provider, record.base_url, secret)] = key_id
    return replace(held, marks=marks)


def _recorded(key_id: str, row: Row, fingerprint: str) -> KeyRecord:
    """Not sealed yet."""
    return KeyRecord(
        key_id=key_id,
        provider=row.provider,
        models=(row.model,),
        label=row.label,
        fingerprint=fingerprint,
        base_url=row.base_url,
        rpm=row.rpm,
        tpm=row.tpm,
        weight=row.weight,
        disabled=False,
        sealed="",
    )


def _updated(record: KeyRecord, row: Row, *, first: bool) -> KeyRecord:
    models = record.models if record.serves(row.model) else _widened(record.models, row.model)
    named = {name: getattr(row, name) for name in row.named} if first else {}
    return replace(record, models=models, **named)


def _widened(models: tuple[str, ...], model: str) -> tuple[str, ...]:
    return (ANY_MODEL,) if model == ANY_MODEL else (*models, model)


def _objection(provider: Provider | None, model: str, base_url: str, secret: Secret) -> str:
    if provider is None:
        return "provider is not one that providers.yaml lists"
    if not provider.takes_keys:
        return f"the provider takes no key (auth: {provider.auth})"
    if provider.auth == "aws-sigv4" and not is_cell(secret.reveal()):
        return "api_key is not ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN], which this provider takes"
    if model != ANY_MODEL and not provider.takes(model):
        return "model is not one that providers.yaml lists for this provider"
    if base_url and base_url not in provider.base_urls:
        return "base_url is not one that providers.yaml lists for this provider"
    return ""
