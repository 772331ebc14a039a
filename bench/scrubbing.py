"""What hiding costs: `python -m bench.scrubbing [--data FOLDER]`.

Four questions: what 1,000 characters take, and whether 100,000 take a hundred times as much; what a list of people
takes, the densest text there is; what each turn of a conversation costs that resends its history; and how long the
event loop waits while long texts are scrubbed beside it. Texts are a folder's plain prompts, or generated ones.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import uvloop
from faker import Faker
from rich.console import Console
from rich.table import Table

from bench import labelled
from web_server.off_loop import OffLoop
from web_server.privacy.finder import PatternFinder
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.providers import DIALECTS
from web_server.query import Json, ModelRef, Query

SEED = bytes(range(32))
TURNS = 60
LONG = (10_000, 100_000, 1_000_000)
TICK_S = 0.001
CONSOLE = Console(width=120)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scrubbing", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of JSONL sets; those without labels are used")
    asked = parser.parse_args()
    prompts = _prompts(asked.data) if asked.data else _generated()
    finder = PatternFinder(DEFAULT)
    shield = Shield(finder, DEFAULT)

    def protect(text: str, owner: str | None = None) -> None:
        _send(shield, [{"role": "user", "content": text}], owner)

    print(f"{len(prompts):,} prompts; times are of one core, ms for each 1,000 characters")
    _lengths(prompts, finder.find, protect)
    _conversation(prompts, shield)
    uvloop.run(_beside_the_loop(prompts, protect))


def _send(shield: Shield, messages: list[Json], owner: str | None = None) -> None:
    """All that happens to a query before its bytes leave."""
    ledger = Ledger(SEED)
    scrubbed = shield.protect(Query(ModelRef("none", "none"), {"messages": messages}), ledger, owner)
    last_look(ledger, DIALECTS["openai"].write(scrubbed))


def _lengths(prompts: list[str], find: Callable[[str], object], protect: Callable[[str], object]) -> None:
    joined = "\n\n".join(prompts)
    pieces = [joined[at : at + 1000] for at in range(0, min(len(joined), 300_000), 1000)]
    table = Table("text", "find p50", "find p95", "all of it p50", "all of it p95")
    table.add_row("1,000 characters of prompts", *_figures(pieces, find), *_figures(pieces, protect))
    for size in LONG:
        text = (joined * (size // len(joined) + 1))[:size]
        table.add_row(f"{size:,} characters of prompts", *_figures([text], find), *_figures([text], protect))
    for people in (10, 100, 1000):
        text = _people(people)
        row = (*_figures([text], find), *_figures([text], protect))
        table.add_row(f"a list of {people:,} people, {len(text):,} characters", *row)
    CONSOLE.print(table)


def _figures(texts: list[str], work: Callable[[str], object]) -> tuple[str, str]:
    work(texts[0][:1000])
    spent = sorted(_spent(work, text) * 1e6 / len(text) for text in texts)
    return f"{statistics.median(spent):.2f}", f"{spent[int(0.95 * len(spent))]:.2f}" if len(spent) > 1 else ""


def _spent(work: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started


def _conversation(prompts: list[str], shield: Shield) -> None:
    """Turn by turn, the whole history each time; beside it what it would cost to read everything again."""
    turns = (prompts * TURNS)[:TURNS]
    messages: list[Json] = []
    remembered, anew = [], []
    for number, text in enumerate(turns):
        messages.append({"role": "assistant" if number % 2 else "user", "content": text})
        for owner, spent in (("caller", remembered), (None, anew)):
            started = time.process_time()
            _send(shield, messages, owner)
            spent.append((time.process_time() - started) * 1000)
    size = sum(map(len, turns))
    print(f"\nA conversation of {TURNS} turns, {size:,} characters in the end, ms a turn:")
    for name, spent in (("remembered", remembered), ("read anew", anew)):
        first, last = statistics.mean(spent[:10]), statistics.mean(spent[-10:])
        print(f"  {name}: turns 1-10 {first:.1f}, turns 51-60 {last:.1f}")


async def _beside_the_loop(prompts: list[str], protect: Callable[[str], object]) -> None:
    off_loop = OffLoop()
    joined = "\n\n".join(prompts)
    usual = joined[:20_000]
    texts = {
        "4 x 1,000,000 characters of prompts": (joined * (1_000_000 // len(joined) + 1))[:1_000_000],
        "4 x a list of 3,000 people": _people(3000),
        "4 x one word of 1,000,000 characters": "a" * 1_000_000,
    }
    print("\nHow long the event loop waited at once while this was scrubbed, with 4 usual prompts beside it, ms:")
    for name, text in texts.items():
        gaps: list[float] = []
        watching = asyncio.create_task(_watch(gaps))
        await asyncio.gather(*(off_loop.run(partial(protect, each), len(each)) for each in (text, usual) * 4))
        watching.cancel()
        gaps.sort()
        at = [gaps[int(share * (len(gaps) - 1))] * 1000 for share in (0.5, 0.99, 0.999, 1)]
        print(f"  {name}: p50 {at[0]:.1f}, p99 {at[1]:.1f}, p99.9 {at[2]:.1f}, longest {at[3]:.1f}")


async def _watch(gaps: list[float]) -> None:
    """What sleeping for a millisecond took longer than that."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(TICK_S)
        gaps.append(time.perf_counter() - started - TICK_S)


def _prompts(folder: Path) -> list[str]:
    return [text.text for of in labelled.sets(folder) if not of.labelled for text in of.texts]


def _generated() -> list[str]:
    fake = _faker()
    return [
        f"Dear {fake.first_name()},\n\n{fake.paragraph(15)}\nWrite to {fake.email()} or call {fake.phone_number()}."
        for _ in range(300)
    ]


def _people(count: int) -> str:
    fake = _faker()
    return "\n".join(
        f"{fake.name()}, {fake.email()}, {fake.phone_number()}, {fake.street_address()}" for _ in range(count)
    )


def _faker() -> Faker:
    fake = Faker()
    fake.seed_instance(random.Random(7).random())
    return fake


if __name__ == "__main__":
    main()
