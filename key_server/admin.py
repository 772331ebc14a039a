"""The Keyring's RPCs: what an operator may do. A secret goes in and never comes out.

Registered by `server` on KEY_SERVER_ADMIN_SOCKET, which the web server never sees.
Never answers with more than counts, ids, labels and fingerprints.
"""

from __future__ import annotations

import grpc.aio

from key_server import logs
from key_server.errors import BadRequest, ConfigError, NotYet
from key_server.holdings import Holdings
from protos import keyring_pb2, keyring_pb2_grpc


class KeyringServicer(keyring_pb2_grpc.KeyringServicer):  # type: ignore[misc]  # generated code is untyped
    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    async def ImportKeys(  # noqa: N802 - the proto's name
        self, request: keyring_pb2.ImportKeysRequest, context: grpc.aio.ServicerContext
    ) -> keyring_pb2.ImportKeysReply:
        done = await self._holdings.import_keys(request.csv)
        errors = [keyring_pb2.RowError(line=each.line, message=each.sentence) for each in done.problems]
        return keyring_pb2.ImportKeysReply(added=done.added, unchanged=done.unchanged, errors=errors)

    async def ReloadKeys(  # noqa: N802 - the proto's name
        self, request: keyring_pb2.ReloadKeysRequest, context: grpc.aio.ServicerContext
    ) -> keyring_pb2.ReloadKeysReply:
        try:
            await self._holdings.reload()
        except ConfigError as error:
            logs.event("reload_refused", sentence=str(error))
            raise BadRequest from None
        held = self._holdings.current
        return keyring_pb2.ReloadKeysReply(keys=len(held.keyring.records), providers=len(held.catalog.providers))

    async def _not_yet(self, request: object, context: grpc.aio.ServicerContext) -> None:
        raise NotYet

    AddKey = DisableKey = EnableKey = RotateKey = RewrapKeys = _not_yet
