"""What a checked token says of its caller, in the words of the issuers that people really use.

Called by `tokens`. Pure. The mapping is in docs/callers.md; a claim that is there and cannot be read refuses the token.
Never: a claim's value in a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from web_server.errors import ApiError

HEADER_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""RFC 9068's own, and what Keycloak, Entra and (by default) Auth0 write."""

CLAIM_TYPES = frozenset({"bearer", "jwt", "at+jwt"})
"""Keycloak says in the payload what a token is for: `Bearer`; its ID and refresh tokens say `ID` and `Refresh`."""

OF_OTHER_TOKENS = frozenset({"at_hash", "c_hash", "s_hash", "events", "cnf"})
"""Only ID and logout tokens have the first four; `cnf` binds a token to a key that nobody has shown here (RFC 7800)."""

WORDS = re.compile(r"[\s,]+")


def check_kind(header: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Raises ApiError where the token is none that opens an API (RFC 8725, 3.11 and 3.12)."""
    named = str(header.get("typ", "")).lower() in HEADER_TYPES
    meant = str(claims.get("typ", "bearer")).lower() in CLAIM_TYPES
    if not named or not meant or OF_OTHER_TOKENS & claims.keys():
        raise ApiError("UNAUTHORIZED", "The token is of another type.")


def scopes(claims: Mapping[str, Any], audience: str) -> frozenset[str]:
    """Everything the token grants: `scope`, `scp`, `roles`, `permissions`, and Keycloak's roles of this audience."""
    scope, scp = claims.get("scope"), claims.get("scp")
    found = set(scope.split()) if isinstance(scope, str) else set()
    found |= set(scp.split()) if isinstance(scp, str) else _strings(scp)
    found |= _strings(claims.get("roles")) | _strings(claims.get("permissions"))
    by_client = claims.get("resource_access")
    ours = by_client.get(audience) if isinstance(by_client, dict) else None
    return frozenset(found | _strings(ours.get("roles") if isinstance(ours, dict) else None))


def words(claims: Mapping[str, Any], name: str, namespace: str) -> tuple[str, ...] | None:
    """The list called `name`, or so behind the namespace; None where the token has none. Raises ApiError."""
    value = claims.get(name, claims.get(namespace + name))
    if value is None:
        return None
    if isinstance(value, str):
        return tuple(filter(None, WORDS.split(value)))
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ApiError("UNAUTHORIZED", f"The token's `{name}` is not a list of words.")
    return tuple(value)


def token_id(claims: Mapping[str, Any]) -> str | None:
    """What a token is revoked by: `jti`, or Entra's `uti`."""
    for name in ("jti", "uti"):
        if isinstance(value := claims.get(name), str) and value:
            return value
    return None


def _strings(value: Any) -> set[str]:
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
