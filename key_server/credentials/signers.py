"""The table of schemes: one signer for each name that providers.yaml may say.

Made once by `egress`. Never loads a vendor's library: that is done by the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping

from key_server.config import Settings
from key_server.credentials.api_key import ApiKey
from key_server.credentials.aws_sigv4 import AwsKeys, AwsSigV4
from key_server.credentials.azure_entra import AzureEntra, EntraSettings
from key_server.credentials.bearer import Bearer
from key_server.credentials.no_key import NoKey
from key_server.credentials.signer import Signer
from key_server.credentials.x_api_key import XApiKey
from key_server.credentials.x_goog_api_key import XGoogApiKey
from key_server.proxies import proxy_for


def signers(settings: Settings) -> Mapping[str, Signer]:
    return {
        "bearer": Bearer(),
        "x-api-key": XApiKey(),
        "api-key": ApiKey(),
        "x-goog-api-key": XGoogApiKey(),
        "aws-sigv4": _aws(settings),
        "azure-entra": _entra(settings),
        "none": NoKey(),
    }


def _aws(settings: Settings) -> AwsSigV4:
    keys = None
    if settings.aws_access_key_id and settings.aws_secret_access_key:
        token = settings.aws_session_token.reveal().decode() if settings.aws_session_token else None
        keys = AwsKeys(settings.aws_access_key_id, settings.aws_secret_access_key.reveal().decode(), token)
    return AwsSigV4(keys, settings.aws_profile)


def _entra(settings: Settings) -> AzureEntra:
    vault = f"{settings.key_vault_name}.vault.azure.net" if settings.key_vault_name else ""
    return AzureEntra(
        EntraSettings(
            tenant_id=settings.azure_tenant_id,
            client_id=settings.azure_client_id,
            client_secret=settings.azure_client_secret,
            vault_url=f"https://{vault}" if vault else "",
            authority=settings.azure_authority,
            ca_file=str(settings.ca_file or ""),
            proxy=proxy_for(settings, settings.azure_authority.partition(":")[0], tls=True),
            vault_proxy=proxy_for(settings, vault, tls=True),
        )
    )
