"""A provider's thoughts on their way through a caller's hands: sealed, so that they come back as they were signed.

Called by the doors whose clients hand a thought back with their next question. What a caller is shown has real values
in it, and its signature would not hold for that; so what stands for the signature is the thought itself as its provider
wrote it, under a key of this caller's. Nothing of it is kept here.
Never: a real value in a seal, or one that another caller, or nobody, was given.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from web_server.query import Thought
from web_server.sealing import Sealing, Unopened

_WHAT = "thought"


@dataclass(frozen=True, slots=True)
class Thoughts:
    """One caller's."""

    sealing: Sealing
    subject: str = field(repr=False)

    def sealed(self, thought: Thought) -> str:
        """What the caller is given in the place of a signature."""
        return urlsafe_b64encode(self.sealing.seal(_WHAT, self.subject, thought.encode())).decode()

    def opened(self, sealed: str) -> Thought | None:
        """What was sealed for this caller; None for anything else."""
        try:
            return Thought(self.sealing.open(_WHAT, self.subject, urlsafe_b64decode(sealed.encode())).decode())
        except (Unopened, ValueError):
            return None
