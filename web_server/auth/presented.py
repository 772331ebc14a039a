"""Where a caller may put a token: `Authorization: Bearer`, or `x-api-key`, as some vendors' clients have it.

Called by the hall for every door. Pure. A header that a browser adds by itself is none of them.
"""

from __future__ import annotations

from collections.abc import Mapping

HEADERS = ("authorization", "x-api-key")


def says_who(headers: Mapping[str, str]) -> bool:
    """Whether a token is shown at all, a good one or not."""
    return any(name in headers for name in HEADERS)


def presented(headers: Mapping[str, str]) -> str | None:
    """The credential in the words of an `Authorization` header; that header wins where there are both."""
    key = headers.get("x-api-key")
    return headers.get("authorization") or (f"Bearer {key}" if key else None)
