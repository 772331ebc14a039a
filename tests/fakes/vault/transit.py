"""The transit engine: named keys with versions, AES-256-GCM, a key of its own for each context where `derived`."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.fakes.vault.refused import Refused, absent, invalid

NO_CONTEXT = (
    "missing 'context' for key derivation; the key was created using a derived key, which means additional, "
    "per-request information must be included in order to perform operations with the key"
)
MOST_ITEMS = 10_000  # max_json_array_element_count of a listener, Vault 1.20
CIPHERTEXT = re.compile(r"vault:v(\d+):(.*)", re.S)
Verb = Callable[["Key", dict[str, Any]], dict[str, Any]]


@dataclass
class Key:
    derived: bool
    versions: list[bytes] = field(default_factory=lambda: [os.urandom(32)])
    min_decryption_version: int = 1
    min_encryption_version: int = 0

    @property
    def latest(self) -> int:
        return len(self.versions)


class Transit:
    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}
        self.requests = 0
        self.items = 0

    def create(self, name: str, *, derived: bool) -> None:
        self.keys.setdefault(name, Key(derived))

    def named(self, name: str) -> Key:
        if name not in self.keys:
            raise invalid("encryption key not found")
        return self.keys[name]

    def read(self, name: str) -> dict[str, Any]:
        key = self.keys.get(name)
        if key is None:
            raise absent()
        versions = {str(number): 0 for number in range(key.min_decryption_version, key.latest + 1)}
        return {
            "data": {
                "name": name,
                "type": "aes256-gcm96",
                "derived": key.derived,
                "latest_version": key.latest,
                "min_decryption_version": key.min_decryption_version,
                "min_encryption_version": key.min_encryption_version,
                "supports_encryption": True,
                "supports_decryption": True,
                "supports_derivation": True,
                "keys": versions,
            }
        }

    def rotate(self, name: str) -> None:
        self.named(name).versions.append(os.urandom(32))

    def configure(self, name: str, body: dict[str, Any]) -> None:
        if name not in self.keys:
            raise invalid(f"no existing key named {name} could be found")
        key = self.keys[name]
        least = body.get("min_decryption_version")
        if least is None:
            return
        if not isinstance(least, int) or least < 0:
            raise invalid("min decryption version cannot be negative")
        if least > key.latest:
            raise invalid(f"cannot set min decryption version of {least}, latest key version is {key.latest}")
        key.min_decryption_version = max(1, least)

    def encrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._each(name, body, _encrypt)

    def decrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._each(name, body, _decrypt)

    def rewrap(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._each(name, body, _rewrap)

    def _each(self, name: str, body: dict[str, Any], verb: Verb) -> dict[str, Any]:
        key = self.named(name)
        items = body.get("batch_input")
        self.requests += 1
        if items is None:
            self.items += 1
            return {"data": verb(key, body)}
        if not isinstance(items, list) or not items:
            raise invalid("missing batch input to process")
        if len(items) > MOST_ITEMS:
            raise invalid("JSON payload exceeds allowed array element count")
        if len({bool(item.get("context")) for item in items}) > 1:
            raise invalid("context should be set either in all the request blocks or in none")
        self.items += len(items)
        results = []
        for item in items:
            try:
                found = verb(key, item)
            except Refused as refused:
                found = {"error": refused.body["errors"][0]}
            results.append(found | ({"reference": item["reference"]} if item.get("reference") else {}))
        failed = sum("error" in each for each in results)
        if not failed:
            return {"data": {"batch_results": results}}
        status = 400
        if failed < len(results) and isinstance(body.get("partial_failure_response_code"), int):
            status = body["partial_failure_response_code"]
        raise Refused(status, body={"data": {"batch_results": results}})


def _encrypt(key: Key, item: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(item.get("plaintext"), str):
        raise invalid("missing plaintext to encrypt")
    version = item.get("key_version") or key.latest
    if version > key.latest:
        raise invalid("requested version for encryption is higher than the latest key version")
    if version < key.min_encryption_version:
        raise invalid("requested version for encryption is less than the minimum encryption key version")
    aad = _base64(item.get("associated_data") or "")
    return _sealed(key, version, _base64(item["plaintext"]), _context(key, item), aad)


def _decrypt(key: Key, item: dict[str, Any]) -> dict[str, Any]:
    aad = _base64(item.get("associated_data") or "")
    return {"plaintext": base64.b64encode(_opened(key, item, aad)).decode()}


def _rewrap(key: Key, item: dict[str, Any]) -> dict[str, Any]:
    if item.get("associated_data"):
        raise invalid("associated_data is not supported by rewrap")
    return _sealed(key, key.latest, _opened(key, item, b""), _context(key, item), b"")


def _sealed(key: Key, version: int, plaintext: bytes, context: bytes, aad: bytes) -> dict[str, Any]:
    nonce = os.urandom(12)
    raw = nonce + AESGCM(_key(key, version, context)).encrypt(nonce, plaintext, aad)
    return {"ciphertext": f"vault:v{version}:{base64.b64encode(raw).decode()}", "key_version": version}


def _opened(key: Key, item: dict[str, Any], aad: bytes) -> bytes:
    text = item.get("ciphertext")
    if not text or not isinstance(text, str):
        raise invalid("missing ciphertext to decrypt")
    if not text.startswith("vault:v"):
        raise invalid("invalid ciphertext: no prefix")
    found = CIPHERTEXT.fullmatch(text)
    if found is None:
        raise invalid("invalid ciphertext: version number could not be decoded")
    version = int(found[1])
    if version > key.latest:
        raise invalid("invalid ciphertext: version is too new")
    if version < key.min_decryption_version:
        raise invalid("ciphertext or signature version is disallowed by policy (too old)")
    context = _context(key, item)
    try:
        raw = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        raise invalid("invalid ciphertext: could not decode base64") from None
    try:
        return AESGCM(_key(key, version, context)).decrypt(raw[:12], raw[12:], aad)
    except (InvalidTag, ValueError):
        raise invalid("cipher: message authentication failed") from None


def _context(key: Key, item: dict[str, Any]) -> bytes:
    context = _base64(item.get("context") or "")
    if key.derived and not context:
        raise invalid(NO_CONTEXT)
    return context


def _key(key: Key, version: int, context: bytes) -> bytes:
    """A context for a key that is not derived is ignored, as Vault does: it binds nothing."""
    secret = key.versions[version - 1]
    return HKDF(SHA256(), 32, salt=None, info=context).derive(secret) if key.derived else secret


def _base64(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error:
        raise invalid("illegal base64 data at input byte 0") from None
