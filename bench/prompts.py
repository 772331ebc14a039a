"""Made-up prompts of a given length, each different from all others, with private values of several kinds in them.

Called by the benchmarks: a prompt that repeats would be answered from the memory of found spans, and flatter.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST = [
    "Annika",
    "Bruno",
    "Carla",
    "Dmitri",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Katja",
    "Lorenzo",
    "Maren",
    "Nikolai",
    "Ottilie",
    "Pavel",
]
LAST = [
    "Abendroth",
    "Brunswick",
    "Castellane",
    "Dahlgren",
    "Eskildsen",
    "Fioravanti",
    "Grunewald",
    "Hathersage",
    "Ivanovic",
    "Jankowski",
]
FILLER = (
    "Please read the following and answer in a few sentences.",
    "The meeting was moved twice, and nobody is quite sure what was agreed in the end.",
    "I would like a polite letter that explains the delay and proposes a new date.",
    "Keep the tone friendly, avoid long words, and do not repeat the numbers.",
    "There was also a question about the contract, which we should answer first.",
    "If something is unclear, say so at the end in one short list.",
    "The last version had too many brackets and not enough facts.",
)


def prompts(length: int, seed: int = 1) -> Iterator[str]:
    """Endless prompts of about `length` characters."""
    dice = random.Random(seed)
    while True:
        first, last = dice.choice(FIRST), dice.choice(LAST)
        number = dice.randrange(10**6)
        sentences = [
            f"My name is {first} {last}, case {number}.",
            f"You can write to {first.lower()}.{last.lower()}{number}@mailbox.example.",
            f"Call me on +44 7700 900{dice.randrange(1000):03d} after five.",
            f"The server is at 10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(1, 255)}.",
        ]
        size = sum(map(len, sentences)) + len(sentences)
        while size < length:
            sentences.append(dice.choice(FILLER))
            size += len(sentences[-1]) + 1
        dice.shuffle(sentences)
        yield " ".join(sentences)[:length]
