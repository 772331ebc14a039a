"""Why the shield sends nothing. Messages name kinds and shapes, never a value.

Raised in this room; `exchange` turns them into the contract's status codes.

    PrivacyError
    ├── Blocked        the policy forbids this kind to be asked about at all   403
    ├── Unreadable     a part that cannot be read as text, or a wrong shape    400
    ├── ShieldFailure  a detector failed, or the last look found an original   500
    └── Unwanted       the caller has left; nobody is told
"""

from __future__ import annotations


class PrivacyError(Exception):
    """Nothing was sent."""


class Blocked(PrivacyError):
    """The policy says `block` for these kinds."""

    def __init__(self, kinds: frozenset[str]) -> None:
        self.kinds = kinds
        super().__init__(f"the policy blocks queries that contain: {', '.join(sorted(kinds))}")


class Unreadable(PrivacyError):
    """A part of the request cannot be read as text, so what it holds cannot be hidden. `where` is a JSON path."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(f"{where}: {why}")


class ShieldFailure(PrivacyError):
    """Something inside failed; the cause is kept off the message because it may hold text."""


class Unwanted(PrivacyError):
    """Whoever asked has left."""
