"""Sessions: a turn recalls what was said, keeps to its endpoint, and remembers what was answered.

Called by the doors that know sessions. Joins the store, the hall and the window; what is private is the hall's matter.
An answer that does not come whole is not remembered: the session is then as it was, but for its ledger, which is sealed
before anything is sent, so that asking again meets the same surrogates.
Never: HTTP, an envelope, or a session for anybody but its caller.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from web_server import own_turns, tool_results
from web_server.conversations import Conversation, Message, Said, turns_of
from web_server.errors import ApiError
from web_server.exchange import Exchange
from web_server.privacy.ledger import Ledger
from web_server.privacy.ledger_state import UnknownLedger, dumped, loaded
from web_server.query import Answer, Caller, Delta, Json, ModelRef, Obfuscation, Place, PrivacyFlags, Query
from web_server.reply import Reply
from web_server.scrubber import Scrubbed
from web_server.session_store import Held, SessionStore
from web_server.spots import behind
from web_server.window import SHARES, TooLong, Window, fitted, is_too_much

LONGEST_BINDING_SECONDS = 24 * 3600
"""The key server keeps no binding for longer than a day without a call."""

SYSTEM_ROLES = ("system", "developer")

MOST_MODELS = 20
"""Of one session; each that is asked has a binding."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A turn as a caller asks it. None: as the session has it."""

    messages: list[Message] = field(repr=False)
    options: dict[str, Json] = field(default_factory=dict, repr=False)
    """Sampling parameters, tools and the like."""
    model: str | None = None
    stream: bool = False
    system_prompt: str | None = field(default=None, repr=False)
    pii_removal: bool | None = None
    obfuscate: Obfuscation | None = None
    pad: bool | None = None
    decoys: int | None = None
    give: bool | None = None
    endpoint_id: str = ""
    size: int = 0


