"""What to start and where: flags over the environment over `.env`. The only module here that reads the environment.

Called by `main`. Needs nothing but the standard library until `.env` is read, so that `--help` always works.
"""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import azure, key_lists
from launcher.errors import StartError
from launcher.file_lists import listed

ROOT = Path(__file__).parents[1]
"""The checkout: children run here, and relative paths of settings start here."""

REDIS_URLS = ("KEY_SERVER_REDIS_URL", "WEB_SERVER_REDIS_URL")

KEY_SETS = ("WEB_SERVER_JWKS_URL", "WEB_SERVER_JWKS_URL_FILE", "WEB_SERVER_JWKS_FILE")


@dataclass(frozen=True, slots=True, repr=False)
class Config:
    """`given` is every setting the user made, by its name in the environment; the rest is for the launcher itself."""

    given: Mapping[str, str]
    state: Path
    logs: Path
    host: str
    port: int
    keys: Sequence[tuple[str, str]]
    mirror_port: int | None
    embedded_redis: bool

    @property
    def has_key_set(self) -> bool:
        """Whether an issuer's keys check the callers' tokens: then there is no secret to make."""
        return any(name in self.given for name in KEY_SETS)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the API."""
        return self.host in ("127.0.0.1", "::1", "localhost")

    def __repr__(self) -> str:
        return f"Config(state={self.state}, {self.host}:{self.port}, {len(self.given)} settings)"


def parser() -> argparse.ArgumentParser:
    """The flags."""
    flags = argparse.ArgumentParser(
        prog="run_services.py",
        description="Start LLM VPN on this machine: the key server, the web server, and what they miss on a first run.",
        epilog="Every other setting comes from the environment or .env; see .env.example.",
    )
    flags.add_argument("--port", help="the API's port, 0 for any free one (WEB_SERVER_PORT, default 8000)")
    flags.add_argument("--mirror-port", help="the mirror's port, 0 for any free one (MIRROR_PORT, default 8001)")
    flags.add_argument("--state-dir", help="for secrets, sockets and sealed keys (LLMVPN_STATE_DIR, default .llmvpn)")
    flags.add_argument("--no-mirror", action="store_true", help="do not start the mirror provider")
    return flags


def load(arguments: Sequence[str] | None = None) -> Config:
    """Read flags, the process environment and `.env`. Raises StartError naming the setting that cannot be used."""
    flags = parser().parse_args(arguments)
    return read(flags, {**_dotenv(ROOT / ".env"), **os.environ})


def read(flags: argparse.Namespace, given: Mapping[str, str]) -> Config:
    """Settings from flags over a mapping; an empty value counts as unset."""
    given = _from_files({name: value for name, value in given.items() if value})
    keys = key_lists.usable(ROOT / path for path in listed(given, "KEY_CONFIG_FILE"))
    if azure.SETTING in given:
        keys.append(("azure", given.get("AZURE_OPENAI_DEPLOYMENT", "*")))
    mirror = not flags.no_mirror and not keys
    port = flags.port or given.get("WEB_SERVER_PORT", "8000")
    mirror_port = flags.mirror_port or given.get("MIRROR_PORT", "8001")
    host = given.get("WEB_SERVER_HOST", "127.0.0.1")
    urls = [name for name in REDIS_URLS if name in given]
    if len(urls) == 1:
        missing = next(name for name in REDIS_URLS if name not in urls)
        raise StartError(f"{urls[0]} is set and {missing} is not: set both, or neither for an embedded Redis.")
    return Config(
        given=given,
        state=ROOT / (flags.state_dir or given.get("LLMVPN_STATE_DIR", ".llmvpn")),
        logs=ROOT / given.get("LLMVPN_LOG_DIR", "logs"),
        host=host,
        port=_port(host, port, "WEB_SERVER_PORT or --port"),
        keys=tuple(keys),
        mirror_port=_port("127.0.0.1", mirror_port, "MIRROR_PORT or --mirror-port") if mirror else None,
        embedded_redis=not urls,
    )


def _port(host: str, text: str, setting: str) -> int:
    """The port a setting names; for 0, one that is free at this moment."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise StartError(f"{setting} must be a port number from 0 to 65535.")
    if int(text):
        return int(text)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _from_files(given: dict[str, str]) -> dict[str, str]:
    """What the launcher itself must know is read here where it is given as `NAME_FILE`; the rest is the servers'."""
    for name in (*REDIS_URLS, "WEB_SERVER_JWT_SECRET", "WEB_SERVER_STATE_SECRET"):
        path = given.get(f"{name}_FILE")
        if path and name not in given:
            try:
                given[name] = (ROOT / given.pop(f"{name}_FILE")).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, ValueError):
                raise StartError(f"{name}_FILE names a file that cannot be read as text.") from None
    return given


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415 - third-party, and only needed where there is a .env

    return {name: value for name, value in dotenv_values(path).items() if value is not None}
