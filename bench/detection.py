"""How well private things are found: `python -m bench.detection --data FOLDER [--policy strict] [--ours] [--all]`.

For each set of labelled texts and each kind: recall, precision and F2 (IoU >= 0.7 unless said otherwise), the share of
labels of which half is found, and the share that is hidden, whatever they were taken for; the names of people, places
and organisations together, and all kinds together. For sets with units, the share that still leaves; for plain prompts,
spans per 1,000 words and those of them that are false. Then the time for 1,000 characters, and what the model of names
takes on disk and in memory. Ours; its rules alone, so that the model's part shows; and in the same run Presidio as it
comes on a blank pipeline.

Texts that the shipped model has learned from are left out unless asked for with --all. Prints no text unless asked with
--show.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from bench import held_out, labelled
from bench.clock import time_table
from bench.finders import OURS, Find, finders, tagger_alone
from bench.footprint import footprint_table
from bench.label_table import label_table
from bench.plain import plain_table
from bench.showing import WAYS, show
from bench.units import unit_table
from web_server import policies
from web_server.privacy.name_engine import Engine
from web_server.privacy.policy import Policy

CONSOLE = Console(width=150)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of sets, one JSON object a line")
    parser.add_argument("--policy", default="default", help="default, strict or a policy file")
    parser.add_argument("--set", default="", help="only the sets whose name contains this")
    parser.add_argument("--iou", type=float, default=0.7, help="when a span meets a label (default: 0.7)")
    parser.add_argument("--ours", action="store_true", help="without Presidio beside it")
    parser.add_argument("--all", action="store_true", help="also the texts that the shipped model has learned from")
    parser.add_argument("--show", default="", help=f"print texts: {', '.join(WAYS)}")
    asked = parser.parse_args()
    sets = list(labelled.sets(asked.data, asked.set, None if asked.all else held_out.is_learned))
    if not sets:
        parser.error(f"no *.jsonl in {asked.data} has {asked.set!r} in its name")
    policy = policies.read(asked.policy)
    finds = finders(policy, presidio=not asked.ours and not asked.show)
    if asked.show:
        for each in sets:
            show(each, finds[OURS], asked.show)
        return
    for each in sets:
        _print(each, finds, policy, asked.iou)
    measured = [each for each in sets if each.texts]
    if measured:
        CONSOLE.print(time_table(measured, finds | tagger_alone(policy)))
    if policy.names.engine is not Engine.RULES:
        CONSOLE.print(footprint_table(asked.data, asked.policy, asked.set))


def _print(of: labelled.Set, finds: dict[str, Find], policy: Policy, iou: float) -> None:
    if not of.texts:
        CONSOLE.print(f"{of.heading}: nothing is left to measure with; --all takes it in\n")
    elif of.labelled:
        CONSOLE.print(label_table(of, finds, policy, iou))
    elif of.has_units:
        CONSOLE.print(unit_table(of, finds))
    else:
        CONSOLE.print(plain_table(of, finds))


if __name__ == "__main__":
    main()
