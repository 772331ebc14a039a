"""A long delta as several: a whole answer is one, and restoring a megabyte at once would keep everybody waiting.

Called by `reply`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from web_server.query import Delta

PIECE = 16 * 1024
"""Characters that are restored at once: some 10 ms."""


def pieces(delta: Delta) -> Iterator[Delta]:
    """A long delta as several that say the same: a whole answer is one."""
    size = len(delta.text)
    if size <= PIECE:
        yield delta
        return
    for at in range(0, size, PIECE):
        piece = replace(delta, text=delta.text[at : at + PIECE])
        if at:
            piece = replace(piece, tool_id=None, tool_name=None, apart=False)
        yield piece if at + PIECE >= size else replace(piece, finish_reason=None, usage=None)
