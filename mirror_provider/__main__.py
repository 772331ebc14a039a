"""`python -m mirror_provider [--host 127.0.0.1] [--port 8001]`: serve the mirror until it is told to stop.

Started by `run_services.py`, by tests and by benchmarks. Prints its address once it listens; logs nothing else.
"""

from __future__ import annotations

import argparse
import ipaddress
import socket
import sys

import uvicorn

from mirror_provider.app import Mirror

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def main(arguments: list[str] | None = None) -> int:
    """Serve; 0 after a clean stop, 1 with one sentence when the address cannot be had."""
    parser = argparse.ArgumentParser(prog="mirror_provider", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: this machine only)")
    parser.add_argument("--port", type=int, default=8001, help="port to bind, 0 for any free one (default: 8001)")
    chosen = parser.parse_args(arguments)
    try:
        listener = _listener(chosen.host, chosen.port)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"mirror_provider: cannot listen on {chosen.host}:{chosen.port}: {error}\n")
        return 1
    local = _loopback(listener)
    if not local:
        sys.stderr.write("mirror_provider: not bound to this machine alone: anyone who reaches it can read it.\n")
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    sys.stdout.write(f"mirror_provider on http://{host}:{listener.getsockname()[1]}/\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        Mirror(LOCAL_NAMES if local else None),
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run([listener])
    return 0


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def _loopback(listener: socket.socket) -> bool:
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


if __name__ == "__main__":
    sys.exit(main())
