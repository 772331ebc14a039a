"""What the shipped model of names takes on disk, and adds to a process's memory.

    python -m bench.footprint --data FOLDER [--policy strict]

Two processes make a finder each, one by the rules alone and one as the policy has it; each says how much of it is
resident then, and once it has read a thousand texts. `own` is what no other process can share: the rest is mapped from
files, the model's among them. Called by `bench.detection` too. Needs /proc.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from bench import labelled
from bench.finders import OURS, RULES, ours, rules_alone
from web_server import policies
from web_server.privacy.name_engine import Engine
from web_server.privacy.policy_file import BUILT_IN

TEXTS = 1000
_STATUS = Path("/proc/self/status")
_MIB = 1024
_MB = 1_000_000

Resident: TypeAlias = list[float]
"""MiB when the finder is made: all and own; and once the texts were read: all and own."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.footprint", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of sets, one JSON object a line")
    parser.add_argument("--policy", default="default", help="default, strict or a policy file")
    parser.add_argument("--set", default="", help="only the sets whose name contains this")
    parser.add_argument("--child", choices=(OURS, RULES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(_measured(asked.child, asked.policy, asked.data, asked.set)))
    else:
        Console(width=120).print(footprint_table(asked.data, asked.policy, asked.set))


def footprint_table(data: Path, policy: str, wanted: str = "") -> Table:
    by_rules, by_ours = (_child(each, data, policy, wanted) for each in (RULES, OURS))
    table = Table(title=f"MiB resident{_on_disk(policy)}", title_justify="left")
    for column in ("process", "finder made", "own", f"{TEXTS:,} texts read", "own"):
        table.add_column(column, justify="left" if column == "process" else "right")
    table.add_row("rules", *_written(by_rules))
    table.add_row("ours", *_written(by_ours))
    table.add_row("added", *_written([ours - rules for ours, rules in zip(by_ours, by_rules, strict=True)]))
    return table


def _on_disk(policy: str) -> str:
    """The shipped model's size; nothing where the policy reads names with another."""
    if policies.read(policy).names.engine is not Engine.BUILT_IN:
        return ""
    from web_server.privacy.tagger.tagger import SHIPPED  # noqa: PLC0415 - the children do without

    return f"; {SHIPPED.name} takes {SHIPPED.stat().st_size / _MB:.1f} MB on disk"


def _child(which: str, data: Path, policy: str, wanted: str) -> Resident:
    words = ["--data", str(data), "--policy", policy, "--set", wanted, "--child", which]
    done = subprocess.run([sys.executable, "-m", "bench.footprint", *words], stdout=subprocess.PIPE, check=True)
    found: Resident = json.loads(done.stdout)
    return found


def _measured(which: str, name: str, data: Path, wanted: str) -> Resident:
    policy = BUILT_IN.get(name) or policies.read(name)  # reading one looks at the model, which is not to be in memory
    find = ours(rules_alone(policy) if which == RULES else policy)
    made = _resident()
    texts = [text for of in labelled.sets(data, wanted) for text in of.texts]
    for text in texts[:: max(1, len(texts) // TEXTS)][:TEXTS]:
        find(text.text, text.lang)
    return [*made, *_resident()]


def _resident() -> Resident:
    lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="ascii").splitlines())
    return [int(lines[name].split()[0]) / _MIB for name in ("VmRSS", "RssAnon")]


def _written(figures: Sequence[float]) -> list[str]:
    return [f"{figure:.0f}" for figure in figures]


if __name__ == "__main__":
    main()
