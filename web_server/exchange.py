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
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from web_server import embedding
from web_server.auth.model_access import may_use
from web_server.decoys.escort import Asked, Escort, Escorts
from web_server.errors import ApiError
from web_server.in_force import in_force
from web_server.incoming import Incoming
from web_server.inside import strings_inside
from web_server.keys import BindingGone, KeyServer
from web_server.limits import call
from web_server.limits.gate import Entry, Gate
from web_server.off_loop import BRIEF_BYTES, OffLoop
from web_server.policies import PolicyFile
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.recall import Recall
from web_server.privacy.restore import Restorer
from web_server.private_work import private
from web_server.providers import COMPLETERS, DIALECTS, EMBEDDERS
from web_server.providers.catalog import CatalogFile, Model
from web_server.providers.dialect import Dialect
from web_server.query import (
    ANYWHERE,
    USUAL_DECOYS,
    Answer,
    Caller,
    ModelRef,
    Place,
    PrivacyFlags,
    Query,
    ScrubbedQuery,
    Usage,
)
from web_server.reply import Alone, Reply
from web_server.rewriter import Rewriter
from web_server.rules import Rules
from web_server.said import plainly
from web_server.scrubber import Scrubbed, Scrubber
from web_server.side_question import Purse, answered
from web_server.talk import Talk
from web_server.token_count import reckoned
from web_server.traffic import wish
from web_server.wire import Wire

log = logging.getLogger("web_server.exchange")

T = TypeVar("T")

