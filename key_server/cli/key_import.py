"""`keys import FILE`: the rows of a key list into the sealed store, line by line, and then the end of the file.

Sends the file in pieces of whole rows, so that it may be larger than one message and its progress can be seen.
Never says what is in a row. Never offers to shred unless the server reported every row as stored and opened again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from key_server.cli import connection, progress, prompt, shred, tables
from key_server.cli.trouble import OK, PROBLEM, UNUSABLE, Trouble
from key_server.cli.words import Subparsers
from key_server.cli.words import add as command
from key_server.keys.key_list import COLUMNS, is_header, rows_in, unreadable

PIECE_LINES = 10_000
PIECE_BYTES = 4 * 1024 * 1024
LONGEST_PIECE = 2 * PIECE_BYTES
LARGEST_FILE = 256 * 1024 * 1024
COLUMN_NAMES = ",".join(COLUMNS).encode() + b"\n"
SHOWN = 50
"""Lines that were not taken, before the rest is only counted."""

EXAMPLE = """\
  python -m key_server keys import api_keys.csv            (asks whether to shred it)
  python -m key_server keys import api_keys.csv --shred
  decrypt keys.csv.gpg | python -m key_server keys import -"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole rows from line `first` of the file on, under `given` lines that name the columns.

    The server's line `n` is line `n + shift` of the file; of the lines given, the first piece has told all there is.
    """

    content: bytes
    first: int
    lines: int
    given: int = 0

    @property
    def shift(self) -> int:
        return self.first - 1 - self.given


def add(commands: Subparsers) -> None:
    """Its words."""
    about = "import a key list (provider,model,api_key,...) and offer to shred it"
    importing = command(commands, "import", run, about, EXAMPLE)
    importing.add_argument("file", metavar="FILE", help="a CSV file, or - for standard input")
    end = importing.add_mutually_exclusive_group()
    end.add_argument("--shred", action="store_true", help="overwrite and remove the file when every row was taken")
    end.add_argument("--keep", action="store_true", help="keep the file, do not ask")


def run(arguments: argparse.Namespace) -> int:
    """0 where every row was taken, else 1."""
    if arguments.file == "-":
        content, listed = sys.stdin.buffer.read(LARGEST_FILE + 1), None
    else:
        listed = shred.KeyFile(Path(arguments.file))
        content = listed.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Trouble(f"The file is larger than {LARGEST_FILE >> 20} MiB; split it.", UNUSABLE)
    added, unchanged, errors = _sent(content)
    for line, message in errors[:SHOWN]:
        tables.warn(f"line {line}: {message}")
    if len(errors) > SHOWN:
        tables.warn(f"... and {len(errors) - SHOWN} lines more.")
    tables.say(f"{added} added, {unchanged} already there, {len(errors)} not taken.")
    if errors:
        return PROBLEM
    if listed is not None and added + unchanged:
        _end_of(listed, arguments)
    return OK


def _end_of(listed: shred.KeyFile, arguments: argparse.Namespace) -> None:
    asked = not arguments.shred and not arguments.keep
    wanted = arguments.shred or (
        asked and prompt.sure("Every key was stored, sealed, and opened again. Shred the file now?")
    )
    if not wanted:
        tables.warn("The file still holds the keys in clear: shred it, or keep it where nobody else can read it.")
        return
    listed.shred()
    tables.say("The file was overwritten and removed.")
    tables.warn(shred.CAVEAT)


def _sent(content: bytes) -> tuple[int, int, list[tuple[int, str]]]:
    added = unchanged = 0
    errors: list[tuple[int, str]] = []
    pieces = list(split(content))
    with connection.keyring() as server, progress.counting("Sealing", sum(each.lines for each in pieces)) as done:
        from protos import keyring_pb2  # noqa: PLC0415 - the generated code loads protobuf

        for piece in pieces:
            if len(piece.content) > LONGEST_PIECE:
                errors.append((piece.first, "the line is too long"))
                continue
            try:
                reply: Any = server.ask(
                    "ImportKeys",
                    keyring_pb2.ImportKeysRequest(csv=piece.content),
                    patience_s=connection.LONG_S,
                )
            except Trouble as trouble:
                before = f" {added} keys were added before; importing again is safe." if added else ""
                raise Trouble(f"{trouble}{before}", trouble.status) from None
            added += reply.added
            unchanged += reply.unchanged
            errors += [(each.line + piece.shift, each.message) for each in reply.errors if each.line > piece.given]
            done(piece.lines)
    return added, unchanged, sorted(errors)


def split(content: bytes, *, most_lines: int = PIECE_LINES) -> Iterator[Piece]:
    """Pieces that end where a row ends; none is longer than PIECE_BYTES but one of a single row.

    Where the first row cannot be read, it alone: it may name the columns, and then no other can be, either.
    """
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    header: list[bytes] = []  # of every piece behind the one with the first row
    first = start = size = end = 0
    for line, cells, taken in rows_in([each.decode("utf-8", "surrogateescape") for each in lines]):
        row = lines[line - 1 : line - 1 + taken]
        if not header and (cells is None or any(cell.strip() for cell in cells)):
            if cells is None or unreadable(cells):
                yield Piece(b"".join(row), line, taken)
                return
            first, header = line - 1, row if is_header(cells) else [COLUMN_NAMES]
        length = sum(map(len, row))
        if end > start and (end + taken - start > most_lines or size + length > PIECE_BYTES):
            yield _piece(lines[start:end], start, header if start > first else [])
            start, size = end, 0
        end, size = end + taken, size + length
    if end > start:
        yield _piece(lines[start:end], start, header if start > first else [])


def _piece(lines: list[bytes], start: int, header: list[bytes]) -> Piece:
    return Piece(b"".join((*header, *lines)), start + 1, len(lines), len(header))
