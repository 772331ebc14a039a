"""The web server's settings: the only place in this process that reads the environment.

Called by `__main__` and `asgi`. Refuses to start unsafe, with one sentence that says what to set.
Never: a provider's key, a Vault address, a key file; this process must not be able to reach them.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from web_server.limits.limit import Limit
from web_server.query import MOST_DECOYS
from web_server.setting_files import Unusable, from_files

SECRET_BYTES = 32
"""HMAC-SHA256 keys shorter than the hash weaken it (RFC 7518, section 3.2)."""

SECRETS = {"web_server_jwt_secret": "jwt.secret", "web_server_state_secret": "state.secret"}
"""The secrets, and the files of a local run that hold them."""

REDIS_URL = "web_redis.url"
"""The file that says where the embedded Redis of a running local run is."""

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?")

NOT_OURS = ("VAULT_", "KEY_STORE_", "KEY_CONFIG_", "KEY_SERVER_CIPHER_", "KEY_SERVER_ADMIN_")
"""Prefixes of settings that belong to the key server alone."""


class ConfigError(Exception):
    """The settings are missing something or are unsafe; the message says what to set."""


class Settings(BaseSettings):
    """Every setting by its name in the environment or `.env`, in capitals."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True)

    web_server_host: str = Field("127.0.0.1", description="Address to listen on.")
    web_server_port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    web_server_workers: int = Field(1, ge=1, le=64, description="Worker processes; they share nothing but Redis.")
    web_server_redis_url: str = Field(
        "redis://localhost:6379/0",
        description="Redis of this process: sessions, limits, usage, revoked tokens.",
    )
    web_server_jwt_secret: SecretStr = Field(
        SecretStr(""), description="HS256 secret of the callers' tokens, at least 32 bytes."
    )
    web_server_jwt_secret_previous: SecretStr = Field(
        SecretStr(""), description="The secret before it, whose tokens are still read; empty is none."
    )
    web_server_jwks_url: str = Field("", description="Key set of the tokens' issuer, in place of a secret: an address,")
    web_server_jwks_file: Path | None = Field(None, description="or a file, which is read again when it changes.")
    web_server_jwt_issuer: str = Field("llm-vpn", description="The `iss` that tokens must carry.")
    web_server_jwt_audience: str = Field("llm-vpn", description="The `aud` that tokens must carry.")
    web_server_jwt_namespace: str = Field(
        "", description="What may stand before the claims `models` and `groups`, where an issuer asks for it."
    )
    web_server_access_file: Path | None = Field(
        None, description="Which models the groups of callers may use; read again when it changes."
    )
    web_server_revocation_grace_seconds: int = Field(
        3600, ge=0, le=7 * 24 * 3600, description="How long the last known list of revoked tokens holds without Redis."
    )
    web_server_state_secret: SecretStr = Field(
        SecretStr(""), description="Seeds surrogates and seals sessions, at least 32 bytes."
    )
    web_server_web_access: Literal["open", "token"] = Field(
        "token", description="`open`: no token for the page and lists, on loopback only; `token`: a JWT everywhere."
    )
    web_server_privacy_minimum: Literal["pii", "none"] = Field(
        "pii", description="`pii`: callers cannot switch hiding off; `none`: they may."
    )
    web_server_pad_tick_ms: int = Field(
        100, ge=10, le=2000, description="`pad=on`: milliseconds between two frames of an answer."
    )
    web_server_pad_frame_bytes: int = Field(
        1024, ge=128, le=65_536, description="`pad=on`: bytes of a frame; whole answers are multiples of it."
    )
    web_server_pad_requests: bool = Field(
        True, description="Requests to providers end in blanks, up to few lengths; an eighth more bytes at most."
    )
    web_server_session_seconds: int = Field(
        86_400, ge=1, le=30 * 86_400, description="A session that nobody used for so long is gone."
    )
    web_server_system_prompt: str = Field("", description="System prompt where our own doors are given none.")
    web_server_limit_requests: int = Field(0, ge=0, description="Queries a minute that each caller may ask; 0 = any.")
    web_server_limit_tokens: int = Field(0, ge=0, description="Tokens a minute for each caller, in and out; 0 = any.")
    web_server_limit_answers: int = Field(
        0, ge=0, description="Answers under way at once for each caller, streamed or not; 0 = any number."
    )
    web_server_limit_daily_tokens: int = Field(0, ge=0, description="Tokens a day (UTC) for each caller; 0 = any.")
    web_server_limit_daily_dollars: float = Field(
        0, ge=0, allow_inf_nan=False, description="US dollars a day (UTC) for each caller, by providers.yaml; 0 = any."
    )
    web_server_limits_file: Path | None = Field(None, description="Limits of single callers and groups; YAML.")
    web_server_limits_without_redis: Literal["local", "refuse"] = Field(
        "local", description="Redis away: each worker counts its share, or who has limits is refused."
    )
    web_server_usage_days: int = Field(90, ge=1, le=3650, description="How many days of usage by caller are kept.")
    web_server_decoys: int = Field(2, ge=1, le=MOST_DECOYS, description="Covers that `decoy: true` asks for.")
    web_server_decoy_window_ms: int = Field(
        150, ge=0, le=10_000, description="A query and its covers go within so long; longest delay of the real one."
    )
    web_server_decoy_daily_tokens: int = Field(
        2_000_000, ge=0, description="Tokens a day (UTC) that covers may use, in and out; 0 = no covers."
    )
    web_server_decoy_caller_daily_tokens: int = Field(500_000, ge=0, description="The same of each caller's covers.")
    web_server_decoy_share: float = Field(
        10, ge=0, le=1000, allow_inf_nan=False, description="Tokens of covers for each token of real queries today."
    )
    web_server_decoy_caller_share: float = Field(
        10, ge=0, le=1000, allow_inf_nan=False, description="The same within each caller's traffic."
    )
    web_server_decoy_kept_seconds: int = Field(
        7 * 86_400, ge=60, le=90 * 86_400, description="How long a query asked again meets the same covers."
    )
    web_server_decoy_gift_seconds: int = Field(
        30 * 86_400, ge=60, le=365 * 86_400, description="How long what callers gave away waits to be a cover."
    )
    web_server_decoy_file: Path | None = Field(None, description="Covers of the operator's own, one prompt a line.")
    web_server_decoy_model: str = Field(
        "", description="A model that invents covers, `provider/model`, best a local one; told their shape alone."
    )
    web_server_cors_origins: str = Field("", description="Origins of other sites' pages that may call, by commas.")
    web_server_remembered_spans: int = Field(
        100_000,
        ge=0,
        le=10_000_000,
        description="Texts, and spans found in them, that a worker remembers; 0: a resent history is read anew.",
    )
    web_server_max_body_bytes: int = Field(4 * 1024 * 1024, ge=1024, le=8 * 1024 * 1024, description="Largest body.")
    web_server_deadline_seconds: int = Field(600, ge=1, le=3600, description="Longest time one query may take.")
    web_server_drain_seconds: int = Field(10, ge=0, le=600, description="How long running answers may finish at stop.")
    web_server_log_file: Path | None = Field(None, description="Log file; default is standard error.")
    web_server_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level kept.")
    key_server_socket: Path = Field(Path("/tmp/keyserver.sock"), description="The key server's socket.")  # noqa: S108 - the contract's default; the key server checks owner and mode
    key_server_token_file: Path = Field(
        Path("/tmp/keyserver.token"),  # noqa: S108 - beside the socket
        description="The key server's per-start token.",
    )
    provider_file: str = Field("providers.yaml", description="providers.yaml; several joined by the path separator.")
    llmvpn_state_dir: Path = Field(
        Path(".llmvpn"), description="Where a local run keeps its secrets; read only for those that are not set."
    )
    privacy_file: str = Field("default", description="Privacy policy: `default`, `strict`, or a file.")

    @property
    def provider_files(self) -> tuple[Path, ...]:
        """The parts of PROVIDER_FILE, in order; later files add rows."""
        return tuple(Path(part) for part in self.provider_file.split(os.pathsep) if part)

    @property
    def has_key_set(self) -> bool:
        """Whether an issuer's public keys check tokens, in place of a secret."""
        return bool(self.web_server_jwks_url) or self.web_server_jwks_file is not None

    @property
    def cors_origins(self) -> tuple[str, ...]:
        """The parts of WEB_SERVER_CORS_ORIGINS."""
        return tuple(part.strip() for part in self.web_server_cors_origins.split(",") if part.strip())

    @property
    def limit(self) -> Limit:
        """What holds for a caller of whom WEB_SERVER_LIMITS_FILE says nothing."""
        return Limit(
            self.web_server_limit_requests,
            self.web_server_limit_tokens,
            self.web_server_limit_answers,
            self.web_server_limit_daily_tokens,
            self.web_server_limit_daily_dollars,
        )

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach us."""
        try:
            return ipaddress.ip_address(self.web_server_host).is_loopback
        except ValueError:
            return self.web_server_host == "localhost"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings that are safe to start with.

    Raises:
        ConfigError: a value is wrong, a secret is missing or short, or this process was given what is not its own.
    """
    environ = os.environ if environ is None else environ
    # Whoever starts this process with all it needs switches `.env` off, because that file may hold the other half.
    env_file = None if environ.get("LLMVPN_DOTENV") == "off" else ".env"
    seen = {**(dotenv_values(env_file) if env_file else {}), **environ}
    foreign = sorted(name for name in seen if name.startswith(NOT_OURS))
    if foreign:
        raise ConfigError(
            f"the web server must not see {foreign[0]}: unset it here, it belongs to the key server alone"
        )
    try:
        given = {name: value for name, value in seen.items() if value}
        files = from_files(given, {name.upper() for name in Settings.model_fields})
        by_file: dict[str, Any] = {name.lower(): value for name, value in files.items()}
        settings = Settings(_env_file=env_file, **by_file)
    except Unusable as wrong:
        raise ConfigError(str(wrong)) from None
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        raise ConfigError(f"{str(first['loc'][0]).upper()}: {first['msg']}") from None
    _refuse_two_kinds_of_keys(settings)
    settings = settings.model_copy(update=_kept(settings))
    for name in SECRETS:
        if name == "web_server_jwt_secret" and settings.has_key_set:
            continue
        if len(getattr(settings, name).get_secret_value().encode()) < SECRET_BYTES:
            raise ConfigError(f"{name.upper()} must be set to at least {SECRET_BYTES} random bytes")
    if 0 < len(settings.web_server_jwt_secret_previous.get_secret_value().encode()) < SECRET_BYTES:
        raise ConfigError(f"WEB_SERVER_JWT_SECRET_PREVIOUS must have at least {SECRET_BYTES} random bytes, or be empty")
    for origin in settings.cors_origins:
        if not ORIGIN.fullmatch(origin):
            raise ConfigError("WEB_SERVER_CORS_ORIGINS: each is like https://page.example, without a path, never `*`")
    if settings.web_server_web_access == "open" and not settings.on_loopback:
        raise ConfigError("WEB_SERVER_WEB_ACCESS=open needs WEB_SERVER_HOST=127.0.0.1; set it to `token` instead")
    return settings


