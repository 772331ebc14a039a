"""Answers to be streamed: texts of labelled sets, each set a topic, and the tokens that a provider would send them in.

Used by `bench.traffic`. One set's texts are joined until they are as many tokens as an answer; how many is drawn from
one distribution for all topics, so that length alone tells nothing, or from each topic's own, as it is in life.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.labelled import Set

SHORTEST, USUAL, LONGEST = 15, 130, 400
"""Tokens of an answer."""
COMMON_WORDS = 8_000
"""Of all sets: one token each, with the blank before it. Others are cut in pieces of three or four letters."""

_PARTS = re.compile(r" ?[^\W\d_]+| ?\d{1,3}| ?[^\s\w]+|\s+|_")


@dataclass(frozen=True, slots=True)
class Answer:
    """`topic` is a set's place in the list of sets."""

    topic: int
    tokens: tuple[str, ...] = field(repr=False)


def answers(sets: Sequence[Set], count: int, *, own_lengths: bool, seed: int = 7) -> list[Answer]:
    """At most `count` answers of each topic, no text in two of them."""
    chance = random.Random(seed)
    common = _common(text.text for each in sets for text in each.texts)
    made: list[Answer] = []
    for topic, each in enumerate(sets):
        texts = [text.text for text in each.texts]
        chance.shuffle(texts)
        flow = itertools.chain.from_iterable([*tokens(text, common), "\n"] for text in texts)
        middle = USUAL * (_share(topic, len(sets)) if own_lengths else 1.0)
        for _ in range(count):
            length = min(LONGEST, max(SHORTEST, int(middle * chance.lognormvariate(0, 0.5))))
            if len(said := tuple(itertools.islice(flow, length))) == length:
                made.append(Answer(topic, said))
    chance.shuffle(made)
    return made


def tokens(text: str, common: frozenset[str]) -> Iterator[str]:
    """The text in pieces, as a byte-pair vocabulary would cut it."""
    for part in _PARTS.findall(text):
        if part.lower() in common or len(part) <= 4:
            yield part
            continue
        at = 0
        while at < len(part):
            size = 4 if at or not part.startswith(" ") else 5
            yield part[at : at + size]
            at += size


def _common(texts: Iterable[str]) -> frozenset[str]:
    counts = Counter(part.lower() for text in texts for part in _PARTS.findall(text))
    return frozenset(part for part, _ in counts.most_common(COMMON_WORDS))


def _share(topic: int, topics: int) -> float:
    """The topics' usual lengths lie evenly between a third and double of the common one."""
    return float(0.33 * (2 / 0.33) ** (topic / max(1, topics - 1)))
