"""What a command prints: a table for a person, plain columns for a pipe, JSON or CSV for a machine.

Called by every command that lists. At a terminal rich draws it and keeps to its width; where that is too narrow for the
figures, each row is told line by line. NO_COLOR is respected. Never cuts a figure, never prints a control character: a
label comes from a file and may hold anything.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float
STYLES = {
    "ready": "green",
    "ok": "green",
    "limited": "yellow",
    "resting": "yellow",
    "probing": "yellow",
    "warning": "yellow",
    "unlisted": "yellow",
    "refused": "red",
    "closed": "red",
    "problem": "red",
    "disabled": "dim",
}
"""How a word of state is shown where there is colour."""

FOLDED = 12  # a column that folds is not made narrower than this
GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """`folds`: may be broken over lines where the terminal is narrow. `spare`: left out where every cell is empty.

    `below`: at a terminal under the cell before it. `wide`: left out of a table for which the terminal is too narrow.
    """

    title: str
    right: bool = False
    folds: bool = False
    spare: bool = False
    below: bool = False
    wide: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, total: Sequence[str] | None = None) -> None:
    """Rows under their titles; `total` is a last row, set apart."""
    rows = [[clean(cell) for cell in row] for row in rows]
    kept = [at for at, each in enumerate(columns) if not each.spare or any(row[at] for row in rows)]
    columns = [columns[at] for at in kept]
    rows = [[row[at] for at in kept] for row in rows]
    last = [[total[at] for at in kept]] if total else []
    if sys.stdout.isatty():
        _drawn(columns, rows, last)
    else:
        _plain(columns, [*rows, *last])


def as_json(rows: Iterable[Mapping[str, object]]) -> None:
    """One array. What could steer a terminal is escaped, which says the same to a machine."""
    text = json.dumps(list(rows), indent=2, ensure_ascii=False)
    sys.stdout.write(
        "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text) + "\n"
    )


def fields(message: Any) -> dict[str, object]:
    """A protobuf message by field name, unset fields included."""
    values = ((each.name, getattr(message, each.name)) for each in message.DESCRIPTOR.fields)
    return {name: value if isinstance(value, str | int | float) else list(value) for name, value in values}


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """RFC 4180. A cell that a spreadsheet would take for a formula is given an apostrophe, as OWASP advises."""
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_no_formula(cell) for cell in row] for row in rows)


def say(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(clean(line) + "\n")


def warn(line: str) -> None:
    """One line on standard error."""
    sys.stdout.flush()
    sys.stderr.write(clean(line) + "\n")


def clean(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def limit(used: int, most: int) -> str:
    """`12/60`, or what was used alone where there is no limit."""
    return f"{used}/{most}" if most else str(used)


def few(names: Sequence[str], most: int = 2) -> str:
    """`a, b and 7 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def span(milliseconds: int) -> str:
    """`850 ms`, `12 s`, `5 min`, `2 h`; empty for none."""
    seconds = milliseconds / 1000
    for size, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size * (2 if size > 1 else 1):
            return f"{seconds / size:.0f} {unit}"
    return f"{milliseconds} ms" if milliseconds else ""


def _drawn(columns: Sequence[Column], rows: Sequence[Sequence[str]], last: Sequence[Sequence[str]]) -> None:
    from rich import box  # noqa: PLC0415 - 50 ms that --help and pipes do without
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    if _narrowest(columns, [*rows, *last]) > console.width:
        kept = [at for at, each in enumerate(columns) if not each.wide]
        fewer = [[[row[at] for at in kept] for row in each] for each in (rows, last)]
        if _narrowest([columns[at] for at in kept], [*fewer[0], *fewer[1]]) > console.width:
            _told(console, columns, [*rows, *last])
            return
        columns, (rows, last) = [columns[at] for at in kept], fewer
    below = {at for at, each in enumerate(columns) if each.below}
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, header_style="bold")
    for column in (each for each in columns if not each.below):
        drawn.add_column(
            column.title, justify="right" if column.right else "left", no_wrap=not column.folds, overflow="fold"
        )
    for row in rows:
        cells = [Text(cell, STYLES.get(cell, "")) for cell in row]
        for at in below:
            cells[at - 1].append(f"\n\N{RIGHTWARDS ARROW} {row[at]}" if row[at] else "", "bold")
        drawn.add_row(*(cell for at, cell in enumerate(cells) if at not in below))
    for row in last:
        drawn.add_section()
        drawn.add_row(*(Text(cell, "bold") for cell in row))
    console.print(drawn)


def _narrowest(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    """How wide a terminal must be for the table, none of its figures cut."""
    from rich.cells import cell_len  # noqa: PLC0415 - as above

    needed = 0
    for at, each in enumerate(columns):
        if not each.below:
            longest = max((cell_len(row[at]) for row in rows), default=0)
            needed += max(cell_len(each.title), min(longest, FOLDED) if each.folds else longest) + GAP
    return needed


def _told(console: Any, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Each row as lines of title and cell, rows a blank line apart; empty cells are left out."""
    from rich.text import Text  # noqa: PLC0415 - as above

    width = max(len(each.title) for each in columns) + GAP
    for row in rows:
        console.print()
        for each, cell in zip(columns, row, strict=True):
            if cell:
                console.print(Text(each.title.ljust(width), "bold") + Text(cell, STYLES.get(cell, "")), overflow="fold")


def _plain(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Columns two blanks apart, an empty cell as `-`: what cut, awk and grep take apart."""
    lines = [[each.title for each in columns], *([cell or "-" for cell in row] for row in rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, columns, strict=True)
        padded = (cell.rjust(width) if each.right else cell.ljust(width) for cell, width, each in cells)
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _no_formula(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return f"'{clean(cell)}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else clean(cell)
