"""The view of a scrubbed text for people: what was written, what would leave, and why.

Called by `scrub`, for a terminal or where `--spans` asks for it. Colours only where the terminal has them and NO_COLOR
is not set; without them the spans stand in brackets with their number.
Never writes a control character of the text: an escape sequence in it could say anything to a terminal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, NamedTuple

from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from web_server.privacy.reasons import sentence

if TYPE_CHECKING:
    from web_server.privacy.spans import Replacement
    from web_server.scrubber import Scrubbed

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red", "bright_cyan", "bright_magenta", "bright_green")
LONGEST_VALUE = 60
WIDE = 100
"""Columns of a terminal from which on the table has room; in a narrower one addresses would break in the middle."""

# Controls, line separators, marks that turn the direction of a line, and halves of pairs; `\n` and `\t` stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


class _Row(NamedTuple):
    """One value, however often it stands in the text."""

    kind: str
    value: str
    surrogate: str
    score: float
    reason: str


def show(text: str, scrubbed: Scrubbed, output: IO[str]) -> None:
    """Write the view of `text` to `output`."""
    console = Console(file=output, highlight=False, markup=False, emoji=False, soft_wrap=False)
    rows = [_row(text, each) for each in scrubbed.replaced]
    numbers = {row: number for number, row in enumerate(dict.fromkeys(rows), start=1)}
    styles = {kind: COLOURS[place % len(COLOURS)] for place, kind in enumerate(dict.fromkeys(row.kind for row in rows))}
    marks = not console.is_terminal or console.no_color or console.color_system is None
    place = [
        (each, numbers[row] if marks else 0, styles[row.kind])
        for each, row in zip(scrubbed.replaced, rows, strict=True)
    ]
    console.print(Rule("what was written", align="left"))
    console.print(_painted(text, [(each.start, each.end, number, style) for each, number, style in place]))
    if scrubbed.text is None:
        console.print(Rule(f"nothing leaves: the policy blocks {', '.join(scrubbed.blocked)}", align="left"))
    else:
        softened = "" if scrubbed.obfuscated == "none" else f", its manner softened ({scrubbed.obfuscated})"
        console.print(Rule(f"what would leave{softened}", align="left"))
        console.print(_painted(scrubbed.text, [] if softened else [*_moved(place)]))
    made = _table if console.width >= WIDE else _list
    console.print(made(rows, numbers, styles) if rows else Rule("nothing was found", align="left"))


def seen(text: str) -> str:
    """The text with every character that a terminal would act on written out."""
    return _UNSEEN.sub(lambda found: _named(found[0]), text)


def _named(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode's pictures of the controls
    return f"<{code - 0xDC00:02X}>" if 0xDC80 <= code <= 0xDCFF else f"<U+{code:04X}>"


def _row(text: str, each: Replacement) -> _Row:
    return _Row(each.kind, text[each.start : each.end], each.surrogate, each.score, each.reason)


def _moved(place: Sequence[tuple[Replacement, int, str]]) -> Iterator[tuple[int, int, int, str]]:
    """Where the surrogates stand in the text that leaves."""
    ahead = 0
    for each, number, style in place:
        start = each.start + ahead
        yield start, start + len(each.surrogate), number, style
        ahead += len(each.surrogate) - (each.end - each.start)


def _painted(text: str, places: Sequence[tuple[int, int, int, str]]) -> Text:
    made, at = Text(), 0
    for start, end, number, style in places:
        made.append(seen(text[at:start]))
        value = seen(text[start:end])
        made.append(f"[{number}: {value}]" if number else value, style=f"bold {style}")
        at = end
    return made.append(seen(text[at:]))


def _table(rows: Sequence[_Row], numbers: Mapping[_Row, int], styles: Mapping[str, str]) -> Table:
    times = Counter(rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("", "kind", "value", "surrogate", "score", "why"):
        is_number = heading in ("", "score")
        table.add_column(
            heading, justify="right" if is_number else "left", no_wrap=heading in ("", "kind", "score"), overflow="fold"
        )
    for row, number in numbers.items():
        table.add_row(
            str(number),
            Text(row.kind, style=styles[row.kind]),
            Text(_short(row.value)),
            Text(_short(row.surrogate)),
            f"{row.score:.2f}",
            Text(_why(row, times[row])),
        )
    return table


def _list(rows: Sequence[_Row], numbers: Mapping[_Row, int], styles: Mapping[str, str]) -> Table:
    """The table where there is little room: what becomes of a value in one line, and why in the next."""
    times = Counter(rows)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row, number in numbers.items():
        becomes = f"{_short(row.value)} → {_short(row.surrogate)}" if row.surrogate else _short(row.value)
        table.add_row(
            str(number),
            Text(row.kind, style=styles[row.kind]),
            Text(becomes).append(f"\n{_why(row, times[row])}, {row.score:.2f}", style="dim"),
        )
    return table


def _why(row: _Row, times: int) -> str:
    why = sentence(row.reason, row.kind)
    return why if times == 1 else f"{why} ({times} times)"


def _short(value: str) -> str:
    line = seen(value).replace("\n", "⏎").replace("\t", " ")
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"
