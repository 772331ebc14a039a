"""`python -m web_server token`: print a token for a caller, or revoke one.

Called by `__main__`, which adds its parser and runs it. Never prints anything of a token that it revokes.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web_server.config import Settings

SCOPES = frozenset({"query", "ops"})
LONGEST_HOURS = 24 * 366


def add_parser(commands: Any) -> None:
    """Adds `token` to the commands of `python -m web_server` (argparse's sub-parsers)."""
    token = commands.add_parser("token", help="print a token for a caller, or revoke one")
    what = token.add_mutually_exclusive_group(required=True)
    what.add_argument("--subject", help="who the token is for")
    what.add_argument("--revoke", metavar="JTI|TOKEN", help="refuse this token from now on; `-` reads it from stdin")
    token.add_argument("--scopes", default="query", help="comma-separated: query, ops (default: query)")
    token.add_argument("--hours", type=float, default=24, help="how long it is good for (default: 24)")
    token.add_argument("--models", help="comma-separated patterns such as openai/*: nothing else may be used")
    token.add_argument("--groups", help="comma-separated: groups of WEB_SERVER_ACCESS_FILE")


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 Redis did not answer. Raises ConfigError."""
    from web_server import config  # noqa: PLC0415 - a text is scrubbed without settings

    settings = config.load()
    return _mint(settings, arguments) if arguments.revoke is None else _revoke(settings, arguments.revoke)


def _mint(settings: Settings, arguments: argparse.Namespace) -> int:
    from web_server.auth.model_access import sensible  # noqa: PLC0415 - as above
    from web_server.auth.tokens import Tokens  # noqa: PLC0415 - as above
    from web_server.config import ConfigError  # noqa: PLC0415 - as above

    if settings.has_key_set:
        raise ConfigError("with WEB_SERVER_JWKS_URL or _FILE tokens come from their issuer; none can be minted here")
    scopes = frozenset(_listed(arguments.scopes) or ())
    if unknown := scopes - SCOPES:
        raise ConfigError(f"unknown scope `{min(unknown)}`: there are query and ops")
    if not 0 < arguments.hours <= LONGEST_HOURS:
        raise ConfigError("--hours must be more than 0 and at most a year")
    models, groups = _listed(arguments.models), _listed(arguments.groups)
    if wrong := [each for each in models or () if not sensible(each)]:
        raise ConfigError(f"--models: `{wrong[0]}` fits no model; a pattern reads like provider/model or provider/*")
    if groups is not None and settings.web_server_access_file is None:
        print("web_server: without WEB_SERVER_ACCESS_FILE on the server, groups limit nothing", file=sys.stderr)  # noqa: T201 - as above
    tokens = Tokens(
        settings.web_server_jwt_secret.get_secret_value(),
        settings.web_server_jwt_issuer,
        settings.web_server_jwt_audience,
    )
    print(tokens.mint(arguments.subject, scopes, arguments.hours, models=models, groups=groups))  # noqa: T201 - a command speaks to its terminal
    return 0


def _revoke(settings: Settings, named: str) -> int:
    from web_server.auth.revocations import LOOK_AGAIN_SECONDS, digest  # noqa: PLC0415 - as above
    from web_server.state import Away, State  # noqa: PLC0415 - as above

    async def revoke() -> bool:
        token_id, until = await _of(settings, sys.stdin.readline().strip() if named == "-" else named.strip())
        if until <= time.time():
            return False
        state = State(settings.web_server_redis_url)
        try:
            await state.revoke(digest(token_id), until)
        finally:
            await state.aclose()
        return True

    try:
        if not asyncio.run(revoke()):
            print("The token has expired already; there is nothing to revoke.")  # noqa: T201 - see above
            return 0
    except Away:
        print("web_server: nothing was revoked: WEB_SERVER_REDIS_URL does not answer", file=sys.stderr)  # noqa: T201 - see above
        return 1
    time.sleep(2 * LOOK_AGAIN_SECONDS)  # until every worker has looked
    print("Revoked: every worker that reaches Redis refuses it now.")  # noqa: T201 - see above
    return 0


async def _of(settings: Settings, named: str) -> tuple[str, int]:
    """The id of what is named, and until when it is to be refused: a token's own end, or else the longest there is."""
    from web_server.auth import wiring  # noqa: PLC0415 - as above
    from web_server.config import ConfigError  # noqa: PLC0415 - as above
    from web_server.errors import ApiError  # noqa: PLC0415 - as above

    if not named:
        raise ConfigError("--revoke needs the `jti` of a token, or the token")
    if named.count(".") != 2:
        return named, int(time.time() + LONGEST_HOURS * 3600)
    try:
        token_id, end = await wiring.tokens(settings).revocable(named)
    except ApiError as wrong:
        raise ConfigError(f"--revoke: {wrong.message} Its `jti` can be revoked without it.") from None
    if token_id is None:
        raise ConfigError("--revoke: the token has no `jti`, so it cannot be revoked; it ends by itself")
    return token_id, math.ceil(end)


def _listed(text: str | None) -> list[str] | None:
    if text is None:
        return None
    return [part for each in text.split(",") if (part := each.strip())]
