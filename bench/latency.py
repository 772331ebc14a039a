"""What the router adds to a call: `python -m bench.latency`.

Starts the whole router on this machine with the mirror provider behind it, and asks the same kind of question
straight of the mirror, through the router with privacy off, and through it with privacy on; plain and streamed;
by 1, 8 and 32 callers at once. Rounds are interleaved in random order; every prompt is different.
Load generator, mirror and router share the machine: ratios mean more than times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from bench.load import Sample, Target, median, quantile, run
from bench.prompts import prompts
from tests.support.stack import Stack, running

Row = tuple[bool, int, str]
Samples = dict[Row, list[Sample]]
Spent = dict[Row, list[float]]
ROWS = ("direct", "privacy off", "privacy on")


def targets(stack: Stack, stream: bool) -> dict[str, Target]:
    """The three rows of the table."""

    def body(model: str) -> Callable[[str], bytes]:
        return lambda prompt: json.dumps(
            {"model": model, "messages": [{"role": "user", "content": prompt}], "stream": stream}
        ).encode()

    door, bearer = "/v1/chat/completions", {"Authorization": f"Bearer {stack.token}"}
    return {
        "direct": Target("direct", stack.mirror_port, door, {}, body("openai")),
        "privacy off": Target(
            "privacy off", stack.port, door, {**bearer, "X-Privacy": "pii=off"}, body("mirror/openai")
        ),
        "privacy on": Target("privacy on", stack.port, door, bearer, body("mirror/openai")),
    }


def cpu_seconds(stack: Stack) -> float:
    """CPU time that the web server, the key server and Redis have used so far."""
    ticks = 0
    for module in ("web_server", "key_server", "redis-server"):
        for pid in stack.pids(module):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(arguments: argparse.Namespace) -> None:
    settings = {"WEB_SERVER_PRIVACY_MINIMUM": "none", "WEB_SERVER_WORKERS": str(arguments.workers)}
    samples: Samples = defaultdict(list)
    cpu: Spent = defaultdict(list)
    texts = prompts(arguments.characters)
    with running(settings) as stack:
        plan = [(stream, callers, row) for stream in (False, True) for callers in arguments.callers for row in ROWS]
        for stream, _, row in plan:
            asyncio.run(run(targets(stack, stream)[row], texts, 1, 0.3))  # warm up
        for number in range(arguments.rounds):
            random.shuffle(plan)
            for stream, callers, row in plan:
                before = cpu_seconds(stack)
                sample = asyncio.run(run(targets(stack, stream)[row], texts, callers, arguments.seconds))
                samples[stream, callers, row].append(sample)
                used = cpu_seconds(stack) - before
                cpu[stream, callers, row].append(1000 * used / max(1, len(sample.whole)))
            print(f"round {number + 1} of {arguments.rounds} done", flush=True)
    print(
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"{arguments.characters} characters, {arguments.rounds} rounds x {arguments.seconds} s, "
        f"{arguments.workers} web worker(s); medians over rounds [min-max]\n"
    )
    plain(arguments, samples, cpu)
    streamed(arguments, samples, cpu)


def spread(values: list[float], form: str = "{:.2f}") -> str:
    return f"{form.format(median(values))} [{form.format(min(values))}-{form.format(max(values))}]"


def beside(values: list[float], direct: list[float]) -> tuple[list[float], float]:
    """What each round added to the direct call of the same round, and the median ratio of the two."""
    pairs = list(zip(values, direct, strict=True))
    return [value - base for value, base in pairs], median([value / base for value, base in pairs])


def plain(arguments: argparse.Namespace, samples: Samples, cpu: Spent) -> None:
    print(
        "plain          callers      req/s               p50 ms                added p50 ms     x direct   p99 ms  "
        "CPU ms/req  errors"
    )
    for callers in arguments.callers:
        base = [median(sample.whole) for sample in samples[False, callers, "direct"]]
        for row in ROWS:
            rounds = samples[False, callers, row]
            mids = [median(sample.whole) for sample in rounds]
            added, ratio = beside(mids, base)
            print(
                f"{row:<14} {callers:>4}   {spread([s.per_second for s in rounds], '{:.0f}'):>20}  {spread(mids):>20}"
                f"  {spread(added):>20}  {ratio:>7.1f}  {median([quantile(s.whole, 0.99) for s in rounds]):>7.2f}"
                f"  {median(cpu[False, callers, row]) if row != 'direct' else 0:>9.2f}"
                f"  {sum(s.errors for s in rounds):>6}"
            )


def streamed(arguments: argparse.Namespace, samples: Samples, cpu: Spent) -> None:
    print(
        "\nstreamed       callers   first token ms        added ms     x direct    gap p50 ms  gap p99 ms   whole ms  "
        "CPU ms/stream  errors"
    )
    for callers in arguments.callers:
        base = [median(sample.first) for sample in samples[True, callers, "direct"]]
        for row in ROWS:
            rounds = samples[True, callers, row]
            firsts = [median(sample.first) for sample in rounds]
            added, ratio = beside(firsts, base)
            print(
                f"{row:<14} {callers:>4}   {spread(firsts):>20}  {spread(added):>18}  {ratio:>7.1f}"
                f"  {median([quantile(s.gaps, 0.5) for s in rounds]):>10.3f}"
                f"  {median([quantile(s.gaps, 0.99) for s in rounds]):>10.3f}"
                f"  {median([median(s.whole) for s in rounds]):>9.2f}"
                f"  {median(cpu[True, callers, row]) if row != 'direct' else 0:>12.2f}"
                f"  {sum(s.errors for s in rounds):>6}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default: 5)")
    parser.add_argument("--seconds", type=float, default=2, help="seconds a row a round (default: 2)")
    parser.add_argument("--callers", type=int, nargs="+", default=[1, 8, 32], help="callers at once (default: 1 8 32)")
    parser.add_argument("--characters", type=int, default=1000, help="length of a prompt (default: 1000)")
    parser.add_argument("--workers", type=int, default=1, help="web server workers (default: 1)")
    measure(parser.parse_args())


if __name__ == "__main__":
    main()
