"""`endpoints`: where calls can go, how busy and how tired each place is.

Asks the Router's ListEndpoints. Never shows more of a key than its label.
"""

from __future__ import annotations

import argparse

from key_server.cli import connection, tables
from key_server.cli.tables import Column
from key_server.cli.words import Subparsers
from key_server.cli.words import add as command

EXAMPLE = """\
  python -m key_server endpoints
  python -m key_server endpoints --provider openai --json"""

COLUMNS = (
    Column("endpoint", wide=True),
    Column("provider", folds=True),
    Column("key", folds=True, spare=True),
    Column("state"),
    Column("busy", right=True),
    Column("rests", right=True, spare=True),
    Column("req/min", right=True),
    Column("tok/min", right=True),
    Column("models", folds=True),
)


def add(commands: Subparsers) -> None:
    """Its words."""
    about = "list where calls can go: state, calls in flight, use of the limits within the last minute"
    listing = command(commands, "endpoints", show, about, EXAMPLE)
    listing.add_argument("--provider", default="", help="those of one provider")
    listing.add_argument("--json", action="store_true", help="for machines")


def show(arguments: argparse.Namespace) -> int:
    """All of them, by provider."""
    with connection.router() as server:
        from protos import router_pb2  # noqa: PLC0415 - the generated code loads protobuf

        found = server.ask("ListEndpoints", router_pb2.ListEndpointsRequest(provider=arguments.provider)).endpoints
    found = sorted(found, key=lambda each: (each.provider, each.label, each.endpoint_id))
    if arguments.json:
        tables.as_json(map(tables.fields, found))
        return 0
    if not found:
        of = " of that provider" if arguments.provider else ""
        tables.warn(f"There is no endpoint{of}: `python -m key_server keys add PROVIDER` makes one.")
        return 0
    rows = [
        (
            each.endpoint_id,
            each.provider,
            each.label or each.key_id,
            each.state,
            f"{each.in_flight}/{each.max_parallel}",
            tables.span(each.cooldown_ms),
            tables.limit(each.requests_used, each.requests_per_minute),
            tables.limit(each.tokens_used, each.tokens_per_minute),
            tables.few(each.models),
        )
        for each in found
    ]
    tables.table(COLUMNS, rows)
    return 0
