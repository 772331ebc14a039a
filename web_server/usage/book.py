"""The book of usage: what each caller used, by model and day (UTC). The key server's own book knows no caller.

Filled by the gate, at the end of each call; read by the admin door. Names: `ws:{book}:day:<date>`, fields
`<caller's HMAC>|<sum>|<model>`, and `ws:{book}:names:<date>`, the sealed names. A day is forgotten after
WEB_SERVER_USAGE_DAYS. Of models that callers name freely, only so many a day have rows of their own.
Never: a name in clear, a prompt, an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from web_server.decoys.budget import real_traffic
from web_server.limits.call import Call
from web_server.query import Usage
from web_server.usage.metrics import Metrics
from web_server.usage.names import Names
from web_server.usage.tally import Place, Tally, place

USED = ("requests", "failed", "estimated", "prompt_tokens", "completion_tokens", "micro_dollars")
"""`estimated`: calls whose provider did not say what they used; their prompt is booked as it was estimated, their
answer as far as it was heard."""

DECOYS = ("decoys", "decoy_prompt_tokens", "decoy_completion_tokens", "decoy_micro_dollars")
"""Of the covers that went along with the caller's queries; they are in no other sum."""
SUMS = (*USED, *DECOYS)

MOST_MODELS = 1000
"""A day, of one worker: a provider that takes any name would else let one caller fill the store with names."""
OTHERS = "(others)"


@dataclass(frozen=True, slots=True)
class Row:
    """What one caller used of one model on one day."""

    day: str
    mark: str
    caller: str | None = field(repr=False)
    """None where the name was sealed under another secret."""
    model: str
    sums: dict[str, int]


class UsageBook:
    """Writes behind the answers, reads for operators."""

    def __init__(
        self, tally: Tally, metrics: Metrics, names: Names, *, days: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._tally = tally
        self._metrics = metrics
        self._names = names
        self._days = days
        self._clock = clock
        self._day = ""
        self._models: set[str] = set()
        self._named: set[str] = set()

    def entered(self, limit: str | None) -> None:
        """A call was let in, or which limit forbade it."""
        if limit is not None:
            self._metrics.count("limited_total", limit=limit)

    def begun(self, seconds: float) -> None:
        """The first piece of an answer came, so long after its call was let in."""
        self._metrics.time("first_token_seconds", seconds)

    def ended(self, mark: str, subject: str, call: Call, usage: Usage | None, *, failed: bool) -> None:
        """A call ended; `usage` is None where the provider did not say."""
        used = Usage(call.estimate.prompt_tokens, call.heard) if usage is None else usage
        today = self._today()
        model = self._model(call.model)
        self._name(mark, subject, today)
        numbers = (1, int(failed), int(usage is None), used.prompt_tokens, used.completion_tokens, call.cost(used))
        for each, number in zip(USED, numbers, strict=True):
            if number:
                self._tally.add(self._place("day", today), f"{mark}|{each}|{model}", number)
        for whose in ("all", mark) if used.total_tokens else ():
            self._tally.add(real_traffic(today), whose, used.total_tokens)
        for direction, tokens in (("in", used.prompt_tokens), ("out", used.completion_tokens)):
            if tokens:
                self._metrics.count("tokens_total", tokens, direction=direction)

    def decoy(self, mark: str, subject: str, call: Call, usage: Usage, *, source: str, outcome: str) -> None:
        """A cover has ended: `answered`, `refused` by the provider, or `failed`."""
        self._metrics.count("decoys_total", source=source, outcome=outcome)
        today, model = self._today(), self._model(call.model)
        self._name(mark, subject, today)
        numbers = (1, usage.prompt_tokens, usage.completion_tokens, call.cost(usage))
        for each, number in zip(DECOYS, numbers, strict=True):
            if number:
                self._tally.add(self._place("day", today), f"{mark}|{each}|{model}", number)
        self._decoy_tokens(usage)

    def invented(self, usage: Usage) -> None:
        """A model was asked for covers; they are nobody's yet."""
        self._decoy_tokens(usage)

    def decoys_missing(self, reason: str, number: int) -> None:
        """So many covers that were asked for did not go."""
        self._metrics.count("decoys_missing_total", number, reason=reason)

    async def rows(self, days: int) -> list[Row]:
        """What was used on the last so many days, today included. Raises Away."""
        await self._tally.flush()
        found: list[Row] = []
        now = datetime.fromtimestamp(self._clock(), UTC).date()
        for back in range(min(days, self._days)):
            day = (now - timedelta(days=back)).isoformat()
            sealed = await self._tally.read(place("names", day))
            sums: dict[tuple[str, str], dict[str, int]] = {}
            for name, value in (await self._tally.read(place("day", day))).items():
                mark, each, model = name.split("|", 2)
                sums.setdefault((mark, model), dict.fromkeys(SUMS, 0))[each] = int(value)
            for (mark, model), row in sums.items():
                caller = self._names.open(mark, sealed[mark]) if mark in sealed else None
                found.append(Row(day, mark, caller, model, row))
        return found

    def _decoy_tokens(self, usage: Usage) -> None:
        for direction, tokens in (("in", usage.prompt_tokens), ("out", usage.completion_tokens)):
            if tokens:
                self._metrics.count("decoy_tokens_total", tokens, direction=direction)

    def _name(self, mark: str, subject: str, today: str) -> None:
        if mark not in self._named and len(self._named) < MOST_MODELS * 100:
            self._named.add(mark)
            self._tally.put(self._place("names", today), mark, self._names.seal(mark, subject))

    def _today(self) -> str:
        day = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        if day != self._day:
            self._day = day
            self._models.clear()
            self._named.clear()
        return day

    def _model(self, model: str) -> str:
        if model not in self._models and len(self._models) >= MOST_MODELS:
            return OTHERS
        self._models.add(model)
        return model

    def _place(self, kind: str, day: str) -> Place:
        first = datetime.fromisoformat(day).replace(tzinfo=UTC)
        return place(kind, day, ends=int((first + timedelta(days=self._days + 1)).timestamp()))
