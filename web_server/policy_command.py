"""`python -m web_server policy check FILE` and `policy show [FILE]`: whether a policy is sound, and what it comes to.

Called by `__main__`, which adds its parser and runs it. Reads the file and those that it names.
Never shows a value of its lists or a caller's name: how many there are.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web_server.privacy.policy import Policy


def add_parser(commands: Any) -> None:
    """Adds `policy` to the commands of `python -m web_server` (argparse's sub-parsers)."""
    parser = commands.add_parser("policy", help="check a policy file, or show what a policy comes to")
    verbs = parser.add_subparsers(dest="verb", metavar="verb", required=True)
    check = verbs.add_parser("check", help="say every mistake in a policy file, one a line")
    check.add_argument("file")
    show = verbs.add_parser("show", help="the treatment and threshold of every kind")
    show.add_argument("file", nargs="?", default="default", help="default, strict or a policy file (default: default)")
    show.add_argument("--json", action="store_true", help="as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 the policy has mistakes."""
    from web_server import policies, policy_summary  # noqa: PLC0415 - a third of a second that no other command needs
    from web_server.privacy.policy_file import PolicyError  # noqa: PLC0415 - as above

    try:
        policy = policies.read(arguments.file)
        policies.read_named(policy)
    except PolicyError as wrong:
        for mistake in wrong.mistakes:
            print(mistake, file=sys.stderr)  # noqa: T201 - a command speaks to its terminal
        return 1
    if arguments.verb == "check":
        print(f"{arguments.file}: no mistakes")  # noqa: T201 - see above
    elif arguments.json:
        print(json.dumps(policy_summary.summary(policy), indent=2))  # noqa: T201 - see above
    else:
        _print_table(policy)
    return 0


def _print_table(policy: Policy) -> None:
    from rich import box  # noqa: PLC0415 - for a terminal alone
    from rich.console import Console  # noqa: PLC0415 - for a terminal alone
    from rich.table import Table  # noqa: PLC0415 - for a terminal alone

    from web_server import policy_summary  # noqa: PLC0415 - as in `run`

    colours = {"keep": "dim", "block": "bold red", "tag": "cyan", "mask": "yellow", "redact": "yellow"}
    said = policy_summary.summary(policy)
    table = Table("kind", "treatment", "threshold", box=box.SIMPLE_HEAD, pad_edge=False)
    for kind, row in said["kinds"].items():
        style = colours.get(row["treatment"], "")
        table.add_row(f"{kind} (own)" if row["own"] else kind, row["treatment"], f"{row['threshold']:g}", style=style)
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print(f"public names: {'hidden too' if said['public_names'] else 'seen'}")
    console.print("names: {}".format(", ".join(f"{key} {value}" for key, value in said["names"].items())))
    minimum = said["minimum"]
    pii = "on" if minimum["pii"] else "on unless WEB_SERVER_PRIVACY_MINIMUM=none"
    pad = "on" if minimum["pad"] else "off"
    console.print(f"minimum: obfuscate {minimum['obfuscate']}, pad {pad}, pii {pii}")
    console.print(", ".join(f"{name}: {count}" for name, count in said["counts"].items()))
