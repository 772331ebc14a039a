"""Bearer tokens: minting them for operators, and reading them from callers.

Called by the doors and by `python -m web_server token`. Pure: the clock is PyJWT's, nothing is stored.
Rules follow RFC 8725: one pinned algorithm, a strong secret, and `exp iat sub aud iss` required and checked.
Never: a token or a claim in a message or a log.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

import jwt

from web_server.errors import ApiError
from web_server.query import Caller

ALGORITHM = "HS256"
REQUIRED = ["exp", "iat", "sub", "aud", "iss"]
TYPES = frozenset({"JWT", "AT+JWT"})
LEEWAY_SECONDS = 30
LONGEST_TOKEN = 8192


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one issuer for one audience."""

    secret: str = field(repr=False)
    issuer: str
    audience: str

    def mint(self, subject: str, scopes: frozenset[str], hours: float) -> str:
        """A token for `subject` that is good for `hours`."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "iat": now,
            "exp": now + int(hours * 3600),
            "jti": secrets.token_urlsafe(12),
            "scope": " ".join(sorted(scopes)),
        }
        return jwt.encode(claims, self.secret, algorithm=ALGORITHM)

    def read(self, authorization: str | None, *, scope: str) -> Caller:
        """The caller behind an `Authorization` header who may do `scope`.

        Raises:
            ApiError: UNAUTHORIZED, TOKEN_EXPIRED, or FORBIDDEN where the scope is missing.
        """
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise ApiError("UNAUTHORIZED", "Send a token as `Authorization: Bearer <token>`.")
        try:
            whole = jwt.decode_complete(
                token,
                self.secret,
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            raise ApiError("TOKEN_EXPIRED") from None
        except jwt.PyJWTError:
            raise ApiError("UNAUTHORIZED", "The token is not one of ours, or was not meant for this service.") from None
        if str(whole["header"].get("typ", "")).upper() not in TYPES:
            raise ApiError("UNAUTHORIZED", "The token is of another type.")
        claims = whole["payload"]
        granted = claims.get("scope", "")
        scopes = frozenset(granted.split() if isinstance(granted, str) else ())
        if not claims["sub"]:
            raise ApiError("UNAUTHORIZED", "The token names nobody.")
        if scope not in scopes:
            raise ApiError("FORBIDDEN", f"The token lacks the scope `{scope}`.", details={"scope": scope})
        return Caller(subject=claims["sub"], scopes=scopes)
