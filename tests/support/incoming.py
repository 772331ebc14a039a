"""An answer's bytes as the hatch hands them in."""

from __future__ import annotations

from collections.abc import AsyncIterator


async def in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    """One after the other."""
    for piece in pieces:
        yield piece
