"""Whose finding is measured: ours as the policy has it, its rules alone, and Presidio as it comes.

Called by `bench.detection` and `bench.footprint`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from bench.stock_presidio import StockPresidio
from web_server.privacy.finder import PatternFinder
from web_server.privacy.name_engine import Engine, NameEngine
from web_server.privacy.policy import Policy
from web_server.privacy.spans import Span

Find: TypeAlias = Callable[[str, str], Sequence[Span]]
"""What is found in a text, which is in this language."""

OURS, RULES, PRESIDIO = "ours", "rules", "presidio"


def finders(policy: Policy, presidio: bool = True) -> dict[str, Find]:
    """By name; the rules alone only where the policy has anything beside them."""
    made = {OURS: ours(policy)}
    if policy.names.engine is not Engine.RULES:
        made[RULES] = ours(rules_alone(policy))
    if presidio:
        made[PRESIDIO] = StockPresidio().find
    return made


def ours(policy: Policy) -> Find:
    finder = PatternFinder(policy)

    def find(text: str, _language: str) -> Sequence[Span]:
        return finder.find(text)

    return find


def tagger_alone(policy: Policy) -> dict[str, Find]:
    """The shipped model by itself, for the clock; nothing where the policy does without it."""
    if policy.names.engine is not Engine.BUILT_IN:
        return {}
    from web_server.privacy.tagger.tagger import shipped  # noqa: PLC0415 - only where the policy has it

    tagger = shipped()

    def find(text: str, _language: str) -> Sequence[Span]:
        return [Span(name.start, name.end, name.kind) for name in tagger.names(text)]

    return {"tagger": find}


def rules_alone(policy: Policy) -> Policy:
    """The same policy, with `names: {engine: rules}`."""
    return replace(policy, names=NameEngine(Engine.RULES))
