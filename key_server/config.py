"""Every setting of this process, read once. The only module here that looks at the environment.

Called by `__main__`, the commands and the doctor. `.env` in the working directory is read too, unless
LLMVPN_DOTENV=off; the environment wins.
Refuses what is unsafe with one sentence that says what to set (`check`). Never shows a URL that may hold a password.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints
from urllib.parse import urlsplit

from key_server import vault_settings
from key_server.errors import ConfigError
from key_server.private_files import check_private_directory, check_private_file
from key_server.secret import Secret
from key_server.setting_files import from_files, local_run
from key_server.store import address

TMP = "/tmp"  # noqa: S108 - sticky and root-owned, with 0600 files; `check` refuses it otherwise
LONGEST_SOCKET_PATH = 100  # sun_path holds 108 bytes on Linux, 104 elsewhere
HOST = re.compile(r"[a-z0-9.-]+(?::[0-9]{1,5})?")
VAULT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]")  # learn.microsoft.com: Key Vault resource names
WRITTEN = frozenset(
    {"socket", "admin_socket", "token_file", "store_file", "cipher_key_file", "usage_journal", "log_file"}
)
"""Fields of the files that this process makes, or writes over."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its default, what it means, and how its text becomes a value."""

    variable: str
    default: str
    meaning: str
    convert: Callable[[str], Any] = str


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(os.pathsep) if part)


def _optional_path(text: str) -> Path | None:
    return Path(text) if text else None


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 600:
        raise ValueError
    return seconds


def _whole(least: int, most: int, text: str) -> int:
    number = int(text)
    if not least <= number <= most:
        raise ValueError
    return number


def _level(text: str) -> str:
    if text.upper() not in LEVELS:
        raise ValueError
    return text.upper()


def _proxy(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme != "http" or not parts.hostname or parts.port == 0):  # a port that is none raises it, too
        raise ValueError
    return text


def _secret(text: str) -> Secret | None:
    return Secret(text.encode()) if text else None


def _host(text: str) -> str:
    """Also as an https:// address: so AZURE_AUTHORITY_HOST is given to a pod with a workload identity."""
    host = text.lower().removeprefix("https://").rstrip("/")
    if not HOST.fullmatch(host):
        raise ValueError
    return host


def _vault_name(text: str) -> str:
    if text and not VAULT_NAME.fullmatch(text):
        raise ValueError
    return text


def _redis_url(text: str) -> str:
    address.parse(text)
    return text


