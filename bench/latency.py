"""What the router adds to a call: `python -m bench.latency`.

Starts the whole router on this machine with the mirror provider behind it, and asks the same kind of question straight
of the mirror, through the router with privacy off, and through it with privacy on; plain and streamed, at any door, by
any number of callers at once. Rounds are interleaved in random order; every prompt is different. Load generator, mirror
and router share the machine: ratios, and processor time, mean more than times.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.doors import DOORS, direct, through
from bench.load import Sample, Target, median, quantile, run
from bench.processes import PARTS, cpu_ms, parts
from bench.prompts import prompts
from tests.support.stack import Stack, running

WAYS = ("direct", "off", "on")
WARM_SECONDS = 0.3
_TURNS = 300_000


class Row(NamedTuple):
    """One line of a table. `way`: straight to the mirror, or through the router with privacy off or on."""

    door: str
    stream: bool
    characters: int
    callers: int
    way: str


@dataclass(slots=True)
class Rounds:
    """What each round of a row took; processor time in ms a query, by part."""

    samples: list[Sample] = field(default_factory=list)
    cpu: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in PARTS})

    def middle(self, values: Iterator[float]) -> float:
        return median(list(values))


Measured = dict[Row, Rounds]


def rows(asked: argparse.Namespace) -> list[Row]:
    """Every row that was asked for."""
    combined = itertools.product(asked.door, asked.modes, asked.chars, asked.callers, WAYS)
    return [
        Row(door, mode == "streamed", chars, callers, way)
        for door, mode, chars, callers, way in combined
        if way in ("direct", *asked.privacy) and (mode == "plain" or DOORS[door].streamed_path is not None)
    ]


def target(stack: Stack, row: Row) -> Target:
    """Where a row's requests go."""
    door = DOORS[row.door]
    return (
        direct(stack, door, row.stream)
        if row.way == "direct"
        else through(stack, door, row.stream, private=row.way == "on")
    )


def measure(asked: argparse.Namespace) -> Measured:
    settings = {"WEB_SERVER_PRIVACY_MINIMUM": "none", "WEB_SERVER_WORKERS": str(asked.workers)}
    measured: Measured = defaultdict(Rounds)
    texts = {chars: prompts(chars) for chars in asked.chars}
    plan = rows(asked)
    with running(settings) as stack:
        for row in plan:
            asyncio.run(run(target(stack, row), texts[row.characters], max(asked.workers, 1), WARM_SECONDS))
        pids = parts(stack)
        for number in range(asked.rounds):
            random.shuffle(plan)
            for row in plan:
                aim = target(stack, row)
                before = {part: cpu_ms(pids[part]) for part in PARTS}
                sample = asyncio.run(run(aim, texts[row.characters], row.callers, asked.seconds))
                rounds = measured[row]
                rounds.samples.append(sample)
                for part in PARTS:
                    rounds.cpu[part].append((cpu_ms(pids[part]) - before[part]) / max(1, len(sample.whole)))
            print(f"round {number + 1} of {asked.rounds} done", flush=True)
    return measured


def yardstick() -> float:
    """Processor time in ms of a fixed loop of Python's: how fast this machine is at this moment."""
    began = time.process_time()
    total = 0
    for number in range(_TURNS):
        total += number * number
    return (time.process_time() - began) * 1000


def show(asked: argparse.Namespace, measured: Measured, sticks: list[float]) -> None:
    print(
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {asked.rounds} rounds x "
        f"{asked.seconds} s, {asked.workers} web worker(s); medians over rounds [min-max]. A loop of {_TURNS:,} turns "
        f"took {min(sticks):.0f} to {max(sticks):.0f} ms: more than 20 is a slow or busy machine."
    )
    console = Console(width=170)
    plan = rows(asked)
    for stream in (False, True):
        table = Table(title="streamed" if stream else "plain", title_justify="left")
        for name in ("door", "chars", "privacy", "callers"):
            table.add_column(name)
        timed = ("first token ms", "added", "gap p50", "gap p99") if stream else ("req/s", "p50 ms", "added", "p99 ms")
        for name in (*timed, "x direct", "CPU ms/query", *PARTS, "errors"):
            table.add_column(name, justify="right")
        for row in (each for each in plan if each.stream is stream):
            base = measured[row._replace(way="direct")]
            cells = _streamed(measured[row], base) if stream else _plain(measured[row], base)
            table.add_row(row.door, f"{row.characters:,}", row.way, str(row.callers), *cells)
        if table.row_count:
            console.print(table)


