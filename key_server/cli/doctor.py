"""`doctor`: what is well, what is not, and what to do about it. `health`: the same in one bit, for containers.

Works with the server up or down; changes nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging

from key_server import config
from key_server.cli import connection, tables
from key_server.cli.tables import Column
from key_server.cli.trouble import OK, PROBLEM, Trouble
from key_server.cli.words import Subparsers
from key_server.cli.words import add as command

EXAMPLE = """\
  python -m key_server doctor
  python -m key_server doctor --probe       (also a TLS handshake with each provider; no request, no key)
  python -m key_server doctor --json"""

COLUMNS = (Column("check"), Column("state"), Column("found", folds=True), Column("what to do", below=True))


def add(commands: Subparsers) -> None:
    """Their words."""
    about = "look at settings, files, server, Redis, cipher and providers; exit status 1 where there is a problem"
    examining = command(commands, "doctor", examine, about, EXAMPLE)
    examining.add_argument("--probe", action="store_true", help="open a connection to each provider; nothing is sent")
    examining.add_argument("--json", action="store_true", help="for machines")
    command(commands, "health", health, "exit status 0 while the server serves, else 1: a container's health check")


def examine(arguments: argparse.Namespace) -> int:
    """The table."""
    from key_server.doctor import examination  # noqa: PLC0415 - loads Redis' client, the cipher and YAML

    logging.disable()  # what a check meets on its way is said in its finding
    found = examination.examine(probe=arguments.probe)
    if arguments.json:
        tables.as_json(map(dataclasses.asdict, found))
    else:
        tables.table(COLUMNS, [(each.check, each.state, each.found, each.advice) for each in found])
    return PROBLEM if any(each.state == "problem" for each in found) else OK


def health(arguments: argparse.Namespace) -> int:
    """Asked by Docker and the like: says nothing where all is well."""
    path = config.load_for_commands().socket.absolute()
    if sentence := connection.why_not(path, "KEY_SERVER_SOCKET"):
        raise Trouble(sentence)
    if not connection.serving(path):
        raise Trouble("The key server does not say that it serves.")
    return OK
