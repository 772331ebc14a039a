"""A JSON Web Key Set (RFC 7517): the public keys of an issuer, each bound to the algorithms of its own type.

Called by the key sources and by `tokens`. Pure. A key that is not for checking signatures, is too small, is private or
of a type that is not pinned here is passed over: sets of real issuers hold such keys beside those that are meant.
Never: a shared secret (`oct`), or a key or address that a token brings along (`jwk`, `jku`, `x5c`, `x5u`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PINNED: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "PS256"),
    ("EC", "P-256"): ("ES256",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""Algorithms by type and curve; a key's own `alg` narrows them down to one. Nothing else is ever tried."""

READERS: dict[str, Any] = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}
SMALLEST_RSA_BITS = 2048
LARGEST_SET = 256 * 1024


class KeySetError(Exception):
    """The text is no key set, or holds no key that can be used."""


@dataclass(frozen=True, slots=True)
class Key:
    """One public key and what it may check."""

    kid: str | None
    algorithms: tuple[str, ...]
    public: Any = field(repr=False)


class KeySet:
    """The keys of one issuer at one time."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)

    def find(self, algorithm: str, kid: str | None) -> Key | None:
        """The key of that id for that algorithm; for a token that names no key, the only one there is for it."""
        fitting = [key for key in self.keys if algorithm in key.algorithms and kid in (None, key.kid)]
        return fitting[0] if len(fitting) == 1 or (fitting and kid is not None) else None


def parse(text: bytes | str) -> KeySet:
    """The usable keys of a set. Raises KeySetError."""
    if len(text) > LARGEST_SET:
        raise KeySetError(f"larger than {LARGEST_SET // 1024} KiB")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise KeySetError("not JSON") from None
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise KeySetError("no key set: it has no list `keys`")
    keys = [key for each in listed if (key := _key(each)) is not None]
    if not keys:
        raise KeySetError("none of its keys can check a token (RSA of 2048 bits, P-256 or Ed25519, for signatures)")
    return KeySet(keys)


def _key(row: Any) -> Key | None:
    if not isinstance(row, dict) or not isinstance(kid := row.get("kid"), str | None) or not _for_signatures(row):
        return None
    algorithms = _algorithms(row)
    try:
        public = READERS[row["kty"]].from_jwk(row) if algorithms else None
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    too_small = isinstance(public, RSAPublicKey) and public.key_size < SMALLEST_RSA_BITS
    return None if public is None or too_small else Key(kid, algorithms, public)


def _for_signatures(row: dict[str, Any]) -> bool:
    operations = row.get("key_ops", ["verify"])
    meant = isinstance(operations, list) and "verify" in operations
    return meant and row.get("use", "sig") == "sig" and "d" not in row


def _algorithms(row: dict[str, Any]) -> tuple[str, ...]:
    kind, curve = row.get("kty"), row.get("crv")
    if not isinstance(kind, str) or not isinstance(curve, str | None):
        return ()
    pinned = PINNED.get((kind, None if kind == "RSA" else curve), ())
    return tuple(each for each in pinned if each == row.get("alg", each))
