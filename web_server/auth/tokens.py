"""Bearer tokens: minting them for operators, and reading them from callers.

Called by the doors, by `python -m web_server token` and by the launcher. The clock is PyJWT's, nothing is stored.
Rules follow RFC 8725: algorithms pinned to the kind of key, a strong secret, `exp iat sub aud iss` required, checked.
Either secrets are in force (the newest mints, both read) or an issuer's key set, never the two together.
Never: a token or a claim in a message or a log.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jwt

from web_server.auth import claims as read_claims
from web_server.errors import ApiError
from web_server.query import Caller

if TYPE_CHECKING:
    from web_server.auth.access_file import AccessFile
    from web_server.auth.key_source import KeySource
    from web_server.auth.revocations import Revocations

ALGORITHM = "HS256"
REQUIRED = ["exp", "iat", "sub", "aud", "iss"]
LEEWAY_SECONDS = 30
LONGEST_TOKEN = 8192
UNREADABLE = (jwt.PyJWTError, ValueError, OverflowError, RecursionError)
"""What PyJWT raises for a token that is none: bytes that are no text, JSON without end, a number without end."""

NOT_OURS = "The token is not one of ours, or was not meant for this service."


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one issuer for one audience."""

    secret: str = field(repr=False)
    issuer: str
    audience: str
    previous: str = field(default="", repr=False)
    """The secret before this one, while its tokens are still about."""
    keys: KeySource | None = None
    """An issuer's public keys, in place of the secrets."""
    namespace: str = ""
    """What stands before `models` and `groups` at issuers that let nobody else name a claim."""
    access: AccessFile | None = None
    revocations: Revocations | None = None

    def mint(
        self,
        subject: str,
        scopes: frozenset[str],
        hours: float,
        *,
        models: Sequence[str] | None = None,
        groups: Sequence[str] | None = None,
    ) -> str:
        """A token for `subject` that is good for `hours`."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "iat": now,
            "exp": now + int(hours * 3600),
            "jti": secrets.token_urlsafe(12),
            "scope": " ".join(sorted(scopes)),
        }
        claims |= {name: [*given] for name, given in (("models", models), ("groups", groups)) if given is not None}
        return jwt.encode(claims, self.secret, algorithm=ALGORITHM)

    async def ready_for(self, authorization: str | None) -> None:
        """Have the key at hand that an `Authorization` header needs: an issuer may have to be asked for it."""
        if self.keys is not None and (token := _token(authorization)):
            with contextlib.suppress(*UNREADABLE):
                header = jwt.get_unverified_header(token)
                await self.keys.look_for(str(header.get("alg")), header.get("kid"))

    async def revocable(self, token: str) -> tuple[str | None, float]:
        """What a token of ours, expired or not, is revoked by, and when it ends by itself. Raises ApiError."""
        await self.ready_for(f"Bearer {token}")
        claims = self._checked(token, until_end=False)["payload"]
        return read_claims.token_id(claims), float(claims["exp"]) + LEEWAY_SECONDS

    def read(self, authorization: str | None, *, scope: str) -> Caller:
        """The caller behind an `Authorization` header who may do `scope`.

        Raises:
            ApiError: UNAUTHORIZED, TOKEN_EXPIRED, TOKEN_REVOKED, FORBIDDEN where the scope is missing; and
                TOKEN_KEYS_UNAVAILABLE or REVOCATIONS_UNKNOWN where this cannot be told now.
        """
        token = _token(authorization)
        if token is None:
            raise ApiError("UNAUTHORIZED", "Send a token as `Authorization: Bearer <token>`.")
        whole = self._checked(token)
        claims = whole["payload"]
        read_claims.check_kind(whole["header"], claims)
        if not claims["sub"]:
            raise ApiError("UNAUTHORIZED", "The token names nobody.")
        token_id = read_claims.token_id(claims)
        if token_id is not None and self.revocations is not None:
            self.revocations.check(token_id)
        scopes = read_claims.scopes(claims, self.audience)
        if scope not in scopes:
            raise ApiError("FORBIDDEN", f"The token lacks the scope `{scope}`.", details={"scope": scope})
        groups = frozenset(self._groups(claims) or ())
        return Caller(subject=claims["sub"], scopes=scopes, models=self._models(claims), groups=groups)

    def _checked(self, token: str, *, until_end: bool = True) -> dict[str, Any]:
        """Header and claims of a token whose signature and claims hold. Raises ApiError."""
        try:
            header = jwt.get_unverified_header(token)
            algorithm, keys = self._keys(header)
            for key in keys:
                try:
                    return jwt.decode_complete(
                        token,
                        key,
                        algorithms=[algorithm],
                        audience=self.audience,
                        issuer=self.issuer,
                        leeway=LEEWAY_SECONDS,
                        options={"require": REQUIRED, "verify_exp": until_end},
                    )
                except jwt.InvalidSignatureError:
                    continue
        except jwt.ExpiredSignatureError:
            raise ApiError("TOKEN_EXPIRED") from None
        except UNREADABLE:
            pass
        raise ApiError("UNAUTHORIZED", NOT_OURS)

    def _keys(self, header: dict[str, Any]) -> tuple[str, list[Any]]:
        """The algorithm that may be used for this token, and the keys that may have signed it. Raises ApiError.

        What the token says is used to choose among our own pairs of key and algorithm, never to make a new pair.
        """
        if self.keys is None:
            return ALGORITHM, [secret for secret in (self.secret, self.previous) if secret]
        known, algorithm, kid = self.keys.current, header.get("alg"), header.get("kid")
        found = known.find(algorithm, kid) if known is not None and isinstance(algorithm, str) else None
        if known is None or (found is None and self.keys.away):
            raise ApiError("TOKEN_KEYS_UNAVAILABLE", retry_after=5)
        return str(algorithm), [] if found is None else [found.public]

    def _groups(self, claims: dict[str, Any]) -> tuple[str, ...] | None:
        """Keycloak writes a group as a path, with a slash before it. Raises ApiError."""
        groups = read_claims.words(claims, "groups", self.namespace)
        return None if groups is None else tuple(group.removeprefix("/") for group in groups)

    def _models(self, claims: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
        """The lists of patterns that hold for the caller: of the token, and of its groups. Raises ApiError."""
        models = read_claims.words(claims, "models", self.namespace)
        own = () if models is None else (models,)
        if self.access is None:
            return own
        groups = self._groups(claims)
        if groups is not None:
            return (*own, self.access.current.of(groups))
        return own or (self.access.current.default,)


def _token(authorization: str | None) -> str | None:
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= LONGEST_TOKEN else None
