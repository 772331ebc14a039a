"""Few sizes in place of many: a number rounded up to one of a fixed row, so that only the bucket can be seen.

Used for frames and ticks towards callers and for the bytes of requests towards providers. Pure.
"""

from __future__ import annotations


def bucket(number: int, steps: int) -> int:
    """The least bucket that holds `number`: `steps` of them, a power of two, from each power of two to the next.

    At most one part in `steps` is added. Numbers up to twice `steps` are buckets of their own; the least bucket is 1.
    """
    if number <= 1:
        return 1
    unit = max(1, (1 << ((number - 1).bit_length() - 1)) // steps)
    return -(-number // unit) * unit
