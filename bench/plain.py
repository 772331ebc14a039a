"""Prompts in which next to nothing is private: how much is found in them, and how much of it is false.

False are the spans that touch no name, in the prompts whose names somebody has marked; what is found there beside names
(an address of the network, say) counts as false although it may be right. Called by `bench.detection`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.table import Table

from bench import labelled
from bench.finders import Find
from bench.label_table import NAMES
from bench.scoring import HIDDEN, covered, is_covered
from web_server.privacy.spans import Span

MOST = 4


@dataclass(slots=True)
class Plain:
    """Counts over many prompts. `read_words` are the words of those whose names are marked."""

    words: int = 0
    spans: Counter[str] = field(default_factory=Counter)
    read_words: int = 0
    false: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, names: Sequence[Span] | None, spans: Sequence[Span]) -> None:
        """One prompt's. `names` is None where nobody has read it."""
        words = len(text.split())
        self.words += words
        self.spans.update(span.kind for span in spans)
        if names is not None:
            self.read_words += words
            self.false.update(span.kind for span in spans if not covered(span, names))
            self.names.update(name.kind for name in names)
            self.hidden.update(name.kind for name in names if is_covered(name, spans, HIDDEN))


def plain_table(of: labelled.Set, finds: Mapping[str, Find]) -> Table:
    counts = {name: _count(of, find) for name, find in finds.items()}
    some = next(iter(counts.values()))
    table = Table(title=f"{of.heading}; plain prompts, {some.words:,} words", title_justify="left")
    table.add_column("finder")
    table.add_column("spans per 1,000 words", justify="right")
    if some.read_words:
        read = sum(text.names is not None for text in of.texts)
        table.title = f"{table.title}; {read:,} read for their names, {some.read_words:,} words"
        table.add_column("false", justify="right")
        table.add_column("false names", justify="right")
        for kind, count in sorted(some.names.items()):
            table.add_column(f"of {count:,} {kind} hidden", justify="right")
    table.add_column("most are" if not some.read_words else "most false are")
    for name, counted in counts.items():
        table.add_row(name, *_row(counted))
    return table


def _count(of: labelled.Set, find: Find) -> Plain:
    count = Plain()
    for text in of.texts:
        count.add(text.text, text.names, find(text.text, text.lang))
    return count


def _row(count: Plain) -> list[str]:
    row = [_rate(count.spans.total(), count.words)]
    if count.read_words:
        row.append(_rate(count.false.total(), count.read_words))
        row.append(_rate(sum(count.false[kind] for kind in NAMES), count.read_words))
        row += [f"{count.hidden[kind]:,}" for kind in sorted(count.names)]
    most = (count.false if count.read_words else count.spans).most_common(MOST)
    return [*row, ", ".join(f"{kind} {found}" for kind, found in most)]


def _rate(found: int, words: int) -> str:
    return f"{found / (words or 1) * 1000:.2f}"
