"""What the readers of answers share: JSON of a provider's, and fields of it that are of the type that was promised.

Called by the dialects. Pure. Every function raises DialectError where the provider's bytes are something else.
"""

from __future__ import annotations

import json
from typing import Any

from web_server.providers.dialect import DialectError, ProviderFault


def json_object(body: bytes | str) -> dict[str, Any]:
    """The one object that `body` is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise DialectError("not JSON") from None
    if not isinstance(value, dict):
        raise DialectError("not a JSON object")
    return value


def part(of: dict[str, Any], name: str) -> dict[str, Any]:
    """An object inside another; an empty one where there is none."""
    value = of.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DialectError(f"`{name}` is not an object")
    return value


def text(of: dict[str, Any], name: str) -> str:
    """A text; an empty one where there is none."""
    value = of.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DialectError(f"`{name}` is not text")
    return value


def complaint(body: bytes) -> str | None:
    """`error.message` of a rejected call's body, or an `error` that is text, if there is one."""
    try:
        error = json_object(body).get("error")
    except DialectError:
        return None
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) else None


def raise_fault(error: Any) -> None:
    """Raises ProviderFault with what the provider says of its own failure."""
    message = error.get("message") if isinstance(error, dict) else error
    raise ProviderFault(message if isinstance(message, str) else "the provider gave no reason")
