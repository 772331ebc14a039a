"""The hall: scrub, send, restore. The only file that knows the privacy room, the dialects and the hatch.

Called by the doors, which hand in a `Query` and get a `Reply` of restored deltas. Steps 3 to 8 of docs/architecture.md,
in this order and no other: the order is the guarantee.
Never: HTTP, Redis, an envelope, or an unscrubbed byte to the hatch.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import httpx

from web_server.answer import collect
from web_server.errors import ApiError
from web_server.keys import KeyServer
from web_server.limits import call
from web_server.limits.gate import Entry, Gate
from web_server.off_loop import BRIEF_BYTES, Busy, OffLoop
from web_server.policies import PolicyFile
from web_server.privacy.errors import Blocked, PrivacyError, Unreadable
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.minimum import BelowMinimum
from web_server.privacy.recall import Recall
from web_server.privacy.restore import Restorer
from web_server.privacy.wanted import Wanted
from web_server.providers import DIALECTS
from web_server.providers.catalog import CatalogFile, Model
from web_server.providers.dialect import Dialect, DialectError, ProviderFault, Unsayable
from web_server.query import Answer, Caller, Delta, ModelRef, PrivacyFlags, Query, ScrubbedQuery, Usage
from web_server.rewriter import Rewriter
from web_server.rules import Rules
from web_server.scrubber import Scrubbed, Scrubber

log = logging.getLogger("web_server.exchange")

T = TypeVar("T")

COMPLAINT_BYTES = 1024 * 1024
"""Well above the 64 KiB, and the piece that crosses them, after which the key server cuts an error's body."""

BUSY_SECONDS = 10

PIECE = 16 * 1024
"""Characters that are restored at once: some 10 ms."""

ANSWER_BYTES = 64 * 1024 * 1024
PASSED_ON = frozenset({400, 404, 413, 422})
"""Provider statuses that are the caller's to mend."""


