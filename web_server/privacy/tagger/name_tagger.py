"""The seam between what finds and what reads names: whichever engine a policy chooses, this is all that is asked of it.

Named by the finder and by `engines`; the shipped tagger and spaCy's have its shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from web_server.privacy.tagger.tagger import Name


class NameTagger(Protocol):
    """Loaded once a process and called from any thread. Keeps no text."""

    def names(self, text: str) -> list[Name]:
        """In order, none overlapping, offsets in code points. Raises whatever goes wrong: the shield fails closed."""
        ...
