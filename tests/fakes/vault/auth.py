"""Tokens and the ways to get one: handed out, AppRole, Kubernetes. Time is the clock's that was passed in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.vault.policy import DEFAULT, Rules, allows, parse
from tests.fakes.vault.refused import Refused, denied, invalid


@dataclass
class Token:
    """`ttl_s` 0 = for ever; `ends_at` and `last_at` by the clock."""

    value: str
    rules: Rules | None  # None: root
    ttl_s: float
    renewable: bool
    ends_at: float
    last_at: float  # explicit max TTL: no renewal goes beyond


@dataclass
class Role:
    policy: str
    ttl_s: float
    max_ttl_s: float
    renewable: bool = True
    secret_ids: set[str] = field(default_factory=set)
    jwts: set[str] = field(default_factory=set)


class Auth:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: dict[str, Token] = {}
        self._approles: dict[str, Role] = {}
        self._kubernetes: dict[str, Role] = {}
        self.logins = 0
        self.renewals = 0
        self.root = self.token(None)

    def token(
        self, policy: str | None, *, ttl_s: float = 0, renewable: bool = True, max_ttl_s: float = float("inf")
    ) -> str:
        """A new token under the HCL policy (and `default`); None = root."""
        rules = None if policy is None else parse(DEFAULT) | parse(policy)
        now = self._clock()
        ends_at = now + min(ttl_s, max_ttl_s) if ttl_s else float("inf")
        value = f"hvs.not-a-token-{secrets.token_hex(8)}"
        self._tokens[value] = Token(value, rules, ttl_s, renewable and ttl_s > 0, ends_at, now + max_ttl_s)
        return value

    def revoke(self, value: str) -> None:
        self._tokens.pop(value, None)

    def revoke_all(self) -> None:
        """All but root."""
        self._tokens = {self.root: self._tokens[self.root]}

    def approle(self, policy: str, *, ttl_s: float = 60, max_ttl_s: float = float("inf")) -> tuple[str, str]:
        """A role id and a secret id of it."""
        role_id, secret_id = f"role-{secrets.token_hex(8)}", f"secret-{secrets.token_hex(8)}"
        self._approles[role_id] = Role(policy, ttl_s, max_ttl_s, secret_ids={secret_id})
        return role_id, secret_id

    def kubernetes(self, role: str, policy: str, jwt: str, *, ttl_s: float = 60) -> None:
        self._kubernetes[role] = Role(policy, ttl_s, float("inf"), jwts={jwt})

    def holder(self, value: str | None) -> Token:
        """Raises Refused: no token, an unknown one, one that has ended."""
        token = self._tokens.get(value or "")
        if token is None or token.ends_at <= self._clock():
            raise Refused(403, "permission denied")
        return token

    def may(self, token: Token, path: str, capability: str, fields: Collection[str] = ()) -> None:
        if token.rules is not None and not allows(token.rules, path, capability, fields):
            raise denied()

    def lookup_self(self, token: Token) -> dict[str, Any]:
        left = 0 if token.ends_at == float("inf") else int(token.ends_at - self._clock())
        policies = ["root"] if token.rules is None else ["default", "granted"]
        return {"data": {"id": token.value, "ttl": left, "renewable": token.renewable, "policies": policies}}

    def renew_self(self, token: Token) -> dict[str, Any]:
        if not token.renewable:
            raise invalid("lease is not renewable")
        self.renewals += 1
        token.ends_at = min(self._clock() + token.ttl_s, token.last_at)
        return self._granted(token)

    def approle_login(self, body: dict[str, Any]) -> dict[str, Any]:
        if not body.get("role_id"):
            raise invalid("missing role_id")
        role = self._approles.get(str(body["role_id"]))
        if role is None or body.get("secret_id") not in role.secret_ids:
            raise invalid("invalid role or secret ID")
        return self._login(role)

    def kubernetes_login(self, body: dict[str, Any]) -> dict[str, Any]:
        for name in ("role", "jwt"):
            if not body.get(name):
                raise invalid(f"missing {name}")
        role = self._kubernetes.get(str(body["role"]))
        if role is None:
            raise invalid(f'invalid role name "{body["role"]}"')
        if body["jwt"] not in role.jwts:
            raise Refused(403, "permission denied")
        return self._login(role)

    def _login(self, role: Role) -> dict[str, Any]:
        self.logins += 1
        value = self.token(role.policy, ttl_s=role.ttl_s, max_ttl_s=role.max_ttl_s, renewable=role.renewable)
        return self._granted(self._tokens[value])

    def _granted(self, token: Token) -> dict[str, Any]:
        left = max(0, int(token.ends_at - self._clock()))
        return {"auth": {"client_token": token.value, "lease_duration": left, "renewable": token.renewable}}
