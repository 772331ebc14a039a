"""What the Vault settings may hold, and which of them go together.

Called by `config`. Pure. Never repeats a value: it may be a token in the wrong place.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from key_server.errors import ConfigError
from key_server.secret import Secret

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
KV_PATH = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")
SHOWN = re.compile(r"[\x21-\x7e]+")  # what a header may carry
LONGEST_GRACE_S = 7 * 24 * 3600.0


def address(text: str) -> str:
    """An http(s) URL without credentials; empty = no Vault. Raises ValueError."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query):
        raise ValueError
    if parts.port == 0:  # a port that is none raises it, too
        raise ValueError
    return text.rstrip("/")


def name(text: str) -> str:
    """Raises ValueError."""
    if not NAME.fullmatch(text):
        raise ValueError
    return text


def kv_path(text: str) -> str:
    """MOUNT/PATH. Raises ValueError."""
    if text and not KV_PATH.fullmatch(text):
        raise ValueError
    return text


def secret(text: str) -> Secret | None:
    """Raises ValueError."""
    if text and not SHOWN.fullmatch(text):
        raise ValueError
    return Secret(text.encode()) if text else None


def grace(text: str) -> float:
    """Seconds. Raises ValueError."""
    seconds = float(text)
    if not 0 <= seconds <= LONGEST_GRACE_S:
        raise ValueError
    return seconds


def check(
    *,
    address: str,
    token: Secret | None,
    token_file: Path | None,
    role_id: str,
    secret_id: Secret | None,
    secret_id_file: Path | None,
    kubernetes_role: str,
    kv_path: str,
    ca_file: Path | None,
) -> None:
    """Raises ConfigError for settings that do not go together."""
    if not address:
        if token or role_id or kubernetes_role:
            raise ConfigError("VAULT_ADDR is not set, but VAULT_TOKEN, _ROLE_ID or _KUBERNETES_ROLE is.")
        if kv_path:
            raise ConfigError("VAULT_KV_PATH needs VAULT_ADDR: without Vault the keys are kept in KEY_STORE_FILE.")
        return
    parts = urlsplit(address)
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        raise ConfigError(
            "VAULT_ADDR is http:// to another machine, so its token and every key would cross the network in clear; "
            "use https://, or a Vault Agent on 127.0.0.1."
        )
    ways = [bool(token), bool(token_file), bool(role_id), bool(kubernetes_role)]
    if sum(ways) != 1:
        raise ConfigError(
            "VAULT_ADDR needs one way to sign in: VAULT_TOKEN, VAULT_TOKEN_FILE, VAULT_ROLE_ID with VAULT_SECRET_ID, "
            "or VAULT_KUBERNETES_ROLE; " + ("several are set." if any(ways) else "none is set.")
        )
    if secret_id and secret_id_file:
        raise ConfigError("VAULT_SECRET_ID and VAULT_SECRET_ID_FILE are both set; unset one of them.")
    for file, variable in ((token_file, "VAULT_TOKEN_FILE"), (secret_id_file, "VAULT_SECRET_ID_FILE")):
        if file is not None and not file.is_file():
            raise ConfigError(f"{file} is not there ({variable}).")
    if ca_file is not None and not ca_file.is_file():
        raise ConfigError(f"{ca_file} is not there (VAULT_CACERT, or SSL_CERT_FILE).")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
