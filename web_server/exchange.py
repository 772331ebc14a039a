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
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from web_server import embedding
from web_server.auth.model_access import may_use
from web_server.errors import ApiError
from web_server.inside import strings_inside
from web_server.keys import BindingGone, KeyServer
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
from web_server.providers import COMPLETERS, DIALECTS, EMBEDDERS
from web_server.providers.catalog import CatalogFile, Model
from web_server.providers.dialect import Dialect, Unsayable
from web_server.query import ANYWHERE, Answer, Caller, ModelRef, Place, PrivacyFlags, Query, ScrubbedQuery, Usage
from web_server.reply import Reply
from web_server.rewriter import Rewriter
from web_server.rules import Rules
from web_server.scrubber import Scrubbed, Scrubber
from web_server.talk import Talk
from web_server.token_count import reckoned
from web_server.traffic import wish

log = logging.getLogger("web_server.exchange")

T = TypeVar("T")

BUSY_SECONDS = 10


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
        return self.model(name).ref

    def models(self, caller: Caller) -> Sequence[Model]:
        """Every model that the caller may use, `provider/*` rows included."""
        return [model for model in self.catalog.current.models if may_use(caller, model.ref)]

    def permit(self, caller: Caller, model: ModelRef) -> None:
        """Raises ApiError MODEL_FORBIDDEN where the caller may not use the model. Whatever sends a query asks first."""
        if not may_use(caller, model):
            raise ApiError("MODEL_FORBIDDEN", details={"model": str(model)[:200]})

    def speaks(self, model: ModelRef) -> str:
        """The name of the dialect of a model's provider. Raises ApiError MODEL_NOT_FOUND."""
        return self.model(str(model)).dialect

    def policy_mistake(self) -> str | None:
        """The sentence that says that the newest policy file is not in force; None while it is."""
        return self.policies.mistake

    async def open(
        self, caller: Caller, query: Query, *, resent: bool, place: Place = ANYWHERE, talk: Talk | None = None
    ) -> Reply:
        """Send `query`; the reply is open, and its first deltas have come.

        Args:
            resent: the caller sends its whole history each time, so a conversation must meet the same surrogates on
                every turn: the ledger's seed is then derived from the caller and the conversation's opening. Otherwise
                it is fresh, and nothing links two queries.
            place: the endpoint that the caller wants.
            talk: the session whose turn this is; it brings the ledger and the place.

        Raises:
            ApiError: with any code of the table; nothing unscrubbed was sent.
        """
        self.permit(caller, query.model)
        if self.gate is None:
            return await self._opened(caller, query, resent=resent, place=place, talk=talk)
        entry = await self.gate.enter(caller, call.of(self.model(str(query.model)), query))
        try:
            reply = await self._opened(caller, query, resent=resent, place=place, talk=talk, entry=entry)
        except BaseException as ended:
            failed = isinstance(ended, ApiError)
            await entry.leave(failed=failed, again=failed and talk is not None and talk.goes_on(ended))
            raise
        entry.begun()
        reply.entry = entry
        return reply

    async def _opened(
        self, caller: Caller, query: Query, *, resent: bool, place: Place, talk: Talk | None, entry: Entry | None = None
    ) -> Reply:
        dialect = self._dialect(self.model(str(query.model)), embeds=query.embeds)
        rules = self.policies.of(caller.subject)
        query = replace(query, flags=_flags(rules, query.flags))
        if query.embeds:
            return await self._embed(caller, rules, query, dialect, place)
        conversation = self._opening(caller, query) if resent else None
        ledger = talk.ledger if talk else Ledger(conversation or secrets.token_bytes(32))
        if resent:
            ledger.recollection = self.recall.of(caller.subject, query.model.provider)
        owner = talk.owner if talk else caller.subject if resent else None
        scrubbed, body = await self._protect(rules, query, ledger, dialect, owner)
        if talk is not None:
            await talk.seal()
        if query.flags.obfuscate == "rewrite":
            scrubbed = await self._rewrite(rules, scrubbed, ledger, talk.opening if talk else conversation, entry)
            body = await self._private(partial(_written, scrubbed, ledger, dialect), _load(rules, query.size))
        if not rules.minimum.is_met(scrubbed.obfuscated):
            raise ApiError("REWRITE_UNAVAILABLE")
        send = partial(
            self.key_server.send, scrubbed, dialect.operation, body, self.deadline_seconds, headers=dialect.headers
        )
        try:
            response = await send(talk.place if talk else place)
        except BindingGone:
            if talk is None:
                raise
            response = await send(await talk.bind_anew())
        reply = Reply(
            scrubbed,
            dialect,
            response,
            Restorer(ledger, json_content=_wants_json(query)),
            report=partial(self.key_server.report, response.call_id),
            talk=talk,
        )
        return await _begun(reply)

    async def answer(
        self, caller: Caller, query: Query, *, resent: bool, place: Place = ANYWHERE
    ) -> tuple[Reply, Answer]:
        """Open `query`, collect its whole answer and close it. Raises ApiError."""
        reply = await self.open(caller, query, resent=resent, place=place)
        try:
            return reply, await reply.collect()
        finally:
            await reply.aclose()

    async def reckon(self, caller: Caller, query: Query) -> int:
        """About how many tokens `query` is, as a provider would see it in a resent history; nothing is sent.

        Raises ApiError, as `open` does before it sends.
        """
        self.permit(caller, query.model)
        dialect = self._dialect(self.model(str(query.model)))
        rules = self.policies.of(caller.subject)
        query = replace(query, flags=_flags(rules, query.flags))
        ledger = Ledger(self._opening(caller, query))
        async with self._looking(caller, "count_tokens"):
            scrubbed, _ = await self._protect(rules, query, ledger, dialect, caller.subject)
        return reckoned(scrubbed.payload)

    async def preview(
        self, caller: Caller, text: str, asked: PrivacyFlags, size: int, ledger: Ledger | None = None
    ) -> Scrubbed:
        """What `text` would be sent as, span by span, under a copy of its session's `ledger`; nothing is sent.

        Raises ApiError.
        """
        rules = self.policies.of(caller.subject)
        flags = _flags(rules, asked)
        async with self._looking(caller, "preview"):
            return await self._private(lambda: Scrubber(rules.shield).scrub(text, flags, ledger), _load(rules, size))

    @asynccontextmanager
    async def _looking(self, caller: Caller, what: str) -> AsyncIterator[None]:
        """Counts as a query of the caller's, for what costs us time and no provider's. Raises ApiError."""
        entry = await self.gate.enter(caller, call.looking(what)) if self.gate is not None else None
        failed = True
        try:
            yield
            failed = False
        finally:
            if entry is not None:
                await entry.leave(Usage(), failed=failed)

    def shape(self, subject: str, asked: PrivacyFlags) -> None:
        """Have what tells this caller of earlier answers padded, where they ask for it or the minimum does."""
        if asked.pad or self.policies.of(subject).minimum.pad:
            wish.pad()

    async def _embed(self, caller: Caller, rules: Rules, query: Query, dialect: Dialect, place: Place) -> Reply:
        """Seeded by the caller alone: an index of texts must meet the same surrogates at all times."""
        seed = hmac.digest(self.state_secret, b"embeddings\0" + caller.subject.encode(), hashlib.sha256)
        protect = partial(embedding.protect, rules.shield, query, seed, dialect)
        scrubbed, body, complaints = await self._private(protect, _load(rules, query.size))
        if not rules.minimum.is_met(scrubbed.obfuscated):
            raise ApiError("REWRITE_UNAVAILABLE")
        response = await self.key_server.send(
            scrubbed, dialect.operation, body, self.deadline_seconds, place, headers=dialect.headers
        )
        report = partial(self.key_server.report, response.call_id)
        return await _begun(Reply(scrubbed, dialect, response, complaints, report=report))

    def model(self, name: str) -> Model:
        """What the catalog says of the model a caller named. Raises ApiError MODEL_NOT_FOUND."""
        model = self.catalog.current.find(name)
        if model is None or model.is_any:
            raise ApiError("MODEL_NOT_FOUND", details={"model": name[:200]})
        return model

    def _dialect(self, model: Model, *, embeds: bool = False) -> Dialect:
        table = EMBEDDERS if embeds else COMPLETERS if model.only_completes else DIALECTS
        if model.dialect not in table:
            raise ApiError(
                "NOT_IMPLEMENTED",
                f"The provider `{model.ref.provider}` speaks `{model.dialect}`, which this version does not"
                + (" embed with." if embeds else "."),
            )
        return table[model.dialect]

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
        self,
        rules: Rules,
        scrubbed: ScrubbedQuery,
        ledger: Ledger,
        conversation: bytes | None,
        entry: Entry | None,
    ) -> ScrubbedQuery:
        by = rules.policy.rewrite
        found = self.catalog.current.find(by.model) if by else None
        model = found.ref if found is not None and not found.is_any and found.dialect in DIALECTS else None
        return await self.rewriter.rewrite(
            scrubbed, ledger, by=by, model=model, ask=partial(self._ask, entry), conversation=conversation
        )

    async def _ask(self, entry: Entry | None, query: ScrubbedQuery, seconds: float) -> str:
        """What a model answers to a scrubbed query, as it comes; at the charge of `entry`'s caller. Raises ApiError."""
        model = self.model(str(query.model))
        dialect = self._dialect(model)
        body = dialect.write(query)
        response = await self.key_server.send(query, dialect.operation, body, seconds, headers=dialect.headers)
        nothing = Restorer(Ledger(bytes(32)))
        report = partial(self.key_server.report, response.call_id)
        reply = Reply(query, dialect, response, nothing, report=report)
        try:
            await reply.begin()
            try:
                return (await reply.collect()).choices[0].content or ""
            finally:
                if entry is not None:
                    entry.charge(call.beside(model, query.payload, len(body)), reply.usage)
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


