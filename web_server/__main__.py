"""`python -m web_server`: serve, mint or revoke a token, scrub a text, or look at a policy.

Called by people and by `run_services.py`. Errors of configuration are one sentence and exit status 2.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from web_server import policy_command, scrub, token_command

WORKER_SECONDS = 30
"""How long a worker may say nothing before it is replaced."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m web_server", description="The web server of LLM VPN.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("serve", help="serve the API (the default)")
    token_command.add_parser(commands)
    scrub.add_parser(commands)
    policy_command.add_parser(commands)
    arguments = parser.parse_args(argv)
    try:
        return _run(arguments)
    except ModuleNotFoundError as missing:
        print(  # noqa: T201 - a command speaks to its terminal
            f"web_server: this Python has no `{missing.name}`; `make install` builds .venv/bin/python, which has it",
            file=sys.stderr,
        )
        return 2


def _run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "scrub":
            return scrub.run(arguments)
        case "policy":
            return policy_command.run(arguments)
        case command:
            return _with_settings(command, arguments)


def _with_settings(command: str | None, arguments: argparse.Namespace) -> int:
    # Imported late, here and below: a text is scrubbed without settings, and a token minted without the privacy room,
    # in a fraction of the time.
    from web_server.config import ConfigError  # noqa: PLC0415

    try:
        return token_command.run(arguments) if command == "token" else _serve()
    except ConfigError as wrong:
        return _wrong(wrong)


def _wrong(mistake: Exception) -> int:
    print(f"web_server: {mistake}", file=sys.stderr)  # noqa: T201 - a command speaks to its terminal
    return 2


def _serve() -> int:
    import uvicorn  # noqa: PLC0415

    from web_server import config, policies  # noqa: PLC0415
    from web_server.auth import wiring  # noqa: PLC0415
    from web_server.bounded_http import BoundedHttp  # noqa: PLC0415
    from web_server.decoys import prompt_file  # noqa: PLC0415
    from web_server.limits.limits_file import LimitsError, LimitsFile  # noqa: PLC0415
    from web_server.privacy.policy_file import PolicyError  # noqa: PLC0415
    from web_server.providers.catalog import CatalogError, CatalogFile  # noqa: PLC0415

    settings = config.load()
    # Read here once for their mistakes: in a worker they would come out as a traceback.
    try:
        policies.read_named(policies.read(settings.privacy_file))
        CatalogFile(settings.provider_files)
        wiring.tokens(settings)
        LimitsFile(settings.web_server_limits_file, settings.limit)
        if settings.web_server_decoy_file is not None:
            prompt_file.read(settings.web_server_decoy_file)
        uvicorn.run(
            "web_server.asgi:app",
            host=settings.web_server_host,
            port=settings.web_server_port,
            workers=settings.web_server_workers,
            http=BoundedHttp,
            access_log=False,  # ours prints route templates, uvicorn's the path as typed
            log_config=None,
            server_header=False,
            # Its own five seconds are less than a worker needs to begin on a busy machine: it would be killed for ever.
            timeout_worker_healthcheck=WORKER_SECONDS,
            timeout_graceful_shutdown=settings.web_server_drain_seconds,
        )
    except (CatalogError, PolicyError, LimitsError, prompt_file.DecoyFileError) as wrong:
        return _wrong(wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
