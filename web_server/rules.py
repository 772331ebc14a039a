"""What holds for whom: one version of the policy, with the policies it names for single callers.

Built by `policies` from what the files say now; asked by `exchange` once a query, which keeps to what it got: a query
is answered under one policy though the file changes meanwhile.
Never reads a file. Never shows a caller's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from web_server.privacy.callers import rule_for
from web_server.privacy.finder import PatternFinder
from web_server.privacy.memory import MOST
from web_server.privacy.minimum import Minimum
from web_server.privacy.policy import Policy
from web_server.privacy.shield import Shield
from web_server.query import PrivacyFlags


def shield_of(policy: Policy, remembered: int = MOST) -> Shield:
    """A shield that follows `policy`, with its own finder, and remembers so many texts and spans found in them."""
    return Shield(PatternFinder(policy), policy, remembered)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for one caller."""

    policy: Policy
    shield: Shield
    minimum: Minimum

    def flags(self, asked: PrivacyFlags) -> PrivacyFlags:
        """What is done for a caller who asked for `asked`. Raises BelowMinimum."""
        attached = frozenset() if self.minimum.text_only else self.policy.attachments
        return replace(self.minimum.flags(asked), attached=attached)


class Rulebook:
    """The rules of all callers. `others` are the policies that the base policy names for some of them, by name."""

    def __init__(
        self,
        policy: Policy,
        others: Mapping[str, Policy],
        floor: Minimum,
        build: Callable[[Policy], Shield] = shield_of,
    ) -> None:
        self.policies = {policy.name: policy, **others}
        """All that may hold for somebody, the one that holds for all first."""
        self._policy = policy
        self._floor = floor.combined(policy.minimum)
        self._everyone = Rules(policy, build(policy), self._floor)
        self._others = {name: (other, build(other)) for name, other in others.items()}

    def of(self, subject: str) -> Rules:
        """What holds for this caller; the empty subject is nobody in particular."""
        rule = rule_for(subject, self._policy.callers)
        if rule is None:
            return self._everyone
        minimum = self._floor.combined(rule.minimum)
        if rule.policy is None:
            return Rules(self._policy, self._everyone.shield, minimum)
        policy, shield = self._others[rule.policy]
        return Rules(policy, shield, minimum.combined(policy.minimum))
