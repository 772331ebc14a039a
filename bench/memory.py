"""How much memory a worker takes, and whether it stays so: `python -m bench.memory`.

Starts the router with one web worker, asks it a great many different prompts, and reads every so often what its
processes take (PSS: what they share counts once). What is remembered fills up at first and is bounded; it is flat where
the last half of the readings goes up by no more than 3 %.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools

from bench.doors import DOORS, through
from bench.load import median, run
from bench.processes import PARTS, parts, pss_mib
from bench.prompts import prompts
from tests.support.stack import running

FLAT = 1.03
MOST_SECONDS = 20.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__.split("\n\n")[0])
    parser.add_argument("--requests", type=int, default=100_000, help="how many in all (default: 100,000)")
    parser.add_argument("--every", type=int, default=5_000, help="a reading after so many (default: 5,000)")
    parser.add_argument("--callers", type=int, default=8, help="callers at once (default: 8)")
    parser.add_argument("--chars", type=int, default=300, help="length of a prompt (default: 300)")
    parser.add_argument("--workers", type=int, default=1, help="web server workers (default: 1)")
    parser.add_argument("--door", choices=list(DOORS), default="chat-completions")
    asked = parser.parse_args()
    readings: dict[str, list[float]] = {part: [] for part in PARTS}
    with running({"WEB_SERVER_WORKERS": str(asked.workers)}) as stack:
        target = through(stack, DOORS[asked.door], stream=False, private=True)
        texts = prompts(asked.chars)
        pids = parts(stack)
        print(f"{'requests':>9} " + " ".join(f"{part + ' MiB':>10}" for part in PARTS), flush=True)
        done = errors = 0
        for reading in itertools.count():
            while done < min(reading * asked.every, asked.requests):
                sample = asyncio.run(run(target, texts, asked.callers, MOST_SECONDS, most=asked.every))
                done += len(sample.whole)
                errors += sample.errors
                if not sample.whole:
                    raise SystemExit(f"no answers, {errors} errors")
            for part in PARTS:
                readings[part].append(pss_mib(pids[part]))
            print(f"{done:9,} " + " ".join(f"{readings[part][-1]:10.1f}" for part in PARTS), flush=True)
            if done >= asked.requests:
                break
    for part, taken in readings.items():
        half = taken[len(taken) // 2 :]
        quarters = median(half[: max(1, len(half) // 2)]), median(half[len(half) // 2 :])
        said = "flat" if quarters[1] <= FLAT * quarters[0] else "growing"
        print(
            f"{part}: {said}, {quarters[0]:.1f} -> {quarters[1]:.1f} MiB over the last half, {max(taken):.1f} at most"
        )
    print(f"{errors} errors")


if __name__ == "__main__":
    main()
