"""The level `quasi`: exact ages, dates and amounts are generalised, and small places hidden wherever they are named.

Used by the shield in place of its finder and its policy when a query asks for it. What the policy hides already stays
hidden as the policy says: nothing is ever shown more exactly than without this level.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from web_server.privacy import kinds
from web_server.privacy.finder import PatternFinder
from web_server.privacy.obfuscation.bands import band
from web_server.privacy.obfuscation.small_places import small_places
from web_server.privacy.policy import Policy, Treatment
from web_server.privacy.spans import Finder, Span
from web_server.privacy.walk import Slot

GENERALISED: Final = (kinds.AGE, kinds.DATE_TIME, kinds.MONEY)
AGAIN: Final = "age-again"
"""The reason of an age in a provider's turn that the caller has told."""

_NUMBER = re.compile(r"(?<![\w.,:/%$€£-])\d{1,3}(?![\w%€£]|[.,:/]\d)")
_ONLY_GENERALISED = Policy(
    "quasi",
    treatments=MappingProxyType(dict.fromkeys(GENERALISED, Treatment.GENERALISE)),
    otherwise=Treatment.KEEP,
)


def generalising(policy: Policy, *, pii_removal: bool) -> Policy:
    """`policy` with generalisation for what it keeps; without `pii_removal` with nothing but generalisation."""
    if not pii_removal:
        return _ONLY_GENERALISED
    kept = {kind: Treatment.GENERALISE for kind in GENERALISED if policy.treatment(kind) is Treatment.KEEP}
    return replace(policy, treatments=MappingProxyType({**policy.treatments, **kept}))


class QuasiFinder:
    """What `finder` finds, and what is to be generalised. Without a finder, only the latter."""

    def __init__(self, finder: Finder | None, policy: Policy) -> None:
        self._finder = finder
        self._policy = policy
        self._exact = PatternFinder(_ONLY_GENERALISED)

    def find(self, text: str) -> Sequence[Span]:
        """Settled spans. Raises whatever a finder raises."""
        found = list(self._finder.find(text)) if self._finder else []
        more = [span for span in self._exact.find(text) if self._singles_out(span, text)]
        if self._finder is not None and self._policy.treatment(kinds.LOCATION) is not Treatment.KEEP:
            more += (place for place in small_places(text) if not self._keeps(place, text))
        return _beside(found, more)

    def _singles_out(self, span: Span, text: str) -> bool:
        return band(span.kind, text[span.start : span.end]) is not None and not self._keeps(span, text)

    def _keeps(self, span: Span, text: str) -> bool:
        return self._policy.keeps(span.kind, text[span.start : span.end])


def _beside(found: Sequence[Span], more: Iterable[Span]) -> Sequence[Span]:
    """`found`, and of `more` what overlaps none of it and nothing of `more` that begins before; in order."""
    made: list[Span] = []
    ranked = [(span.start, 0, span) for span in found] + [(span.start, 1, span) for span in more]
    starts = sorted(span.start for span in found)
    for start, is_more, span in sorted(ranked, key=lambda row: row[:2]):
        follows = bisect_right(starts, start)
        if is_more and ((made and made[-1].end > start) or (follows < len(starts) and starts[follows] < span.end)):
            continue
        made.append(span)
    return made


def ages_again(found: Mapping[Slot, Sequence[Span]]) -> dict[Slot, Sequence[Span]]:
    """`found`, and in the provider's turns every number that is an age the caller has told.

    The answer had the generalised form; the caller got the exact age and sends it back with the history. A number of
    two digits is looked for nowhere else.
    """
    told = {
        slot.text[span.start : span.end]
        for slot, spans in found.items()
        if slot.author == "caller"
        for span in spans
        if span.kind == kinds.AGE
    }
    return {slot: _with_ages(slot, spans, told) for slot, spans in found.items()} if told else dict(found)


def _with_ages(slot: Slot, spans: Sequence[Span], told: set[str]) -> Sequence[Span]:
    if slot.author != "provider" or slot.use != "text":
        return spans
    again = [Span(*number.span(), kinds.AGE, 0.5, AGAIN) for number in _NUMBER.finditer(slot.text) if number[0] in told]
    return _beside(spans, again) if again else spans
