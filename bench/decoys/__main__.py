"""How well an informed, trained provider tells real queries from their covers: `python -m bench.decoys --data FOLDER`.

A batch of size k is the real query and k - 1 covers; guessing is right once in k. The real queries are prompts of the
sets, hidden by the shield first. Users are parted three ways: those who are protected, those who gave to the pool, and,
for the rows of a model and a file, those whose held-out prompts stand in for what a good model, or a careful operator,
would write. The protected are parted in two: the adversary trains on one half's batches, whose answers it is told, and
guesses the other's; the covers of each half come from a stock of their own.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from bench.decoys import naive
from bench.decoys.adversary import Batch, Log, guessed, told
from bench.decoys.memory import Memory, likeness, repeated, seen_through
from bench.decoys.prompts import Prompt, by_user, read, scrubbed, text_of
from web_server.privacy.decoys.covers import choose, dress
from web_server.privacy.decoys.grammar import Grammar
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.sources import Origin, Source
from web_server.privacy.decoys.stock import Stock
from web_server.privacy.decoys.template import Template
from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.query import ScrubbedQuery
from web_server.token_count import reckoned

SIZES = (2, 4, 8)
WINDOW_MS = 150
Cover = tuple[str, str, ScrubbedQuery | None]
"""A cover's text, what it was made of, and what is sent."""
Make = Callable[[Prompt, int, int, random.Random], Sequence[Cover]]
"""Covers for a prompt of a half."""


class Reworded:
    """A stock whose texts have a share of their words exchanged: harder to know again, easier to tell."""

    def __init__(self, stock: Stock, share: float) -> None:
        self._stock = stock
        self._grammar = Grammar(share)

    @property
    def name(self) -> Origin:
        return self._stock.name

    def draw(self, shape: Shape, count: int, rng: random.Random) -> Sequence[Template]:
        drawn = self._stock.draw(shape, count, rng)
        return [self._grammar.draw(Shape.of_frame(each.turns), 1, rng)[0] for each in drawn]


def of_sources(halves: Sequence[Source]) -> Make:
    def make(prompt: Prompt, half: int, count: int, rng: random.Random) -> list[Cover]:
        source = halves[half % len(halves)]
        chosen = choose(prompt.query, prompt.ledger, count, [source], rng)
        dressed = [dress(each, prompt.query, rng.randbytes(32)).query for each in chosen]
        return [(text_of(query), each.template.id, query) for each, query in zip(chosen, dressed, strict=True)]

    return make


def of_texts(texts: Callable[[int, random.Random], list[str]]) -> Make:
    def make(_prompt: Prompt, _half: int, count: int, rng: random.Random) -> list[Cover]:
        return [(text, text, None) for text in texts(count, rng)]

    return make


def stock(name: Origin, prompts: Sequence[Prompt]) -> Stock:
    made = [(each.user, gift) for each in prompts if (gift := each.gift()) is not None]
    return Stock(name, [each for _, each in made], {each.id: user for user, each in made})


