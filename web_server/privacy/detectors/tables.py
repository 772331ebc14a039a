"""Values of named columns: CSV, TSV, Markdown tables and rows of SQL, by the line that names the columns.

Two columns that are known make a header; one is enough where the rows below have as many cells. Never parses more than
a line at a time, so a broken row costs that row only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from web_server.privacy.detectors.columns import KIND_OF, accepts, is_personal, kind_of, normal
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.fields import FieldDetector
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_MARKS = ("\t", "|", ";", ",")
_CELL = {
    mark: re.compile(rf"[ \t]*\"((?:[^\"\n]|\"\")*)\"[ \t]*(?=[{re.escape(mark)}\n]|$)|([^{re.escape(mark)}\n]*)")
    for mark in _MARKS
}
_TAB_CELL = re.compile(r"\"((?:[^\"\n]|\"\")*)\"(?=[\t\n]|$)|([^\t\n]*)")
_RULE = re.compile(r"[\s|:\-+=]+")
_INSERT = re.compile(
    r"\binto\s{1,4}[\w.\"`\[\]]{1,60}\s{0,4}\(([^()]{2,600})\)\s{0,6}values\s{0,6}(?=\()", re.IGNORECASE
)
_ROW = re.compile(r"\s{0,8},?\s{0,8}\(((?:'(?:[^'\n]|'')*'|[^()'\n]){1,2000})\)")
_SQL_MARK = re.compile(r"'(?:[^'\n]|'')*'|\"[^\"\n]*\"|,")
"""A value in quotes, or what parts two values."""
_NATIONAL = frozenset(("N'", "n'", "E'", "e'"))
_MOST_ROWS = 100_000

Cell = tuple[int, int]


class ColumnDetector(Detector):
    KINDS = FieldDetector.KINDS
    BEST = 0.7
    WHOLE = True  # the line that names the columns may stand far above a row

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        present = reading.words & _ANCHORS
        if not present or ("\n" not in text and "values" not in reading.words):
            return
        if "values" in reading.words and "into" in reading.words:
            yield from self._inserted(reading)
        headers: set[int] = set()
        for word in present:
            for start, _ in reading.places[word]:
                headers.add(text.rfind("\n", 0, start) + 1)
        done = 0
        for at in sorted(headers):
            if at >= done:
                found = self._table(text, at)
                if found is not None:
                    spans, done = found
                    yield from spans

    def _table(self, text: str, at: int) -> tuple[list[Span], int] | None:
        """The values below a header line, and where the table ends."""
        end = _line_end(text, at)
        if end >= len(text) or end - at > 2000:
            return None
        mark = next((mark for mark in _MARKS if mark in text[at:end]), None)
        if mark is None:
            return None
        header = _cells(text, at, end, mark)
        keys = [normal(text[start:stop]) for start, stop in header]
        columns = [kind_of(key) if 0 < len(key) < 40 else None for key in keys]
        known = sum(column is not None for column in columns)
        if len(keys) < 2 or known < (2 if mark == "," else 1) or any(stop - start > 40 for start, stop in header):
            return None
        among_people = any(is_personal(key) for key in keys) or "email" in keys or "mail" in keys
        spans: list[Span] = []
        rows = 0
        at = end + 1
        while at < len(text) and rows < _MOST_ROWS:
            end = _line_end(text, at)
            line = text[at:end]
            if not line.strip() or mark not in line:
                break
            if not _RULE.fullmatch(line):
                row = _cells(text, at, end, mark)
                if len(row) != len(keys):
                    break
                rows += 1
                spans.extend(self._values(text, row, columns, among_people))
            at = end + 1
        if rows == 0 or (known < 2 and rows < 2):
            return None
        return spans, at

    def _inserted(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for start, _ in reading.places["into"]:
            found = _INSERT.match(text, start)
            if found is None:
                continue
            keys = [normal(key) for key in found[1].split(",")]
            columns = [kind_of(key) for key in keys]
            among_people = any(is_personal(key) for key in keys) or "email" in keys
            at = found.end()
            while (row := _ROW.match(text, at)) is not None:
                yield from self._values(text, _sql_cells(text, *row.span(1)), columns, among_people)
                at = row.end()

    def _values(
        self, text: str, row: Sequence[Cell], columns: Sequence[str | None], among_people: bool
    ) -> Iterator[Span]:
        for (start, end), column in zip(row, columns, strict=False):
            if column is None:
                continue
            kind = accepts(column, text[start:end], self._names, among_people)
            if kind is not None:
                yield Span(start, end, kind, 0.7, f"column-{kind.lower().replace('_', '-')}")


def _sql_cells(text: str, at: int, end: int) -> list[Cell]:
    """Where each value of a row stands, without its quotes and spaces."""
    cells: list[Cell] = []
    start = at
    for found in _SQL_MARK.finditer(text, at, end):
        if found[0] == ",":
            cells.append(_bare(text, start, found.start()))
            start = found.end()
    return [*cells, _bare(text, start, end)]


def _bare(text: str, start: int, end: int) -> Cell:
    while start < end and text[start] in " \t":
        start += 1
    while end > start and text[end - 1] in " \t":
        end -= 1
    start += text[start : start + 2] in _NATIONAL
    quoted = end - start > 1 and text[start] in "'\"" and text[end - 1] == text[start]
    return (start + 1, end - 1) if quoted else (start, end)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _cells(text: str, at: int, end: int, mark: str) -> list[Cell]:
    """Where each cell stands without its quotes and spaces; the empty ones outside a Markdown table's bars left out."""
    cells: list[Cell] = []
    while at <= end:
        found = (_TAB_CELL if mark == "\t" else _CELL[mark]).match(text, at, end)
        if found is None:
            break
        group = 1 if found[1] is not None else 2
        start, stop = found.span(group)
        while start < stop and text[start] in " \t\r*":
            start += 1
        while stop > start and text[stop - 1] in " \t\r*":
            stop -= 1
        cells.append((start, stop))
        at = found.end() + 1
    if mark == "|":
        if cells and cells[0][0] == cells[0][1]:
            cells = cells[1:]
        if cells and cells[-1][0] == cells[-1][1]:
            cells = cells[:-1]
    return cells


_ANCHORS = frozenset(KIND_OF)
