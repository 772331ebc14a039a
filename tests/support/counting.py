"""How much work something is, in calls: unlike seconds, the same on a busy machine.

What happens inside one regular expression no call shows; `backtracking` counts its steps.
"""

from __future__ import annotations

import sys
from collections.abc import Callable


def calls(work: Callable[[], object]) -> int:
    """How many functions, of Python's and of C's, `work` calls."""
    count = 0

    def counting(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