def batches(halves: Sequence[Sequence[Prompt]], make: Make) -> tuple[list[Batch], float, float]:
    """Batches of the largest size; the share of prompts that got as many covers; tokens sent for a cover, for each
    token of the real one."""
    made: list[Batch] = []
    spent: list[int] = []
    real = 0
    for half, prompts in enumerate(halves):
        for number, prompt in enumerate(prompts):
            rng = random.Random(f"{half}/{number}")
            covers = make(prompt, half, max(SIZES) - 1, rng)
            if len(covers) < max(SIZES) - 1:
                continue
            texts, origins = [each[0] for each in covers], [each[1] for each in covers]
            place = rng.randrange(max(SIZES))
            texts.insert(place, prompt.sent)
            origins.insert(place, prompt.sent)
            made.append(Batch(prompt.user, tuple(texts), place, tuple(origins), half))
            if covers[0][2] is not None:
                real += reckoned(prompt.query.payload)
                spent.append(sum(reckoned(query.payload) for _, _, query in covers if query) // len(covers))
    asked = sum(map(len, halves))
    return made, len(made) / max(1, asked), sum(spent) / max(1, real)


def report(name: str, halves: Sequence[Sequence[Prompt]], make: Make, past: Sequence[str]) -> None:
    """One row: how well the classifiers do at each size, then the memory."""
    made, share, spent = batches(halves, make)
    if len(made) < 20:
        print(f"{name:24} too few prompts got {max(SIZES) - 1} covers: {len(made)}")
        return
    log = Log(made)
    dice = random.Random(11)
    cells = []
    for size in SIZES:
        how = told(guessed(made, size, log))
        cells.append(f"{how.auc:.2f}±{how.auc_error:.2f} {how.top1:.2f}±{how.top1_error:.2f} ({1.2 / size:.2f})")
    memory = Memory(past)
    back = " ".join(f"{seen_through(made, memory, size, dice):.2f}" for size in SIZES)
    print(f"{name:24} {'  '.join(cells)}  {back}  {share:6.2f}  {spent:6.2f}", flush=True)


def repeats(prompts: Sequence[Prompt], source: Source, size: int, dice: random.Random) -> tuple[float, float]:
    """How often the real one is found when a query is asked twice: its templates remembered, and drawn anew."""

    def batch(prompt: Prompt, key: str) -> list[str]:
        rng = random.Random(key)
        chosen = choose(prompt.query, prompt.ledger, size - 1, [source], rng)
        # The real one is dressed afresh too, as a stateless query is: under another ledger.
        real = prompt.template().dressed(dice.randbytes(32))[0]
        return [real, *(text_of(dress(each, prompt.query, dice.randbytes(32)).query) for each in chosen)]

    found = [0, 0]
    asked = 0
    for number, prompt in enumerate(prompts):
        first, same, anew = (batch(prompt, f"{number}/{key}") for key in ("a", "a", "b"))
        if len(first) == len(anew) == size:
            asked += 1
            found[0] += repeated(first, same, dice) == same[0]
            found[1] += repeated(first, anew, dice) == anew[0]
    return found[0] / max(1, asked), found[1] / max(1, asked)


def linkage(
    prompts: Sequence[Prompt], make: Make, size: int, dice: random.Random, among: int = 10
) -> tuple[float, float]:
    """How often another batch of the same user is picked out among `among`: with covers, and without any."""
    by_person: dict[str, list[Prompt]] = {}
    for each in prompts:
        by_person.setdefault(each.user, []).append(each)
    people = [each for each in by_person.values() if len(each) > 1]
    found = [0, 0]
    for number, own in enumerate(people):
        others = dice.sample([each for each in prompts if each.user != own[0].user], among - 1)
        seen = [
            [each.sent, *(cover[0] for cover in make(each, 0, size - 1, random.Random(f"{number}/{at}")))]
            for at, each in enumerate((own[0], own[1], *others))
        ]
        for way, texts in enumerate((seen, [each[:1] for each in seen])):
            likes = [(likeness(texts[0], each), dice.random(), at) for at, each in enumerate(texts[1:])]
            found[way] += max(likes)[-1] == 0
    return found[0] / len(people), found[1] / len(people)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets, one JSON object a line")
    parser.add_argument("--sets", default="prompts_arena_v01,pupa_tnb", help="file names without .jsonl, by commas")
    parser.add_argument("--rows", default="", help="only rows whose names hold one of these words, by commas")
    parser.add_argument("--most", type=int, default=0, help="prompts at most, for a quick look")
    parser.add_argument("--seed", type=int, default=1, help="of the split into users")
    asked = parser.parse_args()
    started = time.monotonic()
    dice = random.Random(asked.seed)
    rows = read(asked.data, asked.sets.split(","))
    prompts = scrubbed(rows[: asked.most or None], Shield(PatternFinder(DEFAULT), DEFAULT), dice)
    protected, givers = by_user(prompts, 0.5, dice)
    halves, stocks = by_user(protected, 0.5, dice), by_user(givers, 0.5, dice)
    print(
        f"{len(prompts)} prompts of {len({each.user for each in prompts})} users: {len(protected)} to protect, "
        f"{len(givers)} in the stocks; length p50 {statistics.median(len(each.sent) for each in prompts):.0f}\n"
        f"by batch size {', '.join(map(str, SIZES))}: AUC, top-1 (1.2/k); ± is two standard errors; then top-1 of a "
        "provider that looks back; prompts that got all covers; tokens of a cover for one of the real query\n"
    )
    pools = [stock("pool", each) for each in stocks]
    stands_in = [stock("model", each) for each in stocks]
    past = [each.sent for each in givers]
    every: dict[str, tuple[Make, Sequence[str]]] = {
        "naive: search questions": (of_texts(naive.searches), ()),
        "naive: intents": (of_texts(naive.intents), ()),
        "grammar, cold": (of_sources([Grammar()]), ()),
        "grammar, a quarter": (of_sources([Grammar(0.25)]), ()),
        "pool, warm": (of_sources(pools), past),
        "pool, reworded": (of_sources([Reworded(each, 1.0) for each in pools]), past),
        "model or file, stand-in": (of_sources(stands_in), ()),
    }
    words = [each for each in asked.rows.split(",") if each]
    for name, (make, seen) in every.items():
        if not words or any(word in name for word in words):
            report(name, halves, make, seen)
    if not words or "repeat" in words:
        print("\nasked twice, a batch of 4: how often the real one is found (chance 0.25)")
        for name, source in (("pool", pools[0]), ("grammar", Grammar())):
            same, anew = repeats(protected[:120], source, 4, dice)
            print(f"  {name:8} templates remembered {same:.2f}, drawn anew {anew:.2f}")
    if not words or "linkage" in words:
        linked, bare = linkage(protected, of_sources(pools), 4, dice)
        print(
            f"\nanother batch of the same user among 10 (chance 0.10): with 3 covers {linked:.2f}, without {bare:.2f}"
        )
    waits = [random.Random(number).uniform(0, WINDOW_MS) for number in range(10_000)]
    late = sorted(waits)[int(len(waits) * 0.95)]
    print(f"\nadded to the first token, each member drawing its moment evenly from a window of {WINDOW_MS} ms: "
          f"mean {statistics.mean(waits):.0f} ms, p95 {late:.0f} ms")  # fmt: skip
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    with threadpool_limits(1):  # threads that wait for one another take longer than one alone
        main()
