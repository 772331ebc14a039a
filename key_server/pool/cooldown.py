"""How long an endpoint rests after which failure. Data; `lua/fail.lua` reckons with it, `lua/standing.lua` heeds it.

Used by `leases` and `store.pool`. Each kind of failure has a rest of its own; the longest counts. Never shortens one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

OUTCOMES_FAILED, OUTCOMES = 3, 10  # so many failures of the last so many outcomes open an endpoint's circuit


class Failure(Enum):
    """What an endpoint did instead of answering."""

    REFUSED = "refused"  # 401
    FORBIDDEN = "forbidden"  # 403: often the model that was asked for, not the key
    LIMITED = "limited"  # 429
    FAILED = "failed"  # 5xx, 408, 425, redirect, reset, garbage, nothing
    SILENT = "silent"  # nothing within the provider's timeout


@dataclass(frozen=True, slots=True)
class Rest:
    """`first_ms`, doubling up to `longest_ms`, forgotten `memory_ms` after its end."""

    first_ms: int
    longest_ms: int
    memory_ms: int


# One bad answer is weather: a pool of one would go dark for everyone at the first 500. Only several open the circuit.
_CIRCUIT = Rest(first_ms=1_000, longest_ms=60_000, memory_ms=600_000)
_KEY = Rest(first_ms=60_000, longest_ms=3_600_000, memory_ms=3_600_000)

RESTS: Mapping[Failure, Rest] = {
    Failure.REFUSED: _KEY,
    # Rests for that model alone: else a caller who names one that the key may not use would take it from all others.
    # And shortly at first: some providers say 403 to a prompt that they do not like.
    Failure.FORBIDDEN: Rest(first_ms=5_000, longest_ms=3_600_000, memory_ms=600_000),
    Failure.LIMITED: Rest(first_ms=2_000, longest_ms=3_600_000, memory_ms=60_000),
    Failure.FAILED: _CIRCUIT,
    Failure.SILENT: _CIRCUIT,
}
