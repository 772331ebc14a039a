"""api_keys.csv to rows: `provider,model,api_key` and optional `label,base_url,rpm,tpm,weight`.

Called by `holdings`; `admin` asks it what may be a key. Takes what spreadsheets write: BOM, CRLF, quoted cells; `#`
starts a comment line.
Never repeats a cell's content in a problem: it may be a key in the wrong column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from key_server.secret import Secret

COLUMNS = ("provider", "model", "api_key", "label", "base_url", "rpm", "tpm", "weight")
REQUIRED = COLUMNS[:3]
SHORTEST_KEY = 8  # what is shorter is no secret, and scrubbing it out of replies would tear up ordinary words
LONGEST_KEY = 4096
LONGEST_LABEL = 200
LARGEST_LIST = 64 * 1024 * 1024  # bytes: a third of a million keys
MOST_LINES = 8  # of a row: spreadsheets may end a cell with a line break; quotes left open must not eat the list
UNDECODED = re.compile(r"[\ud800-\udfff]")  # what `surrogateescape` makes of bytes that are no UTF-8
BREAK = re.compile(r"[\r\n]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # labels are shown in terminals
PLACEHOLDER = re.compile(r"(?i)replace[-_ ]?(me|with|this)|change[-_ ]?me|your[-_ ]|^<.*>$|^x+$|^(sk-)?\.{3}$")
PARTED = re.compile(r".*[;\t].*[;\t]", re.DOTALL)
KEY = re.compile(r"[\x21-\x7e]+")  # what a header value may carry, RFC 9110 section 5.5


@dataclass(frozen=True, slots=True)
class Row:
    """One key as listed. `model` "*" = every model; `rpm`, `tpm` 0 = unlimited; `named`: optional cells it fills."""

    line: int
    provider: str
    model: str
    secret: Secret
    label: str = field(default="", repr=False)
    base_url: str = ""
    rpm: int = 0
    tpm: int = 0
    weight: int = 1
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was not taken. `sentence` names the cell, never its content."""

    line: int
    sentence: str


def parse(content: bytes) -> tuple[list[Row], list[Problem]]:
    """Every row that can be used and every line that cannot."""
    if len(content) > LARGEST_LIST:
        return [], [Problem(1, f"the list is larger than {LARGEST_LIST >> 20} MiB; split it")]
    text = content.decode("utf-8-sig", "surrogateescape")  # what is not UTF-8 costs its own line alone
    rows: list[Row] = []
    problems: list[Problem] = []
    columns: tuple[str, ...] = COLUMNS
    first = True
    # Lines end where editors end them; str.splitlines would at U+2028, too.
    for line, cells, _ in rows_in(list(io.StringIO(text, newline=""))):
        if cells is not None and not any(cell.strip() for cell in cells):
            continue
        sentence = unreadable(cells)
        if first and sentence:
            return [], [Problem(line, f"{sentence}; nothing was taken, because it may name the columns")]
        if cells is None or sentence:
            problems.append(Problem(line, sentence))
        elif len(cells) == 1 and PARTED.search(cells[0]):
            problems.append(Problem(line, "cells are parted by commas, not by semicolons or tabs"))
        elif first and is_header(cells):
            columns = _names(cells)
            if missing := [name for name in REQUIRED if name not in columns]:
                return [], [Problem(line, f"the column {missing[0]} is missing")]
            unknown = [str(at) for at, name in enumerate(columns, 1) if name and name not in COLUMNS]
            if unknown:
                problems.append(Problem(line, f"column {', '.join(unknown)} is none of {','.join(COLUMNS)}"))
        else:
            found = _row(line, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)})
            (rows if isinstance(found, Row) else problems).append(found)  # type: ignore[arg-type]  # sorted by type
        first = False
    return rows, problems


def is_header(cells: Sequence[str]) -> bool:
    """Whether a list's first row names its columns."""
    names = _names(cells)
    return names[0] == "provider" or "api_key" in names


def unreadable(cells: Sequence[str] | None) -> str:
    """Why a row of `rows_in` cannot be read; empty where it can."""
    if cells is None:
        return "the quotes of this line do not match, or a cell is too long"
    if any(map(UNDECODED.search, cells)):
        return "not UTF-8 text"
    return ""


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip().lower() for cell in cells)


def rows_in(lines: Sequence[str]) -> Iterator[tuple[int, list[str] | None, int]]:
    """The line where each row begins, its cells, and how many lines it takes; None for a line that is no row.

    Quotes that are left open cost their own line alone: the next one is read as if they were not there.
    """
    uncommented = ["\n" if each.lstrip().startswith("#") else each for each in lines]
    at = 0
    while at < len(uncommented):
        reader = csv.reader(uncommented[at : at + MOST_LINES], strict=True)
        cells: list[str] | None
        try:
            cells = next(reader)
        except csv.Error:
            cells = None
        if cells is not None and reader.line_num > 1 and any(BREAK.search(cell.strip()) for cell in cells):
            cells = None  # no cell has a break within; these are the quotes of two rows
        taken = reader.line_num if cells is not None else 1
        yield at + 1, cells, taken
        at += taken


def objection(key: str) -> str:
    """Why this cannot be a key; empty where it can."""
    if PLACEHOLDER.search(key):
        return "api_key is still the placeholder; put your key there"
    if not KEY.fullmatch(key):
        return "api_key holds characters that no key has"
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        return f"api_key is shorter than {SHORTEST_KEY} or longer than {LONGEST_KEY} characters"
    return ""


def _row(line: int, cells: dict[str, str]) -> Row | Problem:
    for name in ("provider", "api_key"):
        if not cells.get(name):
            return Problem(line, f"{name} is empty")
    key = cells["api_key"]
    if sentence := objection(key):
        return Problem(line, sentence)
    if CONTROL.search("".join(cells.values())):
        return Problem(line, "a cell holds control characters")
    numbers = {"rpm": 0, "tpm": 0, "weight": 1}
    for name in numbers:
        if text := cells.get(name):
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                return Problem(line, f"{name} is not a whole number")
            numbers[name] = int(text)
    if not numbers["weight"]:
        return Problem(line, "weight is 0; a key that is not to be used is disabled instead")
    return Row(
        line=line,
        provider=cells["provider"].lower(),
        model=cells.get("model") or "*",
        secret=Secret(key.encode()),
        label=cells.get("label", "")[:LONGEST_LABEL],
        base_url=cells.get("base_url", "").rstrip("/"),
        rpm=numbers["rpm"],
        tpm=numbers["tpm"],
        weight=numbers["weight"],
        named=tuple(name for name in ("label", "rpm", "tpm", "weight") if cells.get(name)),
    )
