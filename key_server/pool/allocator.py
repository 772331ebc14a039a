"""Which endpoint answers a call, and the next one when it does not.

Called by `servicer`. Leases, sends, looks at the first bytes, and moves on while the client has seen none. Failures
become rests, ends become releases. What there is, is looked up anew for every attempt: a key may have been rotated.
Never retries after the first byte, never tries one credential twice in a call, never leaves a lease behind.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator

from key_server import logs
from key_server.calls import Call
from key_server.catalog.provider import ANY_MODEL
from key_server.egress.egress import Egress, Outbound, Reply
from key_server.egress.http1 import Broken, Silent
from key_server.errors import (
    NoKeys,
    PoolBusy,
    PoolLimited,
    PoolResting,
    ProviderLimited,
    ProviderSilent,
    StreamCut,
    UnknownEndpoint,
)
from key_server.holdings import Holding, Holdings
from key_server.pool import verdict
from key_server.pool.bindings import Bindings
from key_server.pool.choice import Candidates
from key_server.pool.cooldown import Failure
from key_server.pool.leases import Lease, Leases
from key_server.secret import Secret
from key_server.store.pool import Wanted
from key_server.usage.account import Account, Accounts
from key_server.usage.attempt import FREE, LONGEST_MODEL, MOST_TOKENS, Attempt

MOST_ATTEMPTS = 6
MOST_BYTES_A_TOKEN = 16  # no tokenizer needs fewer: a web server that was taken over may report none at all
LARGEST_ERROR_BODY = 64 * 1024
DRY = (PoolBusy, PoolLimited, PoolResting, ProviderLimited)


class Unanswered(Exception):
    """What an endpoint did instead of answering; `wish_ms`: how long it asked to be left alone."""

    def __init__(self, failure: Failure, *, status: int = 0, wish_ms: int = 0) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.status = status
        self.wish_ms = wish_ms


class Answer:
    """A reply whose first bytes are here. Read `chunks()` once; `close()` always."""

    def __init__(
        self,
        reply: Reply,
        body: AsyncIterator[bytes],
        first: bytes,
        *,
        lease: Lease,
        leases: Leases,
        account: Account,
    ) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self.endpoint_id = lease.endpoint.endpoint_id
        self.attempts = 1
        self.rebound = False
        self._reply = reply
        self._body = body
        self._first = first
        self._lease = lease
        self._leases = leases
        self._account = account
        self._answered = False  # to its end
        self._failure: Failure | None = None
        self._closing: asyncio.Future[None] | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes; an error's body only up to a bound. Raises StreamCut, ProviderSilent."""
        sent = len(self._first)
        yield self._first
        try:
            async for chunk in self._body:
                if self.status >= 400 and sent >= LARGEST_ERROR_BODY:
                    break
                sent += len(chunk)
                yield chunk
        except Broken:
            self._failure = Failure.FAILED
            raise StreamCut from None
        except Silent:
            self._failure = Failure.SILENT
            raise ProviderSilent from None
        self._answered = True

    def close(self) -> asyncio.Future[None]:
        """Free the lease, once; goes on even where a caller that waits for it is cancelled."""
        if self._closing is None:
            self._reply.close()
            self._account.end(failed=self._failure is not None, spent=self.status < 400)
            if self._failure is None:
                self._closing = self._leases.give_back(self._lease, answered=self._answered)
            else:
                self._closing = asyncio.shield(self._leases.run(self._failed(self._failure)))
        return self._closing

    async def _failed(self, failure: Failure) -> None:
        await self._leases.fail(self._lease, failure)


