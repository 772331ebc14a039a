"""What a provider wrote, recognised when a client sends its history again: then it is no oracle.

Called by `exchange` (one for the process), by restoration (listens to an answer) and by the shield (asks about a turn).
A provider that writes "Is your name Anna?" must not learn the answer from whether that Anna is replaced in the next
request. So of each answer this keeps a keyed digest of caller, provider and restored text, and where in that text real
values were put in: never a text, a value or a surrogate. A turn that is recognised gets exactly these places replaced,
and nothing else is looked for in it. One that is not (another process, a bounded memory, a client that edits) is
treated like any text: hiding wins over the guess.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from web_server.privacy.remembered import Remembered

MOST = 100_000
"""Texts and places together: some 20 MiB."""


class Place(NamedTuple):
    """Where a real value of `kind` was put into a text."""

    start: int
    end: int
    kind: str


class Known(NamedTuple):
    """What is known of one text: the places, and whether values in it are escaped as JSON's strings are."""

    places: tuple[Place, ...]
    is_json: bool


LaneKey: TypeAlias = tuple[int, str, int]
"""Choice, channel and tool call: what tells one lane of an answer from another."""


class Recall:
    """What all answers of this process said. Threads may share it."""

    def __init__(self, most: int = MOST) -> None:
        self._said = Remembered[Known](most)

    def __repr__(self) -> str:
        return f"Recall({len(self._said)} texts)"

    def of(self, caller: str, provider: str) -> Recollection:
        """What this provider told this caller: another provider may not be shown what the first has guessed."""
        return Recollection(self._said, caller, provider)


class Recollection:
    """What one provider told one caller, during one exchange."""

    def __init__(self, said: Remembered[Known], caller: str, provider: str) -> None:
        self._said = said
        self._owner = (caller, provider)
        self._spoken: dict[LaneKey, tuple[blake2b, list[Place], bool]] = {}
        self._length: dict[LaneKey, int] = {}

    def __repr__(self) -> str:
        return "Recollection(***)"

    def find(self, text: str) -> Known | None:
        """What is known of a turn that comes back, if it is one of this provider's."""
        state = self._said.begin(*self._owner)
        state.update(text.encode("utf-8", "surrogatepass"))
        return self._said.get(state.digest())

    def knows(self, text: str) -> bool:
        """Whether this provider wrote just this."""
        return self.find(text) is not None

    def hear(self, lane: LaneKey, text: str, places: list[Place], *, is_json: bool) -> None:
        """A piece of the answer as the caller gets it, and where in it real values were put."""
        if lane not in self._spoken:
            self._spoken[lane] = (self._said.begin(*self._owner), [], is_json)
            self._length[lane] = 0
        state, known, _ = self._spoken[lane]
        begin = self._length[lane]
        state.update(text.encode("utf-8", "surrogatepass"))
        known += (Place(begin + place.start, begin + place.end, place.kind) for place in places)
        self._length[lane] += len(text)

    def keep(self) -> None:
        """The answer is over, or as much of it as the caller will get."""
        for state, places, is_json in self._spoken.values():
            self._said.keep(state.digest(), Known(tuple(places), is_json), 1 + len(places))
