"""The reader of tokens as the settings ask for it.

Called by the app and by `python -m web_server`. Reads the key set and the access file once, for their mistakes.
"""

from __future__ import annotations

from web_server.auth.access_file import AccessFile
from web_server.auth.key_source import KeySetFile, KeySetUrl, KeySource
from web_server.auth.revocations import Revocations
from web_server.auth.tokens import Tokens
from web_server.config import Settings


def key_source(settings: Settings) -> KeySource | None:
    """Where the issuer's keys come from; None where secrets are in force. Raises ConfigError."""
    if settings.web_server_jwks_file is not None:
        return KeySetFile(settings.web_server_jwks_file)
    return KeySetUrl(settings.web_server_jwks_url) if settings.web_server_jwks_url else None


def tokens(settings: Settings, revocations: Revocations | None = None) -> Tokens:
    """Raises ConfigError where a file is wrong."""
    return Tokens(
        settings.web_server_jwt_secret.get_secret_value(),
        settings.web_server_jwt_issuer,
        settings.web_server_jwt_audience,
        previous=settings.web_server_jwt_secret_previous.get_secret_value(),
        keys=key_source(settings),
        namespace=settings.web_server_jwt_namespace,
        access=AccessFile(settings.web_server_access_file) if settings.web_server_access_file is not None else None,
        revocations=revocations,
    )
