"""Rules of the policy file for single callers: which of them holds for whom.

Read from the policy file; asked by `rules`, once a query. Pure.
Never shows a caller's name: subjects may be mail addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from web_server.privacy.minimum import Minimum


@dataclass(frozen=True, slots=True)
class CallerRule:
    """What holds for the callers that one pattern names, on top of what holds for all."""

    minimum: Minimum = field(default_factory=Minimum)
    policy: str | None = None
    """`default`, `strict` or a policy file, in place of the file's own; None is the file's own."""


def rule_for(subject: str, rules: Mapping[str, CallerRule]) -> CallerRule | None:
    """The rule of the pattern that says most about `subject`: that with the most characters besides `*`.

    One without `*` is the most of all; of two equals the one that comes first in the file.
    """
    if subject in rules:
        return rules[subject]
    fitting = (pattern for pattern in rules if "*" in pattern and _fits(subject, pattern.split("*")))
    best = max(fitting, key=lambda pattern: len(pattern) - pattern.count("*"), default=None)
    return None if best is None else rules[best]


def _fits(subject: str, parts: list[str]) -> bool:
    """Whether the parts between the stars stand in `subject` in this order, the outer ones at its ends."""
    first, *middle, last = parts
    if not subject.startswith(first) or not subject.endswith(last) or len(subject) < len(first) + len(last):
        return False
    return _in_order(subject[len(first) : len(subject) - len(last)], middle)


def _in_order(text: str, parts: Iterable[str]) -> bool:
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
