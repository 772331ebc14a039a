"""What obfuscation is worth: `python -m bench.obfuscation --data FOLDER [--authors 40] [--texts 60]`.

Prints, per level, how often an attacker tells who of the authors wrote a text: one trained on unprotected texts, and a
stronger one trained on texts protected in the same way; then how much of the meaning is kept, and the time it takes.
The authors are generated (`bench.styles`); what they write are sentences of real prompts (`prompts_arena_v01.jsonl`
of the folder), each sentence used either in training or in testing. The level `rewrite` needs a model and is not run.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.attribution import Attributor, bundled, ranked
from bench.styles import Author
from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.obfuscation.uniform import uniform
from web_server.privacy.obfuscation.vocabulary import COMMON
from web_server.privacy.policy import DEFAULT
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Obfuscation, PrivacyFlags, Query

LEVELS: tuple[Obfuscation, ...] = ("none", "format", "quasi")
BUNDLE = 5
SENTENCE = re.compile(r"[A-Z][^.!?\n`{}<>|=\\]{25,160}[.!?](?=\s|$)")
WORD = re.compile(r"[^\W\d_]{3,}")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
CODE = re.compile(r"```.*?```|`[^`\n]+`|https?://[^\s)>\"']+[^\s)>\"'.,;:!?]", re.DOTALL)
FUNCTION_WORDS = frozenset().union(*COMMON.values())


class Protector:
    """Texts as they would leave at a level, each with a ledger of its own."""

    def __init__(self) -> None:
        self._shield = Shield(PatternFinder(DEFAULT), DEFAULT)

    def sent(self, text: str, level: Obfuscation) -> tuple[str, Ledger]:
        ledger = Ledger(secrets.token_bytes(32))
        payload: dict[str, Any] = {"messages": [{"role": "user", "content": text}]}
        query = Query(ModelRef("p", "m"), payload, flags=PrivacyFlags(obfuscate=level))
        said: Any = self._shield.protect(query, ledger).payload["messages"]
        return str(said[0]["content"]), ledger


def sentences(prompts: Sequence[str]) -> list[str]:
    """Sentences of prose, each once."""
    found = dict.fromkeys(match[0] for prompt in prompts for match in SENTENCE.finditer(prompt))
    return [sentence for sentence in found if sentence.isascii()]


def written(authors: int, texts: int, pool: list[str], seed: int) -> tuple[list[str], np.ndarray]:
    """`texts` texts of each author, of two to four sentences drawn from `pool`."""
    made, owners = [], []
    for number in range(authors):
        author = Author(random.Random(1000 + number))
        dice = random.Random(seed * 100_000 + number)
        for _ in range(texts):
            made.append(author.types(dice.sample(pool, dice.randint(2, 4)), dice))
            owners.append(number)
    return made, np.array(owners)


def attribution(protector: Protector, pool: list[str], authors: int, texts: int) -> None:
    half = len(pool) * 2 // 3
    training, owners = written(authors, texts, pool[:half], 1)
    testing, asked = written(authors, max(BUNDLE * 2, texts // 3), pool[half:], 2)
    size = sum(map(len, testing)) // len(testing)
    print(
        f"{authors} generated authors, {len(training)} texts to train on, {len(testing)} of {size} characters to tell;"
    )
    print(f"chance is {1 / authors:.3f}, of the best five {5 / authors:.3f}\n")
    print(f"{'level':12} {'attacker trained on':20} {'top-1':>6} {'top-5':>6} {f'top-1, {BUNDLE} texts together':>26}")
    naive = Attributor(training, owners)
    report("unprotected", "unprotected", naive, testing, asked)
    for level in LEVELS:
        seen = [protector.sent(text, level)[0] for text in testing]
        report(level, "unprotected", naive, seen, asked)
        aware = Attributor([protector.sent(text, level)[0] for text in training], owners)
        report(level, "the same level", aware, seen, asked)


def report(level: str, trained: str, attacker: Attributor, texts: list[str], authors: np.ndarray) -> None:
    scores = attacker.scores(texts)
    together = ranked(*bundled(scores, authors, BUNDLE), 1)
    said = {"none": "hidden only"}.get(level, level)
    print(
        f"{said:12} {trained:20} {ranked(scores, authors, 1):6.3f} {ranked(scores, authors, 5):6.3f} {together:26.3f}"
    )


def meaning(protector: Protector, prompts: list[str]) -> None:
    """On real prompts: what of a text is still there once its answer's surrogates are put back."""
    frequency = Counter(word for prompt in prompts for word in set(content(prompt)))
    heads = ("content words", "cosine", "numbers", "code and links", "values come back", "texts changed")
    print(f"\n{'level':8} {'  '.join(heads)}")
    for level in LEVELS[1:]:
        asked, met = Counter[str](), Counter[str]()
        cosines = []
        for prompt in prompts:
            sent, ledger = protector.sent(prompt, level)
            restorer = Restorer(ledger)
            again = restorer.text(sent)
            had, has = Counter(content(prompt)), Counter(content(again))
            numbers, pieces = Counter(NUMBER.findall(prompt)), CODE.findall(prompt)
            values = [sent[hit.start : hit.end] for hit in ledger.surrogates.all(sent)]
            asked += Counter(
                dict(zip(heads, (had.total(), 1, numbers.total(), len(pieces), len(values), 1), strict=True))
            )
            met[heads[0]] += (had & has).total()
            met[heads[2]] += (numbers & Counter(NUMBER.findall(again))).total()
            met[heads[3]] += sum(piece in again for piece in pieces)
            met[heads[4]] += sum(restorer.text(value) in prompt for value in values)
            met[heads[5]] += again != prompt
            cosines.append(cosine(had, has, frequency, len(prompts)))
        shares = {head: met[head] / max(asked[head], 1) for head in heads} | {"cosine": statistics.mean(cosines)}
        print(f"{level:8} {'  '.join(f'{shares[head]:{len(head)}.4f}' for head in heads)}")


