"""How well private things are found: `python -m bench.detection --data FOLDER [--policy strict] [--ours]`.

For each set of labelled texts and each kind: recall, precision and F2 (IoU >= 0.7 unless said otherwise), and the share
of labels that are hidden, whatever they were taken for. For sets with units, the share that still leaves; for plain
prompts, spans per 1,000 words, which are nearly all false. And the time for 1,000 characters on one core. Ours, and in
the same run Presidio as it comes on a blank pipeline. Prints no text unless asked with --show.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import labelled, scoring
from bench.stock_presidio import StockPresidio
from web_server import policies
from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import Policy
from web_server.privacy.spans import Span

Find = Callable[[str, str], Sequence[Span]]
PIECE = 1000
CONTEXT = 50


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of sets, one JSON object a line")
    parser.add_argument("--policy", default="default", help="default, strict or a policy file")
    parser.add_argument("--set", default="", help="only the sets whose name contains this")
    parser.add_argument("--iou", type=float, default=0.7, help="when a span meets a label (default: 0.7)")
    parser.add_argument("--ours", action="store_true", help="without Presidio beside it")
    parser.add_argument("--show", default="", help="print texts: clean, leaks, miss:KIND or false:KIND")
    asked = parser.parse_args()
    policy = policies.read(asked.policy)
    finder = PatternFinder(policy)

    def ours(text: str, _language: str) -> Sequence[Span]:
        return finder.find(text)

    finds: dict[str, Find] = {"ours": ours}
    if not asked.ours and not asked.show:
        finds["presidio"] = StockPresidio().find
    sets = list(labelled.sets(asked.data, asked.set))
    if not sets:
        parser.error(f"no *.jsonl in {asked.data} has {asked.set!r} in its name")
    for each in sets:
        if each.labelled:
            _labelled(each, finds, policy, asked.iou, asked.show)
        elif each.has_units:
            _units(each, finds, asked.show)
        else:
            _clean(each, finds, asked.show)
    if not asked.show:
        _time(sets, finds)


def _labelled(of: labelled.Set, finds: dict[str, Find], policy: Policy, iou: float, show: str) -> None:
    kinds = sorted(of.labelled)
    scores = {}
    for name, find in finds.items():
        score = scores[name] = scoring.Score(iou, labelled.SAME)
        for text in of.texts:
            spans = find(text.text, text.lang)
            score.add(text.spans, spans)
            if show:
                _show(show, text, spans)
    if show:
        return
    table = Table(title=f"{of.name}, {len(of.texts):,} texts, IoU >= {iou}", title_justify="left")
    table.add_column("kind")
    table.add_column("labels", justify="right")
    for name in finds:
        for column in ("recall", "precision", "F2", "hidden"):
            table.add_column(f"{name} {column}", justify="right")
    for kind in kinds:
        kept = not policy.hides(kind, 1.0)
        row = [kind + (" (kept)" if kept else ""), f"{scores['ours'].labels[kind]:,}"]
        for score in scores.values():
            figures = (score.recall(kind), score.precision(kind), score.f2(kind))
            row += [f"{figure:.3f}" for figure in figures] if score.found[kind] else ["0.000", "-", "0.000"]
            row.append(f"{score.hidden[kind] / score.labels[kind]:.3f}")
        table.add_row(*row)
    hidden = [kind for kind in kinds if policy.hides(kind, 1.0)]
    row = ["all that are hidden", f"{sum(scores['ours'].labels[kind] for kind in hidden):,}"]
    for score in scores.values():
        recall, precision, shown = score.over(hidden)
        row += [f"{recall:.3f}", f"{precision:.3f}", f"{scoring.f_beta(precision, recall):.3f}", f"{shown:.3f}"]
    table.add_section()
    table.add_row(*row)
    Console(width=150).print(table)


def _units(of: labelled.Set, finds: dict[str, Find], show: str) -> None:
    """A unit leaves when it still occurs once every span is blanked."""
    total = sum(len(text.units) for text in of.texts)
    for name, find in finds.items():
        left = 0
        for text in of.texts:
            spans = find(text.text, text.lang)
            units = scoring.leaked(text.text, text.units, spans)
            left += len(units)
            if show == "leaks":
                for unit in units:
                    at = text.text.lower().index(unit)
                    print("LEAK", repr(unit), "|", repr(text.text[max(0, at - CONTEXT) : at + len(unit) + CONTEXT]))
        print(f"{of.name}: {name}: {left / total:.1%} of {total:,} units still leave")


def _clean(of: labelled.Set, finds: dict[str, Find], show: str) -> None:
    words = sum(len(text.text.split()) for text in of.texts)
    for name, find in finds.items():
        found: Counter[str] = Counter()
        for text in of.texts:
            spans = find(text.text, text.lang)
            found.update(span.kind for span in spans)
            if show == "clean":
                for span in spans:
                    _print("FOUND", text.text, span)
        most = ", ".join(f"{kind} {count}" for kind, count in found.most_common(6))
        print(f"{of.name}: {name}: {found.total() / words * 1000:.2f} spans per 1,000 words of plain prompts ({most})")


def _time(sets: Sequence[labelled.Set], finds: dict[str, Find]) -> None:
    """Each text once, cut into pieces; texts shorter than one are joined: what a prompt is like, set by set."""
    print(f"\nTime for {PIECE:,} characters on one core, ms (one pass, each piece once):")
    for of in sets:
        joined = "\n\n".join(text.text for text in of.texts)[: 300 * PIECE]
        pieces = [joined[at : at + PIECE] for at in range(0, len(joined) - PIECE + 1, PIECE)]
        lines = []
        for name, find in finds.items():
            language = of.texts[0].lang
            find(pieces[0], language)
            spent = sorted(_spent(find, piece, language) * 1000 for piece in pieces)
            lines.append(f"{name} p50 {statistics.median(spent):.2f}, p95 {spent[int(0.95 * len(spent))]:.2f}")
        print(f"  {of.name}: {'; '.join(lines)}")


def _spent(find: Find, text: str, language: str) -> float:
    started = time.process_time()
    find(text, language)
    return time.process_time() - started


def _show(show: str, text: labelled.Text, spans: Sequence[Span]) -> None:
    what, _, kind = show.partition(":")
    if what == "miss":
        for label in text.spans:
            if label.kind == kind and scoring.covered(label, spans) < 0.9 * (label.end - label.start):
                _print("MISS", text.text, label)
    elif what == "false":
        for span in spans:
            if span.kind == kind and not scoring.covered(span, text.spans):
                _print("FALSE", text.text, span)


def _print(what: str, text: str, span: Span) -> None:
    around = text[max(0, span.start - CONTEXT) : span.end + CONTEXT // 2]
    print(what, span.kind, span.reason, repr(around), "|", text[span.start : span.end])


if __name__ == "__main__":
    main()
