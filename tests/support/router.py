"""A bare client of the key server's socket, for tests that look at leases from outside."""

from __future__ import annotations

from pathlib import Path

import grpc

from protos import router_pb2, router_pb2_grpc


def in_flight(run: Path) -> int:
    """How many leases are held, over all endpoints, by the key server whose socket and token are in `run`."""
    token = (run / "token").read_text().strip()
    with grpc.insecure_channel(f"unix:{run / 'keyserver.sock'}") as channel:
        listed = router_pb2_grpc.RouterStub(channel).ListEndpoints(
            router_pb2.ListEndpointsRequest(), metadata=(("llmvpn-token", token),), timeout=5
        )
    return sum(endpoint.in_flight for endpoint in listed.endpoints)


def usage(run: Path, by: str = "provider") -> dict[str, router_pb2.UsageRow]:
    """What was spent, by name."""
    token = (run / "token").read_text().strip()
    with grpc.insecure_channel(f"unix:{run / 'keyserver.sock'}") as channel:
        table = router_pb2_grpc.RouterStub(channel).GetUsage(
            router_pb2.UsageQuery(by=by), metadata=(("llmvpn-token", token),), timeout=5
        )
    return {row.name: row for row in table.rows}
