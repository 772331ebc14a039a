"""`make promises`: each promise of the key server, what was measured for it, and whether it holds.

Runs the tests that are marked `promise(number)`, the long ones included, and prints one row a promise; a test notes
what it measured with `record_property("measured", ...)`. Promise 18 is a figure of speed: measured by `bench.keys`, and
shown beside its goal. One that is missed is said to be, and is no failure: absolute times depend on the machine.
Exit status 1 if a promise is broken or has no test.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, field

import pytest
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench import keys

SPEED = 18
PROMISES: Mapping[int, str] = {
    1: "No key is ever in the web server's memory: 50 keys, 50 chats, its memory read",
    2: "No key in any log, error, trace, Redis dump, reply or core, even when a provider repeats it",
    3: "The key server listens on no TCP port",
    4: "Another user cannot call: modes and token",
    5: "A second instance cannot steal the socket",
    6: "A process of the same user cannot read its memory; it leaves no core file",
    7: "No hostile host, redirect, path, Host header or metadata address is reached, and no key leaks there",
    8: "A model off the list is refused; a spent budget is 429 within one call",
    9: "Slots and limits are never exceeded: by a state machine, and through 200 x kill -9",
    10: "Lost replies take no lease twice: leases == requests",
    11: "A crashed holder's lease returns within its time to live and a second",
    12: "10,000 calls cancelled at random: no answer reaches another caller",
    13: "Cooldowns are exact under a simulated clock",
    14: "Redis stopped under load: refusals within 300 ms, running streams finish",
    15: "Vault stopped: opened keys serve for the stated time, then are refused, and come back by themselves",
    16: "Keys rotated and rewrapped under load: no failed call",
    17: "The tests' Vault refuses what Vault and OpenBao refuse",
    18: "Forward adds <= 2 ms p50; 1,000 leases/s on one core at p99 <= 10 ms",
    19: "Key server killed: callers recover within 0.5 s of its socket serving again; no usage is lost",
    20: "Every bad token of RFC 8725's table is refused, by a shared secret and by an issuer's key set",
    21: "The proto files are what the stubs say, and break nobody",
}


@dataclass
class Row:
    """What was found for one promise."""

    passed: int = 0
    broken: list[str] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)
    missed: bool = False

    @property
    def kept(self) -> bool:
        return self.passed > 0 and not self.broken and not self.missed


class Notes:
    """A pytest plugin: runs the tests of the chosen promises, and collects each one's outcome."""

    def __init__(self, chosen: Collection[int]) -> None:
        self.rows: defaultdict[int, Row] = defaultdict(Row)
        self._chosen = chosen
        self._numbers: dict[str, list[int]] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            numbers = [number for mark in item.iter_markers("promise") for number in mark.args]
            self._numbers[item.nodeid] = [number for number in numbers if number in self._chosen]
        items[:] = [item for item in items if self._numbers[item.nodeid]]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for number in self._numbers.get(report.nodeid, ()):
            row = self.rows[number]
            if report.failed or report.skipped:
                row.broken.append(report.nodeid.rpartition("::")[2])
            elif report.when == "call":
                row.passed += 1
                row.measured += [str(value) for name, value in report.user_properties if name == "measured"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.promises", description=__doc__.partition("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--only", type=int, choices=PROMISES, metavar="N", help="one promise")
    asked = parser.parse_args()
    chosen = [asked.only] if asked.only else list(PROMISES)
    notes = Notes(chosen)
    with redirect_stdout(sys.stderr):
        pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", "-m", "promise"], [notes])
        if SPEED in chosen:
            said, met = keys.brief()
            notes.rows[SPEED] = Row(passed=1, measured=[said], missed=not met)
    rows = {number: notes.rows[number] for number in chosen}
    if asked.json:
        print(json.dumps([_plain(number, row) for number, row in rows.items()], indent=1))
    else:
        Console().print(table(rows))
    return int(not all(row.kept or row.missed for row in rows.values()))


def _plain(number: int, row: Row) -> dict[str, object]:
    return {"promise": number, "text": PROMISES[number], "kept": row.kept, **asdict(row)}


def table(rows: Mapping[int, Row]) -> Table:
    found = Table(box=box.SIMPLE_HEAD)
    for name in ("", "promise", "", "tests", "measured"):
        found.add_column(name, overflow="fold")
    for number, row in rows.items():
        verdict = "[green]kept[/]" if row.kept else "[red]BROKEN[/]" if row.broken else "[yellow]no test[/]"
        verdict = "[yellow]missed here[/]" if row.missed else verdict
        said = [escape(each) for each in row.measured] + [f"[red]{escape(each)}[/]" for each in row.broken]
        found.add_row(str(number), escape(PROMISES[number]), verdict, str(row.passed), "\n".join(said))
    return found


if __name__ == "__main__":
    sys.exit(main())
