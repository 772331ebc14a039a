"""What a turn of a session is to the hall: where the ledger and the place come from, and who hears the answer.

The hall calls it in this order: `seal` before anything is sent, `heard` when the whole answer has come, `aclose` at the
end, whatever happened. Implemented by `sessions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from web_server.privacy.ledger import Ledger
from web_server.query import Delta, Place


class Talk(Protocol):
    """One turn of one session."""

    session_id: str
    ledger: Ledger
    owner: str
    """Under what the spans of its texts are remembered."""
    opening: bytes
    """Tells this conversation from every other."""
    place: Place
    rebound: bool
    """Whether its endpoint could not serve any more when it was bound."""
    left_out: int
    """Earlier turns that did not fit into the model's context."""
    endpoint_id: str
    """The endpoint that is kept for the session, as far as is known."""
    thread: str
    """What tells the last answered turn from every other; of this turn, once its covers are known."""

    async def seal(self) -> None:
        """Keeps the ledger, which holds the query's values now. Raises ApiError: nothing is sent then."""
        ...

    async def bind_anew(self) -> Place:
        """Another place: the old one is kept no more. Raises ApiError."""
        ...

    async def heard(self, deltas: Sequence[Delta], endpoint_id: str, entities: Mapping[str, int]) -> None:
        """The whole answer, as the provider wrote it. Raises ApiError where it cannot be kept."""
        ...

    def goes_on(self, ended: BaseException) -> bool:
        """Whether the turn is tried once more after this error, with less of what was said before."""
        ...

    async def aclose(self) -> None:
        """Lets the next turn begin."""
        ...
