"""The table of schemes: one signer for each name that providers.yaml may say.

Made once by `egress`. Never loads a vendor's library: that is done by the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping

from key_server.config import Settings
from key_server.credentials.api_key import ApiKey
from key_server.credentials.aws_sigv4 import AwsSigV4
from key_server.credentials.azure_entra import AzureEntra, EntraSettings
from key_server.credentials.bearer import Bearer
from key_server.credentials.no_key import NoKey
from key_server.credentials.signer import Signer
from key_server.credentials.x_api_key import XApiKey
from key_server.credentials.x_goog_api_key import XGoogApiKey


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
    return AwsSigV4(None, "")


def _entra(settings: Settings) -> AzureEntra:
    return AzureEntra(EntraSettings())