LONGER_BYTES = BRIEF_BYTES + 1
"""What is never done in the loop's own thread."""


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
    escorts: Escorts | None = None
    """Where covers come from; None: none ever go."""
    usual_decoys: int = 2

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
        entry = None
        if self.gate is not None:
            entry = await self.gate.enter(caller, call.of(self.model(str(query.model)), query))
        begun = asyncio.Event()
        opening = self._entered(caller, query, entry, begun, resent=resent, place=place, talk=talk)
        if self.escorts is None or not self._decoys(caller, query.flags):
            return await opening
        return await self.escorts.opened(opening, begun)

    async def _entered(
        self,
        caller: Caller,
        query: Query,
        entry: Entry | None,
        begun: asyncio.Event,
        *,
        resent: bool,
        place: Place,
        talk: Talk | None,
    ) -> Reply:
        try:
            reply = await self._opened(caller, query, begun, entry, resent=resent, place=place, talk=talk)
        except BaseException as ended:
            failed = isinstance(ended, ApiError)
            if entry is not None:
                await entry.leave(failed=failed, again=failed and talk is not None and talk.goes_on(ended))
            raise
        if entry is not None:
            entry.begun()
            reply.entry = entry
        return reply

    async def _opened(
        self,
        caller: Caller,
        query: Query,
        begun: asyncio.Event,
        entry: Entry | None,
        *,
        resent: bool,
        place: Place,
        talk: Talk | None,
    ) -> Reply:
        dialect = self._dialect(self.model(str(query.model)), embeds=query.embeds)
        rules = self.policies.of(caller.subject)
        query = replace(query, flags=in_force(rules, query.flags, self.usual_decoys))
        if query.embeds:
            return await self._embed(caller, rules, query, dialect, place)
        if talk is not None and not query.flags.decoys:
            talk.thread = ""  # a cover that misses a turn does not go on
        # A text that is sent again goes in the same company, and so with the same surrogates.
        conversation = self._opening(caller, query) if resent or query.flags.decoys else None
        ledger = talk.ledger if talk else Ledger(conversation or secrets.token_bytes(32))
        if resent:
            ledger.recollection = self.recall.of(caller.subject, query.model.provider)
        owner = talk.owner if talk else caller.subject if resent else None
        scrubbed, body = await self._protect(rules, query, ledger, dialect, owner)
        if talk is not None:
            await talk.seal()
        if query.flags.obfuscate == "rewrite":
            scrubbed = await self._rewrite(rules, scrubbed, ledger, talk.opening if talk else conversation, entry)
            write = partial(_written, scrubbed, ledger, dialect)
            body = await private(self.off_loop, write, _load(rules, query.size), query.spots)
        if not rules.minimum.is_met(scrubbed.obfuscated):
            raise ApiError("REWRITE_UNAVAILABLE")
        wire = Wire(self.key_server, dialect, self.deadline_seconds)
        send = partial(wire.send, scrubbed, body)

        async def usual() -> Incoming:
            try:
                return await send(talk.place if talk else place)
            except BindingGone:
                if talk is None:
                    raise
                return await send(await talk.bind_anew())

        escort: Escort | None = None
        if query.flags.decoys and self.escorts is not None:
            escort = await self.escorts.of(
                Asked(caller.subject, query, call.of(self.model(str(query.model)), query), conversation, talk, place),
                scrubbed,
                ledger,
                wire,
                partial(self.off_loop.run, size=query.size * (1 + query.flags.decoys)),
            )
            if escort.covers:
                begun.set()
            response = await escort.send(send, usual)
        else:
            response = await usual()
        reply = Reply(
            scrubbed,
            dialect,
            response,
            Restorer(ledger, json_content=_wants_json(query)),
            report=partial(wire.report, response),
            talk=talk,
            behind=escort.behind if escort else None,
        )
        if query.flags.decoys:
            reply.company = escort or Alone("no_source")
        await reply.opened()
        if query.flags.give and self.escorts is not None and (talk is not None or resent):
            self.escorts.give(caller.subject, scrubbed, ledger, partial(self.off_loop.run, size=LONGER_BYTES))
        return reply

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
        query = replace(query, flags=in_force(rules, query.flags, self.usual_decoys))
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
        flags = in_force(rules, asked, self.usual_decoys)
        async with self._looking(caller, "preview"):
            scrub = partial(Scrubber(rules.shield).scrub, text, flags, ledger)
            return await private(self.off_loop, scrub, _load(rules, size))

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
        scrubbed, body, complaints = await private(self.off_loop, protect, _load(rules, embedding.load(query)))
        if not rules.minimum.is_met(scrubbed.obfuscated):
            raise ApiError("REWRITE_UNAVAILABLE")
        wire = Wire(self.key_server, dialect, self.deadline_seconds)
        response = await wire.send(scrubbed, body, place)
        reply = Reply(scrubbed, dialect, response, complaints, report=partial(wire.report, response))
        if query.flags.decoys:
            reply.company = Alone("embeddings")
        return await reply.opened()

    def model(self, name: str) -> Model:
        """What the catalog says of the model a caller named. Raises ApiError MODEL_NOT_FOUND."""
        model = self.catalog.current.find(name)
        if model is None or model.is_any:
            raise ApiError("MODEL_NOT_FOUND", details={"model": name[:200]})
        return model

    def least(self, caller: Caller) -> PrivacyFlags:
        """What is done for this caller at least, whatever they ask for."""
        return self.policies.of(caller.subject).minimum.least

    async def decoys_would(self, caller: Caller, text: str, asked: PrivacyFlags) -> tuple[int, str | None]:
        """How many covers would go along with `text` now, and why they are fewer than are asked for."""
        count = self._decoys(caller, asked)
        if not count or self.escorts is None:
            return 0, "no_source" if count else None
        return await self.escorts.would(caller.subject, count, len(text.encode()))

    def _decoys(self, caller: Caller, asked: PrivacyFlags) -> int:
        count = self.usual_decoys if asked.decoys == USUAL_DECOYS else asked.decoys
        return max(count, self.policies.of(caller.subject).minimum.decoys)

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
        text = json.dumps([caller.subject, plainly(opening)], sort_keys=True).encode()
        return hmac.digest(self.state_secret, b"ledger\0" + text, hashlib.sha256)

    async def _protect(
        self, rules: Rules, query: Query, ledger: Ledger, dialect: Dialect, owner: str | None
    ) -> tuple[ScrubbedQuery, bytes]:
        def protect() -> tuple[ScrubbedQuery, bytes]:
            scrubbed = rules.shield.protect(query, ledger, owner)
            return scrubbed, _written(scrubbed, ledger, dialect)

        return await private(self.off_loop, protect, _load(rules, query.size), query.spots)

    async def _rewrite(
        self,
        rules: Rules,
        scrubbed: ScrubbedQuery,
        ledger: Ledger,
        conversation: bytes | None,
        entry: Entry | None,
    ) -> ScrubbedQuery:
        by = rules.policy.rewrite
        model = self.chatting(by.model) if by else None
        return await self.rewriter.rewrite(
            scrubbed, ledger, by=by, model=model, ask=partial(self.ask, purse=entry), conversation=conversation
        )

    def chatting(self, name: str) -> ModelRef | None:
        """The model of that name, where there is one that answers a conversation."""
        found = self.catalog.current.find(name)
        return found.ref if found is not None and not found.is_any and found.dialect in DIALECTS else None

    async def ask(self, query: ScrubbedQuery, seconds: float, *, purse: Purse | None = None) -> str:
        """What a model answers to a scrubbed query, as it comes; `purse` pays. Raises ApiError."""
        model = self.model(str(query.model))
        return await answered(Wire(self.key_server, self._dialect(model), seconds), query, model, purse)


def _written(scrubbed: ScrubbedQuery, ledger: Ledger, dialect: Dialect) -> bytes:
    """The bytes that leave, looked at once more. Raises `ShieldFailure`, `Unsayable`."""
    body = dialect.write(scrubbed)
    if dialect.opens_arguments:
        ledger.as_written |= strings_inside(ledger.as_written)
    last_look(ledger, body)
    return body


def _load(rules: Rules, size: int) -> int:
    """Bytes to reckon with. Recognizers of the operator's own take their time, or hang: never in the loop's thread."""
    return max(size, LONGER_BYTES) if rules.policy.recognizers else size


def _wants_json(query: Query) -> bool:
    asked = query.payload.get("response_format")
    return isinstance(asked, dict) and asked.get("type") in ("json_object", "json_schema")
