"""A provider that looks back: what it has seen before in much the same words, and who asks again.

Called by the benchmark. Names do not count, since surrogates are others each time: a text is known by its runs of words
in small letters, three at a time.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bench.decoys.adversary import Batch

WORD = re.compile(r"\w+")
RUN = 3


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Runs of words; of a text shorter than one, its words."""
    words = WORD.findall(text.lower())
    return frozenset(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


class Memory:
    """Every text that a provider has ever seen."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._seen: dict[tuple[str, ...], set[int]] = {}
        for number, text in enumerate(texts):
            for run in runs(text):
                self._seen.setdefault(run, set()).add(number)

    def known(self, text: str) -> float:
        """The larger of two shares of a text's runs: those in the one text that has most, half of those anywhere."""
        mine = runs(text)
        holders = Counter(number for run in mine for number in self._seen.get(run, ()))
        most = max(holders.values(), default=0)
        anywhere = sum(run in self._seen for run in mine)
        return max(most, anywhere / 2) / len(mine)


def seen_through(batches: Sequence[Batch], memory: Memory, size: int, dice: random.Random) -> float:
    """The share of batches whose real text is the one that reminds of the past least."""
    right = 0
    for batch in batches:
        places = batch.kept(size)
        reminders = [(memory.known(batch.texts[place]), dice.random(), place) for place in places]
        right += min(reminders)[-1] == batch.real
    return right / len(batches)


def repeated(first: Sequence[str], again: Sequence[str], dice: random.Random) -> str:
    """Of a batch that came again, the text of `again` that has come before most plainly."""
    memory = Memory(first)
    return max((memory.known(text), dice.random(), text) for text in again)[-1]


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike the two most similar texts of two batches are, by their words."""
    ones, others = ([frozenset(WORD.findall(text.lower())) for text in texts] for texts in (one, other))
    return max(len(a & b) / max(1, len(a | b)) for a in ones for b in others)
