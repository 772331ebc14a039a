"""The command line: every command's words and help, and nothing that takes time to load.

Called by `__main__`. Each noun adds its own commands. Never repeats a word that was typed: a key pasted in the wrong
place must not end up in a terminal's history of errors.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from key_server import __version__
from key_server.cli.trouble import UNUSABLE

Command = Callable[[argparse.Namespace], int]
Subparsers = Any  # argparse keeps the type of `add_subparsers` to itself
INVALID = re.compile(r"argument ([^:]+): invalid", re.DOTALL)
CHOICES = " (choose from "  # what follows its last place is argparse's own list


class Parser(argparse.ArgumentParser):
    """argparse's, without the echo."""

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments"):
            message = "there is a word or an option that this command does not take; a secret is none, it is asked for"
        elif found := INVALID.match(message):
            _, listed, choices = message.rpartition(CHOICES)
            choices = choices.rstrip(")").replace("'", "")
            message = f"{found[1]} cannot be that; " + (f"it can be {choices}" if listed else "--help says what can be")
        self.print_usage(sys.stderr)
        self.exit(UNUSABLE, f"{self.prog}: {message}\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Nothing unknown is handed up: the command itself says what it takes, not the one above it."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error("unrecognized arguments")
        return found, unknown


def add(commands: Subparsers, name: str, command: Command | None, about: str, example: str = "") -> Parser:
    """A command with its own help: `about` is a sentence, `example` the lines to try."""
    epilog = f"examples:\n{example}" if example else None
    parser: Parser = commands.add_parser(
        name, help=about, description=about[0].upper() + about[1:] + ".", epilog=epilog, formatter_class=Layout
    )
    if command:
        parser.set_defaults(command=command)
    return parser


class Layout(argparse.RawDescriptionHelpFormatter):
    """Examples keep their lines."""


def parser(nouns: Sequence[Callable[[Subparsers], None]], settings: str) -> Parser:
    """The whole command line; `command` of what it parses is None for serving."""
    top = Parser(
        prog="python -m key_server",
        description="Keeps the provider keys and makes the calls. Without a command it serves, on two unix sockets.",
        epilog=f"COMMAND --help says more of each.\n\nsettings (environment or .env) [default]:\n{settings}",
        formatter_class=Layout,
    )
    top.add_argument("--version", action="version", version=f"key_server {__version__}")
    top.set_defaults(command=None)
    commands = top.add_subparsers(metavar="COMMAND", parser_class=Parser)
    add(commands, "serve", None, "serve until SIGTERM or Ctrl-C, then drain (the default)")
    for noun in nouns:
        noun(commands)
    return top
