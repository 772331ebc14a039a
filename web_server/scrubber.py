"""One text under one policy: what would leave, and what stands for what.

Called by the `scrub` command. Never sends or keeps anything.
"""

from __future__ import annotations

import secrets
from typing import Any

from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Policy
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

_NOBODY = ModelRef("none", "none")


class Scrubber:
    """Texts under one policy; each text has a ledger of its own, so two lines share no stand-in."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._finder = PatternFinder(policy)
        self._shield = Shield(self._finder, policy)

    def scrub(self, text: str) -> dict[str, Any]:
        """`{"text", "spans": [{"start", "end", "kind", "score", "surrogate"}]}`; offsets are of the original.

        Raises `PrivacyError` where the policy blocks the text or the shield fails.
        """
        ledger = Ledger(secrets.token_bytes(32))
        query = Query(_NOBODY, {"messages": [{"role": "user", "content": text}]})
        payload: Any = self._shield.protect(query, ledger).payload
        spans = [
            {
                "start": span.start,
                "end": span.end,
                "kind": span.kind,
                "score": span.score,
                "surrogate": ledger.assign(span.kind, text[span.start : span.end], self._policy.treatment(span.kind)),
            }
            for span in self._finder.find(text)
        ]
        return {"text": payload["messages"][0]["content"], "spans": spans}
