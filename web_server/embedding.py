"""Texts on their way to becoming vectors: each is protected for itself, with a ledger of its own from one seed.

Called by `exchange`, in its threads. What becomes of a text then depends on the text and on its caller alone, not on
what it was sent with: embedded again, in another batch, it is the same text. See docs/decisions/0023.
Never sends.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.providers.dialect import Dialect
from web_server.query import Delta, Json, Query, ScrubbedQuery


class Complaints(Restorer):
    """Vectors come back as they are; only a provider's complaint may hold surrogates, of any of the texts."""

    def __init__(self, ledgers: Sequence[Ledger]) -> None:
        super().__init__(Ledger(bytes(32)))
        self._each = [Restorer(ledger) for ledger in ledgers if not ledger.surrogates.is_empty]

    def feed(self, delta: Delta) -> tuple[Delta, ...]:
        """The delta."""
        return (delta,)

    def text(self, text: str) -> str:
        """A complaint with the real values put back."""
        for restorer in self._each:
            text = restorer.text(text)
        return text


EACH_BYTES = 512
"""What it takes to read a text at all, however short: as long as it takes to read so much of a longer one."""


def load(query: Query) -> int:
    """Bytes to reckon with for the texts of `query`."""
    messages = query.payload["messages"]
    return query.size + EACH_BYTES * (len(messages) if isinstance(messages, list) else 0)


def protect(shield: Shield, query: Query, seed: bytes, dialect: Dialect) -> tuple[ScrubbedQuery, bytes, Complaints]:
    """What may be sent for the texts of `query`, and its bytes. Raises what the shield and the dialect raise."""
    messages = query.payload["messages"]
    assert isinstance(messages, list)
    rest = {name: value for name, value in query.payload.items() if name != "messages"}
    ledgers: list[Ledger] = []
    made: list[Json] = []
    entities: Counter[str] = Counter()
    for message in messages:
        ledger = Ledger(seed)
        each = shield.protect(replace(query, payload={"messages": [message]}), ledger)
        last_look(ledger, json.dumps(each.payload).encode())
        ledgers.append(ledger)
        made += _messages(each)
        entities.update(each.entities)
    # The options, without any text: whatever a caller put there is hidden as well.
    ledger = Ledger(seed)
    options = shield.protect(replace(query, payload=rest), ledger)
    scrubbed = replace(
        options,
        payload={**options.payload, "messages": made},
        entities=dict(sorted((entities + Counter(options.entities)).items())),
    )
    body = dialect.write(replace(scrubbed, payload={**options.payload, "messages": []}))
    last_look(ledger, body)
    return scrubbed, dialect.write(scrubbed), Complaints([*ledgers, ledger])


def _messages(scrubbed: ScrubbedQuery) -> list[Json]:
    messages = scrubbed.payload["messages"]
    assert isinstance(messages, list)
    return messages
