"""One text under one policy: what would leave, span by span.

Called by the `scrub` command and, through `exchange`, by the preview. Each text has a ledger of its own.
Never sends or keeps anything; what it returns is for the screen of whoever wrote the text.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from web_server.privacy.errors import Blocked
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.reasons import sentence
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Replacement
from web_server.privacy.walk import Slot
from web_server.providers import DIALECTS
from web_server.query import Json, ModelRef, Obfuscation, PrivacyFlags, Query

_NOBODY = ModelRef("none", "none")


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What becomes of a text. `text` is None where the policy blocks it: `blocked` then names the kinds."""

    text: str | None = field(repr=False)
    replaced: Sequence[Replacement]
    """In order, with offsets of the original; where nothing is sent the surrogates are empty."""
    entities: Mapping[str, int]
    obfuscated: Obfuscation = "none"
    blocked: tuple[str, ...] = ()

    def refuse_blocked(self) -> None:
        """Raises `Blocked` where the policy blocks the text."""
        if self.blocked:
            raise Blocked(frozenset(self.blocked))

    def spans(self) -> list[dict[str, Json]]:
        """What was replaced, as JSON has it."""
        return [
            {
                "start": each.start,
                "end": each.end,
                "kind": each.kind,
                "score": each.score,
                "surrogate": each.surrogate if self.text is not None else None,
                "reason": each.reason,
            }
            for each in self.replaced
        ]

    def explained(self) -> list[dict[str, Json]]:
        """The same, each with its reason in plain words."""
        return [
            {**span, "explanation": sentence(each.reason, each.kind)}
            for span, each in zip(self.spans(), self.replaced, strict=True)
        ]


class Scrubber:
    """Texts through one shield."""

    def __init__(self, shield: Shield) -> None:
        self._shield = shield

    def scrub(
        self,
        text: str,
        flags: PrivacyFlags = PrivacyFlags(),  # noqa: B008 - frozen
        ledger: Ledger | None = None,
    ) -> Scrubbed:
        """What would be sent for `text` alone, or under a `ledger`, which learns it. Raises `ShieldFailure`."""
        query = Query(_NOBODY, {"messages": [{"role": "user", "content": text}]}, flags=flags)
        ledger = ledger or Ledger(secrets.token_bytes(32))
        replaced: list[Replacement] = []

        def told(slot: Slot, these: Sequence[Replacement]) -> None:
            if slot.text == text:  # and not a role
                replaced[:] = these

        try:
            sent = self._shield.protect(query, ledger, told=told)
        except Blocked as blocked:
            found = [
                Replacement(span.start, span.end, span.kind, span.score, span.reason, "")
                for span in self._shield.spans(text)
            ]
            return Scrubbed(None, found, _counted(found), blocked=tuple(sorted(blocked.kinds)))
        last_look(ledger, DIALECTS["openai"].write(sent))
        payload: Any = sent.payload
        return Scrubbed(payload["messages"][0]["content"], replaced, sent.entities, sent.obfuscated)


def _counted(found: Sequence[Replacement]) -> dict[str, int]:
    """How many finds there are of each kind: nothing was assigned, so values are not told apart."""
    counts = Counter(each.kind for each in found)
    return {kind: counts[kind] for kind in sorted(counts)}
