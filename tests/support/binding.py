"""Bind, call under it, release: as the web server does."""

from __future__ import annotations

from protos import router_pb2
from tests.support.key_server import KeyServer


async def bind(server: KeyServer, provider: str, binding_id: str = "b1", **fields: object) -> router_pb2.Binding:
    fields = {"model": "test-model", **fields}
    request = router_pb2.BindRequest(binding_id=binding_id, provider=provider, **fields)  # type: ignore[arg-type]
    return await server.router.Bind(request, metadata=server.metadata)


async def release(server: KeyServer, binding_id: str = "b1") -> bool:
    request = router_pb2.ReleaseRequest(binding_id=binding_id)
    return bool((await server.router.Release(request, metadata=server.metadata)).released)


async def under(server: KeyServer, provider: str, binding_id: str = "b1", **fields: object) -> router_pb2.Head:
    heard = await server.forward(provider, binding_id=binding_id, **fields)
    assert heard.head is not None
    return heard.head
