"""How long an endpoint rests after which failure. Data; the arithmetic is `lua/cool.lua`.

Read by `allocator`. Never shortens a rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Failure(Enum):
    """What an endpoint did instead of answering."""

    REFUSED = "refused"  # 401
    FORBIDDEN = "forbidden"  # 403: often the model that was asked for, not the key
    LIMITED = "limited"  # 429
    FAILED = "failed"  # 5xx, 408, 425, redirect, reset, garbage, nothing
    SILENT = "silent"  # nothing within the provider's timeout


@dataclass(frozen=True, slots=True)
class Rest:
    """After `failures` of them: `first_ms`, doubling up to `longest_ms`, forgotten `memory_ms` after the rest's end."""

    failures: int
    first_ms: int
    longest_ms: int
    memory_ms: int


RESTS: Mapping[Failure, Rest] = {
    Failure.REFUSED: Rest(failures=1, first_ms=60_000, longest_ms=3_600_000, memory_ms=3_600_000),
    Failure.LIMITED: Rest(failures=1, first_ms=2_000, longest_ms=3_600_000, memory_ms=60_000),
    # One bad answer is weather: a pool of one would otherwise go dark for everyone at the first 500.
    Failure.FAILED: Rest(failures=3, first_ms=1_000, longest_ms=30_000, memory_ms=60_000),
    # Else one caller who names a model that the key may not use would send it to rest for all the others.
    Failure.FORBIDDEN: Rest(failures=3, first_ms=1_000, longest_ms=30_000, memory_ms=60_000),
    Failure.SILENT: Rest(failures=3, first_ms=1_000, longest_ms=30_000, memory_ms=60_000),
}
