"""Everything that is started, in order: Redis, then the mirror, the key server and the web server together.

Called by `main`. It turns the configuration into `Part`s and starts nothing itself.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from launcher import azure, embedded_redis, mirror, ready, state
from launcher.child import Part
from launcher.config import ROOT, Config
from launcher.environment import environment_for

DRAIN_SECONDS = "10"
"""How long the servers let running answers finish, where no setting says otherwise."""


def settings(config: Config, run: Path) -> dict[str, str]:
    """Every setting of the run, by name: what the user gave over what the launcher makes up."""
    home = config.state
    made = {
        "KEY_SERVER_SOCKET": str(run / "keyserver.sock"),
        "KEY_SERVER_ADMIN_SOCKET": str(run / "admin.sock"),
        "KEY_SERVER_TOKEN_FILE": str(run / "token"),
        "KEY_SERVER_CIPHER_KEY_FILE": str(home / "cipher.key"),
        "KEY_STORE_FILE": str(home / "keys.sealed"),
        "LLMVPN_DOTENV": "off",
        "WEB_SERVER_JWT_ISSUER": "llm-vpn",
        "WEB_SERVER_JWT_AUDIENCE": "llm-vpn",
    }
    if config.on_loopback:
        made["WEB_SERVER_WEB_ACCESS"] = "open"
    if config.embedded_redis:
        made |= embedded_redis.urls(run / "redis.sock")
    for name, file in (("WEB_SERVER_JWT_SECRET", "jwt.secret"), ("WEB_SERVER_STATE_SECRET", "state.secret")):
        if name not in config.given and not (name == "WEB_SERVER_JWT_SECRET" and config.has_key_set):
            made[name] = state.secret(home / file)
    settled = {**made, **config.given, "WEB_SERVER_HOST": config.host, "WEB_SERVER_PORT": str(config.port)}
    settled |= azure.register(home, settled)
    if config.mirror_port is not None:
        settled |= mirror.register(home, config.mirror_port, settled)
    return settled


def stages(config: Config, settled: Mapping[str, str], run: Path) -> Sequence[Sequence[Part]]:
    """The parts by stage; those of one stage start together."""
    first = [_redis(config, settled, run)] if config.embedded_redis else []
    then = [_mirror(config, settled, config.mirror_port)] if config.mirror_port is not None else []
    return first, [*then, _key_server(config, settled), _web_server(config, settled)]


def _redis(config: Config, settled: Mapping[str, str], run: Path) -> Part:
    socket, directory = run / "redis.sock", state.private_directory(config.state / "redis")
    return Part(
        name="redis",
        command=embedded_redis.command(socket, directory, settled.get("PATH")),
        environment=environment_for("redis", settled),
        directory=ROOT,
        log=config.logs / "redis.log",
        ready=ready.redis_pong(socket),
        advice="To use a Redis of your own, set KEY_SERVER_REDIS_URL and WEB_SERVER_REDIS_URL.",
    )


def _mirror(config: Config, settled: Mapping[str, str], port: int) -> Part:
    return Part(
        name="mirror_provider",
        command=(sys.executable, "-m", "mirror_provider", "--port", str(port)),
        environment=environment_for("mirror", settled),
        directory=ROOT,
        log=config.logs / "mirror.log",
        ready=ready.http_ok("127.0.0.1", port, "/received"),
        advice="Another port: MIRROR_PORT or --mirror-port. Without it: --no-mirror.",
    )


def _key_server(config: Config, settled: Mapping[str, str]) -> Part:
    socket, token = (ROOT / settled[name] for name in ("KEY_SERVER_SOCKET", "KEY_SERVER_TOKEN_FILE"))
    return Part(
        name="key_server",
        command=(sys.executable, "-m", "key_server"),
        environment=environment_for("key_server", settled),
        directory=ROOT,
        log=config.logs / "keyserver.log",
        ready=ready.router_serving(socket, token),
        patience=_patience(settled, "KEY_SERVER_DRAIN_SECONDS"),
        advice="Its settings begin with KEY_, VAULT_ or PROVIDER_ in .env.example.",
    )


def _web_server(config: Config, settled: Mapping[str, str]) -> Part:
    return Part(
        name="web_server",
        command=(sys.executable, "-m", "web_server"),
        environment=environment_for("web_server", settled),
        directory=ROOT,
        log=config.logs / "webserver.log",
        ready=ready.http_ok(config.host, config.port, "/readyz"),
        # First for the answers, and then for the covers that went along with them.
        patience=2 * _patience(settled, "WEB_SERVER_DRAIN_SECONDS"),
        advice="Its settings begin with WEB_SERVER_ in .env.example.",
    )


def _patience(settled: Mapping[str, str], name: str) -> float:
    """The drain time of a server, and two seconds to write it all down. What is no number the server itself refuses."""
    seconds = settled.get(name, DRAIN_SECONDS)
    return 2.0 + (float(seconds) if seconds.isdecimal() else float(DRAIN_SECONDS))
