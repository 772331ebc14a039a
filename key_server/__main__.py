"""`python -m key_server`: serve until SIGTERM or Ctrl-C, then drain.

Reads its settings from the environment (`--help` lists them).
Never prints a traceback for what the operator can put right: that is one sentence and exit status 2.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys

from key_server import __version__, config, hardening, logs
from key_server.config import Settings
from key_server.errors import ConfigError


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m key_server",
        description="Keeps the provider keys and makes the calls. Serves two unix sockets; listens on no port.",
        epilog="settings (environment or .env) [default]:\n" + config.described(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"key_server {__version__}")
    parser.parse_args()
    missing = hardening.harden()
    try:
        settings = config.load()
        logs.start(settings.log_file, settings.log_level)
        if missing:
            logs.event("not_hardened", logging.WARNING, missing=", ".join(missing))
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(_serve(settings))
    except ConfigError as error:
        print(f"key_server: {error}", file=sys.stderr)  # noqa: T201 - the operator's one sentence
        return 2
    return 0


def _loop() -> asyncio.AbstractEventLoop:
    """uvloop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


async def _serve(settings: Settings) -> None:
    from key_server.server import running  # noqa: PLC0415 - grpc is loaded once --help and settings are out of the way

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings):
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
