"""What one caller has spent of its limits, and what is left.

Read by `gate` from the counts; told by the door that lists models. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from web_server.limits.limit import MICRO, Limit
from web_server.query import Json


@dataclass(frozen=True, slots=True)
class Spent:
    """Of the last minute, of this moment, of the day (UTC). `cost_per_day` is in millionths of a dollar."""

    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    answers_at_once: int = 0
    tokens_per_day: int = 0
    cost_per_day: int = 0


def left(limit: Limit, spent: Spent | None) -> dict[str, Json]:
    """By limit `{"most", "left"}`, or null where there is none. `left` is null where it cannot be told now."""
    told: dict[str, Json] = {}
    for name in ("requests_per_minute", "tokens_per_minute", "answers_at_once", "tokens_per_day"):
        most: int = getattr(limit, name)
        told[name] = {"most": most, "left": max(0, most - getattr(spent, name)) if spent else None} if most else None
    dollars: Json = None
    if limit.dollars_per_day:
        rest = max(0, limit.micro_dollars_per_day - spent.cost_per_day) / MICRO if spent else None
        dollars = {"most": limit.dollars_per_day, "left": rest}
    return {**told, "dollars_per_day": dollars}
