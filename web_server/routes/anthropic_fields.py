"""What the readers of a Messages request share: fields that are of the type that they must be, or are refused by name.

Called by `anthropic_asked` and `anthropic_parts`. Pure. Every function raises ApiError BAD_REQUEST.
Never: a value in a message of an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from web_server.errors import ApiError
from web_server.query import Json

Block = tuple[str, dict[str, Any]]
"""Where it stands in the request, and what it says."""


def an_object(value: Json, where: str) -> dict[str, Any]:
    """The object that stands there."""
    if not isinstance(value, dict):
        raise wrong(where, "it must be an object")
    return value


def a_list(value: Json, where: str) -> list[Json]:
    """The list that stands there."""
    if not isinstance(value, list):
        raise wrong(where, "it must be text or a list")
    return value


def a_string(value: Json, where: str) -> str:
    """The text that stands there."""
    if not isinstance(value, str):
        raise wrong(where, "it must be text")
    return value


def blocks(content: Json, where: str) -> list[Block]:
    """A content as blocks; a text is one."""
    if isinstance(content, str):
        return [(where, {"type": "text", "text": content})]
    listed = ((f"{where}[{at}]", block) for at, block in enumerate(a_list(content, where)))
    return [(here, an_object(block, here)) for here, block in listed]


def only(block: Mapping[str, Any], known: AbstractSet[str], where: str) -> None:
    """All that a block says is known."""
    if any(name not in known and name != "type" and value not in (None, [], {}) for name, value in block.items()):
        raise wrong(f"A field of {where}", "it is not supported here")


def wrong(where: str, why: str) -> ApiError:
    """What is wrong with a field."""
    return ApiError("BAD_REQUEST", f"`{where}`: {why}.")
