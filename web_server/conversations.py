"""What a session keeps between its turns, and how it is written down.

Made by `sessions`, sealed by `session_store`. A caller's messages are kept as the caller wrote them, a provider's as
the provider wrote them, surrogates and all: they are sent again so, and restored where the caller reads them. The
ledger that leads from one to the other is kept beside them. Pure.
Never: a `repr` that shows any of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from web_server.query import Json, Obfuscation, PrivacyFlags

KEPT_BYTES = 2 * 1024 * 1024
"""What messages of one session may come to; the oldest turns go first, and never the last one."""

Message = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `by`: the provider that wrote it; empty for the caller's own."""

    message: Message = field(repr=False)
    by: str = ""

    @property
    def begins_turn(self) -> bool:
        """Whether a turn begins here: the caller asks. What tools said belongs to the turn that called them."""
        return self.message.get("role") == "user"


def turns_of(said: Sequence[Said]) -> list[list[Said]]:
    """Messages turn by turn: what the caller asked, what was answered, every tool call with its result."""
    turns: list[list[Said]] = []
    for each in said:
        # Several questions in a row are one turn: nobody answered the first.
        if not turns or (each.begins_turn and not turns[-1][-1].begins_turn):
            turns.append([])
        turns[-1].append(each)
    return turns


@dataclass(slots=True, repr=False)
class Conversation:
    """One session. Times are seconds since 1970; models are `provider/model`, the first is asked by default."""

    owner: str
    created: int
    ledger: dict[str, Any]
    models: list[str] = field(default_factory=list)
    system_prompt: str | None = None
    pii_removal: bool = True
    obfuscate: Obfuscation = "none"
    pad: bool = False
    said: list[Said] = field(default_factory=list)
    tools: Json = None
    """The tools of the newest turn that brought some: what they return is asked about with the same tools."""
    bindings: dict[str, str] = field(default_factory=dict)
    """Binding by model; an endpoint is kept for each model that was asked."""
    endpoints: dict[str, str] = field(default_factory=dict)
    """The endpoint that answered last, by model."""
    shares: dict[str, float] = field(default_factory=dict)
    """How much of the room for earlier turns they get, by model, where it turned out to be less than all of it."""
    hidden: dict[str, int] = field(default_factory=dict)
    """How many values of each kind were hidden at most at once."""
    turns: int = 0
    forgotten: int = 0
    """Turns that are not kept any more: the session became too long."""
    decoys: int = 0
    """Covers of each turn; USUAL_DECOYS: as many as the operator says."""
    give: bool = False
    """Whether its scrubbed turns may become covers of others'."""
    thread: str = ""
    """By what the covers of the last answered turn are remembered."""
    ever_hidden: bool = False
    """Once something was hidden it stays hidden, whatever later turns ask for."""

    def __repr__(self) -> str:
        return f"Conversation({self.turns} turns)"

    @property
    def flags(self) -> PrivacyFlags:
        """What the caller asked for when the session began."""
        return PrivacyFlags(self.pii_removal, self.obfuscate, self.decoys, self.give, self.pad)

    def add(self, said: Sequence[Said]) -> None:
        """One more turn, or the rest of one; what is too long to keep goes, turn by turn."""
        self.turns += any(each.begins_turn for each in said)
        self.said += said
        turns = turns_of(self.said)
        sizes = [sum(len(json.dumps(each.message)) for each in turn) for turn in turns]
        while len(turns) > 1 and sum(sizes) > KEPT_BYTES:
            turns.pop(0)
            sizes.pop(0)
            self.forgotten += 1
        self.said = [each for turn in turns for each in turn]

    def open_calls(self) -> list[str]:
        """The ids of tool calls that wait for their results."""
        last = self.said[-1].message if self.said else {}
        calls = last.get("tool_calls")
        return [str(call["id"]) for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []

    def dumped(self) -> bytes:
        """As bytes, to be sealed."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        kept["said"] = [[each.message, each.by] for each in self.said]
        return json.dumps(kept, separators=(",", ":")).encode()

    @classmethod
    def loaded(cls, raw: bytes) -> Conversation:
        """What was dumped. Raises ValueError, KeyError or TypeError where it was not."""
        kept = json.loads(raw)
        kept["said"] = [Said(*each) for each in kept["said"]]
        return cls(**kept)
