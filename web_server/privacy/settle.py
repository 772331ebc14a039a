"""Overlaps are settled once, for all detectors: what is surer, then longer, then earlier, keeps its place.

What loses its place keeps what the others leave of it: a password that is half taken for a host is hidden all the same.
Called by the finder. Pure: the same spans give the same answer whatever their order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from web_server.privacy import kinds
from web_server.privacy.spans import START, Span

_SURE = 0.9
"""A checksum or a published format: it beats a longer guess."""

_WORDS = re.compile(r"[^\W_]+")
# Readings that explain what else is found inside them: a link has a login, a login looks like an e-mail, an address has
# a postcode. The smaller number goes first.
_WIDE = {kinds.URL: 0, kinds.SECRET: 1, kinds.EMAIL_ADDRESS: 2, kinds.STREET_ADDRESS: 2}


def settle(spans: Iterable[Span], text: str) -> list[Span]:
    """Ordered, none overlapping; each letter and digit of `text` that one of the spans held is held by one of these.

    But where two spans of one kind overlap: then the likelier one says where the value begins and ends.
    """
    return [span for cluster in _clusters(spans) for span in _settled(cluster, text)]


def _clusters(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Those that overlap, directly or by way of others: what is settled in one cluster is no matter to the next."""
    cluster: list[Span] = []
    end = 0
    for span in sorted(spans, key=START):
        if span.start >= end and cluster:
            yield cluster
            cluster = []
        cluster.append(span)
        end = max(end, span.end)
    if cluster:
        yield cluster


def _settled(spans: list[Span], text: str) -> list[Span]:
    if len(spans) == 1:
        return spans
    kept: list[Span] = []
    starts: list[int] = []
    for span in sorted(spans, key=_rank):
        first = bisect_left(starts, span.start)
        if first and kept[first - 1].end > span.start:
            first -= 1
        last = bisect_left(starts, span.end, first)
        over = kept[first:last]
        if any(other.kind == span.kind for other in over):
            continue
        left = [span] if not over else list(_rests(span, over, text))
        for at, piece in enumerate(left):
            place = bisect_left(starts, piece.start, first + at)
            kept.insert(place, piece)
            starts.insert(place, piece.start)
    return kept


def _rests(span: Span, over: list[Span], text: str) -> Iterator[Span]:
    """What those that lie over it leave of a span."""
    start = span.start
    for other in over:
        if left := rest(span, start, other.start, text):
            yield left
        start = other.end
    if left := rest(span, start, span.end, text):
        yield left


def rest(span: Span, start: int, end: int, text: str) -> Span | None:
    """`span` from `start` to `end`, without what stands around its words; None where no word is left."""
    words = list(_WORDS.finditer(text, start, end)) if start < end else ()
    return span.moved(words[0].start(), words[-1].end()) if words else None


def without_wide(spans: Iterable[Span]) -> Iterable[Span]:
    """Those that explain nothing but themselves."""
    return (span for span in spans if span.kind not in _WIDE)


def _rank(span: Span) -> tuple[int, bool, int, float, int, str, str]:
    """Smallest first. Wide kinds go before all, then the sure, the longer, the higher score; the rest breaks ties."""
    sure = span.score >= _SURE
    return (_WIDE.get(span.kind, 3), not sure, span.start - span.end, -span.score, span.start, span.kind, span.reason)
