"""Where in a caller's own request something stands that was found in the common language's.

Made by the doors that put messages before the caller's own, or read others' vocabularies; told by `private_work`, which
answers what cannot be read or said. Pure. Never: what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from web_server.query import Spot

_MESSAGE = re.compile(r"\bmessages\[(\d+)\](?:\.content(?:\[(\d+)\])?)?")


def behind(others: int, own: int, called: str = "system_prompt") -> tuple[Spot, ...]:
    """So many messages of the caller's `own` behind `others` that are none of them."""
    return (*(Spot(called) for _ in range(others)), *(Spot(f"messages[{index}]") for index in range(own)))


def told(text: str, spots: Sequence[Spot]) -> str:
    """The text, its places as the caller calls them; unchanged where there are no `spots`."""

    def named(found: re.Match[str]) -> str:
        index, part = int(found[1]), int(found[2] or 0)
        if index >= len(spots):
            return found[0]
        message, parts = spots[index]
        of_message = found[0].partition(".")[2]
        if of_message and part < len(parts):
            return parts[part]
        return f"{message}.{of_message}" if of_message and message.endswith("]") else message

    return _MESSAGE.sub(named, text)
