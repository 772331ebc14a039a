"""Which endpoint answers a call, and the next one when it does not.

Called by `servicer`. Leases, sends, looks at the first bytes, and moves on while the client has seen none. Failures
become rests, ends become releases.
Never retries after the first byte, never tries one endpoint twice in a call, never leaves a lease behind.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator

from key_server import logs, verdict
from key_server.calls import Call
from key_server.cooldown import RESTS, Failure
from key_server.egress import Egress, Outbound, Reply
from key_server.endpoints import Endpoint
from key_server.errors import (
    NoKeys,
    PoolBusy,
    PoolResting,
    ProviderLimited,
    ProviderSilent,
    StoreUnavailable,
    StreamCut,
    UnknownEndpoint,
)
from key_server.holdings import Holding, Holdings
from key_server.http1 import Broken, Silent
from key_server.leases import Lease, Leases
from key_server.store.pool import PoolStore

MOST_ATTEMPTS = 6
LARGEST_ERROR_BODY = 64 * 1024


class Unanswered(Exception):
    """What an endpoint did instead of answering; `wish_ms`: how long it asked to be left alone."""

    def __init__(self, failure: Failure, *, status: int = 0, wish_ms: int = 0) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.status = status
        self.wish_ms = wish_ms


class Answer:
    """A reply whose first bytes are here. Read `chunks()` once; `close()` always."""

    def __init__(self, reply: Reply, body: AsyncIterator[bytes], first: bytes, lease: Lease, leases: Leases) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self.endpoint_id = lease.endpoint.endpoint_id
        self.attempts = 1
        self._reply = reply
        self._body = body
        self._first = first
        self._lease = lease
        self._leases = leases
        self._closing: asyncio.Task[None] | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes; an error's body only up to a bound. Raises StreamCut, ProviderSilent."""
        sent = len(self._first)
        yield self._first
        try:
            async for chunk in self._body:
                if self.status >= 400 and sent >= LARGEST_ERROR_BODY:
                    return
                sent += len(chunk)
                yield chunk
        except Broken:
            raise StreamCut from None
        except Silent:
            raise ProviderSilent from None

    def close(self) -> asyncio.Task[None]:
        """Close upstream and free the lease, once; goes on even where the caller is cancelled."""
        if self._closing is None:
            self._reply.close()
            self._closing = self._leases.give_back(self._lease)
        return self._closing


class Allocator:
    def __init__(self, *, holdings: Holdings, store: PoolStore, egress: Egress, leases: Leases) -> None:
        self._holdings = holdings
        self._store = store
        self._egress = egress
        self._leases = leases

    async def answer(self, call: Call) -> Answer:
        """The answer of the first endpoint that gives one. Raises a Refusal when none does."""
        holding = self._holdings.current
        left = _candidates(holding, call)
        failures: dict[Failure, int] = {}
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                # An id of our own: under a repeated call id many calls would share one slot.
                lease = await self._leases.take(secrets.token_hex(16), left)
            except (PoolBusy, PoolResting, ProviderLimited):
                if failures:
                    break
                raise
            try:
                answer = await self._try(call, holding, lease)
            except Unanswered as found:
                wait_ms = await self._rest(lease.endpoint, found)
                failures[found.failure] = min(failures.get(found.failure, wait_ms), wait_ms)
            else:
                answer.attempts = attempt
                return answer
            left = [each for each in left if each is not lease.endpoint]
            if not left:
                break
        raise verdict.told(failures)

    async def _try(self, call: Call, holding: Holding, lease: Lease) -> Answer:
        """One endpoint's answer, or Unanswered. Frees the lease unless it is the answer's."""
        reply: Reply | None = None
        answer: Answer | None = None
        try:
            key = lease.endpoint.key
            secret = holding.keyring.secrets[key.key_id] if key else None
            reply = await self._egress.send(Outbound(lease.endpoint, call.path, call.headers, call.body), secret)
            failure = verdict.of_status(reply.status)
            if failure is not None or not verdict.is_readable(reply.status, reply.headers):
                wish_ms = verdict.wish_ms(reply.headers) if failure is Failure.LIMITED else 0
                raise Unanswered(failure or Failure.FAILED, status=reply.status, wish_ms=wish_ms)
            body = reply.chunks()
            first = await anext(body, b"")
            if not first and reply.status < 400:
                raise Unanswered(Failure.FAILED, status=reply.status)
            answer = Answer(reply, body, first, lease, self._leases)
        except Silent:
            raise Unanswered(Failure.SILENT) from None
        except Broken:
            raise Unanswered(Failure.FAILED) from None
        finally:
            if answer is None:
                if reply is not None:
                    reply.close()
                self._leases.give_back(lease)
        return answer

    async def _rest(self, endpoint: Endpoint, found: Unanswered) -> int:
        """Send the endpoint to rest; how long (ms). A store that is away cannot stop the next endpoint being tried."""
        name = endpoint.provider.name
        fields = {
            "provider": name,
            "endpoint": endpoint.endpoint_id,
            "code": found.failure.value,
            "status": found.status,
        }
        logs.event("attempt_failed", logging.WARNING, **fields)
        try:
            return await self._store.cool(
                name,
                endpoint.endpoint_id,
                RESTS[found.failure],
                wish_ms=found.wish_ms,
                limited=found.failure is Failure.LIMITED,
            )
        except StoreUnavailable:
            return found.wish_ms


def _candidates(holding: Holding, call: Call) -> list[Endpoint] | tuple[Endpoint, ...]:
    """Raises NoKeys, UnknownEndpoint."""
    found = holding.pool.candidates(call.provider.name, call.model)
    if call.endpoint_id:
        found = tuple(each for each in found if each.endpoint_id == call.endpoint_id)
        if not found:
            raise UnknownEndpoint
    if not found:
        raise NoKeys
    return found
