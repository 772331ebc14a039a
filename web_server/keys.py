"""The hatch: the only way from this process to a provider, through the key server's socket.

Called by `exchange`. Holds one gRPC channel and the key server's per-start token. An answer is an `Incoming`, whose
bytes arrive as the provider sent them.
Never: a key, a caller, a destination. It names a provider and a model, and takes only a `ScrubbedQuery`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import weakref
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos import router_pb2, router_pb2_grpc
from web_server import trust
from web_server.errors import ApiError, from_key_server
from web_server.incoming import Incoming
from web_server.query import ANYWHERE, ModelRef, Place, ScrubbedQuery, Usage
from web_server.reports import Report, Reports
from web_server.traffic.requests import filled

log = logging.getLogger("web_server.keys")

MESSAGE_BYTES = 9 * 1024 * 1024
CHANNEL = [
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    ("grpc.max_receive_message_length", -1),  # the list of all endpoints of 10,000 keys is 20 MB
    # A key server that was restarted is found again within half a second.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 250),
    ("grpc.enable_retries", 0),
]
GRACE_SECONDS = 2.0
"""The key server answers its own deadline first; this side only guards against one that hangs."""
PROBE_SECONDS = 1.0
REPORT_SECONDS = 2.0
PROBE_EVERY_SECONDS = 2.0

MOST_TOKENS = 100_000_000
"""The key server believes no larger count of one call."""

AWAY = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAUTHENTICATED})
"""A key server that is not there yet, or not any more."""

BIND_SECONDS = 5.0

ELSEWHERE = frozenset(
    {
        *("ENDPOINT_NOT_FOUND", "POOL_BUSY", "POOL_LIMITED", "POOL_RESTING"),
        *("PROVIDER_LIMITED", "PROVIDER_REFUSED", "PROVIDER_FAILED"),
    }
)
"""What one endpoint may say, before any of an answer came, that another would not."""

ForwardCall = Any  # grpc.aio.UnaryStreamCall; the generated stubs are untyped


class BindingGone(ApiError):
    """What was kept under a binding is kept no more."""


class Bound(NamedTuple):
    """The endpoint that a binding keeps; `rebound`: it had to leave another, which cannot serve any more."""

    endpoint_id: str
    rebound: bool


class KeyServer:
    """A connection to the key server. Open it inside a running loop, close it with `aclose`."""

    def __init__(self, socket: Path, token_file: Path, *, fills: bool = True) -> None:
        """`fills`: bodies are as long as their buckets."""
        self._fills = fills
        self._socket = socket
        self._token_file = token_file
        self._token = ""
        self._calls: set[ForwardCall] = set()
        self._lost: weakref.WeakSet[ForwardCall] = weakref.WeakSet()
        self._channel = grpc.aio.insecure_channel(f"unix:{socket.absolute()}", options=CHANNEL)
        self._router = router_pb2_grpc.RouterStub(self._channel)
        self._health = health_pb2_grpc.HealthStub(self._channel)
        self.reports = Reports(self._tell)

    async def send(
        self,
        query: ScrubbedQuery,
        operation: str,
        body: bytes,
        deadline_seconds: float,
        place: Place = ANYWHERE,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Incoming:
        """Have `body`, written from `query`, sent to the query's provider; its answer, whose head is here.

        Raises:
            BindingGone: the binding of `place` was released or has expired; nothing was sent.
            ApiError: the key server refused, every endpoint failed, or it is not there.
        """
        call_id = secrets.token_hex(16)
        message = router_pb2.ForwardRequest(
            call_id=call_id,
            provider=query.model.provider,
            model=query.model.model,
            operation=operation,
            stream=query.stream,
            in_one=not query.stream,
            # Four bytes a token is the usual estimate for JSON-wrapped prose.
            token_estimate=len(body) // 4,
            headers=headers,
            body=filled(body) if self._fills else body,
            deadline_ms=int(deadline_seconds * 1000),
            binding_id=place.binding_id or None,
            endpoint_id=place.endpoint_id or None,
        )
        try:
            first, call = await self.forward(message)
        except ApiError as failed:
            if not place.or_elsewhere or failed.code not in ELSEWHERE:
                raise
            return await self.send(query, operation, body, deadline_seconds, headers=headers)
        whole = first.whole if first.WhichOneof("part") == "whole" else None
        head = first.head if whole is None else whole.head
        return Incoming(
            status=head.status,
            headers=dict(head.headers),
            endpoint_id=head.endpoint_id,
            chunks=self._chunks(call, whole),
            call_id=call_id,
            rebound=head.rebound,
            close=call.cancel,
        )

    async def forward(self, message: router_pb2.ForwardRequest) -> tuple[router_pb2.ForwardReply, ForwardCall]:
        """The first message of the answer, its head or all of it; and the call that has the rest. Raises ApiError."""
        timeout = message.deadline_ms / 1000 + GRACE_SECONDS
        for attempt in ("known token", "fresh token"):
            call = self._router.Forward(
                message, metadata=self._metadata(fresh=attempt == "fresh token"), timeout=timeout
            )
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            try:
                first = await self.read(call)
                if first is grpc.aio.EOF or first.WhichOneof("part") not in ("head", "whole"):
                    raise ApiError("KEY_SERVER_UNAVAILABLE", retry_after=1)
                return first, call
            except grpc.aio.AioRpcError as refused:
                # The key server was restarted: its token is a new one. Nothing was sent, so asking again is safe.
                if refused.code() is grpc.StatusCode.UNAUTHENTICATED and attempt == "known token":
                    continue
                raise refusal(refused) from None
            except BaseException:
                call.cancel()
                raise
        raise AssertionError("unreachable")

    async def _chunks(self, call: ForwardCall, whole: router_pb2.Whole | None) -> AsyncIterator[bytes]:
        """The body's bytes. Raises ApiError where the end of the call says that they are not all, or never comes."""
        is_whole = whole is not None
        try:
            while (reply := await self.read(call)) is not grpc.aio.EOF:
                part = reply.WhichOneof("part")
                if part == "chunk":
                    yield reply.chunk
                is_whole = is_whole or part == "tail"
        except grpc.aio.AioRpcError as cut:
            raise refusal(cut, begun=True) from None
        except ApiError:
            raise ApiError("STREAM_CUT") from None
        if not is_whole:
            raise ApiError("STREAM_CUT")
        if whole is not None:
            yield whole.body

    async def bind(
        self, binding_id: str, model: ModelRef, ttl_seconds: int, endpoint_id: str = "", slots: int = 0
    ) -> Bound:
        """Keep an endpoint under `binding_id`, the router's choice where none is named. Raises ApiError.

        `slots`: of the endpoint, for the next calls under the binding, one each.
        """
        message = router_pb2.BindRequest(
            binding_id=binding_id,
            provider=model.provider,
            model=model.model,
            ttl_seconds=ttl_seconds,
            endpoint_id=endpoint_id,
            slots=slots,
        )
        bound = await self._asked(self._router.Bind, message)
        return Bound(bound.endpoint_id, bound.rebound)

    async def release(self, binding_id: str) -> None:
        """Free what is kept under `binding_id`; what is not there is free already. Raises ApiError."""
        await self._asked(self._router.Release, router_pb2.ReleaseRequest(binding_id=binding_id))

    async def _asked(self, verb: Any, message: Any) -> Any:
        """The answer to a short call; a key server that was restarted is shown its new token. Raises ApiError."""
        for fresh in (False, True):
            try:
                return await verb(message, metadata=self._metadata(fresh=fresh), timeout=BIND_SECONDS)
            except grpc.aio.AioRpcError as refused:
                if refused.code() is grpc.StatusCode.UNAUTHENTICATED and not fresh:
                    continue
                raise refusal(refused, asks=False) from None
        raise AssertionError("unreachable")

    def report(self, call_id: str, usage: Usage) -> None:
        """Have the key server told what a call used, behind its answer. A provider's nonsense is not passed on."""
        if all(0 <= count <= MOST_TOKENS for count in (usage.prompt_tokens, usage.completion_tokens)):
            self.reports.add(call_id, usage)

    async def _tell(self, lot: Sequence[Report]) -> bool:
        """Whether there is no more to be done: the key server knows, or does not want to."""
        message, *others = [
            router_pb2.UsageReport(
                call_id=each.call_id,
                prompt_tokens=each.usage.prompt_tokens,
                completion_tokens=each.usage.completion_tokens,
            )
            for each in lot
        ]
        message.others.extend(others)
        for fresh in (False, True):
            try:
                await self._router.ReportUsage(message, metadata=self._metadata(fresh=fresh), timeout=REPORT_SECONDS)
            except grpc.aio.AioRpcError as refused:
                if refused.code() is grpc.StatusCode.UNAUTHENTICATED and not fresh:
                    continue  # the key server was restarted: its token is a new one
                return refused.code() not in AWAY
            except ApiError:
                return False
            return True
        raise AssertionError("unreachable")

    async def endpoints(self) -> Sequence[router_pb2.Endpoint]:
        """Every endpoint's health, as the key server sees it. Raises ApiError."""
        try:
            reply = await self._router.ListEndpoints(
                router_pb2.ListEndpointsRequest(), metadata=self._metadata(fresh=True), timeout=PROBE_SECONDS
            )
        except grpc.aio.AioRpcError as refused:
            raise refusal(refused, asks=False) from None
        return list(reply.endpoints)

    async def keys(self) -> Sequence[router_pb2.Key]:
        """Every key by label and fingerprint, never the key. Raises ApiError."""
        return list((await self._told(self._router.ListKeys, router_pb2.ListKeysRequest())).keys)

    async def usage(self, by: str, since_unix_s: int) -> Sequence[router_pb2.UsageRow]:
        """What was spent, by key, provider, model, hour or day. Raises ApiError."""
        asked = router_pb2.UsageQuery(by=by, since_unix_s=since_unix_s)
        return list((await self._told(self._router.GetUsage, asked)).rows)

    async def _told(self, ask: Any, message: Any) -> Any:
        try:
            return await ask(message, metadata=self._metadata(fresh=True), timeout=PROBE_SECONDS)
        except grpc.aio.AioRpcError as refused:
            raise refusal(refused, asks=False) from None

    async def is_serving(self) -> bool:
        """Whether the key server answers its health check within a second."""
        try:
            reply = await self._health.Check(health_pb2.HealthCheckRequest(), timeout=PROBE_SECONDS)
        except grpc.aio.AioRpcError:
            return False
        return bool(reply.status == health_pb2.HealthCheckResponse.SERVING)

    async def read(self, call: ForwardCall) -> Any:
        """The next message of a call. Raises what gRPC raises, or ApiError where the key server stopped answering."""
        try:
            return await call.read()
        except asyncio.CancelledError:
            if call in self._lost:
                raise ApiError("KEY_SERVER_UNAVAILABLE", retry_after=1) from None
            raise

    async def watch(self) -> None:
        """Run for as long as the app does: a key server that hangs (it is stopped, its machine sleeps) would keep its
        calls to their last deadline. Two missed health checks in a row, and they are given up."""
        while True:
            await asyncio.sleep(PROBE_EVERY_SECONDS)
            if not self._calls or await self.is_serving() or await self.is_serving():
                continue
            log.error("the key server does not answer; its calls are given up")
            for call in tuple(self._calls):
                self._lost.add(call)
                call.cancel()

    async def aclose(self) -> None:
        """Close the channel; running calls are cancelled."""
        await self._channel.close()

    def _metadata(self, *, fresh: bool) -> tuple[tuple[str, str]]:
        try:
            if fresh or not self._token:
                trust.check(self._socket, self._token_file)
                self._token = self._token_file.read_text(encoding="ascii").strip()
            else:
                # gRPC connects again by itself: to whoever has taken the place of a key server that stopped.
                with contextlib.suppress(FileNotFoundError):
                    trust.check(self._socket)
        except trust.Untrusted as untrusted:
            log.error("nothing is sent to a key server that is not ours", extra={"error": str(untrusted)})
            raise ApiError("KEY_SERVER_UNAVAILABLE") from None
        except (OSError, UnicodeDecodeError):
            raise ApiError("KEY_SERVER_UNAVAILABLE", retry_after=1) from None
        return (("llmvpn-token", self._token),)


def refusal(error: grpc.aio.AioRpcError, *, begun: bool = False, asks: bool = True) -> ApiError:
    """What a failed call means to a caller; `begun` if part of the answer had already come.

    `asks`: a provider was to be asked. Else silence is the key server's own.
    """
    said = {key: str(value) for key, value in error.trailing_metadata() or ()}
    wait = said.get("llmvpn-retry-after-ms", "")
    code = said.get("llmvpn-error")
    if code == "UNKNOWN_BINDING":
        return BindingGone("KEY_SERVER_UNAVAILABLE", retry_after=1)
    if code:
        return from_key_server(code, int(wait) / 1000 if wait.isdigit() else None)
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED and asks:
        return ApiError("PROVIDER_SILENT")
    if begun:
        return ApiError("STREAM_CUT")
    return ApiError("KEY_SERVER_UNAVAILABLE", retry_after=1)
