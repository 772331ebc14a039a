"""The texts behind the figures of detection, for who looks for a cause: asked for by `--show`, and else never printed.

`miss:KIND` labels that are not hidden; `false:KIND` spans of this kind that touch no label; `clean` what is found in
plain prompts, and whether it touches a name where the names are marked; `leaks` units that still leave.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench import labelled, scoring
from bench.finders import Find
from web_server.privacy.spans import Span

CONTEXT = 50
WAYS = ("miss:KIND", "false:KIND", "clean", "leaks")


def show(of: labelled.Set, find: Find, asked: str) -> None:
    """What `asked` says, of every text of the set that it can be said of."""
    what, _, kind = asked.partition(":")
    for text in of.texts:
        labels = text.spans if of.labelled else text.names
        if what == "leaks" and of.has_units:
            _leaks(text, find(text.text, text.lang))
        elif what == "clean" and not of.labelled and not of.has_units:
            _clean(text, find(text.text, text.lang))
        elif what in ("miss", "false") and labels is not None:
            _wrong(what, kind, text.text, labels, find(text.text, text.lang))


def _wrong(what: str, kind: str, text: str, labels: Sequence[Span], spans: Sequence[Span]) -> None:
    if what == "miss":
        for label in labels:
            if label.kind == kind and not scoring.is_covered(label, spans, scoring.HIDDEN):
                _print("MISS", text, label)
    else:
        for span in spans:
            if span.kind == kind and not scoring.covered(span, labels):
                _print("FALSE", text, span)


def _clean(text: labelled.Text, spans: Sequence[Span]) -> None:
    for span in spans:
        _print(
            "FALSE" if text.names is not None and not scoring.covered(span, text.names) else "FOUND", text.text, span
        )


def _leaks(text: labelled.Text, spans: Sequence[Span]) -> None:
    for unit in scoring.leaked(text.text, text.units, spans):
        at = text.text.lower().index(unit)
        print("LEAK", repr(unit), "|", repr(text.text[max(0, at - CONTEXT) : at + len(unit) + CONTEXT]))


def _print(what: str, text: str, span: Span) -> None:
    around = text[max(0, span.start - CONTEXT) : span.end + CONTEXT // 2]
    print(what, span.kind, span.reason, repr(around), "|", text[span.start : span.end])
