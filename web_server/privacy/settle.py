"""Overlaps are settled once, for all detectors: what is surer, then longer, then earlier, keeps its place.

What loses its place keeps what the others leave of it: a password that is half taken for a host is hidden all the same.
Called by the finder. Pure: the same spans give the same answer whatever their order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from web_server.privacy import kinds
from web_server.privacy.spans import Span

_SURE = 0.9
"""A checksum or a published format: it beats a longer guess."""

_WORDS = re.compile(r"[^\W_]+")
# Readings that explain what else is found inside them: a link has a login, a login looks like an e-mail, an address has
# a postcode. The smaller number goes first.
_WIDE = {kinds.URL: 0, kinds.SECRET: 1, kinds.EMAIL_ADDRESS: 2, kinds.STREET_ADDRESS: 2}


def settle(spans: Iterable[Span], text: str) -> list[Span]:
    """Ordered, none overlapping; every letter and digit of `text` that was in one of the spans still is in one."""
    kept: list[Span] = []
    starts: list[int] = []
    for span in sorted(spans, key=_rank):
        at = bisect_left(starts, span.start)
        start = max(span.start, kept[at - 1].end) if at else span.start
        while start < span.end:
            end = min(span.end, starts[at]) if at < len(kept) else span.end
            if left := rest(span, start, end, text):
                kept.insert(at, left)
                starts.insert(at, left.start)
                at += 1
            start = kept[at].end if at < len(kept) else span.end
            at += 1
    return kept


def rest(span: Span, start: int, end: int, text: str) -> Span | None:
    """`span` from `start` to `end`, without what stands around its words; None where no word is left."""
    if start <= span.start and span.end <= end:
        return span
    words = list(_WORDS.finditer(text, start, end))
    return span.moved(words[0].start(), words[-1].end()) if words else None


def without_wide(spans: Iterable[Span]) -> Iterable[Span]:
    """Those that explain nothing but themselves."""
    return (span for span in spans if span.kind not in _WIDE)


def _rank(span: Span) -> tuple[int, bool, int, float, int, str, str]:
    """Smallest first. Wide kinds go before all, then the sure, the longer, the higher score; the rest breaks ties."""
    sure = span.score >= _SURE
    return (_WIDE.get(span.kind, 3), not sure, span.start - span.end, -span.score, span.start, span.kind, span.reason)
