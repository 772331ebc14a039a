"""How we sign in to Vault: a token, an AppRole, or the pod's Kubernetes account.

Called by `vault`, which keeps what is granted alive. What stands in a file is read again at every sign-in, because
others (Vault Agent, the kubelet) replace it.
Never keeps a credential beyond the client it is for, never shows one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hvac import exceptions

from key_server import logs
from key_server.secret import Secret

KUBERNETES_TOKEN = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


@dataclass(frozen=True, slots=True)
class Access:
    """Where Vault is and who we are there. One of `token`, `token_file`, `role_id`, `kubernetes_role` is given."""

    address: str
    namespace: str = ""
    ca_file: Path | None = None
    token: Secret | None = None
    token_file: Path | None = None
    role_id: str = field(default="", repr=False)
    secret_id: Secret | None = None
    secret_id_file: Path | None = None
    kubernetes_role: str = ""
    kubernetes_token_file: Path = KUBERNETES_TOKEN

    @property
    def way(self) -> str:
        """What is shown to Vault, for a sentence."""
        return "AppRole" if self.role_id else "Kubernetes role" if self.kubernetes_role else "token"

    @property
    def signs_in_again(self) -> bool:
        """Whether another sign-in can give another token."""
        return self.token is None


@dataclass(frozen=True, slots=True)
class Grant:
    """A token's time to live, seconds; 0 = it has no end."""

    ttl_s: float
    renewable: bool


def sign_in(client: Any, access: Access) -> Grant:
    """Leaves the token with hvac's client. Raises hvac's exceptions: Forbidden where Vault says 400 to a login."""
    try:
        if access.role_id:
            return granted(client.auth.approle.login(access.role_id, _text(access.secret_id, access.secret_id_file)))
        if access.kubernetes_role:
            jwt = _text(None, access.kubernetes_token_file)
            return granted(client.auth.kubernetes.login(access.kubernetes_role, jwt))
    except exceptions.InvalidRequest:
        raise exceptions.Forbidden from None
    client.token = _text(access.token, access.token_file)
    found = client.auth.token.lookup_self()["data"]
    grant = Grant(float(found["ttl"]), bool(found["renewable"]))
    if grant.ttl_s and not grant.renewable:
        warn_of_end(grant.ttl_s)
    return grant


def warn_of_end(seconds: float) -> None:
    sentence = "the token cannot be renewed beyond this; give another one before it ends"
    logs.event("vault_token_ends", logging.WARNING, seconds=int(seconds), sentence=sentence)


def granted(reply: Any) -> Grant:
    """From the answer to a login or a renewal."""
    return Grant(float(reply["auth"]["lease_duration"]), bool(reply["auth"]["renewable"]))


def _text(secret: Secret | None, path: Path | None) -> str:
    """Raises Forbidden where the file cannot be read: without it there is nothing to show."""
    if secret is not None:
        return secret.reveal().decode()
    if path is None:
        return ""
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise exceptions.Forbidden from None
    if not found:
        raise exceptions.Forbidden
    return found
