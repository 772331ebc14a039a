"""One cover as it is remembered: the template it was made of, or how its conversation went so far.

Kept sealed by `memory`, made and continued by `company`. Pure. It holds nothing of a caller's.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import Any, cast

from web_server.privacy.decoys.covers import Chosen, Cover, dress
from web_server.privacy.decoys.going_on import continued, named_again, resumed
from web_server.privacy.decoys.sources import Origin
from web_server.privacy.decoys.template import Template
from web_server.privacy.ledger import Ledger
from web_server.query import Json, ScrubbedQuery

LONGEST_ANSWER = 64 * 1024
"""Characters; a cover whose answer is longer does not go on."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A cover: `template` is its newest turn, or all of it where nothing came `before`."""

    source: Origin
    template: Template = field(repr=False)
    before: tuple[Json, ...] = field(default=(), repr=False)
    """What was said in it before this query."""
    said: tuple[Json, ...] = field(default=(), repr=False)
    """All of it as it was sent; empty until it was."""
    answer: Json = field(default=None, repr=False)
    """The provider's message; None until it came whole."""
    earlier: tuple[Template, ...] = field(default=(), repr=False)
    """The turns that were said in it before, `template` excepted; the first first."""
    givers: tuple[str, ...] = field(default=(), repr=False)
    """Whose gifts it is made of, as the pool knows them."""

    def beside(self, real: ScrubbedQuery, seed: bytes) -> Cover:
        """The query that it is beside a real one, whose surrogates `seed` decides."""
        if self.said:
            return resumed(self.said, real, self.source)
        begun = (*self.earlier, self.template)[0]  # no two in one batch begin alike, and a surrogate stays what it is
        own = hmac.digest(seed, begun.id.encode(), hashlib.sha256)
        chosen = Chosen(self.template, self.source)
        return continued(self.before, self.earlier, chosen, real, own) if self.before else dress(chosen, real, own)

    def agreeing(self, real: ScrubbedQuery, ledger: Ledger) -> Companion:
        """Naming again what it named before, as the real query does, whose ledger this is."""
        if not self.earlier:
            return self
        return replace(self, template=named_again(self.template, self.earlier, real, ledger))

    def anew(self) -> Companion:
        """The same text for another conversation, whose surrogates are others."""
        return Companion(self.source, self.template, givers=self.givers)

    def dumped(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "source": self.source,
            "template": self.template.dumped(),
            "before": [*self.before],
            "said": [*self.said],
            "answer": self.answer,
            "earlier": [each.dumped() for each in self.earlier],
            "givers": [*self.givers],
        }

    @staticmethod
    def loaded(kept: Any) -> Companion:
        """What was dumped. Raises ValueError, KeyError or TypeError."""
        return Companion(
            cast("Origin", kept["source"]),
            Template.loaded(kept["template"]),
            tuple(kept["before"]),
            tuple(kept["said"]),
            kept["answer"],
            tuple(map(Template.loaded, kept.get("earlier", ()))),
            tuple(kept.get("givers", ())),
        )
