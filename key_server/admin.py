"""The Keyring's RPCs: what an operator may do. A secret goes in and never comes out.

Registered by `server` on KEY_SERVER_ADMIN_SOCKET, which the web server never sees. Each change is in force for the next
call, without a restart; a call that is under way finishes with the key it began with.
Never answers with more than counts, ids, labels and fingerprints.
"""

from __future__ import annotations

import grpc.aio

from key_server import logs
from key_server.catalog.provider import ANY_MODEL
from key_server.errors import BadRequest, ConfigError, KeyRefused
from key_server.forgiving import Forgiving, forgive
from key_server.holdings import Holdings
from key_server.key_messages import key_message
from key_server.keys import key_list
from key_server.keys.key_list import Row
from key_server.keys.keyring import Rewrapped
from key_server.secret import Secret
from protos import keyring_pb2, keyring_pb2_grpc, router_pb2

MOST_MODELS = 1000
LARGEST_NUMBER = 999_999_999


class KeyringServicer(keyring_pb2_grpc.KeyringServicer):  # type: ignore[misc]  # generated code is untyped
    def __init__(self, holdings: Holdings, pool: Forgiving) -> None:
        self._holdings = holdings
        self._pool = pool

    async def ImportKeys(
        self, request: keyring_pb2.ImportKeysRequest, context: grpc.aio.ServicerContext
    ) -> keyring_pb2.ImportKeysReply:
        """`added` counts rows that were new or changed a key's models, label, limits or weight."""
        done = await self._holdings.import_keys(request.csv)
        errors = [keyring_pb2.RowError(line=each.line, message=each.sentence) for each in done.problems]
        return keyring_pb2.ImportKeysReply(added=done.added, unchanged=done.unchanged, errors=errors)

    async def AddKey(self, request: keyring_pb2.AddKeyRequest, context: grpc.aio.ServicerContext) -> router_pb2.Key:
        row, models = _row(request), list(dict.fromkeys(request.models)) or [ANY_MODEL]
        record = await self._holdings.change(lambda held, catalog: held.added(row, models, catalog))
        return key_message(record)

    async def DisableKey(self, request: keyring_pb2.KeyRequest, context: grpc.aio.ServicerContext) -> router_pb2.Key:
        record = await self._holdings.change(lambda held, _: held.switched(request.key_id, disabled=True))
        return key_message(record)

    async def EnableKey(self, request: keyring_pb2.KeyRequest, context: grpc.aio.ServicerContext) -> router_pb2.Key:
        """Also ends the rest of its endpoint."""
        record = await self._holdings.change(lambda held, _: held.switched(request.key_id, disabled=False))
        await forgive(self._holdings, self._pool, record.key_id)
        return key_message(record)

    async def RotateKey(
        self, request: keyring_pb2.RotateKeyRequest, context: grpc.aio.ServicerContext
    ) -> router_pb2.Key:
        """Another secret under the same ids; its endpoint's rest, which was the old secret's, ends."""
        secret = _secret(request.secret)
        record = await self._holdings.change(lambda held, catalog: held.rotated(request.key_id, secret, catalog))
        await forgive(self._holdings, self._pool, record.key_id)
        return key_message(record)

    async def RemoveKey(self, request: keyring_pb2.KeyRequest, context: grpc.aio.ServicerContext) -> router_pb2.Key:
        return key_message(await self._holdings.change(lambda held, _: held.removed(request.key_id)))

    async def RewrapKeys(
        self, request: keyring_pb2.RewrapKeysRequest, context: grpc.aio.ServicerContext
    ) -> keyring_pb2.RewrapKeysReply:
        """Old versions are retired only after every record was stored, read back and opened under the new one."""
        done: Rewrapped = await self._holdings.change(lambda held, _: held.rewrapped())
        if request.retire_old_versions and not done.failed:
            await self._holdings.retire(done.version)
        return keyring_pb2.RewrapKeysReply(rewrapped=done.rewrapped, failed=done.failed, key_version=done.version)

    async def ReloadKeys(
        self, request: keyring_pb2.ReloadKeysRequest, context: grpc.aio.ServicerContext
    ) -> keyring_pb2.ReloadKeysReply:
        try:
            await self._holdings.reload()
        except ConfigError as error:
            logs.event("reload_refused", sentence=str(error))
            raise BadRequest from None
        held = self._holdings.current
        return keyring_pb2.ReloadKeysReply(keys=len(held.keyring.records), providers=len(held.catalog.providers))


def _row(request: keyring_pb2.AddKeyRequest) -> Row:
    """Raises KeyRefused."""
    numbers = (request.requests_per_minute, request.tokens_per_minute, request.weight)
    if max(numbers) > LARGEST_NUMBER:
        raise KeyRefused(f"The key cannot be taken: a limit or the weight is above {LARGEST_NUMBER}.")
    if len(request.label) > key_list.LONGEST_LABEL or key_list.CONTROL.search(request.label):
        raise KeyRefused("The key cannot be taken: its label is too long or holds control characters.")
    if len(request.models) > MOST_MODELS:
        raise KeyRefused(f"The key cannot be taken: it names more than {MOST_MODELS} models.")
    return Row(
        line=0,
        provider=request.provider.lower(),
        model=ANY_MODEL,
        secret=_secret(request.secret),
        label=request.label,
        base_url=request.base_url.rstrip("/"),
        rpm=request.requests_per_minute,
        tpm=request.tokens_per_minute,
        weight=request.weight or 1,
    )


def _secret(given: bytes) -> Secret:
    """Raises KeyRefused."""
    if sentence := key_list.objection(given.decode("latin-1")):
        raise KeyRefused(f"The key cannot be taken: {sentence}.")
    return Secret(given)
