"""The Router's RPCs: proto in, proto out.

Registered by `server` on KEY_SERVER_SOCKET. Everything between is `calls` (may it be made), `allocator` (who answers)
and `holdings` (what there is).
Never sees a key; never knows who asks.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress

import grpc.aio

from key_server import calls, logs, reply_messages
from key_server.bodies import Bodies
from key_server.errors import ProviderSilent, StoreUnavailable
from key_server.holdings import Holdings
from key_server.key_messages import key_message
from key_server.keys.key_record import KeyRecord
from key_server.pool.allocator import Allocator, Answer
from key_server.pool.bindings import Bindings
from key_server.pool.endpoint import Endpoint
from key_server.store.pool import EndpointState, PoolStore
from key_server.usage import report
from key_server.usage.attempt import Attempt, Sums
from key_server.usage.book import Book
from key_server.usage.report import Report
from key_server.usage.table import Table
from protos import router_pb2, router_pb2_grpc


class RouterServicer(router_pb2_grpc.RouterServicer):  # type: ignore[misc]  # generated code is untyped
    def __init__(
        self, *, holdings: Holdings, store: PoolStore, allocator: Allocator, bindings: Bindings, book: Book
    ) -> None:
        self._holdings = holdings
        self._store = store
        self._allocator = allocator
        self._bindings = bindings
        self._book = book
        self._bodies = Bodies()

    async def Forward(self, request: router_pb2.ForwardRequest, context: grpc.aio.ServicerContext) -> None:
        """Head, chunks, tail; or all in one. A cancelled call closes upstream and frees its lease."""
        clock = asyncio.get_running_loop().time
        started = clock()
        answer: Answer | None = None
        try:
            with self._bodies.held(len(request.body)):
                call = calls.check(request, self._holdings.current.catalog)
                async with asyncio.timeout_at(started + call.seconds):
                    answer = await self._allocator.answer(call)
                    first_byte_ms = int((clock() - started) * 1000)
                    whole = await self._streamed(answer, context, in_one=request.in_one)
            freed = answer.close()
            total_ms = int((clock() - started) * 1000)
            tail = router_pb2.Tail(first_byte_ms=first_byte_ms, total_ms=total_ms)
            await context.write(reply_messages.last(answer, whole, tail))
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

    async def _streamed(self, answer: Answer, context: grpc.aio.ServicerContext, *, in_one: bool) -> bytes | None:
        """Head and chunks are sent as they come; or the whole body is here, to be sent with them at once."""
        chunks = answer.chunks()
        begun = b""
        if in_one:
            begun, is_all = await reply_messages.gathered(chunks)
            if is_all:
                return begun
        await context.write(router_pb2.ForwardReply(head=reply_messages.head(answer)))
        if begun:
            await context.write(router_pb2.ForwardReply(chunk=begun))
        async for chunk in chunks:
            await context.write(router_pb2.ForwardReply(chunk=chunk))
        return None

    async def Bind(self, request: router_pb2.BindRequest, context: grpc.aio.ServicerContext) -> router_pb2.Binding:
        asked = calls.check_bind(request, self._holdings.current.catalog)
        found = await self._bindings.bind(asked)
        return router_pb2.Binding(binding_id=asked.binding_id, endpoint_id=found.endpoint_id, rebound=found.moved)

    async def Release(
        self, request: router_pb2.ReleaseRequest, context: grpc.aio.ServicerContext
    ) -> router_pb2.ReleaseReply:
        binding_id = calls.check_binding_id(request.binding_id)
        return router_pb2.ReleaseReply(released=await self._bindings.release(binding_id))

    async def ListEndpoints(
        self, request: router_pb2.ListEndpointsRequest, context: grpc.aio.ServicerContext
    ) -> router_pb2.EndpointList:
        held = self._holdings.current
        found: dict[str, list[Endpoint]] = defaultdict(list)
        for each in held.pool.by_id.values():
            if request.provider in ("", each.provider.name) and (not request.model or each.serves(request.model)):
                found[each.provider.name].append(each)
        listed: list[router_pb2.Endpoint] = []
        for provider, endpoints in found.items():
            states = await self._store.states(provider, [each.limits for each in endpoints], model=request.model)
            closed = [each.key is not None and each.key.key_id not in held.keyring.secrets for each in endpoints]
            listed += map(_endpoint, endpoints, states, closed)
        return router_pb2.EndpointList(endpoints=listed)

    async def ListKeys(
        self, request: router_pb2.ListKeysRequest, context: grpc.aio.ServicerContext
    ) -> router_pb2.KeyList:
        held = self._holdings.current
        served = {each.key.key_id for each in held.pool.by_id.values() if each.key}
        found = [
            key_message(each, _state(each, opens=each.key_id in held.keyring.secrets, served=each.key_id in served))
            for each in held.keyring.records.values()
            if request.provider in ("", each.provider)
        ]
        return router_pb2.KeyList(keys=found)

    async def ReportUsage(
        self, request: router_pb2.UsageReport, context: grpc.aio.ServicerContext
    ) -> router_pb2.UsageReceipt:
        settled = [self._booked(asked) for asked in report.check(request)]
        await asyncio.gather(*(self._settled(*each) for each in settled if each is not None))
        return router_pb2.UsageReceipt(settled=settled[0] is not None)

    def _booked(self, asked: Report) -> tuple[Attempt, int] | None:
        """The attempt that was counted, and how far its reservation was wrong; None: not known, or counted before."""
        attempt = self._book.report(asked.call_id, asked.prompt_tokens, asked.completion_tokens)
        if attempt is None:
            return None
        return attempt, max(asked.tokens, attempt.least_tokens) - attempt.reserved_tokens

    async def _settled(self, attempt: Attempt, difference: int) -> None:
        with suppress(StoreUnavailable):  # then the minute keeps the estimate; what was spent is in the journal
            await self._store.settle(attempt.provider, attempt.endpoint_id, attempt.taken_at_s, difference)

    async def GetUsage(
        self, request: router_pb2.UsageQuery, context: grpc.aio.ServicerContext
    ) -> router_pb2.UsageTable:
        table = Table(request.by, request.since_unix_s)
        async for row, sums in self._book.sums(request.since_unix_s):
            table.add(row, sums)
        records = self._holdings.current.keyring.records if request.by == "key" else {}
        labels = {key_id: record.label for key_id, record in records.items()}
        return router_pb2.UsageTable(rows=[_spent(name, sums, labels) for name, sums in table.rows()])


def _state(record: KeyRecord, *, opens: bool, served: bool) -> str:
    """Why no call can use a key, or that one can."""
    if record.disabled:
        return "disabled"
    if not opens:
        return "closed"
    return "ready" if served else "unlisted"


def _endpoint(endpoint: Endpoint, state: EndpointState, closed: bool) -> router_pb2.Endpoint:
    _, rpm, tpm = endpoint.limits
    return router_pb2.Endpoint(
        endpoint_id=endpoint.endpoint_id,
        provider=endpoint.provider.name,
        base_url=endpoint.base_url,
        models=endpoint.models,
        in_flight=state.in_flight,
        max_parallel=endpoint.provider.max_parallel,
        cooldown_ms=state.rest_ms,
        state="disabled" if endpoint.disabled else "closed" if closed else state.state,
        key_id=endpoint.key.key_id if endpoint.key else "",
        label=endpoint.key.label if endpoint.key else "",
        requests_per_minute=rpm,
        tokens_per_minute=tpm,
        requests_used=state.requests,
        tokens_used=state.tokens,
        weight=endpoint.weight,
    )


def _spent(name: str, sums: Sums, labels: Mapping[str, str]) -> router_pb2.UsageRow:
    return router_pb2.UsageRow(
        name=name,
        requests=sums.requests,
        errors=sums.errors,
        prompt_tokens=sums.prompt_tokens,
        completion_tokens=sums.completion_tokens,
        latency_ms_sum=sums.latency_ms,
        cost=sums.nano_usd / 1e9,
        label=labels.get(name, ""),
    )
