"""What finding takes: the time of 1,000 characters, in texts of 1,000, of 10,000 and of 100,000, for it must be linear.

Texts of 1,000 characters set by set, because they differ; the longer ones, and as many short ones to hold them against,
are of all sets in equal parts. Each piece is read once. The time of all threads counts, those too in which a library
waits; `taskset -c 0 python -m bench.detection` keeps it to one core. Called by `bench.detection`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from bench import labelled
from bench.finders import Find

SHORT, LONGER = 1000, (10_000, 100_000)
PIECES = 300
ENOUGH = 20
"""Pieces, for one in twenty to be told."""
EQUAL_PART = 60_000
"""Characters of each set in the text of all."""


def time_table(sets: Sequence[labelled.Set], finds: Mapping[str, Find]) -> Table:
    table = Table(title="ms of processor time for 1,000 characters, all threads together", title_justify="left")
    table.add_column("text")
    for name in finds:
        for column in ("p50", "p95"):
            table.add_column(f"{name} {column}", justify="right")
    for of in sets:
        pieces = list(_pieces(_joined(of, PIECES * SHORT), SHORT))
        if pieces:
            table.add_row(f"{SHORT:,} characters of {of.name}", *_row(finds, pieces, of.texts[0].lang))
    table.add_section()
    everything = "\n\n".join(_joined(of, EQUAL_PART) for of in sets)
    for size in (SHORT, *LONGER):
        enough = everything * (size // len(everything) + 1)
        table.add_row(f"{size:,} characters of all sets", *_row(finds, list(_pieces(enough, size)), "en"))
    return table


def _row(finds: Mapping[str, Find], pieces: Sequence[str], language: str) -> Iterator[str]:
    for find in finds.values():
        find(pieces[0][:SHORT], language)
        spent = sorted(_spent(find, piece, language) * 1e6 / len(piece) for piece in pieces)
        yield f"{statistics.median(spent):.2f}"
        yield f"{spent[int(0.95 * len(spent))]:.2f}" if len(spent) >= ENOUGH else ""


def _spent(find: Find, text: str, language: str) -> float:
    started = time.process_time()
    find(text, language)
    return time.process_time() - started


def _pieces(text: str, size: int) -> Iterator[str]:
    for at in range(0, len(text) - size + 1, size):
        yield text[at : at + size]


def _joined(of: labelled.Set, most: int) -> str:
    return "\n\n".join(text.text for text in of.texts)[:most]
