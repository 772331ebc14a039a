"""How well found spans meet labelled ones.

Used by `bench.detection`. Pure. A label is met by one span of its kind with IoU (characters in common by characters in
either) of at least a bound, each span meeting one label. That punishes a title or a house number more or less, so a
label is also found where at least half of its characters lie in spans of its kind; and it is hidden where at least nine
tenths of them lie in spans of whatever kind: that is what keeps it from leaving.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from web_server.privacy.spans import Span

FOUND, HIDDEN = 0.5, 0.9
"""Which share of a label's characters it takes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one kind, or of several taken together."""

    labels: int
    spans: int
    recall: float
    precision: float
    found: float
    hidden: float

    @property
    def f2(self) -> float:
        """Recall counts twice as much as precision."""
        return f_beta(self.precision, self.recall)


@dataclass(slots=True)
class Score:
    """Counts by labelled kind, over many texts."""

    iou: float
    same: Mapping[str, frozenset[str]]
    labels: Counter[str] = field(default_factory=Counter)
    spans: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)

    def add(self, labels: Sequence[Span], spans: Sequence[Span]) -> None:
        """One text's."""
        met_by: dict[int, str] = {}
        for label in labels:
            self.labels[label.kind] += 1
            self.hidden[label.kind] += is_covered(label, spans, HIDDEN)
            self.found[label.kind] += is_covered(label, (span for span in spans if self._fits(label, span)), FOUND)
            free = (at for at, span in enumerate(spans) if at not in met_by and self._fits(label, span))
            best = max(((_iou(label, spans[at]), -at) for at in free), default=(0.0, 0))
            if best[0] >= self.iou:
                met_by[-best[1]] = label.kind
                self.met[label.kind] += 1
        for at, span in enumerate(spans):
            kind = met_by.get(at, span.kind)
            self.spans[kind] += 1
            self.right[kind] += at in met_by

    def of(self, kinds: Collection[str]) -> Figures:
        """The figures of these kinds together."""

        def total(counts: Counter[str]) -> int:
            return sum(counts[kind] for kind in kinds)

        labels, spans = total(self.labels), total(self.spans)
        return Figures(
            labels,
            spans,
            recall=total(self.met) / (labels or 1),
            precision=total(self.right) / (spans or 1),
            found=total(self.found) / (labels or 1),
            hidden=total(self.hidden) / (labels or 1),
        )

    def _fits(self, label: Span, span: Span) -> bool:
        return span.kind in self.same.get(label.kind, {label.kind})


def f_beta(precision: float, recall: float, beta: float = 2.0) -> float:
    both = beta**2 * precision + recall
    return (1 + beta**2) * precision * recall / both if both else 0.0


def is_covered(label: Span, spans: Iterable[Span], share: float) -> bool:
    """Whether at least this share of its characters lies in one of the spans."""
    return covered(label, spans) >= share * (label.end - label.start)


def covered(label: Span, spans: Iterable[Span]) -> int:
    """How many of its characters lie in one of the spans, which do not overlap."""
    return sum(max(0, min(label.end, span.end) - max(label.start, span.start)) for span in spans)


def leaked(text: str, units: Iterable[str], spans: Iterable[Span]) -> list[str]:
    """The units that still stand in the text once every span is blanked."""
    for span in sorted(spans, key=lambda span: -span.start):
        text = f"{text[: span.start]}\N{FULL BLOCK}{text[span.end :]}"
    lower = text.lower()
    return [unit for unit in units if unit in lower]


def _iou(one: Span, other: Span) -> float:
    common = min(one.end, other.end) - max(one.start, other.start)
    return common / (max(one.end, other.end) - min(one.start, other.start)) if common > 0 else 0.0
