"""All checks, in the order in which one trouble explains the next.

Called by `cli.doctor`. A check that fails in a way nobody foresaw is a problem of its own line, never the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from key_server import config
from key_server.doctor import places, providers, redis, sealing, server
from key_server.doctor.finding import OK, PROBLEM, Finding, split
from key_server.errors import ConfigError


def examine(*, probe: bool = False) -> list[Finding]:
    """Every finding. `probe`: open a connection to each provider, too."""
    try:
        settings = config.load_for_commands()
    except ConfigError as error:
        return [split("settings", str(error))]
    checks: Sequence[tuple[str, Callable[[], list[Finding]]]] = (
        ("places", lambda: places.look(settings)),
        ("server", lambda: server.look(settings)),
        ("Redis", lambda: redis.look(settings.redis_url)),
        ("cipher", lambda: sealing.look(settings)),
        ("providers", lambda: providers.look(settings, probe=probe)),
    )
    sentence = config.one_path(settings)
    found = [split("settings", sentence) if sentence else Finding("settings", OK, "they can be used")]
    for name, check in checks:
        found += _safely(name, check)
    return found


def _safely(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except Exception as error:  # its text may hold anything, and stays unsaid
        return [Finding(name, PROBLEM, f"the check itself failed ({type(error).__name__})", "report this as a bug")]
