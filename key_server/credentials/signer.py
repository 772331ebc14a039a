"""The seam between a request and its credential.

A `Signer` is made once by `signers` and asked by `egress` for every call.
Never: sending anything to a provider. What a signer must fetch first, it fetches from hosts of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from key_server.secret import Secret

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The very request that will be sent. `target`: path and query, percent-encoded. `region`: empty where none is."""

    host: str
    target: str
    region: str
    headers: Headers
    body: bytes = field(repr=False)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Signed:
    """Headers to add, and what must be scrubbed from the reply because it was in them."""

    headers: Headers = field(repr=False)
    values: tuple[bytes, ...] = field(repr=False)


NOTHING = Signed((), ())


class CredentialUnavailable(Exception):
    """There is none now: wrong, expired, or the place it comes from is away. `reason`: a fixed word, safe to log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Signer(Protocol):
    async def sign(self, request: Unsigned, secret: Secret | None) -> Signed:
        """Raises CredentialUnavailable. `secret`: the endpoint's key, where it has one."""
