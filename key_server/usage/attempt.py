"""One endpoint tried for one call, as usage sees it; and the sums that it adds to.

Made by `pool.allocator`; used by the other files of this package, `store.usage` and `servicer`. Pure.
Never a label, a prompt or a caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from key_server.catalog.provider import Price

MOST_TOKENS = 100_000_000  # of one call, each way: a hundred times the longest context there is
MOST_NANO_USD = 10**13  # ten thousand dollars a call: sums stay within the 53 bits of a number in Lua
HOUR_S = 3600
LONGEST_MODEL = 128  # characters; where a provider takes any name, it is the web server that chooses it
FREE = Price(0.0, 0.0)


class Row(NamedTuple):
    """What sums are kept by. `hour_s`: when the hour in which the attempt began did; `key_id` empty: it takes none."""

    hour_s: int
    key_id: str
    provider: str
    model: str


class Sums(NamedTuple):
    """`errors` are requests that were not answered, or not to the end. Costs are in billionths of a US dollar."""

    requests: int = 0
    errors: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    latency_ms: int = 0
    nano_usd: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(*(mine + its for mine, its in zip(self, other, strict=True)))


NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class Attempt:
    """`estimate`: tokens, where no count is ever reported. `reserved_tokens` of the minute of `taken_at_s` are its.

    `least_tokens`: what of them stays reserved whatever is reported. `price`: that of the moment it began.
    """

    attempt_id: str
    call_id: str
    key_id: str
    provider: str
    model: str
    endpoint_id: str
    estimate: int = 0
    reserved_tokens: int = 0
    taken_at_s: int = 0
    least_tokens: int = 0
    price: Price = FREE

    def row(self, began_at_s: float) -> Row:
        return Row(int(began_at_s) // HOUR_S * HOUR_S, self.key_id, self.provider, self.model)

    def spent(self, prompt_tokens: int, completion_tokens: int) -> Sums:
        """A dollar for a million tokens is a thousand billionths for one."""
        cost = round((prompt_tokens * self.price.input + completion_tokens * self.price.output) * 1000)
        return Sums(prompt_tokens=prompt_tokens, completion_tokens=completion_tokens, nano_usd=min(cost, MOST_NANO_USD))