@dataclass(frozen=True, slots=True)
class Settings:
    """The key server's settings. `python -m key_server --help` prints this table."""

    socket: Annotated[Path, Setting("KEY_SERVER_SOCKET", f"{TMP}/keyserver.sock", "Unix socket of Router.", Path)]
    admin_socket: Annotated[
        Path,
        Setting(
            "KEY_SERVER_ADMIN_SOCKET",
            f"{TMP}/keyserver-admin.sock",
            "Unix socket of Keyring, 0600; never shared.",
            Path,
        ),
    ]
    token_file: Annotated[
        Path,
        Setting(
            "KEY_SERVER_TOKEN_FILE",
            f"{TMP}/keyserver.token",
            "The per-start token, written before binding.",
            Path,
        ),
    ]
    store_file: Annotated[
        Path, Setting("KEY_STORE_FILE", "keys.sealed", "Sealed keys, 0600: the truth about keys.", Path)
    ]
    key_files: Annotated[
        tuple[Path, ...],
        Setting(
            "KEY_CONFIG_FILE", "api_keys.csv", "Key lists to import, joined by ':'; watched; may be missing.", _paths
        ),
    ]
    provider_files: Annotated[
        tuple[Path, ...],
        Setting("PROVIDER_FILE", "providers.yaml", "Whom we may call, files joined by ':'; watched.", _paths),
    ]
    redis_url: Annotated[
        str,
        Setting(
            "KEY_SERVER_REDIS_URL",
            "redis://localhost:6379/1",
            "redis[s]://, unix://, redis[s]+cluster:// or redis[s]+sentinel://HOST,HOST/SERVICE.",
            _redis_url,
        ),
    ] = field(repr=False)
    redis_patience_ms: Annotated[
        int,
        Setting(
            "KEY_SERVER_REDIS_PATIENCE_MS",
            "250",
            "How long Redis may take to answer before a call is refused, 50 to 10000.",
            partial(_whole, 50, 10_000),
        ),
    ]
    cipher_key_file: Annotated[
        Path,
        Setting(
            "KEY_SERVER_CIPHER_KEY_FILE",
            ".llmvpn/cipher.key",
            "32 bytes, 0600; made when no keys are sealed yet.",
            Path,
        ),
    ]
    usage_journal: Annotated[
        Path | None,
        Setting(
            "KEY_SERVER_USAGE_JOURNAL",
            "",
            "What was spent and Redis was not told yet, 0600; empty = usage.journal beside KEY_STORE_FILE.",
            _optional_path,
        ),
    ]
    usage_days: Annotated[
        int,
        Setting("KEY_SERVER_USAGE_DAYS", "90", "How many days of usage are kept, 1 to 3650.", partial(_whole, 1, 3650)),
    ]
    log_file: Annotated[Path | None, Setting("KEY_SERVER_LOG_FILE", "", "JSON lines; empty = stderr.", _optional_path)]
    log_level: Annotated[str, Setting("KEY_SERVER_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.", _level)]
    drain_seconds: Annotated[
        float,
        Setting(
            "KEY_SERVER_DRAIN_SECONDS", "10", "How long running calls may finish after SIGTERM, 0 to 600.", _seconds
        ),
    ]
    vault_address: Annotated[
        str,
        Setting(
            "VAULT_ADDR",
            "",
            "http(s):// address of Vault or OpenBao; empty = the local cipher.",
            vault_settings.address,
        ),
    ]
    vault_token: Annotated[
        Secret | None, Setting("VAULT_TOKEN", "", "Signs in to Vault; renewed.", vault_settings.secret)
    ]
    vault_token_file: Annotated[
        Path | None, Setting("VAULT_TOKEN_FILE", "", "The same from a file, read at each sign-in.", _optional_path)
    ]
    vault_role_id: Annotated[str, Setting("VAULT_ROLE_ID", "", "Signs in as an AppRole.")] = field(repr=False)
    vault_secret_id: Annotated[
        Secret | None, Setting("VAULT_SECRET_ID", "", "The AppRole's secret.", vault_settings.secret)
    ]
    vault_secret_id_file: Annotated[
        Path | None, Setting("VAULT_SECRET_ID_FILE", "", "The same from a file, read at each sign-in.", _optional_path)
    ]
    vault_kubernetes_role: Annotated[
        str, Setting("VAULT_KUBERNETES_ROLE", "", "Signs in with the pod's service account.")
    ]
    vault_namespace: Annotated[str, Setting("VAULT_NAMESPACE", "", "Namespace in Vault.")]
    vault_transit_key: Annotated[
        str, Setting("VAULT_TRANSIT_KEY", "llmvpn", "Transit key, made with derived=true.", vault_settings.name)
    ]
    vault_transit_mount: Annotated[
        str, Setting("VAULT_TRANSIT_MOUNT", "transit", "Where the transit engine is mounted.", vault_settings.name)
    ]
    vault_kv_path: Annotated[
        str,
        Setting(
            "VAULT_KV_PATH", "", "MOUNT/PATH in KV v2 for the sealed keys of several hosts.", vault_settings.kv_path
        ),
    ]
    vault_ca_file: Annotated[
        Path | None, Setting("VAULT_CACERT", "", "CA bundle for Vault; else SSL_CERT_FILE.", _optional_path)
    ]
    vault_grace_seconds: Annotated[
        float,
        Setting(
            "KEY_SERVER_VAULT_GRACE_SECONDS",
            "3600",
            "Seconds that opened keys serve without Vault, up to a week; 0 = none.",
            vault_settings.grace,
        ),
    ]
    https_proxy: Annotated[
        str, Setting("HTTPS_PROXY", "", "http:// proxy for https providers; it resolves their names.", _proxy)
    ] = field(repr=False)
    http_proxy: Annotated[str, Setting("HTTP_PROXY", "", "http:// proxy for http providers.", _proxy)] = field(
        repr=False
    )
    no_proxy: Annotated[str, Setting("NO_PROXY", "", "Hosts and .domains reached directly, by comma; * = all.")]
    ca_file: Annotated[
        Path | None, Setting("SSL_CERT_FILE", "", "CA bundle instead of the built-in one.", _optional_path)
    ]
    client_cert_file: Annotated[
        Path | None,
        Setting("KEY_SERVER_CLIENT_CERT_FILE", "", "Client certificate (PEM) for providers that ask.", _optional_path),
    ]
    client_key_file: Annotated[
        Path | None,
        Setting("KEY_SERVER_CLIENT_KEY_FILE", "", "Its key, 0600; empty = in the same file.", _optional_path),
    ]
    aws_access_key_id: Annotated[
        str, Setting("AWS_ACCESS_KEY_ID", "", "aws-sigv4 without a listed key; unset = AWS' usual chain.")
    ] = field(repr=False)
    aws_secret_access_key: Annotated[
        Secret | None, Setting("AWS_SECRET_ACCESS_KEY", "", "The secret of AWS_ACCESS_KEY_ID.", _secret)
    ]
    aws_session_token: Annotated[
        Secret | None, Setting("AWS_SESSION_TOKEN", "", "Its session token, where there is one.", _secret)
    ]
    aws_profile: Annotated[str, Setting("AWS_PROFILE", "", "Profile that AWS' usual chain begins with.")]
    azure_tenant_id: Annotated[str, Setting("AZURE_TENANT_ID", "", "Tenant of the app for azure-entra.")]
    azure_client_id: Annotated[
        str, Setting("AZURE_CLIENT_ID", "", "The app; without a tenant, a user-assigned managed identity.")
    ]
    azure_client_secret: Annotated[
        Secret | None, Setting("AZURE_CLIENT_SECRET", "", "The app's secret; or KEY_VAULT_NAME, or neither.", _secret)
    ]
    azure_authority: Annotated[
        str,
        Setting("AZURE_AUTHORITY_HOST", "login.microsoftonline.com", "The host that gives out Entra's tokens.", _host),
    ]
    key_vault_name: Annotated[
        str, Setting("KEY_VAULT_NAME", "", "Name of the Key Vault that keeps AZURE-CLIENT-SECRET.", _vault_name)
    ]

    @property
    def journal(self) -> Path:
        """Where the usage journal is, named or not."""
        return self.usage_journal or self.store_file.with_name("usage.journal")


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from a mapping. Raises ConfigError naming the variable, never its content."""
    _refuse_what_is_not_ours(environment)
    settings = table()
    environment = from_files(environment, {each.variable for each in settings.values()})
    values = {}
    for name, setting in settings.items():
        text = environment.get(setting.variable) or _alias(environment, setting.variable) or setting.default
        try:
            values[name] = setting.convert(text)
        except ValueError:
            raise ConfigError(f"{setting.variable} is not usable: {setting.meaning}") from None
    return Settings(**values)


def load() -> Settings:
    """Settings from the process environment over `.env`, checked. Raises ConfigError."""
    settings = read(_dotenv() | os.environ)
    check(settings)
    return settings


def load_for_commands() -> Settings:
    """The settings of the server that a command means: what is set nowhere comes from the note of a local run.

    Not checked: a command may be there to say what is wrong. Raises ConfigError.
    """
    given = {name: value for name, value in (_dotenv() | os.environ).items() if value}
    noted = local_run(Path(given.get("LLMVPN_STATE_DIR", ".llmvpn")))
    if "KEY_SERVER_SOCKET" in noted and not Path(noted["KEY_SERVER_SOCKET"]).exists():
        alone = read(given)
        if alone.socket.exists():  # that run has ended, and a server that was started by itself is there
            return alone
    return read({name: value for name, value in noted.items() if f"{name}_FILE" not in given} | given)


def _dotenv() -> dict[str, str]:
    # Whoever starts this process with all it needs switches `.env` off, because that file may hold the other half.
    if os.environ.get("LLMVPN_DOTENV") == "off" or not Path(".env").is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415 - 20 ms of start-up that most runs do not need

    return {name: value for name, value in dotenv_values(".env").items() if value is not None}


def check(settings: Settings) -> None:
    """Raises ConfigError for a place that others can read, one of two uses, or a socket path that does not fit."""
    if sentence := one_path(settings):
        raise ConfigError(sentence)
    for path, variable in ((settings.socket, "KEY_SERVER_SOCKET"), (settings.admin_socket, "KEY_SERVER_ADMIN_SOCKET")):
        if len(os.fsencode(path.absolute())) > LONGEST_SOCKET_PATH:
            raise ConfigError(f"{variable} is longer than {LONGEST_SOCKET_PATH} bytes; choose a shorter path.")
        check_private_directory(path.absolute().parent, variable)
    check_private_directory(settings.token_file.absolute().parent, "KEY_SERVER_TOKEN_FILE")
    if not (folder := settings.journal.absolute().parent).is_dir():
        variable = "KEY_SERVER_USAGE_JOURNAL" if settings.usage_journal else "KEY_STORE_FILE"
        raise ConfigError(f"{folder} does not exist; create it with mode 0700 ({variable}).")
    if settings.store_file.exists():
        check_private_file(settings.store_file, "KEY_STORE_FILE")
    if settings.client_cert_file:
        key_file = settings.client_key_file or settings.client_cert_file
        variable = "KEY_SERVER_CLIENT_KEY_FILE" if settings.client_key_file else "KEY_SERVER_CLIENT_CERT_FILE"
        check_private_file(key_file, variable)
    vault_settings.check(
        address=settings.vault_address,
        token=settings.vault_token,
        token_file=settings.vault_token_file,
        role_id=settings.vault_role_id,
        secret_id=settings.vault_secret_id,
        secret_id_file=settings.vault_secret_id_file,
        kubernetes_role=settings.vault_kubernetes_role,
        kv_path=settings.vault_kv_path,
        ca_file=settings.vault_ca_file or settings.ca_file,
    )


def one_path(settings: Settings) -> str:
    """Which settings name one file that one of them has written over; empty where none do."""
    named: dict[str, dict[str, str]] = {}
    for name, setting in table().items():
        value = settings.journal if name == "usage_journal" else getattr(settings, name)
        for path in value if isinstance(value, tuple) else (value,):
            if isinstance(path, Path):
                named.setdefault(os.path.realpath(path), {})[name] = setting.variable
    for several in named.values():
        if len(several) > 1 and WRITTEN & several.keys():
            return f"{' and '.join(several.values())} are one path; choose another for each."
    return ""


def table() -> dict[str, Setting]:
    """Field name -> its setting, in the order of `Settings`."""
    hints = get_type_hints(Settings, include_extras=True)
    return {each.name: get_args(hints[each.name])[1] for each in fields(Settings)}


def described() -> str:
    """The table of settings, for `--help`."""
    return "\n".join(f"  {each.variable:31}{each.meaning} [{each.default}]" for each in table().values())


def _alias(environment: Mapping[str, str], variable: str) -> str:
    """Proxies are also known in lower case; requests' name for a CA bundle is honoured."""
    other = {"SSL_CERT_FILE": "REQUESTS_CA_BUNDLE"}.get(variable, variable.lower())
    return environment.get(other, "")


def _refuse_what_is_not_ours(environment: Mapping[str, str]) -> None:
    if environment.get("GRPC_TRACE"):
        raise ConfigError("GRPC_TRACE prints call metadata, the token with it; unset it.")
    if environment.get("SSLKEYLOGFILE"):
        raise ConfigError("SSLKEYLOGFILE writes down what decrypts every call to a provider; unset it.")
