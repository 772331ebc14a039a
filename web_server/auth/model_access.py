"""Which models a caller may use: patterns such as `openai/*` on `provider/model`.

Asked by the exchange, for every query and every list. Pure. A star stands for any characters; nothing else is special.
"""

from __future__ import annotations

from collections.abc import Iterable

from web_server.query import Caller, ModelRef


def may_use(caller: Caller, model: ModelRef) -> bool:
    """Whether every list of patterns that holds for the caller has one that fits."""
    return all(_any_fits(patterns, str(model)) for patterns in caller.models)


def sensible(pattern: str) -> bool:
    """Whether it can fit any model at all: models are called `provider/model`."""
    return "/" in pattern or "*" in pattern


def _any_fits(patterns: Iterable[str], name: str) -> bool:
    return any(fits(pattern, name) for pattern in patterns)


def fits(pattern: str, name: str) -> bool:
    """Whether the parts between the stars stand in `name` in this order, the outer ones at its ends. Linear."""
    first, star, rest = pattern.partition("*")
    if not star:
        return pattern == name
    *middle, last = rest.split("*")
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