def _plain(rounds: Rounds, base: Rounds) -> Iterator[str]:
    mids, bases = ([median(each.whole) for each in of.samples] for of in (rounds, base))
    yield spread([each.per_second for each in rounds.samples], "{:.0f}")
    yield spread(mids)
    yield f"{_added(mids, bases):.2f}"
    yield f"{median([quantile(each.whole, 0.99) for each in rounds.samples]):.1f}"
    yield from _ends(rounds, base, mids, bases)


def _streamed(rounds: Rounds, base: Rounds) -> Iterator[str]:
    firsts, bases = ([median(each.first) for each in of.samples] for of in (rounds, base))
    yield spread(firsts)
    yield f"{_added(firsts, bases):.2f}"
    for at in (0.5, 0.99):
        yield f"{median([quantile(each.gaps, at) for each in rounds.samples]):.3f}"
    yield from _ends(rounds, base, firsts, bases)


def _ends(rounds: Rounds, base: Rounds, mids: list[float], bases: list[float]) -> Iterator[str]:
    yield f"{median([mid / max(1e-9, at) for mid, at in zip(mids, bases, strict=True)]):.1f}"
    if rounds is base:
        yield from ("", *("" for _ in PARTS))
    else:
        together = [sum(each) for each in zip(*rounds.cpu.values(), strict=True)]
        yield spread(together)
        for part in PARTS:
            yield f"{median(rounds.cpu[part]):.2f}"
    yield str(sum(each.errors for each in rounds.samples))


def _added(mids: list[float], bases: list[float]) -> float:
    """What each round added to the direct call of the same round."""
    return median([mid - at for mid, at in zip(mids, bases, strict=True)])


def spread(values: list[float], form: str = "{:.2f}") -> str:
    return f"{form.format(median(values))} [{form.format(min(values))}-{form.format(max(values))}]"


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _doors(text: str) -> list[str]:
    named = list(DOORS) if text == "all" else text.split(",")
    if unknown := [each for each in named if each not in DOORS]:
        raise argparse.ArgumentTypeError(f"no door {', '.join(unknown)}; there are {', '.join(DOORS)}, or all")
    return named


def _words(*known: str) -> object:
    def read(text: str) -> list[str]:
        if unknown := [each for each in text.split(",") if each not in known]:
            raise argparse.ArgumentTypeError(f"not {', '.join(unknown)}; of {', '.join(known)}")
        return text.split(",")

    return read


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__.split("\n\n")[0])
    parser.add_argument("--door", type=_doors, default=["chat-completions"], help=f"all, or of: {', '.join(DOORS)}")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default: 5)")
    parser.add_argument("--seconds", type=float, default=2, help="seconds a row a round (default: 2)")
    parser.add_argument("--callers", type=_numbers, default=[1, 8, 32], help="callers at once (default: 1,8,32)")
    parser.add_argument("--chars", type=_numbers, default=[300, 1000], help="lengths of a prompt (default: 300,1000)")
    parser.add_argument("--privacy", type=_words("off", "on"), default=["off", "on"], help="default: off,on")
    parser.add_argument("--modes", type=_words("plain", "streamed"), default=["plain", "streamed"])
    parser.add_argument("--workers", type=int, default=1, help="web server workers (default: 1)")
    asked = parser.parse_args()
    sticks = [yardstick()]
    measured = measure(asked)
    show(asked, measured, [*sticks, yardstick()])


if __name__ == "__main__":
    main()
