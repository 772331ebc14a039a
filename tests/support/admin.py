"""An operator at the admin socket, and callers that go on calling meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio

from protos import keyring_pb2, router_pb2
from tests.support.key_server import Heard, KeyServer, Refused


class Admin:
    """The Keyring's calls, each error a `Refused`."""

    def __init__(self, server: KeyServer) -> None:
        self._server = server

    async def _ask(self, method: str, request: Any) -> Any:
        try:
            return await getattr(self._server.keyring, method)(request, metadata=self._server.metadata)
        except grpc.aio.AioRpcError as error:
            raise Refused(error, Heard()) from None

    async def add(self, provider: str, secret: str, **more: Any) -> Any:
        models = more.pop("models", [])
        request = keyring_pb2.AddKeyRequest(provider=provider, secret=secret.encode(), models=models, **more)
        return await self._ask("AddKey", request)

    async def rotate(self, key_id: str, secret: str) -> Any:
        return await self._ask("RotateKey", keyring_pb2.RotateKeyRequest(key_id=key_id, secret=secret.encode()))

    async def disable(self, key_id: str) -> Any:
        return await self._ask("DisableKey", keyring_pb2.KeyRequest(key_id=key_id))

    async def enable(self, key_id: str) -> Any:
        return await self._ask("EnableKey", keyring_pb2.KeyRequest(key_id=key_id))

    async def remove(self, key_id: str) -> Any:
        return await self._ask("RemoveKey", keyring_pb2.KeyRequest(key_id=key_id))

    async def rewrap(self, *, retire: bool = False) -> Any:
        return await self._ask("RewrapKeys", keyring_pb2.RewrapKeysRequest(retire_old_versions=retire))

    async def load(self, csv: str) -> Any:
        return await self._ask("ImportKeys", keyring_pb2.ImportKeysRequest(csv=csv.encode()))

    async def reload(self) -> Any:
        return await self._ask("ReloadKeys", keyring_pb2.ReloadKeysRequest())

    async def keys(self) -> list[router_pb2.Key]:
        request = router_pb2.ListKeysRequest()
        return list((await self._server.router.ListKeys(request, metadata=self._server.metadata)).keys)

    async def endpoints(self) -> list[router_pb2.Endpoint]:
        request = router_pb2.ListEndpointsRequest()
        return list((await self._server.router.ListEndpoints(request, metadata=self._server.metadata)).endpoints)


@asynccontextmanager
async def under_load(server: KeyServer, provider: str) -> AsyncIterator[list[str]]:
    """Four callers, one call after the other, until the block ends. Gives how each call ended: "" is well."""
    ended: list[str] = []
    news: asyncio.Queue[None] = asyncio.Queue()
    stop = asyncio.Event()

    async def caller() -> None:
        while not stop.is_set():
            try:
                heard = await server.forward(provider)
                ended.append("" if heard.tail is not None and heard.head and heard.head.status == 200 else "cut")
            except Refused as refused:
                ended.append(refused.code)
            news.put_nowait(None)

    async def eight_more() -> None:
        while not news.empty():
            news.get_nowait()
        for _ in range(8):
            await news.get()

    callers = [asyncio.create_task(caller()) for _ in range(4)]
    try:
        await eight_more()
        yield ended
        await eight_more()
    finally:
        stop.set()
        await asyncio.gather(*callers)