@dataclass(slots=True)
class Sessions:
    """All sessions of all callers."""

    exchange: Exchange
    store: SessionStore
    system_prompt: str | None = field(default=None, repr=False)
    """Of sessions that bring none."""

    async def create(
        self,
        caller: Caller,
        models: Sequence[str],
        flags: PrivacyFlags,
        system_prompt: str | None = None,
        *,
        bind: bool = False,
    ) -> tuple[str, Conversation]:
        """A new session and its id. `bind`: the first model's endpoint is kept from now on. Raises ApiError."""
        conversation = Conversation(
            owner=caller.subject,
            created=int(time.time()),
            models=self._models(caller, models),
            system_prompt=self.usual(system_prompt),
            pii_removal=flags.pii_removal,
            obfuscate=flags.obfuscate,
            pad=flags.pad,
            decoys=flags.decoys,
            give=flags.give,
            ledger=dumped(Ledger(secrets.token_bytes(32))),
        )
        if bind and conversation.models:
            await self._bind(conversation, self._model(caller, conversation, None))
        return await self.store.create(conversation), conversation

    async def open(self, caller: Caller, session_id: str, ask: Ask) -> Reply:
        """Send a turn; the reply is open, and its first deltas have come. Raises ApiError."""
        share: float | None = None
        while True:
            turn, talk = AsyncExitStack(), None
            try:
                held = await turn.enter_async_context(self.store.turn(caller, session_id))
                talk, query = await self._begun(caller, held, ask, turn, share=share)
                return await self.exchange.open(caller, query, resent=False, talk=talk)
            except BaseException as error:
                await turn.aclose()
                share = _less(error, talk)
                if share is None:
                    raise

    async def answer(self, caller: Caller, session_id: str, ask: Ask) -> tuple[Reply, Answer]:
        """Send a turn and collect its whole answer. Raises ApiError."""
        reply = await self.open(caller, session_id, ask)
        try:
            return reply, await reply.collect()
        finally:
            await reply.aclose()

    async def choose_models(self, caller: Caller, session_id: str, models: Sequence[str]) -> Conversation:
        """The session with other models; what was kept for those that are gone is free. Raises ApiError."""
        async with self.store.turn(caller, session_id) as held:
            conversation = held.conversation
            conversation.models = self._models(caller, models)
            left = [name for name in conversation.bindings if name not in conversation.models]
            released = [conversation.bindings.pop(name) for name in left]
            for name in left:
                conversation.endpoints.pop(name, None)
            await held.write()
        await self._release(released)
        return conversation

    async def bind(self, caller: Caller, session_id: str, endpoint_id: str = "") -> tuple[Conversation, ModelRef, bool]:
        """Keeps an endpoint now: the one named, for the first model that it serves, or the router's choice.

        The session, the model it is for, and whether an earlier endpoint could not serve any more. Raises ApiError.
        """
        async with self.store.turn(caller, session_id) as held:
            conversation = held.conversation
            names = conversation.models if endpoint_id else conversation.models[:1]
            if not names:
                raise _no_model("selected_models")
            for name in names:
                ref = self._named(caller, name)
                try:
                    rebound = await self._bind(conversation, ref, endpoint_id)
                except ApiError as error:
                    if error.code == "ENDPOINT_NOT_FOUND" and name != names[-1]:
                        continue
                    raise
                await held.write()
                return conversation, ref, rebound
        raise AssertionError("unreachable")

    async def endpoints(self, caller: Caller, session_id: str) -> list[dict[str, Json]]:
        """The endpoints that serve the session's models, and which of them it keeps. Raises ApiError."""
        conversation = await self.read(caller, session_id)
        refs = [self._named(caller, name) for name in conversation.models]
        bound = set(conversation.endpoints.values())
        found: list[dict[str, Json]] = []
        for each in await self.exchange.key_server.endpoints():
            serves = [str(r) for r in refs if r.provider == each.provider and {r.model, "*"} & set(each.models)]
            if serves:
                found.append({"id": each.endpoint_id, "models": [*serves], "status": each.state,
                              "bound": each.endpoint_id in bound})  # fmt: skip
        return found

    async def preview(self, caller: Caller, session_id: str, text: str, asked: PrivacyFlags, size: int) -> Scrubbed:
        """What a text would be sent as in this session; nothing is sent or kept. Raises ApiError."""
        conversation = await self.read(caller, session_id)
        flags = replace(asked, pii_removal=asked.pii_removal or conversation.ever_hidden)
        return await self.exchange.preview(caller, text, flags, size, _ledger(conversation))

    async def forget(self, caller: Caller, session_id: str) -> None:
        """Ends a session and frees its endpoints. Raises ApiError."""
        conversation = await self.store.forget(caller, session_id)
        if self.exchange.escorts is not None:
            await self.exchange.escorts.forget(caller.subject, session_id)
        await self._release(list(conversation.bindings.values()))

    async def read(self, caller: Caller, session_id: str) -> Conversation:
        """A caller's session; its time begins anew, and that of its covers. Raises ApiError."""
        conversation = await self.store.read(caller, session_id)
        if conversation.thread and self.exchange.escorts is not None:
            await self.exchange.escorts.renew(caller.subject, session_id)
        return conversation

    def history(self, conversation: Conversation) -> list[Message]:
        """What was said, as the caller said and read it; padded as the answers were."""
        self.exchange.shape(conversation.owner, conversation.flags)
        ledger = _ledger(conversation)
        return [own_turns.restored(each.message, ledger) if each.by else each.message for each in conversation.said]

    def usual(self, system_prompt: str | None) -> str | None:
        """A caller's system prompt, or the operator's where there is none; an empty one is none."""
        return self.system_prompt if system_prompt is None else system_prompt

    def system(self, system_prompt: str | None, messages: Sequence[Message] = ()) -> list[Message]:
        """The same as messages, for a query without a session; a system message among its `messages` is its own."""
        if system_prompt is None and any(each.get("role") in SYSTEM_ROLES for each in messages):
            return []
        return _system(self.usual(system_prompt))

    def expires_at(self) -> float:
        """When a session that is used now expires, in seconds since 1970."""
        return time.time() + self.store.ttl_seconds

    async def _begun(
        self, caller: Caller, held: Held, ask: Ask, turn: AsyncExitStack, *, share: float | None
    ) -> tuple[_Turn, Query]:
        conversation = held.conversation
        ref = self._model(caller, conversation, ask.model)
        if share is not None:
            conversation.shares[str(ref)] = share
        if ask.system_prompt is not None:
            conversation.system_prompt = ask.system_prompt
        tool_results.check(conversation, ask.messages)
        options = dict(ask.options)
        if "tools" in options:
            conversation.tools = options["tools"]
        elif conversation.tools and ask.messages[0].get("role") == "tool":
            options["tools"] = conversation.tools
        new = [Said(message) for message in ask.messages]
        system = _system(conversation.system_prompt)
        wanted = options.get("max_completion_tokens") or options.get("max_tokens")
        always: Json = [*system, options]
        try:
            window = fitted(
                [*conversation.said, *new],
                always,
                self.exchange.model(str(ref)).context,
                wanted if isinstance(wanted, int) else None,
                conversation.shares.get(str(ref), 1.0),
            )
        except TooLong:
            raise ApiError("CONTEXT_TOO_LONG") from None
        ledger = _ledger(conversation)
        ledger.recollection = own_turns.recollection(ref.provider, window.said)
        asked_hiding = conversation.pii_removal if ask.pii_removal is None else ask.pii_removal
        conversation.ever_hidden = conversation.ever_hidden or asked_hiding
        rebound = False
        if str(ref) not in conversation.bindings or ask.endpoint_id:
            rebound = await self._bind(conversation, ref, ask.endpoint_id)
        messages = [*system, *own_turns.messages_for(ref.provider, window.said, ledger)]
        query = Query(
            model=ref,
            payload={"messages": [*messages], **options},
            stream=ask.stream,
            flags=PrivacyFlags(
                conversation.ever_hidden,
                ask.obfuscate or conversation.obfuscate,
                conversation.decoys if ask.decoys is None else ask.decoys,
                conversation.give if ask.give is None else ask.give,
                conversation.pad if ask.pad is None else ask.pad,
            ),
            size=ask.size + sum(len(str(each.message.get("content"))) for each in window.said),
            spots=behind(len(messages) - len(new), len(new), "an earlier turn"),
        )
        return _Turn(self, held, ref, new=new, ledger=ledger, rebound=rebound, window=window, turn=turn), query

    def _named(self, caller: Caller, name: str) -> ModelRef:
        """The model that a caller names, before anything is done with it. Raises ApiError."""
        ref = self.exchange.resolve(name)
        self.exchange.permit(caller, ref)
        return ref

    def _models(self, caller: Caller, names: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(str(self._named(caller, name)) for name in names))

    def _model(self, caller: Caller, conversation: Conversation, name: str | None) -> ModelRef:
        if name is None:
            if not conversation.models:
                raise _no_model("model")
            name = conversation.models[0]
        ref = self._named(caller, name)
        if str(ref) not in conversation.models:
            if len(conversation.models) >= MOST_MODELS:
                raise ApiError("VALIDATION_FAILED", f"model: a session has {MOST_MODELS} models at most",
                               details={"field": "model"})  # fmt: skip
            conversation.models.append(str(ref))
        return ref

    async def _bind(self, conversation: Conversation, ref: ModelRef, endpoint_id: str = "") -> bool:
        """Whether the endpoint that was kept before could not serve any more."""
        name = str(ref)
        known = conversation.bindings.get(name)
        binding_id = known or secrets.token_hex(16)
        ttl = min(self.store.ttl_seconds, LONGEST_BINDING_SECONDS)
        bound = await self.exchange.key_server.bind(binding_id, ref, ttl, endpoint_id)
        conversation.bindings[name] = binding_id
        before = conversation.endpoints.get(name)
        conversation.endpoints[name] = bound.endpoint_id
        return known is not None and not endpoint_id and (bound.rebound or before not in {None, bound.endpoint_id})

    async def _release(self, bindings: Sequence[str]) -> None:
        for binding_id in bindings:
            with contextlib.suppress(ApiError):  # the key server is away: it lets go of it when its time is up
                await self.exchange.key_server.release(binding_id)


