"""A provider's thoughts on their way through a caller's hands: sealed, so that they come back as they were signed.

Called by the doors whose clients hand a thought back with their next question. What a caller is shown has real values
in it, and its signature would not hold for that; so what stands for the signature is the thought itself as its provider
wrote it, under a key of this caller's. Nothing of it is kept here.
It leaves unread, so a seal holds for the provider that wrote it, and where values are hidden for what was written while
they were: a thought of a question that was asked in the open has real values in it.
Never: one that another caller, or nobody, was given.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from web_server.query import Thought
from web_server.sealing import Sealing, Unopened

_WHAT = "thought"


@dataclass(frozen=True, slots=True)
class Thoughts:
    """One caller's, of one provider."""

    sealing: Sealing
    subject: str = field(repr=False)
    provider: str
    hidden: bool = True
    """Whether values are asked to be hidden from it."""

    def sealed(self, thought: Thought) -> str:
        """What the caller is given in the place of a signature."""
        return urlsafe_b64encode(self.sealing.seal(_WHAT, self._whose(), thought.encode())).decode()

    def opened(self, sealed: str) -> Thought | None:
        """What was sealed for this caller, of this provider; None for anything else."""
        try:
            return Thought(self.sealing.open(_WHAT, self._whose(), urlsafe_b64decode(sealed.encode())).decode())
        except (Unopened, ValueError):
            return None

    def _whose(self) -> str:
        return json.dumps([self.subject, self.provider, self.hidden])
