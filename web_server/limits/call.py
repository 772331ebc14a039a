"""One call as the limits see it: what it is expected to use, and what its tokens cost.

Made by `exchange`; asked by `gate`. Pure. Never a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from web_server.providers.catalog import Model
from web_server.query import Json, Query, Usage

BYTES_A_TOKEN = 4
"""The usual estimate for JSON-wrapped prose; the same as the key server is told."""

MOST_TOKENS = 100_000_000
"""No larger count of one call is believed."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to `model`. Prices are US dollars per million tokens: millionths of a dollar a token."""

    model: str
    estimate: Usage
    input_price: float = 0
    output_price: float = 0
    heard: int = 0
    """About how many tokens of its answer came, where it broke off before its provider counted them."""

    def cost(self, usage: Usage) -> int:
        """In millionths of a dollar."""
        return round(usage.prompt_tokens * self.input_price + usage.completion_tokens * self.output_price)

    def believed(self, usage: Usage | None) -> Usage | None:
        """What the provider counted, where it can be."""
        counts = (usage.prompt_tokens, usage.completion_tokens) if usage else (-1,)
        return usage if all(0 <= count <= MOST_TOKENS for count in counts) else None

    def settled(self, usage: Usage | None) -> Usage:
        """What it is taken to have used: what was counted, else the estimate, and no less than was heard."""
        if usage is not None:
            return usage
        return Usage(self.estimate.prompt_tokens, max(self.estimate.completion_tokens, self.heard))


def of(model: Model, query: Query) -> Call:
    """The call that `query` is going to be."""
    return beside(model, query.payload, query.size)


def looking(what: str) -> Call:
    """A call that asks no model: it is a query of the minute, and uses nothing."""
    return Call(what, Usage())


def beside(model: Model, payload: Mapping[str, Json], size: int) -> Call:
    """A call that is made for another one's sake."""
    return Call(str(model.ref), estimate(payload, size), model.input_price or 0, model.output_price or 0)


def estimate(payload: Mapping[str, Json], size: int) -> Usage:
    """What a request of `size` bytes may use: its own length, and as much of an answer as it asks for at most."""
    asked = [payload.get(name) for name in ("max_completion_tokens", "max_tokens", "max_output_tokens")]
    most = max((each for each in asked if isinstance(each, int) and not isinstance(each, bool)), default=0)
    return Usage(max(1, size // BYTES_A_TOKEN), min(max(0, most), MOST_TOKENS))
