"""How much privacy no caller may go below.

Read from the policy file and from the setting of that name; applied by `exchange` before anything else.
Never weakened: two minimums combined are the stricter of each part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from web_server.query import Obfuscation, PrivacyFlags

LEVELS: Final[tuple[Obfuscation, ...]] = ("none", "format", "quasi", "rewrite")
"""From the least to the most; each includes those before it."""


class BelowMinimum(Exception):
    """A caller asked for hiding to be off where that is not allowed."""


@dataclass(frozen=True, slots=True)
class Minimum:
    """`pii`: values are hidden whatever a caller asks. `obfuscate`: the least softening of the manner of writing.

    `decoys`: the fewest covers that go along, as far as there are any and the budget lasts.
    `pad`: answers tell nothing by their sizes and times, whatever a caller asks. `text_only`: nothing passes that is no
    text, whatever the policy lets pass.
    """

    pii: bool = False
    obfuscate: Obfuscation = "none"
    decoys: int = 0
    pad: bool = False
    text_only: bool = False

    def combined(self, other: Minimum) -> Minimum:
        """The stricter of the two, part by part."""
        return Minimum(
            self.pii or other.pii,
            _stricter(self.obfuscate, other.obfuscate),
            decoys=max(self.decoys, other.decoys),
            pad=self.pad or other.pad,
            text_only=self.text_only or other.text_only,
        )

    def flags(self, asked: PrivacyFlags) -> PrivacyFlags:
        """What is done for a caller who asked for `asked`.

        Hiding that is switched off is refused, because the caller counts on real values being sent. Softening, decoys
        and padding are raised without a word: the answer says what was done.

        Raises BelowMinimum.
        """
        if self.pii and not asked.pii_removal:
            raise BelowMinimum
        return replace(
            asked,
            obfuscate=_stricter(self.obfuscate, asked.obfuscate),
            decoys=max(self.decoys, asked.decoys),
            pad=self.pad or asked.pad,
        )

    @property
    def least(self) -> PrivacyFlags:
        """What is done for a caller who asks for nothing at all, not even for hiding."""
        return PrivacyFlags(self.pii, self.obfuscate, self.decoys, pad=self.pad)

    def is_met(self, done: Obfuscation) -> bool:
        """Whether what was done to the manner of writing is enough: a rewriting may not have come about."""
        return LEVELS.index(done) >= LEVELS.index(self.obfuscate)


def _stricter(one: Obfuscation, other: Obfuscation) -> Obfuscation:
    return max(one, other, key=LEVELS.index)
