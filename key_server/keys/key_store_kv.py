"""Vault's KV version 2 as the key store, for several hosts that share their keys.

Built by `at_rest`; called by `holdings`, as a `KeyStore`. One entry may hold 1 MiB at most, so the list is split:

    PATH/parts/<generation>/<n>   a part of the list, written first, under a name of its own
    PATH/index                    {"generation", "parts", "sha256"}: written last, by check-and-set

The index decides. Whoever loses the race for it reads again; whoever wins removes the generations that were there
before: their writers, if they are still at it, have lost already. The fields and check-and-set:
developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2.
Never overwrites a part, never leaves an index to parts that are not there yet.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import Any

from hvac import exceptions

from key_server import logs
from key_server.errors import ConfigError, VaultUnavailable
from key_server.keys.key_store import NOTHING, Conflict, Stored
from key_server.keys.vault import Vault

PART_BYTES = 256 * 1024  # characters of ASCII: JSON, whose strings `json.dumps` escapes
LOST_RACE = "check-and-set"
TRIES = 5


class KvKeyStore:
    """A version is the index entry's own."""

    def __init__(self, vault: Vault, *, mount: str, path: str) -> None:
        self._vault = vault
        self._mount = mount
        self._path = path
        self.name = f"Vault's {mount}/{path} (VAULT_KV_PATH)"

    def version(self) -> str:
        found = self._entry("index")
        return str(found["metadata"]["version"]) if found else NOTHING

    def read(self) -> Stored | None:
        for _ in range(TRIES):
            found = self._entry("index")
            if found is None:
                return None
            index = found["data"]
            content = self._joined(str(index.get("generation")), int(index.get("parts", 0)))
            if content is None:
                continue  # another host's write has replaced this generation since
            if hashlib.sha256(content).hexdigest() != index.get("sha256"):
                break
            return Stored(content, str(found["metadata"]["version"]))
        raise ConfigError(f"{self.name} is damaged; restore it or remove it with its metadata.")

    def write(self, content: bytes, replaces: str) -> str:
        before = self._generations()  # seen before the index is written, so that nobody can win with one of these
        generation = secrets.token_hex(8)
        text = content.decode("ascii")
        parts = [text[start : start + PART_BYTES] for start in range(0, len(text), PART_BYTES)]
        for number, part in enumerate(parts):
            self._put(f"parts/{generation}/{number}", {"part": part}, cas=0)
        index = {"generation": generation, "parts": len(parts), "sha256": hashlib.sha256(content).hexdigest()}
        try:
            version = self._put("index", index, cas=int(replaces or 0))
        except Conflict:
            self._forget(generation)
            raise
        for each in before:
            self._forget(each)
        return version

    def _joined(self, generation: str, parts: int) -> bytes | None:
        found = [self._entry(f"parts/{generation}/{number}") for number in range(parts)]
        return None if None in found else b"".join(str(each["data"]["part"]).encode() for each in found if each)

    def _entry(self, name: str) -> dict[str, Any] | None:
        """An entry's `data` and `metadata`; None where it never was. Raises ConfigError where it was deleted."""

        def question(client: Any) -> dict[str, Any]:
            kv, path = client.secrets.kv.v2, f"{self._path}/{name}"
            reply = kv.read_secret_version(path, mount_point=self._mount, raise_on_deleted_version=True)["data"]
            return {"data": dict(reply["data"]), "metadata": dict(reply["metadata"])}

        try:
            return self._vault.ask(question)
        except exceptions.InvalidPath as error:
            if name == "index" and isinstance(error.json, dict) and error.json.get("data"):
                raise ConfigError(
                    f"{self.name} was deleted; undelete its index, or remove it with its metadata."
                ) from None
            return None
        except exceptions.InvalidRequest:
            raise self._refused() from None

    def _put(self, name: str, data: dict[str, Any], *, cas: int) -> str:
        """The version written. Raises Conflict."""

        def question(client: Any) -> str:
            kv, path = client.secrets.kv.v2, f"{self._path}/{name}"
            return str(kv.create_or_update_secret(path, data, cas=cas, mount_point=self._mount)["data"]["version"])

        try:
            return self._vault.ask(question)
        except exceptions.InvalidRequest as error:
            if any(LOST_RACE in str(each) for each in error.errors or ()):
                raise Conflict from None
            raise self._refused() from None
        except exceptions.InvalidPath:
            raise self._refused() from None

    def _generations(self) -> list[str]:
        return [name.rstrip("/") for name in self._names("parts")]

    def _names(self, folder: str) -> list[str]:
        def question(client: Any) -> list[str]:
            path = f"{self._path}/{folder}"
            return [
                str(each) for each in client.secrets.kv.v2.list_secrets(path, mount_point=self._mount)["data"]["keys"]
            ]

        try:
            return self._vault.ask(question)
        except exceptions.InvalidPath:
            return []
        except exceptions.InvalidRequest:
            raise self._refused() from None

    def _forget(self, generation: str) -> None:
        """Parts that no index leads to. What cannot be removed now is removed by the next write."""
        try:
            for name in self._names(f"parts/{generation}"):
                self._remove(f"{self._path}/parts/{generation}/{name}")
        except (VaultUnavailable, exceptions.VaultError):
            logs.event("old_parts_left", logging.WARNING, sentence="the next change of a key removes them")

    def _remove(self, path: str) -> None:
        def question(client: Any) -> None:
            client.secrets.kv.v2.delete_metadata_and_all_versions(path, mount_point=self._mount)

        self._vault.ask(question)

    def _refused(self) -> VaultUnavailable:
        return VaultUnavailable(f"{self.name} is not a KV store of version 2, or does not take what is written there.")
