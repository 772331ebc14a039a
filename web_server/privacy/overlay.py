"""What the operator said outright, laid over what was settled: denied values are hidden whole, blocked kinds seen.

Called by the finder, for policies that deny or block something. Settling keeps the likeliest reading of each place;
a denied value that lost its place would leave, and a blocked kind inside a link would go unseen. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from web_server.privacy.settle import rest, settle, without_wide
from web_server.privacy.spans import START, Span

DENIED = "deny-list"
"""The reason of a value that the policy denies."""


def settled(found: Sequence[Span], text: str, blocked: frozenset[str]) -> list[Span]:
    """Ordered, none overlapping. `blocked` are the kinds that stop a query."""
    firm = sorted((span for span in found if span.reason == DENIED), key=lambda span: span.start - span.end)
    spans = settle((span for span in found if span.reason != DENIED), text)
    if blocked:
        # Also what stands inside a link or an address: nothing is sent then, so what else it may be is no matter.
        firm += [span for span in settle(without_wide(found), text) if span.kind in blocked]
    for span in firm:
        _lay(span, spans, text, span.kind in blocked)
    return spans


def _lay(span: Span, spans: list[Span], text: str, must_show: bool) -> None:
    """Puts `span` over `spans`; what is inside a wider one is hidden already, in its context."""
    first = bisect_left(spans, span.start, key=START)
    if first and spans[first - 1].end > span.start:
        first -= 1
    last = bisect_left(spans, span.end, first, key=START)
    touched = spans[first:last]
    if not must_show and any(other.start <= span.start and span.end <= other.end for other in touched):
        return
    parts = [part for other in touched for part in _outside(span, other, text)]
    spans[first:last] = sorted([*parts, span], key=START)


def _outside(span: Span, other: Span, text: str) -> Iterator[Span]:
    """What `span` leaves of `other`: it was found to be private as well."""
    for start, end in ((other.start, min(other.end, span.start)), (max(other.start, span.end), other.end)):
        if start < end and (left := rest(other, start, end, text)):
            yield left
