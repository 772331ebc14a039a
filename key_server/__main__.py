"""`python -m key_server`: serve until SIGTERM or Ctrl-C, then drain; or one of the commands in `cli`.

Reads its settings from the environment (`--help` lists them).
Never prints a traceback for what the operator can put right: that is one sentence and exit status 2.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence

from key_server import config, garbage, hardening, logs
from key_server.cli import doctor, endpoints, keys, tables, usage
from key_server.cli.trouble import UNUSABLE, Trouble
from key_server.cli.words import parser
from key_server.config import Settings
from key_server.errors import ConfigError

NOUNS = (keys.add, usage.add, endpoints.add, doctor.add)


def main(words: Sequence[str] | None = None) -> int:
    """Run a command, or serve. Returns the exit status."""
    arguments = parser(NOUNS, config.described()).parse_args(words)
    missing = hardening.harden()  # a command may hold a key for a moment, too
    try:
        status: int = arguments.command(arguments) if arguments.command else serve(missing)
        sys.stdout.flush()
        return status
    except (ConfigError, Trouble) as wrong:
        tables.warn(f"key_server: {wrong}")
        return wrong.status if isinstance(wrong, Trouble) else UNUSABLE
    except ModuleNotFoundError as missing_module:
        name = missing_module.name
        tables.warn(f"key_server: this Python has no `{name}`; `make install` builds .venv/bin/python, which has it.")
        return UNUSABLE
    except BrokenPipeError:  # `| head` has seen enough; what Python still holds for it must not raise at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def serve(missing: Sequence[str]) -> int:
    """Until SIGTERM or Ctrl-C. `missing`: what the platform did not harden. Raises ConfigError."""
    settings = config.load()
    logs.start(settings.log_file, settings.log_level)
    if missing:
        logs.event("not_hardened", logging.WARNING, missing=", ".join(missing))
    garbage.seldom()
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(_serve(settings))
    return 0


def loop() -> asyncio.AbstractEventLoop:
    """uvloop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    made: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return made


async def _serve(settings: Settings) -> None:
    from key_server.server import running  # noqa: PLC0415 - grpc is loaded once --help and settings are out of the way

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings):
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
