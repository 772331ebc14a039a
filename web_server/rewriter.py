"""Has a caller's turns rewritten by the model that the policy names, and remembers how.

Called by `exchange` after scrubbing, with a way to ask a model through the key server. A turn is never rewritten twice
in one conversation: what a history says is what it said before, a failed rewriting too. Remembered are digests and
scrubbed texts, in this process alone, bounded.
Never: an unscrubbed text, HTTP, or a query that fails because rewriting does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from web_server.errors import ApiError
from web_server.privacy.ledger import Ledger
from web_server.privacy.obfuscation import rewrite
from web_server.privacy.obfuscation.rewrite_model import RewriteModel
from web_server.privacy.obfuscation.turns import turns
from web_server.privacy.remembered import Remembered
from web_server.query import ModelRef, ScrubbedQuery

log = logging.getLogger("web_server.rewriter")

Ask: TypeAlias = Callable[[ScrubbedQuery, float], Awaitable[str]]
"""Sends a scrubbed query and returns what was answered. Raises ApiError."""
Outcome: TypeAlias = tuple[str, str | None]

AT_A_TIME = 4
MOST_CHARACTERS = 8 * 1024 * 1024
"""Of remembered texts; the oldest go first."""


class Rewriter:
    """Rewrites turns; one for each process, for all callers."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._known = Remembered[Outcome](most)

    def __repr__(self) -> str:
        return f"Rewriter({len(self._known)} turns)"

    async def rewrite(
        self,
        query: ScrubbedQuery,
        ledger: Ledger,
        *,
        by: RewriteModel | None,
        model: ModelRef | None,
        ask: Ask,
        conversation: bytes | None,
    ) -> ScrubbedQuery:
        """`query` with its turns rewritten, or as it was with the reason.

        `model` is what `by` names, None where the catalog has none of that name. `conversation` tells a history that
        is sent again; None: there is none, and nothing is remembered.
        """
        if by is None or model is None:
            if by is not None:
                log.warning("the policy's `rewrite` names a model that providers.yaml does not have")
            return rewrite.unavailable(query)
        texts = list(dict.fromkeys(turns(query.payload)))
        if not texts:
            return rewrite.rewritten(query, {})
        outcomes: dict[str, Outcome] = {}
        gate = asyncio.Semaphore(AT_A_TIME)

        async def one(text: str) -> None:
            known = self._look_up(text, str(model), conversation)
            if known is None:
                async with gate:
                    known = await self._outcome(text, ledger, model, ask, by.seconds)
            outcomes[text] = known

        tasks = [asyncio.create_task(one(text)) for text in texts]
        try:
            await asyncio.wait(tasks, timeout=by.seconds)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                log.warning("a turn was not rewritten", extra={"error": type(error).__name__})
        for text in texts:
            outcomes.setdefault(text, (text, rewrite.UNAVAILABLE))
            self._remember(text, str(model), conversation, outcomes[text])
        return rewrite.rewritten(query, outcomes)

    @staticmethod
    async def _outcome(text: str, ledger: Ledger, model: ModelRef, ask: Ask, seconds: float) -> Outcome:
        turn = rewrite.turn_of(text, ledger)
        if turn.asked is None:
            return text, None
        try:
            answer = await ask(rewrite.question(turn, model), seconds)
        except ApiError as error:
            log.warning("a turn was not rewritten", extra={"code": error.code})
            return text, rewrite.UNAVAILABLE
        return rewrite.accepted(turn, answer, ledger)

    def _look_up(self, text: str, model: str, conversation: bytes | None) -> Outcome | None:
        return None if conversation is None else self._known.get(self._known.digest(conversation.hex(), model, text))

    def _remember(self, text: str, model: str, conversation: bytes | None, outcome: Outcome) -> None:
        """The first outcome stays: a history says what it said."""
        if conversation is not None and self._look_up(text, model, conversation) is None:
            self._known.keep(self._known.digest(conversation.hex(), model, text), outcome, len(outcome[0]))