class _Turn:
    """One turn of one session, for the hall: see `talk`."""

    def __init__(
        self,
        sessions: Sessions,
        held: Held,
        ref: ModelRef,
        *,
        new: list[Said],
        ledger: Ledger,
        rebound: bool,
        window: Window,
        turn: AsyncExitStack,
    ) -> None:
        self.session_id = held.session_id
        self.ledger = ledger
        self.owner = f"session {held.session_id}"
        self.opening = held.session_id.encode()
        self.place = Place(binding_id=held.conversation.bindings[str(ref)])
        self.rebound = rebound
        self.left_out = window.left_out
        self.endpoint_id = held.conversation.endpoints.get(str(ref), "")
        self.thread = held.conversation.thread
        self.earlier = len(turns_of(window.said)) - 1
        self.share = held.conversation.shares.get(str(ref), 1.0)
        self._sessions = sessions
        self._held = held
        self._ref = ref
        self._new = new
        self._turn = turn

    async def seal(self) -> None:
        self._held.conversation.ledger = dumped(self.ledger)
        await self._held.write()

    async def bind_anew(self) -> Place:
        self.rebound = await self._sessions._bind(self._held.conversation, self._ref) or self.rebound
        return self.place

    async def heard(self, deltas: Sequence[Delta], endpoint_id: str, entities: Mapping[str, int]) -> None:
        conversation = self._held.conversation
        conversation.add([*self._new, Said(own_turns.written(deltas), by=self._ref.provider)])
        conversation.thread = self.thread
        if endpoint_id != self.endpoint_id:
            with contextlib.suppress(ApiError):  # its covers are there too; the binding follows when it can
                await self._sessions._bind(conversation, self._ref, endpoint_id)
        conversation.endpoints[str(self._ref)] = endpoint_id
        for kind, count in entities.items():
            conversation.hidden[kind] = max(count, conversation.hidden.get(kind, 0))
        await self._held.write()

    def goes_on(self, ended: BaseException) -> bool:
        return _less(ended, self) is not None

    async def aclose(self) -> None:
        await self._turn.aclose()


def _less(error: BaseException, talk: _Turn | None) -> float | None:
    """The share of earlier turns to try where the provider says that it was too much; None: this is the end of it."""
    refused = isinstance(error, ApiError) and error.code == "PROVIDER_REJECTED" and is_too_much(error.message)
    if talk is None or not refused or not talk.earlier:
        return None
    return next((share for share in SHARES if share < talk.share), None)


def _system(prompt: str | None) -> list[Message]:
    return [{"role": "system", "content": prompt}] if prompt else []


def _ledger(conversation: Conversation) -> Ledger:
    try:
        return loaded(conversation.ledger)
    except UnknownLedger:
        raise ApiError("session_expired", details={"action": "create_new_session"}) from None


def _no_model(where: str) -> ApiError:
    return ApiError("VALIDATION_FAILED", f"{where}: the session has no model yet; name one", details={"field": where})
