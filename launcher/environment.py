"""Which settings each child is given: its own, and nothing else. What the table does not name does not pass.

Called by `parts`. Pure. The web server must never be told where the keys are, nor the key server who may ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

MACHINE = ("PATH", "HOME", "LANG", "LANGUAGE", "LC_*", "TZ", "TMPDIR")
"""What any program may need to run at all."""

NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
)
"""The way out, which the key server alone has."""

OWN: Mapping[str, tuple[str, ...]] = {
    "key_server": (
        "LLMVPN_DOTENV",
        *NETWORK,
        "KEY_SERVER_*",
        *("KEY_STORE_FILE", "KEY_CONFIG_FILE", "PROVIDER_FILE"),
        *("VAULT_*", "KEY_VAULT_NAME", "AZURE_*", "AWS_*"),
        *("IDENTITY_ENDPOINT", "IDENTITY_HEADER"),  # a managed identity, as App Service hands it to a process
    ),
    "web_server": (
        "LLMVPN_DOTENV",
        "WEB_SERVER_*",
        "KEY_SERVER_SOCKET",
        "KEY_SERVER_TOKEN_FILE",
        "PROVIDER_FILE",
        "PRIVACY_FILE",
    ),
    "mirror": (),
    "redis": (),
}
"""Settings by child. A star stands for the rest of a name, and only within a namespace that is wholly the child's."""


def environment_for(child: str, settings: Mapping[str, str]) -> dict[str, str]:
    """The part of `settings` that the child may see."""
    allowed = (*MACHINE, *OWN[child])
    return {name: value for name, value in settings.items() if any(fnmatchcase(name, each) for each in allowed)}