def content(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in FUNCTION_WORDS]


def cosine(one: Counter[str], other: Counter[str], frequency: Counter[str], size: int) -> float:
    def weighed(counts: Counter[str]) -> dict[str, float]:
        return {word: (1 + math.log(n)) * (1 + math.log(size / (1 + frequency[word]))) for word, n in counts.items()}

    a, b = weighed(one), weighed(other)
    norms = math.hypot(*a.values()) * math.hypot(*b.values())
    return sum(a[word] * b[word] for word in a.keys() & b.keys()) / norms if norms else 1.0


def speed(protector: Protector, prompts: list[str]) -> None:
    long = [prompt for prompt in prompts if 300 < len(prompt) < 4000]

    def spent(work: Any) -> str:
        each = []
        for prompt in long:
            best = math.inf
            for _ in range(3):
                started = time.perf_counter()
                work(prompt)
                best = min(best, time.perf_counter() - started)
            each.append(best / len(prompt) * 1e6)
        each.sort()
        return f"p50 {statistics.median(each):.2f}, p95 {each[int(len(each) * 0.95)]:.2f}"

    print(f"\nms per 1,000 characters, on {len(long)} prompts: the uniform format alone {spent(uniform)}")
    for level in LEVELS:
        print(f"  hiding with {level:8} {spent(lambda text, level=level: protector.sent(text, level))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with prompts_arena_v01.jsonl")
    parser.add_argument("--authors", type=int, default=40)
    parser.add_argument("--texts", type=int, default=60, help="texts of each author to train on")
    asked = parser.parse_args()
    with (asked.data / "prompts_arena_v01.jsonl").open(encoding="utf-8") as lines:
        prompts = [json.loads(line)["text"] for line in lines]
    pool = sentences(prompts)
    random.Random(7).shuffle(pool)
    protector = Protector()
    attribution(protector, pool, asked.authors, asked.texts)
    meaning(protector, prompts)
    speed(protector, prompts)


if __name__ == "__main__":
    main()
