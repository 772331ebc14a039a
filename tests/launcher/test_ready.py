from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from launcher import ready
from tests.support.mirror import mirror


def test_http_is_ready_when_it_answers_200() -> None:
    with mirror() as url:
        port = int(url.rsplit(":", 1)[1])
        assert ready.http_ok("127.0.0.1", port, "/received")()
        assert ready.http_ok("0.0.0.0", port, "/received")()
        assert not ready.http_ok("127.0.0.1", port, "/v1/nothing")()
    assert not ready.http_ok("127.0.0.1", port, "/received")()


def test_the_router_is_ready_when_its_health_says_serving(short: Path) -> None:
    path, token = short / "keyserver.sock", short / "token"
    probe = ready.router_serving(path, token)
    assert not probe()
    server = grpc.server(ThreadPoolExecutor(2))
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    server.add_insecure_port(f"unix:{path}")
    server.start()
    token.write_text("t-not-a-secret")
    try:
        servicer.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
        assert not probe()
        servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        assert probe()
    finally:
        server.stop(None).wait()


def test_nobody_listens_on_a_socket_that_is_only_a_leftover(short: Path) -> None:
    assert ready.nobody_listens(short / "none.sock")
    (short / "left.sock").touch()
    assert ready.nobody_listens(short / "left.sock")
