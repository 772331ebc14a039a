"""How to tell that a child serves. Every probe answers at once, or within half a second, and never raises.

Called by `supervisor` while it waits.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from pathlib import Path

Probe = Callable[[], bool]

TIMEOUT = 0.5
WILDCARDS = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up, not bound


def reachable(host: str) -> str:
    """The address at which this machine reaches a server bound to `host`."""
    return WILDCARDS.get(host, host)


def http_ok(host: str, port: int, path: str) -> Probe:
    """Whether `GET path` answers 200."""

    def probe() -> bool:
        connection = http.client.HTTPConnection(reachable(host), port, timeout=TIMEOUT)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def redis_pong(path: Path) -> Probe:
    """Whether the Redis at a Unix socket answers PING."""

    def probe() -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(TIMEOUT)
                connection.connect(str(path))
                connection.sendall(b"*1\r\n$4\r\nPING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    return probe


def router_serving(path: Path, token_file: Path) -> Probe:
    """Whether the key server's standard gRPC health says SERVING."""

    def probe() -> bool:
        if not path.exists() or not token_file.exists():
            return False
        import grpc  # noqa: PLC0415 - third-party; loaded while the children load theirs
        from grpc_health.v1 import health_pb2, health_pb2_grpc  # noqa: PLC0415

        token = token_file.read_text().strip()
        with grpc.insecure_channel(f"unix:{path}") as channel:
            try:
                reply = health_pb2_grpc.HealthStub(channel).Check(
                    health_pb2.HealthCheckRequest(), timeout=TIMEOUT, metadata=(("llmvpn-token", token),)
                )
            except grpc.RpcError:
                return False
        return bool(reply.status == health_pb2.HealthCheckResponse.SERVING)

    return probe


def nobody_listens(path: Path) -> bool:
    """Whether no living process serves this Unix socket."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            return False
    except OSError:
        return True
