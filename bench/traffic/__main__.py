"""What the stream of an answer tells of its topic: `python -m bench.traffic --data DIR`.

Starts the whole router on this machine, a provider behind it that streams texts of labelled sets at a model's pace, and
an eavesdropper in front who sees sizes and times of what is written to the caller. Every answer is asked for without
padding and with it, many at once. Printed: how well topics are told, and what padding costs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.labelled import Set, sets
from bench.traffic.answers import Answer, answers
from bench.traffic.guess import guessed
from bench.traffic.tap import Trace, asked
from tests.support.stack import ROOT, Stack, running

MODEL = "traffic/paced"
ROW = """
  traffic:
    dialect: openai
    base_url: http://127.0.0.1:{port}/v1
    allow_private: true
    models: [{{id: "*"}}]
"""
KEYS = 12
"""Each serves 16 calls at once."""

Traces = dict[bool, list[Trace]]
"""By whether they are padded, in the order of the answers."""


def topics_of(found: Iterable[Set]) -> list[Set]:
    """Sets whose names begin alike (`wnut17_dev`, `wnut17_train`) are one topic."""
    by_name: dict[str, Set] = {}
    for each in found:
        name = each.name.partition("_")[0]
        before = by_name[name].texts if name in by_name else ()
        by_name[name] = replace(each, name=name, texts=before + each.texts)
    return [*by_name.values()]


@contextmanager
def router(told: list[Answer], given: argparse.Namespace) -> Iterator[Stack]:
    """The router, its provider telling these answers."""
    with tempfile.TemporaryDirectory(prefix="lv") as name:
        folder = Path(name)
        (folder / "answers.json").write_text(json.dumps([answer.tokens for answer in told]))
        command = [sys.executable, "-m", "bench.traffic.provider", str(folder / "answers.json"), str(given.gap_ms)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as provider:
            try:
                assert provider.stdout is not None
                (folder / "traffic.yaml").write_text("providers:" + ROW.format(port=provider.stdout.readline().strip()))
                files = ("api_keys.csv", "spare_keys.csv", "traffic_keys.csv")
                settings = {
                    "PROVIDER_FILE": os.pathsep.join(str(folder / each) for each in ("providers.yaml", "traffic.yaml")),
                    "KEY_CONFIG_FILE": os.pathsep.join(str(folder / each) for each in files),
                    "WEB_SERVER_PAD_TICK_MS": str(given.tick_ms),
                    "WEB_SERVER_PAD_FRAME_BYTES": str(given.frame_bytes),
                }
                with running(settings, folder=folder) as stack:
                    rows = "".join(f"traffic,,sk-test-not-a-key-traffic-{number}\n" for number in range(KEYS))
                    (folder / "traffic_keys.csv").write_text("provider,model,api_key\n" + rows)
                    _wait(stack)
                    yield stack
            finally:
                provider.terminate()


def _wait(stack: Stack) -> None:
    until = time.monotonic() + 60
    with stack.client() as client:
        while time.monotonic() < until:
            listed = client.get("/api/providers").json()["providers"]
            if any(row["id"] == "traffic" and row["endpoints"] == KEYS for row in listed):
                return
            time.sleep(0.2)
    raise SystemExit("the keys of the provider were not taken")


async def traced(stack: Stack, count: int, callers: int) -> Traces:
    """Every answer both ways, in random order."""
    found: dict[tuple[int, bool], Trace] = {}
    plan = [(number, pad) for number in range(count) for pad in (False, True)]
    random.shuffle(plan)
    waiting = iter(plan)

    async def caller() -> None:
        for number, pad in waiting:
            found[number, pad] = await asked(stack.port, stack.token, MODEL, number, pad=pad)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return {pad: [found[number, pad] for number in range(count)] for pad in (False, True)}


def show(
    topics: list[Set], told: dict[str, list[Answer]], traces: dict[str, Traces], given: argparse.Namespace
) -> None:
    console = Console(width=150)
    names = ", ".join(each.name for each in topics)
    print(
        f"\n{len(topics)} topics ({names}); a token every {given.gap_ms} ms on average; "
        f"frames of {given.frame_bytes} bytes every {given.tick_ms} ms"
    )
    table = Table(title="What an eavesdropper tells of the topic", title_justify="left")
    for name in ("lengths of answers", "pad"):
        table.add_column(name)
    for name in ("answers", "accuracy", "chance", "AUPRC", "chance"):
        table.add_column(name, justify="right")
    for lengths, found in traces.items():
        labels = [answer.topic for answer in told[lengths]]
        for pad in (False, True):
            score = guessed([trace.writes for trace in found[pad]], labels)
            cells = (f"{value:.3f}" for value in score)
            table.add_row(lengths, "on" if pad else "off", str(len(labels)), *cells)
    console.print(table)
    table = Table(title="What it costs: padded less unpadded, of the same answer", title_justify="left")
    table.add_column("lengths of answers")
    for name in (
        "bytes x",
        "first text s p50",
        "p95",
        "whole text s p50",
        "p95",
        "end s p50",
        "p95",
        "unpadded end s p50",
    ):
        table.add_column(name, justify="right")
    for lengths, found in traces.items():
        off, on = found[False], found[True]
        cells = [f"{sum(each.bytes for each in on) / sum(each.bytes for each in off):.2f}"]
        for what in ("first_text", "last_text", "end"):
            added = [getattr(one, what) - getattr(other, what) for one, other in zip(on, off, strict=True)]
            cells += [f"{np.quantile(added, at):+.2f}" for at in (0.5, 0.95)]
        table.add_row(lengths, *cells, f"{np.median([each.end for each in off]):.2f}")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.traffic", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl: each set is a topic")
    parser.add_argument("--set", default="", dest="wanted", help="only sets whose name contains this")
    parser.add_argument("--answers", type=int, default=60, help="of each topic")
    parser.add_argument("--callers", type=int, default=32, help="answers at once")
    parser.add_argument("--gap-ms", type=float, default=12, help="between two tokens, on average")
    parser.add_argument("--tick-ms", type=int, default=100)
    parser.add_argument("--frame-bytes", type=int, default=1024)
    given = parser.parse_args()
    topics = topics_of(sets(given.data, given.wanted))
    told = {
        name: answers(topics, given.answers, own_lengths=own)
        for name, own in (("alike for all topics", False), ("each topic's own", True))
    }
    traces: dict[str, Traces] = {}
    for name, those in told.items():
        with router(those, given) as stack:
            traces[name] = asyncio.run(traced(stack, len(those), given.callers))
        print(f"{name}: {len(those)} answers told, padded and not", flush=True)
    show(topics, told, traces, given)


if __name__ == "__main__":
    main()
