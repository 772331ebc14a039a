"""What the shipped model of names has learned from, and is therefore not measured with.

Called by `bench.detection`. The training says it: `training/sets.py`, which needs none of the training's packages and
is imported where the first text is asked about. Presidio and the rules are measured with the same texts.
"""

from __future__ import annotations

from collections.abc import Mapping


def is_learned(name: str, row: Mapping[str, object]) -> bool:
    """Whether this line of the set of that name was learned from."""
    from training import sets  # noqa: PLC0415 - what measures something else does without the training

    return sets.is_learned(name, row)
