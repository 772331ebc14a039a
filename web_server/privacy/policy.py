"""What is done with what was found: one treatment and one threshold a kind, values always or never hidden.

Read by the finder (thresholds, lists, `keep`) and by the shield (how each kind is replaced).
Never reads a file or the environment: the text of a policy file is handed in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from web_server.privacy import kinds
from web_server.privacy.callers import CallerRule
from web_server.privacy.minimum import Minimum
from web_server.privacy.name_engine import NameEngine
from web_server.privacy.obfuscation.rewrite_model import RewriteModel

if TYPE_CHECKING:
    from web_server.privacy.own_patterns import OwnPattern
    from web_server.privacy.presidio.chosen import Chosen


class Treatment(StrEnum):
    """How a kind is replaced. All but `redact`, `mask`, `block` and `keep` are put back in the answer."""

    SURROGATE = "surrogate"
    """A realistic stand-in of the same shape."""
    TAG = "tag"
    """A marked token, for what a realistic fake could not be told from innocent text."""
    GENERALISE = "generalise"
    """A tag that carries what the value is close to, for ages, dates and amounts; a plain tag for all else."""
    MASK = "mask"
    """Asterisks of the same length; not put back."""
    REDACT = "redact"
    """The kind's name; not put back."""
    BLOCK = "block"
    """Nothing is sent."""
    KEEP = "keep"
    """Left as it is."""


# Realistic surrogates wherever a missed value may hide among them; tags for dates, ages and secrets: a model that
# retypes a long random string gets it wrong, and a fake date cannot be told from an innocent one when restoring.
_TREATMENTS: Mapping[str, Treatment] = {
    kinds.SECRET: Treatment.TAG,
    kinds.DATE_OF_BIRTH: Treatment.TAG,
    kinds.AGE: Treatment.KEEP,
    kinds.DATE_TIME: Treatment.KEEP,
    kinds.MONEY: Treatment.KEEP,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One way to treat every kind of private thing."""

    name: str
    treatments: Mapping[str, Treatment] = field(default_factory=dict)
    """Per kind; a kind that is not named gets `otherwise`."""
    otherwise: Treatment = Treatment.SURROGATE
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Least score per kind; a kind that is not named needs `threshold`."""
    threshold: float = 0.5
    allow: frozenset[str] = field(default=frozenset(), repr=False)
    """Values never hidden, as `spelled`."""
    keep: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """Per kind, values that are not hidden when found as that kind, as `spelled`."""
    deny: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values always hidden, in any capitals, each with its kind."""
    public_names: bool = False
    """Also hide well-known people and lone names said in passing."""
    names: NameEngine = field(default_factory=NameEngine)
    """What reads names beside the rules."""
    attachments: frozenset[str] = frozenset()
    """Kinds of parts that are no text and may pass unread: image, audio, file."""
    minimum: Minimum = field(default_factory=Minimum)
    """What no caller may go below."""
    callers: Mapping[str, CallerRule] = field(default_factory=dict, repr=False)
    """What holds for single callers, by a pattern of their names."""

    rewrite: RewriteModel | None = None
    """Which model rewrites callers' turns where the level `rewrite` is asked for."""

    patterns: tuple[OwnPattern, ...] = field(default=(), repr=False)
    """The operator's own, looked for beside everything else."""
    recognizers: tuple[Chosen, ...] = field(default=(), repr=False)
    """Presidio recognizers of the operator's own."""

    def treatment(self, kind: str) -> Treatment:
        return self.treatments.get(kind, self.otherwise)

    def blocked(self) -> frozenset[str]:
        """The kinds that stop a query."""
        own = {each.kind for each in self.patterns} | {kind for each in self.recognizers for kind in each.kinds}
        return frozenset(kind for kind in kinds.ALL | own if self.treatment(kind) is Treatment.BLOCK)

    def hides(self, kind: str, score: float) -> bool:
        """Whether something of this kind, found with this score, is reported at all."""
        return self.treatment(kind) is not Treatment.KEEP and score >= self.thresholds.get(kind, self.threshold)

    def keeps(self, kind: str, value: str) -> bool:
        """Whether this very value may be seen."""
        if not self.allow and not self.keep:
            return False
        value = spelled(value)
        return value in self.allow or value in self.keep.get(kind, ())


def spelled(value: str) -> str:
    """A value as it is compared: without capitals, accents composed, each run of spaces as one."""
    return " ".join(unicodedata.normalize("NFC", value.casefold()).split())


DEFAULT = Policy("default", treatments=MappingProxyType(dict(_TREATMENTS)))
STRICT = Policy(
    "strict",
    treatments=MappingProxyType(
        {**_TREATMENTS, kinds.AGE: Treatment.TAG, kinds.DATE_TIME: Treatment.TAG, kinds.MONEY: Treatment.TAG}
    ),
    threshold=0.3,
    public_names=True,
)
