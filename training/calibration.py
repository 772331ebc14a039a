"""What a probability of the network is worth: of the names that it reads with about this one, how many are names.

Fitted kind by kind on texts that were held out: neighbours are pooled until the share only rises, as in isotonic
regression.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Points = list[tuple[float, float]]

NOTHING: Points = [(0.0, 0.0), (1.0, 1.0)]
_LEAST = 40
"""Names in one step of the curve."""


def fitted(read: Iterable[tuple[float, bool]]) -> Points:
    """From pairs of a probability and whether it was a name: points of a rising curve, its ends included."""
    pairs = sorted(read)
    blocks: list[tuple[float, float, int]] = []  # mean probability, share of names, how many
    for probability, right in pairs:
        blocks.append((probability, float(right), 1))
        while len(blocks) > 1 and (blocks[-2][1] >= blocks[-1][1] or blocks[-2][2] < _LEAST):
            last, before = blocks.pop(), blocks.pop()
            blocks.append(_pooled(before, last))
    if len(blocks) > 1 and blocks[-1][2] < _LEAST:
        last, before = blocks.pop(), blocks.pop()
        blocks.append(_pooled(before, last))
    if not blocks:
        return NOTHING
    inner = [(round(probability, 4), round(share, 4)) for probability, share, _ in blocks]
    return [(0.0, 0.0), *_rising(inner), (1.0, max(inner[-1][1], 0.99))]


def _pooled(one: tuple[float, float, int], other: tuple[float, float, int]) -> tuple[float, float, int]:
    count = one[2] + other[2]
    return (one[0] * one[2] + other[0] * other[2]) / count, (one[1] * one[2] + other[1] * other[2]) / count, count


def _rising(points: Sequence[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    at = 0.0
    for probability, share in points:
        if at < probability < 1.0:
            yield probability, share
            at = probability
