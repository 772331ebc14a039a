"""A scheme's name to the headers that carry its credential.

Called by `egress` (to sign) and `catalog` (to know which schemes there are). A scheme that needs more than the
key itself gets a file of its own here.
Never keeps a key, never logs one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from key_server.secret import Secret

Headers = list[tuple[bytes, bytes]]
Signer = Callable[[Secret], Headers]

SIGNERS: Mapping[str, Signer] = {
    "bearer": lambda key: [(b"Authorization", b"Bearer " + key.reveal())],  # RFC 6750
    "x-api-key": lambda key: [(b"x-api-key", key.reveal())],
    "api-key": lambda key: [(b"api-key", key.reveal())],
    "x-goog-api-key": lambda key: [(b"x-goog-api-key", key.reveal())],
    "none": lambda key: [],
}

LATER = frozenset({"aws-sigv4", "azure-entra"})
"""Schemes of the contract that have no signer yet; a row that asks for one is refused when the file is read."""
