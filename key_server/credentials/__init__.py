"""The room where a request gets its credential: one scheme a file, and the table of all (`signers`).

The names here are read by `provider` and `provider_rows`; the signers are made and called by `egress`.
Never keeps a key of the key list, never logs one, and loads a vendor's library only where a scheme needs it.
"""

from __future__ import annotations

SCHEMES = ("bearer", "x-api-key", "api-key", "x-goog-api-key", "aws-sigv4", "azure-entra", "none")
AMBIENT = frozenset({"none", "aws-sigv4", "azure-entra"})
"""Schemes that can sign without a key of the key list: nothing to sign, or an identity that the machine was given."""
KEYLESS = frozenset({"none", "azure-entra"})
"""Schemes that never take one."""
