"""A set of labelled texts, measured: one row for each kind and finder, and what the names and all kinds come to.

Called by `bench.detection`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rich.table import Table

from bench import labelled, scoring
from bench.finders import Find
from web_server.privacy import kinds
from web_server.privacy.policy import Policy

NAMES = frozenset({kinds.PERSON, kinds.LOCATION, kinds.ORGANIZATION})


def label_table(of: labelled.Set, finds: Mapping[str, Find], policy: Policy, iou: float) -> Table:
    scores = {name: _score(of, find, iou) for name, find in finds.items()}
    table = Table(title=f"{of.heading}; IoU {iou}", title_justify="left")
    table.add_column("kind")
    table.add_column("labels", justify="right")
    table.add_column("finder")
    for column in ("recall", "precision", "F2", "found", "hidden"):
        table.add_column(column, justify="right")
    hidden = [kind for kind in sorted(of.labelled) if policy.hides(kind, 1.0)]
    for kind in sorted(of.labelled):
        _add(table, kind if kind in hidden else f"{kind} (kept)", [kind], scores)
    if names := NAMES.intersection(hidden):
        _add(table, "names", names, scores)
    _add(table, "all that are hidden", hidden, scores)
    return table


def _score(of: labelled.Set, find: Find, iou: float) -> scoring.Score:
    score = scoring.Score(iou, labelled.SAME)
    for text in of.texts:
        score.add(text.spans, find(text.text, text.lang))
    return score


def _add(table: Table, title: str, of: Collection[str], scores: Mapping[str, scoring.Score]) -> None:
    table.add_section()
    for at, (name, score) in enumerate(scores.items()):
        figures = score.of(of)
        precision = f"{figures.precision:.3f}" if figures.spans else "-"
        row = (f"{figures.recall:.3f}", precision, f"{figures.f2:.3f}", f"{figures.found:.3f}", f"{figures.hidden:.3f}")
        table.add_row("" if at else title, "" if at else f"{figures.labels:,}", name, *row)
