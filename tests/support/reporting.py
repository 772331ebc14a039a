"""A caller of the key server that reports what its calls used, and reads the table of what was spent."""

from __future__ import annotations

import grpc
import pytest

from protos import router_pb2
from tests.support.key_server import KeyServer, Place


def priced(at: Place, url: str, *, name: str = "", more: str = "") -> str:
    """A provider whose test-model costs $2 a million tokens in, $10 out."""
    name = at.providers(url=url, name=name, more=more)
    path = at.directory / "providers.yaml"
    path.write_text(path.read_text().replace("{id: test-model}", "{id: test-model, price: {input: 2, output: 10}}"))
    return name


async def report(server: KeyServer, call_id: str, prompt: int = 0, completion: int = 0) -> bool:
    message = router_pb2.UsageReport(call_id=call_id, prompt_tokens=prompt, completion_tokens=completion)
    receipt = await server.router.ReportUsage(message, metadata=server.metadata)
    return bool(receipt.settled)


async def usage(server: KeyServer, by: str = "provider", since: int = 0) -> dict[str, router_pb2.UsageRow]:
    table = await server.router.GetUsage(router_pb2.UsageQuery(by=by, since_unix_s=since), metadata=server.metadata)
    return {row.name: row for row in table.rows}


async def refused(asked: object) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asked  # type: ignore[misc]
    return str(dict(caught.value.trailing_metadata() or ()).get("llmvpn-error"))


def counts(row: router_pb2.UsageRow) -> tuple[int, int, int, int]:
    return row.requests, row.errors, row.prompt_tokens, row.completion_tokens
