"""What is kept of a key, and how a list of them is written down: one line of JSON each.

Called by `keyring` and, to read back what was written, by `holdings`. Document, version 1: `{"version", "id_secret":
sealed, "keys": [{key_id, provider, models, ..., sealed}]}`, kept by a `key_store`. Written and read a record at a time:
one call of the C encoder over 100,000 records would keep every other thread waiting for 0.3 s (measured).
Never holds a key unsealed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from key_server.catalog.provider import ANY_MODEL
from key_server.errors import ConfigError

VERSION = 1


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """`fingerprint`: 12 hex digits to recognise its secret by, here alone. `past`: marks of secrets rotated away."""

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
    past: tuple[str, ...] = ()

    def serves(self, model: str) -> bool:
        return ANY_MODEL in self.models or model in self.models


@dataclass(frozen=True, slots=True)
class Document:
    """Records by key id, and the sealed secret that ids and marks are made under."""

    sealed_id_secret: str = field(repr=False)
    records: Mapping[str, KeyRecord]


def write(document: Document) -> bytes:
    head = json.dumps({"version": VERSION, "id_secret": document.sealed_id_secret})[:-1].encode()
    lines = b",\n".join([json.dumps(_plain(record)).encode() for record in document.records.values()])
    return b'%s, "keys": [\n%s\n]}\n' % (head, lines)


def read(content: bytes, name: str) -> Document:
    """`name`: what to call it in an error. Raises ConfigError: not such a list, another version, damaged."""
    try:
        # The hook is Python, and so lets other threads in between two records.
        top = json.loads(content, object_hook=_hook)
        version, sealed_id_secret, keys = top["version"], top["id_secret"], top["keys"]
        records = {each.key_id: each for each in keys if isinstance(each, KeyRecord)}
        whole = isinstance(sealed_id_secret, str) and len(records) == len(keys)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ConfigError(f"{name} is not a sealed key list; restore it or move it away.") from None
    if version != VERSION:
        raise ConfigError(f"{name} has another version than {VERSION}.")
    if not whole:
        raise ConfigError(f"{name} is damaged; restore it or move it away.")
    return Document(sealed_id_secret, records)


def _plain(record: KeyRecord) -> dict[str, Any]:
    found = {name: getattr(record, name) for name in _TYPES}
    return found if record.past else {name: value for name, value in found.items() if name != "past"}


def _hook(found: dict[str, Any]) -> object:
    """A KeyRecord from what has its fields, each of its type; anything else as it is."""
    if "key_id" not in found:
        return found
    found.setdefault("past", [])
    if found.keys() != _TYPES.keys() or not all(_is(found[name], kind) for name, kind in _TYPES.items()):
        return found
    return KeyRecord(**{**found, "models": tuple(found["models"]), "past": tuple(found["past"])})


def _is(value: object, kind: str) -> bool:
    match kind:
        case "tuple[str, ...]":
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
        case "int":
            return type(value) is int and value >= 0
        case "bool":
            return isinstance(value, bool)
    return isinstance(value, str)


_TYPES: Mapping[str, str] = {each.name: str(each.type) for each in fields(KeyRecord)}
