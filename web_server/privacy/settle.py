"""Overlaps are settled once, for all detectors: what is surer, then longer, then earlier, keeps its place.

Called by the finder. Pure: the same spans give the same answer whatever their order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from web_server.privacy import kinds
from web_server.privacy.spans import Span

_SURE = 0.9
"""A checksum or a published format: it beats a longer guess."""

# Readings that explain what else is found inside them: a link has a login, a login looks like an e-mail, an address has
# a postcode. The smaller number goes first.
_WIDE = {kinds.URL: 0, kinds.SECRET: 1, kinds.EMAIL_ADDRESS: 2, kinds.STREET_ADDRESS: 2}


def settle(spans: Iterable[Span]) -> list[Span]:
    """Ordered, none overlapping."""
    kept: list[Span] = []
    starts: list[int] = []
    for span in sorted(spans, key=_rank):
        at = bisect_left(starts, span.start)
        free_before = at == 0 or kept[at - 1].end <= span.start
        free_after = at == len(kept) or span.end <= kept[at].start
        if free_before and free_after and span.start < span.end:
            kept.insert(at, span)
            starts.insert(at, span.start)
    return kept


def without_wide(spans: Iterable[Span]) -> Iterable[Span]:
    """Those that explain nothing but themselves."""
    return (span for span in spans if span.kind not in _WIDE)


def _rank(span: Span) -> tuple[int, bool, int, float, int, str, str]:
    """Smallest first. Wide kinds go before all, then the sure, the longer, the higher score; the rest breaks ties."""
    sure = span.score >= _SURE
    return (_WIDE.get(span.kind, 3), not sure, span.start - span.end, -span.score, span.start, span.kind, span.reason)
