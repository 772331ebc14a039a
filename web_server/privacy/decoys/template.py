"""A cover query before it is dressed: texts of turns, with typed slots where surrogates go.

Made by the sources and by `gift`; dressed by `covers`. As plain JSON it may be kept, sealed, by whoever keeps a pool.
Pure. Holds no real value: what stands in a slot as its likeness is a surrogate or made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

from web_server.privacy import kinds
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment

VERSION = 1
_TOKEN = re.compile(r"\w+")


class Slot(NamedTuple):
    """Where a surrogate goes. `like` is a stand-in of the shape that is wanted: nobody's value."""

    kind: str
    like: str
    tag: bool = False
    """The place of a marked token such as `[DATE_1_k9]`, not of a realistic surrogate."""

    def __repr__(self) -> str:
        return f"Slot({self.kind})"


Piece: TypeAlias = "str | Slot"
Pieces: TypeAlias = tuple[Piece, ...]


Words: TypeAlias = tuple[str, ...]
"""The words of a text, as `words_of` has them."""


class UnknownTemplate(ValueError):
    """Not a template that this version has written."""


@dataclass(frozen=True, slots=True)
class Template:
    """The texts of a conversation, the caller's and the provider's in turn, as many as the real one has."""

    turns: tuple[Pieces, ...] = field(repr=False)
    goes_on: bool = False
    """Whether it was said after something else: such a turn begins no conversation."""

    @property
    def id(self) -> str:
        """32 hex characters that are this template's alone: which ones were used can be remembered by them."""
        return blake2b(json.dumps(self.dumped()).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def dumped(self) -> dict[str, Any]:
        """As plain JSON values; `loaded` makes its equal of them."""
        turns = [[each if isinstance(each, str) else [*each] for each in pieces] for pieces in self.turns]
        return {"version": VERSION, "turns": turns, **({"goes_on": True} if self.goes_on else {})}

    @staticmethod
    def loaded(state: Any) -> Template:
        """The template that was dumped. Raises UnknownTemplate."""
        if not isinstance(state, dict) or state.get("version") != VERSION:
            raise UnknownTemplate
        try:
            turns = [
                tuple(each if isinstance(each, str) else Slot(*each) for each in pieces) for pieces in state["turns"]
            ]
        except (KeyError, TypeError):
            raise UnknownTemplate from None
        return Template(tuple(turns), state.get("goes_on") is True)

    def texts(self) -> tuple[str, ...]:
        """What it reads like, undressed: the likenesses in their places."""
        return tuple("".join(map(_shown, pieces)) for pieces in self.turns)

    def with_slots(self, instead: Mapping[Slot, Slot]) -> Template:
        """The same text with other slots."""
        turns = (tuple(each if isinstance(each, str) else instead.get(each, each) for each in t) for t in self.turns)
        return replace(self, turns=tuple(turns))

    def slots(self) -> Iterator[Slot]:
        return (piece for pieces in self.turns for piece in pieces if isinstance(piece, Slot))

    def dressed(self, seed: bytes, earlier: Sequence[Template] = ()) -> tuple[str, ...]:
        """Its texts with fresh surrogates of a ledger of their own: people, addresses and hosts agree in them.

        `earlier`: what was said before in the same conversation, which has the same surrogates, under the same seed.
        """
        ledger = Ledger(seed)
        for each in earlier:
            each._enter(ledger)
        made = self._enter(ledger)
        return tuple("".join(p if isinstance(p, str) else made[p] for p in pieces) for pieces in self.turns)

    def _enter(self, ledger: Ledger) -> dict[Slot, str]:
        # So that no likeness becomes its own surrogate; but of a tag the next number would be taken, and show.
        met = (
            "".join("" if isinstance(each, Slot) and each.tag else _shown(each) for each in turn) for turn in self.turns
        )
        ledger.meet(met, (), ())
        slots = sorted(dict.fromkeys(self.slots()), key=_order)
        return {slot: ledger.assign(slot.kind, slot.like, _treatment(slot)) for slot in slots}


def words_of(texts: Sequence[str]) -> Words:
    """The words of texts in small letters, in order: what makes two of them the same text."""
    return tuple(word for text in texts for word in _TOKEN.findall(text.lower()))


def _order(slot: Slot) -> int:
    """People first, so that addresses that hold their names agree with them; the rest as it comes, as in the shield."""
    return {kinds.PERSON: 0, kinds.EMAIL_ADDRESS: 1}.get(slot.kind, 2)


def _treatment(slot: Slot) -> Treatment:
    return Treatment.TAG if slot.tag else Treatment.SURROGATE


def _shown(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece.like