async def _begun(reply: Reply) -> Reply:
    """The reply, its first deltas come; where they do not, it is closed. Raises ApiError."""
    try:
        await reply.begin()
    except BaseException:
        await reply.aclose()
        raise
    return reply


def _written(scrubbed: ScrubbedQuery, ledger: Ledger, dialect: Dialect) -> bytes:
    """The bytes that leave, looked at once more. Raises `ShieldFailure`, `Unsayable`."""
    body = dialect.write(scrubbed)
    if dialect.opens_arguments:
        ledger.as_written |= strings_inside(ledger.as_written)
    last_look(ledger, body)
    return body


def _load(rules: Rules, size: int) -> int:
    """Bytes to reckon with. Recognizers of the operator's own take their time, or hang: never in the loop's thread."""
    return max(size, BRIEF_BYTES + 1) if rules.policy.recognizers else size


def _flags(rules: Rules, asked: PrivacyFlags) -> PrivacyFlags:
    try:
        flags = rules.flags(asked)
    except BelowMinimum:
        raise ApiError("PRIVACY_MINIMUM") from None
    if flags.pad:
        wish.pad()
    return flags


def _wants_json(query: Query) -> bool:
    asked = query.payload.get("response_format")
    return isinstance(asked, dict) and asked.get("type") in ("json_object", "json_schema")
