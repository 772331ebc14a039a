"""`usage`: what was spent, by key, provider, model, hour or day.

Asks the Router's GetUsage. There is no caller on this side, so none is shown.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from key_server.cli import connection, tables
from key_server.cli.tables import Column
from key_server.cli.words import Subparsers
from key_server.cli.words import add as command

BY = ("key", "provider", "model", "hour", "day")
UNITS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
COUNTS = ("requests", "errors", "prompt_tokens", "completion_tokens", "latency_ms_sum")
TITLES = ("requests", "errors", "prompt_tokens", "completion_tokens", "average_ms", "cost_usd")
EXAMPLE = """\
  python -m key_server usage
  python -m key_server usage --by day --since 30d
  python -m key_server usage --by key --since 2026-11-01 --csv > november.csv"""


def add(commands: Subparsers) -> None:
    """Its words."""
    about = "show requests, errors, tokens, latency and cost"
    listing = command(commands, "usage", show, about, EXAMPLE)
    listing.add_argument("--by", choices=BY, default="provider", help="one row for each (default: provider)")
    listing.add_argument(
        "--since", type=since, default="all", help="24h, 7d, 4w, a day such as 2026-11-01 (UTC), or all (the default)"
    )
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for machines")
    form.add_argument("--csv", action="store_true", help="for spreadsheets")


def since(text: str) -> int:
    """Unix seconds; 0 for all that is kept. Raises ValueError, which argparse turns into a sentence."""
    if text == "all":
        return 0
    if found := re.fullmatch(r"([1-9]\d{0,4})([hdw])", text):
        return max(1, int(time.time()) - int(found[1]) * UNITS[found[2]])
    return max(0, int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()))


def show(arguments: argparse.Namespace) -> int:
    """The table, with a total."""
    with connection.router() as server:
        from protos import router_pb2  # noqa: PLC0415 - the generated code loads protobuf

        query = router_pb2.UsageQuery(by=arguments.by, since_unix_s=arguments.since)
        rows = server.ask("GetUsage", query).rows
    if arguments.json:
        tables.as_json({"name": row.name, "label": row.label, **_figures(row)} for row in rows)
    elif arguments.csv:
        tables.as_csv(
            (arguments.by, "label", *TITLES), ((row.name, row.label, *_figures(row).values()) for row in rows)
        )
    elif not rows:
        tables.warn("Nothing was used in that time.")
    else:
        columns = (
            Column(arguments.by, folds=arguments.by == "model"),
            Column("label", folds=True, spare=True),
            *(Column(title, right=True) for title in ("requests", "errors", "in", "out", "avg ms", "USD")),
        )
        total = router_pb2.UsageRow(
            name="total",
            cost=sum(row.cost for row in rows),
            **{name: sum(getattr(row, name) for row in rows) for name in COUNTS},
        )
        tables.table(columns, [_cells(row) for row in rows], total=_cells(total))
    return 0


def _figures(row: Any) -> dict[str, int | float]:
    average = round(row.latency_ms_sum / row.requests) if row.requests else 0
    counts = (row.requests, row.errors, row.prompt_tokens, row.completion_tokens, average, round(row.cost, 6))
    return dict(zip(TITLES, counts, strict=True))


def _cells(row: Any) -> Sequence[str]:
    *counts, cost = _figures(row).values()
    return (row.name, row.label, *(f"{each:,}" for each in counts), f"{cost:,.4f}" if cost else "0")
