"""The Router's RPCs: proto in, proto out.

Registered by `server` on KEY_SERVER_SOCKET. Everything between is `calls` (may it be made), `allocator` (who answers)
and `holdings` (what there is).
Never sees a key; never knows who asks.
"""

from __future__ import annotations

import asyncio

import grpc.aio

from key_server import calls, logs
from key_server.allocator import Allocator, Answer
from key_server.endpoints import Endpoint
from key_server.errors import NotYet, ProviderSilent
from key_server.holdings import Holdings
from key_server.keyring import KeyRecord
from key_server.store.pool import EndpointState, PoolStore
from protos import router_pb2, router_pb2_grpc


class RouterServicer(router_pb2_grpc.RouterServicer):  # type: ignore[misc]  # generated code is untyped
    def __init__(self, *, holdings: Holdings, store: PoolStore, allocator: Allocator) -> None:
        self._holdings = holdings
        self._store = store
        self._allocator = allocator

    async def Forward(self, request: router_pb2.ForwardRequest, context: grpc.aio.ServicerContext) -> None:  # noqa: N802 - the proto's name
        """Head, chunks, tail. A cancelled call closes upstream and frees its lease."""
        clock = asyncio.get_running_loop().time
        started = clock()
        call = calls.check(request, self._holdings.current.catalog)
        answer: Answer | None = None
        try:
            async with asyncio.timeout_at(started + call.seconds):
                answer = await self._allocator.answer(call)
                first_byte_ms = int((clock() - started) * 1000)
                await context.write(_head(answer))
                async for chunk in answer.chunks():
                    await context.write(router_pb2.ForwardReply(chunk=chunk))
            freed = answer.close()
            total_ms = int((clock() - started) * 1000)
            await context.write(_tail(first_byte_ms, total_ms))
            await freed  # who sees the end of a call may count on its slot
        except TimeoutError:
            raise ProviderSilent from None
        finally:
            if answer is not None:
                answer.close()
        logs.event(
            "forwarded",
            provider=request.provider,
            model=request.model,
            operation=request.operation,
            endpoint=answer.endpoint_id,
            status=answer.status,
            attempts=answer.attempts,
            first_byte_ms=first_byte_ms,
            total_ms=total_ms,
        )

    async def ListEndpoints(  # noqa: N802 - the proto's name
        self, request: router_pb2.ListEndpointsRequest, context: grpc.aio.ServicerContext
    ) -> router_pb2.EndpointList:
        found = [
            each
            for each in self._holdings.current.pool.by_id.values()
            if request.provider in ("", each.provider.name) and (not request.model or each.serves(request.model))
        ]
        states = await self._store.states([(each.provider.name, each.endpoint_id) for each in found])
        return router_pb2.EndpointList(endpoints=map(_endpoint, found, states))

    async def ListKeys(  # noqa: N802 - the proto's name
        self, request: router_pb2.ListKeysRequest, context: grpc.aio.ServicerContext
    ) -> router_pb2.KeyList:
        records = self._holdings.current.keyring.records.values()
        return router_pb2.KeyList(keys=[_key(each) for each in records if request.provider in ("", each.provider)])

    async def _not_yet(self, request: object, context: grpc.aio.ServicerContext) -> None:
        raise NotYet

    ReportUsage = Bind = Release = GetUsage = _not_yet


def _head(answer: Answer) -> router_pb2.ForwardReply:
    return router_pb2.ForwardReply(
        head=router_pb2.Head(
            status=answer.status,
            headers=answer.headers,
            endpoint_id=answer.endpoint_id,
            attempts=answer.attempts,
        )
    )


def _tail(first_byte_ms: int, total_ms: int) -> router_pb2.ForwardReply:
    return router_pb2.ForwardReply(tail=router_pb2.Tail(first_byte_ms=first_byte_ms, total_ms=total_ms))


def _endpoint(endpoint: Endpoint, state: EndpointState) -> router_pb2.Endpoint:
    return router_pb2.Endpoint(
        endpoint_id=endpoint.endpoint_id,
        provider=endpoint.provider.name,
        base_url=endpoint.base_url,
        models=endpoint.models,
        in_flight=state.in_flight,
        max_parallel=endpoint.provider.max_parallel,
        cooldown_ms=state.rest_ms,
        state="disabled" if endpoint.disabled else "resting" if state.rest_ms else "ready",
    )


def _key(record: KeyRecord) -> router_pb2.Key:
    return router_pb2.Key(
        key_id=record.key_id,
        provider=record.provider,
        models=record.models,
        label=record.label,
        fingerprint=record.fingerprint,
        disabled=record.disabled,
        requests_per_minute=record.rpm,
        tokens_per_minute=record.tpm,
        weight=record.weight,
        base_url=record.base_url,
    )
