"""Vault's transit engine as the cipher: a key of its own for every record, derived from the record's context.

Built by `at_rest`; called by `keyring` and `holdings`, as a `Cipher`. Needs a transit key made with `derived=true`: one
without it ignores the context, and a record moved to another provider would open there. `associated_data` would bind
as well, but rewrap refuses it. What the fields mean: developer.hashicorp.com/vault/api-docs/secret/transit.
Never trusts a batch to be whole, never repeats Vault's words.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from hvac import exceptions

from key_server.errors import ConfigError, VaultUnavailable
from key_server.keys.vault import Vault

BATCH = 2500  # 4 round trips for 10,000 keys; Vault takes 10,000 elements and 32 MiB, and a key has at most 4 KiB
Verb = Callable[..., Any]


class VaultCipher:
    def __init__(self, vault: Vault, *, mount: str, key: str) -> None:
        self._vault = vault
        self._mount = mount
        self._key = key

    def check(self) -> None:
        """Raises ConfigError where the key is not one that binds to a context; VaultUnavailable."""
        create = f"create one: vault write -f {self._mount}/keys/NAME derived=true"
        try:
            found = self._read()
        except (exceptions.InvalidPath, exceptions.InvalidRequest):
            raise ConfigError(
                f"Vault has no transit key {self._key!r} under {self._mount!r} (VAULT_TRANSIT_KEY, "
                f"VAULT_TRANSIT_MOUNT); {create}."
            ) from None
        if not (found.get("derived") and found.get("supports_encryption") and found.get("supports_decryption")):
            raise ConfigError(
                f"Vault's transit key {self._key!r} is not derived, so it would not bind a key to its place "
                f"(VAULT_TRANSIT_KEY); {create}."
            )

    def seal(self, items: Sequence[tuple[bytes, str]]) -> list[str]:
        asked = [{"plaintext": _encoded(plain), "context": _encoded(context.encode())} for plain, context in items]
        sealed = [each.get("ciphertext") for each in self._each("encrypt_data", asked)]
        if not all(isinstance(each, str) for each in sealed):
            raise VaultUnavailable("Vault did not seal every key.")
        return [str(each) for each in sealed]

    def open(self, items: Sequence[tuple[str, str]]) -> list[bytes | None]:
        return [_decoded(each.get("plaintext")) for each in self._each("decrypt_data", _asked(items))]

    def rewrap(self, items: Sequence[tuple[str, str]]) -> list[str | None]:
        found = [each.get("ciphertext") for each in self._each("rewrap_data", _asked(items))]
        return [each if isinstance(each, str) else None for each in found]

    def newest(self) -> int:
        try:
            return int(self._read()["latest_version"])
        except (exceptions.InvalidPath, exceptions.InvalidRequest):
            raise self._gone() from None

    def retire(self, version: int) -> None:
        def question(client: Any) -> None:
            transit = client.secrets.transit
            transit.update_key_configuration(self._key, min_decryption_version=version, mount_point=self._mount)

        try:
            self._vault.ask(question)
        except (exceptions.InvalidPath, exceptions.InvalidRequest):
            raise self._gone() from None

    def _read(self) -> dict[str, Any]:
        def question(client: Any) -> dict[str, Any]:
            return dict(client.secrets.transit.read_key(self._key, mount_point=self._mount)["data"])

        return self._vault.ask(question)

    def _each(self, verb: str, items: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
        """One result for each item, a failed one with `error`."""
        found: list[dict[str, Any]] = []
        for start in range(0, len(items), BATCH):
            found += self._batch(verb, items[start : start + BATCH])
        return found

    def _batch(self, verb: str, items: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
        words: dict[str, Any] = {"ciphertext": None} if verb == "rewrap_data" else {}

        def question(client: Any) -> list[dict[str, Any]]:
            ask: Verb = getattr(client.secrets.transit, verb)
            try:
                reply = ask(self._key, batch_input=items, mount_point=self._mount, **words)
            except exceptions.InvalidRequest as error:
                # A batch with a failed item is a 400 that carries all results (Vault 1.11; a 200 before that).
                reply = error.json if isinstance(error.json, dict) and error.json.get("data") else None
                if reply is None:
                    raise
            return [dict(each) for each in reply["data"]["batch_results"]]

        try:
            found = self._vault.ask(question)
        except (exceptions.InvalidPath, exceptions.InvalidRequest):
            raise self._gone() from None
        if len(found) != len(items):
            raise VaultUnavailable("Vault did not answer for every key.")
        return found

    def _gone(self) -> VaultUnavailable:
        return VaultUnavailable(
            f"Vault refuses to use the transit key {self._key!r} (VAULT_TRANSIT_KEY); is it still there?"
        )

    def __repr__(self) -> str:
        return "VaultCipher(***)"


def _asked(items: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"ciphertext": sealed, "context": _encoded(context.encode())} for sealed, context in items]


def _encoded(plain: bytes) -> str:
    return base64.b64encode(plain).decode()


def _decoded(text: object) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except binascii.Error:
        return None
