"""Microsoft Entra ID for Azure OpenAI: a bearer token that azure-identity fetches and this side keeps until its end.

Called by `egress` through `signers`. Who asks for it, in this order: the app registration whose client secret is in
the settings; the one whose secret is in Key Vault, fetched as the machine; the machine itself (workload identity,
managed identity). Tokens, secrets and their hosts never meet `Forward`.
Never runs a program to find a credential, never asks another host than the authority, the vault and the machine's own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from key_server.credentials.fresh import Fresh, Held
from key_server.credentials.signer import Signed, Unsigned
from key_server.secret import Secret

SCOPE = "https://cognitiveservices.azure.com/.default"
VAULT_SECRET = "AZURE-CLIENT-SECRET"  # noqa: S105 - its name
RENEW_BEFORE_S = 300.0
NO_PROGRAMS = {
    f"exclude_{each}_credential": True
    for each in (
        *("environment", "shared_token_cache", "visual_studio_code", "cli", "powershell", "developer_cli"),
        *("interactive_browser", "broker"),
    )
}


@dataclass(frozen=True, slots=True)
class EntraSettings:
    """As set; empty = not. `authority`: a host, `proxy` and `vault_proxy`: URLs, `ca_file`: a path."""

    tenant_id: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    vault_url: str = ""
    authority: str = "login.microsoftonline.com"
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    vault_proxy: str = field(default="", repr=False)


class AzureEntra:
    def __init__(self, settings: EntraSettings) -> None:
        self._settings = settings
        self._token = Fresh("azure-entra", self._fetched)

    async def sign(self, request: Unsigned, secret: Secret | None) -> Signed:
        """Raises CredentialUnavailable."""
        token = await self._token.current()
        return Signed(((b"Authorization", b"Bearer " + token),), (token,))

    def _fetched(self) -> Held[bytes]:
        """Everything anew, once an hour: a secret that was rotated in the vault is the next token's."""
        with self._identity() as identity:
            found = identity.get_token(SCOPE)
        now = time.time()
        # A token that lives for less than the margin is renewed half-way.
        renew_at = found.expires_on - min(RENEW_BEFORE_S, (found.expires_on - now) / 2)
        return Held(found.token.encode("ascii"), renew_at, float(found.expires_on))

    def _identity(self) -> Any:
        from azure.identity import ClientSecretCredential  # noqa: PLC0415 - 0.2 s only for those who use it

        with_app = self._settings.tenant_id and self._settings.client_id
        secret = self._settings.client_secret.reveal().decode() if self._settings.client_secret else ""
        if with_app and not secret and self._settings.vault_url:
            secret = self._from_vault()
        if not with_app or not secret:
            return self._machine(self._settings.client_id)
        return ClientSecretCredential(
            self._settings.tenant_id,
            self._settings.client_id,
            secret,
            authority=self._settings.authority,
            disable_instance_discovery=True,  # the operator named the authority: no other host need vouch for it
            **self._way_to(self._settings.proxy),
        )

    def _from_vault(self) -> str:
        from azure.keyvault.secrets import SecretClient  # noqa: PLC0415 - see above

        # AZURE_CLIENT_ID names the app whose secret this is, not the machine.
        with (
            self._machine("") as machine,
            SecretClient(self._settings.vault_url, machine, **self._way_to(self._settings.vault_proxy)) as vault,
        ):
            return str(vault.get_secret(VAULT_SECRET).value)

    def _machine(self, client_id: str) -> Any:
        """`client_id`: of a user-assigned identity; empty for the machine's own."""
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - see above

        return DefaultAzureCredential(
            managed_identity_client_id=client_id or None,
            authority=self._settings.authority,
            **NO_PROGRAMS,
            **self._patience(),
        )

    def _way_to(self, proxy: str) -> dict[str, Any]:
        """For hosts on the internet: our settings, which `.env` may hold, and nothing from the environment."""
        return {**self._patience(), "use_env_settings": False, "proxies": {"https": proxy} if proxy else {}}

    def _patience(self) -> dict[str, Any]:
        """azure-core's own is ten tries over minutes."""
        patience = {"retry_total": 1, "retry_backoff_max": 2, "connection_timeout": 5, "read_timeout": 10}
        return {**patience, "connection_verify": self._settings.ca_file or True}