@dataclass(slots=True)
class Exchange:
    """Answers queries, each under the rules that hold for its caller."""

    catalog: CatalogFile
    policies: PolicyFile
    key_server: KeyServer
    state_secret: bytes = field(repr=False)
    deadline_seconds: float = 600
    off_loop: OffLoop = field(default_factory=OffLoop)
    rewriter: Rewriter = field(default_factory=Rewriter)
    recall: Recall = field(default_factory=Recall)
    gate: Gate | None = None

    def resolve(self, name: str) -> ModelRef:
        """The model a caller named. Raises ApiError MODEL_NOT_FOUND."""
        return self._model(name).ref

    def models(self) -> Sequence[Model]:
        """Every model that can be named, `provider/*` rows included."""
        return self.catalog.current.models

    def policy_mistake(self) -> str | None:
        """The sentence that says that the newest policy file is not in force; None while it is."""
        return self.policies.mistake

    async def open(self, caller: Caller, query: Query, *, resent: bool) -> Reply:
        """Send `query`; the reply is open, and its first deltas have come.

        Args:
            resent: the caller sends its whole history each time, so a conversation must meet the same surrogates on
                every turn: the ledger's seed is then derived from the caller and the conversation's opening. Otherwise
                it is fresh, and nothing links two queries.

        Raises:
            ApiError: with any code of the table; nothing unscrubbed was sent.
        """
        if self.gate is None:
            return await self._opened(caller, query, resent=resent)
        entry = await self.gate.enter(caller, call.of(self._model(str(query.model)), query))
        try:
            reply = await self._opened(caller, query, resent=resent)
        except BaseException as ended:
            await entry.leave(failed=isinstance(ended, ApiError))
            raise
        entry.begun()
        reply.entry = entry
        return reply

    async def _opened(self, caller: Caller, query: Query, *, resent: bool) -> Reply:
        dialect = self._dialect(self._model(str(query.model)))
        rules = self.policies.of(caller.subject)
        query = replace(query, flags=_flags(rules, query.flags))
        conversation = self._opening(caller, query) if resent else None
        ledger = Ledger(conversation or secrets.token_bytes(32))
        if resent:
            ledger.recollection = self.recall.of(caller.subject, query.model.provider)
        scrubbed, body = await self._protect(rules, query, ledger, dialect, caller.subject if resent else None)
        if query.flags.obfuscate == "rewrite":
            scrubbed = await self._rewrite(rules, scrubbed, ledger, conversation)
            body = await self._private(partial(_written, scrubbed, ledger, dialect), _load(rules, query.size))
        if not rules.minimum.is_met(scrubbed.obfuscated):
            raise ApiError("REWRITE_UNAVAILABLE")
        response = await self.key_server.send(scrubbed, dialect.operation, body, self.deadline_seconds)
        reply = Reply(
            scrubbed,
            dialect,
            response,
            Restorer(ledger, json_content=_wants_json(query)),
            report=partial(self.key_server.report, response.extensions["call_id"]),
        )
        try:
            await reply.begin()
        except BaseException:
            await reply.aclose()
            raise
        return reply

    async def answer(self, caller: Caller, query: Query, *, resent: bool) -> tuple[Reply, Answer]:
        """Open `query`, collect its whole answer and close it. Raises ApiError."""
        reply = await self.open(caller, query, resent=resent)
        try:
            return reply, await reply.collect()
        finally:
            await reply.aclose()

    async def preview(self, caller: Caller, text: str, asked: PrivacyFlags, size: int) -> Scrubbed:
        """What `text` would be sent as, span by span; nothing is sent. Raises ApiError."""
        rules = self.policies.of(caller.subject)
        flags = _flags(rules, asked)
        return await self._private(lambda: Scrubber(rules.shield).scrub(text, flags), _load(rules, size))

    def _model(self, name: str) -> Model:
        model = self.catalog.current.find(name)
        if model is None or model.is_any:
            raise ApiError("MODEL_NOT_FOUND", details={"model": name[:200]})
        return model

    def _dialect(self, model: Model) -> Dialect:
        if model.dialect not in DIALECTS:
            raise ApiError(
                "NOT_IMPLEMENTED",
                f"The provider `{model.ref.provider}` speaks `{model.dialect}`, which this version does not.",
            )
        return DIALECTS[model.dialect]

    def _opening(self, caller: Caller, query: Query) -> bytes:
        messages = query.payload.get("messages")
        opening = []
        for message in messages if isinstance(messages, list) else []:
            opening.append(message)
            if isinstance(message, dict) and message.get("role") == "user":
                break
        text = json.dumps([caller.subject, opening], sort_keys=True).encode()
        return hmac.digest(self.state_secret, b"ledger\0" + text, hashlib.sha256)

    async def _protect(
        self, rules: Rules, query: Query, ledger: Ledger, dialect: Dialect, owner: str | None
    ) -> tuple[ScrubbedQuery, bytes]:
        def protect() -> tuple[ScrubbedQuery, bytes]:
            scrubbed = rules.shield.protect(query, ledger, owner)
            return scrubbed, _written(scrubbed, ledger, dialect)

        return await self._private(protect, _load(rules, query.size))

    async def _rewrite(
        self, rules: Rules, scrubbed: ScrubbedQuery, ledger: Ledger, conversation: bytes | None
    ) -> ScrubbedQuery:
        by = rules.policy.rewrite
        found = self.catalog.current.find(by.model) if by else None
        model = found.ref if found is not None and not found.is_any and found.dialect in DIALECTS else None
        return await self.rewriter.rewrite(
            scrubbed, ledger, by=by, model=model, ask=self._ask, conversation=conversation
        )

    async def _ask(self, query: ScrubbedQuery, seconds: float) -> str:
        """What a model answers to a scrubbed query, as it comes. Raises ApiError."""
        dialect = self._dialect(self._model(str(query.model)))
        response = await self.key_server.send(query, dialect.operation, dialect.write(query), seconds)
        nothing = Restorer(Ledger(bytes(32)))
        report = partial(self.key_server.report, response.extensions["call_id"])
        reply = Reply(query, dialect, response, nothing, report=report)
        try:
            await reply.begin()
            return (await reply.collect()).choices[0].content or ""
        finally:
            await reply.aclose()

    async def _private(self, work: Callable[[], T], size: int) -> T:
        """The result of what the privacy room does, its refusals in the words of callers. Raises ApiError."""
        wanted = Wanted()
        try:
            return await self.off_loop.run(partial(wanted.do, work), size)
        except asyncio.CancelledError:
            wanted.no_longer()
            raise
        except Busy:
            raise ApiError("PRIVACY_BUSY", retry_after=BUSY_SECONDS) from None
        except Blocked as blocked:
            kinds = sorted(blocked.kinds)
            raise ApiError("BLOCKED_BY_POLICY", str(blocked), details={"kinds": [*kinds]}) from None
        except Unreadable as unreadable:
            raise ApiError("UNSUPPORTED_CONTENT", str(unreadable), details={"where": unreadable.where}) from None
        except Unsayable as unsayable:
            raise ApiError("BAD_REQUEST", str(unsayable)) from None
        except PrivacyError:
            log.exception("not protected, so not sent")  # by type and place: see `logs`
            raise ApiError("PRIVACY_FAILURE") from None


