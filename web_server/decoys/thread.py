"""Where a query stands among its caller's: what it is, what it continues, what decides the surrogates of its covers.

Made by `escort`, used by `company` and `memory`. Pure. Its words are digests of the caller's own: they never leave this
process but as HMACs, which only who has the same words can make again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from web_server.query import Json
from web_server.said import plainly


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a query stands."""

    now: str = field(repr=False)
    """Tells this very query from every other of the caller's."""
    before: str | None = field(default=None, repr=False)
    """The query that it continues."""
    text: str | None = field(default=None, repr=False)
    """What is asked, where `now` does not say it: a first turn may have been asked elsewhere."""
    session: str = field(default="", repr=False)
    """The id of the session that it is a turn of, where it is one."""
    seed: bytes = field(default=b"", repr=False)
    """Decides the surrogates of its covers, as that of the ledger decides its own."""


def of_history(provider: str, messages: Json, seed: bytes) -> Thread:
    """The thread of a query that brings its whole history along: it continues the one before the last answer."""
    said = messages if isinstance(messages, list) else []
    roles = [each.get("role") if isinstance(each, dict) else None for each in said]
    last = max((at for at, role in enumerate(roles) if role == "assistant"), default=-1)
    while last > 0 and roles[last - 1] == "assistant":
        last -= 1
    return Thread(
        now=_words(provider, said),
        before=_words(provider, said[:last]) if last > 0 else None,
        seed=seed,
    )


def of_session(session_id: str, provider: str, messages: Json, before: str, seed: bytes) -> Thread:
    """The thread of a session's turn; `before` is the `now` of the last one that was answered, if there was one."""
    words = _words(provider, messages if isinstance(messages, list) else [])
    return Thread(
        now=f"session\0{session_id}\0{words}",
        before=before or None,
        text=None if before else words,
        session=session_id,
        seed=seed,
    )


def _words(provider: str, said: list[Json]) -> str:
    return hashlib.sha256(json.dumps([provider, plainly(said)], sort_keys=True).encode()).hexdigest()