def _refuse_two_kinds_of_keys(settings: Settings) -> None:
    """A secret and a key set side by side are how one is taken for the other (RFC 8725, 2.1)."""
    if settings.web_server_jwks_url and settings.web_server_jwks_file is not None:
        raise ConfigError("WEB_SERVER_JWKS_URL and WEB_SERVER_JWKS_FILE are both set: unset one of them")
    secret = settings.web_server_jwt_secret, settings.web_server_jwt_secret_previous
    if settings.has_key_set and any(each.get_secret_value() for each in secret):
        raise ConfigError("WEB_SERVER_JWT_SECRET is set, and so is a key set (WEB_SERVER_JWKS_*): unset one of them")
    url = urlsplit(settings.web_server_jwks_url)
    if not settings.web_server_jwks_url or (url.scheme == "https" and url.hostname):
        return
    if url.scheme != "http" or url.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ConfigError("WEB_SERVER_JWKS_URL must be an https:// address (http:// on this machine alone)")


def _kept(settings: Settings) -> dict[str, Any]:
    """What is not set, from the state folder of a local run: a token minted or revoked here is so there."""
    found: dict[str, Any] = {}
    url = settings.llmvpn_state_dir / REDIS_URL
    if "web_server_redis_url" not in settings.model_fields_set and url.is_file():
        try:
            found["web_server_redis_url"] = url.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{url} cannot be read; set WEB_SERVER_REDIS_URL") from None
    for name, file in SECRETS.items():
        path = settings.llmvpn_state_dir / file
        unused = name == "web_server_jwt_secret" and settings.has_key_set
        if not unused and not getattr(settings, name).get_secret_value() and path.is_file():
            try:
                found[name] = SecretStr(path.read_text(encoding="ascii").strip())
            except (OSError, UnicodeDecodeError):
                raise ConfigError(f"{path} cannot be read; set {name.upper()}") from None
    return found