class Reply:
    """One answer on its way back. Iterate `batches()` once, or `collect()`; always `aclose()`."""

    def __init__(
        self,
        query: ScrubbedQuery,
        dialect: Dialect,
        response: httpx.Response,
        restorer: Restorer,
        *,
        report: Callable[[Usage], None],
    ) -> None:
        """`report` is told what the answer used, once, as far as the provider said so."""
        self.model = query.model
        self.entities: Mapping[str, int] = query.entities
        self.obfuscated = query.obfuscated
        self.shortfall = query.shortfall
        self.endpoint_id: str = response.extensions["endpoint_id"]
        self.created = int(time.time())
        self.entry: Entry | None = None
        self._dialect = dialect
        self._response = response
        self._restorer = restorer
        self._report = report
        self._usage: Usage | None = None
        self._batches = self._restored(query.stream)
        self._first: list[Delta] = []

    async def begin(self) -> None:
        """Wait for the first deltas, so that a provider's failure still has a status of its own. Raises ApiError."""
        if self._response.status_code >= 400:
            raise await self._rejection()
        self._first = await anext(self._batches, [])

    async def batches(self) -> AsyncIterator[list[Delta]]:
        """Restored deltas, as many at a time as have come together. Raises ApiError after what did come."""
        if self._first:
            yield self._first
        async for batch in self._batches:
            yield batch

    async def collect(self) -> Answer:
        """The whole answer. Raises ApiError."""
        return collect([delta async for batch in self.batches() for delta in batch])

    async def aclose(self) -> None:
        """Free the endpoint and report what was used; cancels the provider's call if it still runs."""
        usage, self._usage = self._usage, None
        if usage is not None:
            self._report(usage)
        self._restorer.keep()
        try:
            await self._batches.aclose()
            await self._response.aclose()
        finally:
            if self.entry is not None:
                await self.entry.leave(usage)

    async def _restored(self, stream: bool) -> AsyncGenerator[list[Delta], None]:
        deltas = self._streamed() if stream and self._is_event_stream() else self._whole()
        failure: ApiError | None = None
        try:
            async for batch in deltas:
                for delta in batch:
                    self._usage = delta.usage or self._usage  # some providers count as they go: the last one is the sum
                restored: list[Delta] = []
                for before in batch:
                    for piece in _pieces(before):
                        restored += self._restorer.feed(piece)
                        if piece is not before:
                            await asyncio.sleep(0)  # a megabyte takes most of a second: others have their turns
                if restored:
                    yield restored
        except ProviderFault as fault:
            failure = ApiError("PROVIDER_FAILED", self._restorer.text(fault.message))
        except ApiError as cut:
            failure = cut
        # What was held back is the caller's too, also when the provider broke off in the middle of it.
        rest = list(self._restorer.close())
        self._restorer.keep()
        if rest:
            yield rest
        if failure:
            raise failure

    async def _streamed(self) -> AsyncIterator[list[Delta]]:
        reader = self._dialect.reader()
        begun = False
        try:
            async for chunk in self._response.aiter_raw():
                if deltas := reader.feed(chunk):
                    begun = True
                    yield deltas
            reader.close()
        except DialectError:
            raise ApiError("STREAM_CUT" if begun else "PROVIDER_FAILED") from None

    async def _whole(self) -> AsyncIterator[list[Delta]]:
        body = await self._body(ANSWER_BYTES)
        try:
            yield self._dialect.read(body)
        except DialectError:
            raise ApiError("PROVIDER_FAILED") from None

    async def _rejection(self) -> ApiError:
        complaint = self._dialect.complaint(await self._body(COMPLAINT_BYTES))
        message = f"The provider answered: {self._restorer.text(complaint)}" if complaint else None
        status = self._response.status_code
        if status in PASSED_ON:
            return ApiError("PROVIDER_REJECTED", message, status=status, endpoint_id=self.endpoint_id)
        return ApiError("PROVIDER_FAILED", message, endpoint_id=self.endpoint_id)

    async def _body(self, limit: int) -> bytes:
        body = bytearray()
        async for chunk in self._response.aiter_raw():
            body += chunk
            if len(body) > limit:
                raise ApiError("PROVIDER_FAILED")
        return bytes(body)

    def _is_event_stream(self) -> bool:
        return str(self._response.headers.get("content-type", "")).startswith("text/event-stream")


def _pieces(delta: Delta) -> Iterator[Delta]:
    """A long delta as several that say the same: a whole answer is one."""
    size = len(delta.text)
    if size <= PIECE:
        yield delta
        return
    for at in range(0, size, PIECE):
        piece = replace(delta, text=delta.text[at : at + PIECE])
        if at:
            piece = replace(piece, tool_id=None, tool_name=None)
        yield piece if at + PIECE >= size else replace(piece, finish_reason=None, usage=None)


def _written(scrubbed: ScrubbedQuery, ledger: Ledger, dialect: Dialect) -> bytes:
    """The bytes that leave, looked at once more. Raises `ShieldFailure`, `Unsayable`."""
    body = dialect.write(scrubbed)
    last_look(ledger, body)
    return body


def _load(rules: Rules, size: int) -> int:
    """Bytes to reckon with. Recognizers of the operator's own take their time, or hang: never in the loop's thread."""
    return max(size, BRIEF_BYTES + 1) if rules.policy.recognizers else size


def _flags(rules: Rules, asked: PrivacyFlags) -> PrivacyFlags:
    try:
        return rules.flags(asked)
    except BelowMinimum:
        raise ApiError("PRIVACY_MINIMUM") from None


def _wants_json(query: Query) -> bool:
    asked = query.payload.get("response_format")
    return isinstance(asked, dict) and asked.get("type") in ("json_object", "json_schema")
