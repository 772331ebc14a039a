"""One line of the doctor's table.

Made by every check, printed by `cli.doctor`. Never holds a secret.
"""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """`found`: what is so. `advice`: what to do about it; empty where all is well."""

    check: str
    state: str
    found: str
    advice: str = ""


def split(check: str, sentence: str) -> Finding:
    """A problem from a ConfigError's sentence: what is wrong; what to set."""
    found, _, advice = sentence.partition("; ")
    return Finding(check, PROBLEM, found.rstrip("."), advice)