class Allocator:
    def __init__(
        self, *, holdings: Holdings, egress: Egress, leases: Leases, bindings: Bindings, accounts: Accounts
    ) -> None:
        self._holdings = holdings
        self._egress = egress
        self._leases = leases
        self._bindings = bindings
        self._accounts = accounts

    async def answer(self, call: Call) -> Answer:
        """The answer of the first endpoint that gives one. Raises a Refusal when none does."""
        tried: dict[str, Secret | None] = {}
        failures: dict[Failure, int] = {}
        rebound = False
        for attempt in range(1, MOST_ATTEMPTS + 1):
            holding = self._holdings.opened()
            left = {each for each, used in tried.items() if used is None or used == _secret(holding, each)}
            try:
                lease, moved = await self._take(call, _candidates(holding, call), left)
            except (NoKeys, UnknownEndpoint, *DRY) as dry:
                if not failures:
                    raise
                if Failure.LIMITED in failures and not isinstance(dry, NoKeys | UnknownEndpoint | PoolBusy):
                    # One that was not tried may come back first.
                    failures[Failure.LIMITED] = min(failures[Failure.LIMITED], dry.retry_after_ms)
                break
            rebound = rebound or moved
            endpoint_id = lease.endpoint.endpoint_id
            tried[endpoint_id] = _secret(holding, endpoint_id)
            try:
                answer = await self._try(call, lease, tried[endpoint_id])
            except Unanswered as found:
                wait_ms = await self._failed(lease, found, tried[endpoint_id])
                failures[found.failure] = min(failures.get(found.failure, wait_ms), wait_ms)
            else:
                answer.attempts, answer.rebound = attempt, rebound
                return answer
        raise verdict.told(failures)

    async def _take(self, call: Call, candidates: Candidates, tried: set[str]) -> tuple[Lease, bool]:
        # An id of our own: under a repeated call id many calls would share one slot.
        lease_id = secrets.token_hex(16)
        wanted = Wanted(call.provider.name, call.model, call.provider.max_parallel, call.tokens)
        if call.binding_id:
            return await self._bindings.take(lease_id, call.binding_id, wanted, candidates, tried)
        return await self._leases.take(lease_id, wanted, candidates, tried=tried), False

    async def _try(self, call: Call, lease: Lease, secret: Secret | None) -> Answer:
        """One endpoint's answer, or Unanswered, and then the lease is still held. Else it is the answer's, or free."""
        reply: Reply | None = None
        answer: Answer | None = None
        unanswered: Unanswered | None = None
        account = Account(self._accounts, _attempt(lease, call))
        try:
            endpoint = lease.endpoint
            outbound = Outbound(endpoint.provider, endpoint.base_url, call.path, call.headers, call.body)
            reply = await self._egress.send(outbound, secret)
            failure = verdict.of_status(reply.status)
            if failure is not None or not verdict.is_readable(reply.status, reply.headers):
                wish_ms = verdict.wish_ms(reply.headers) if failure is Failure.LIMITED else 0
                unanswered = Unanswered(failure or Failure.FAILED, status=reply.status, wish_ms=wish_ms)
            else:
                body = reply.chunks()
                first = await anext(body, b"")
                if first or reply.status >= 400:
                    answer = Answer(reply, body, first, lease=lease, leases=self._leases, account=account)
                    return answer
                unanswered = Unanswered(Failure.FAILED, status=reply.status)
        except Silent:
            unanswered = Unanswered(Failure.SILENT)
        except Broken:
            unanswered = Unanswered(Failure.FAILED)
        finally:
            if answer is None:
                if reply is not None:
                    reply.close()
                # Who left before the answer came is no error of the provider's, and may have cost what was asked.
                account.end(failed=unanswered is not None, spent=unanswered is None)
                if unanswered is None:
                    self._leases.give_back(lease)
        raise unanswered

    async def _failed(self, lease: Lease, found: Unanswered, secret: Secret | None) -> int:
        """Send the endpoint to rest; how long (ms). A key that was rotated meanwhile does not pay for the old one."""
        endpoint = lease.endpoint
        fields = {
            "provider": endpoint.provider.name,
            "endpoint": endpoint.endpoint_id,
            "code": found.failure.value,
            "status": found.status,
        }
        logs.event("attempt_failed", logging.WARNING, **fields)
        if found.failure is Failure.REFUSED and secret != _secret(self._holdings.current, endpoint.endpoint_id):
            await self._leases.give_back(lease)
            return 0
        return await self._leases.fail(lease, found.failure, wish_ms=found.wish_ms)


def _secret(holding: Holding, endpoint_id: str) -> Secret | None:
    """The endpoint's credential now; None where it takes none, or is gone."""
    endpoint = holding.pool.by_id.get(endpoint_id)
    return holding.keyring.secrets.get(endpoint.key.key_id) if endpoint and endpoint.key else None


def _candidates(holding: Holding, call: Call) -> Candidates:
    """Raises NoKeys, UnknownEndpoint."""
    found = holding.pool.candidates(call.provider.name, call.model)
    if call.endpoint_id:
        found = found.only(call.endpoint_id)
        if not found.by_id:
            raise UnknownEndpoint
    if not found.by_id:
        raise NoKeys
    return found


def _attempt(lease: Lease, call: Call) -> Attempt:
    """What usage is told of a leased endpoint that is about to be called."""
    endpoint = lease.endpoint
    prices = endpoint.provider.prices
    return Attempt(
        attempt_id=lease.lease_id,
        call_id=call.call_id,
        key_id=endpoint.key.key_id if endpoint.key else "",
        provider=endpoint.provider.name,
        model=call.model[:LONGEST_MODEL],
        endpoint_id=endpoint.endpoint_id,
        estimate=min(call.tokens, MOST_TOKENS),
        reserved_tokens=lease.reserved_tokens,
        taken_at_s=lease.taken_at_s,
        least_tokens=min(len(call.body) // MOST_BYTES_A_TOKEN, lease.reserved_tokens),
        price=prices.get(call.model) or prices.get(ANY_MODEL) or FREE,
    )
