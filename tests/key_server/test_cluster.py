"""A real key server process on a real Redis Cluster of three nodes, one of which goes away and comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import grpc
import pytest

from protos import router_pb2
from tests.support.key_server import Heard, Refused, connected, key_server_process, place
from tests.support.redis_cluster import Cluster, redis_cluster
from tests.support.upstream import Upstream

KEYS = ("sk-test-not-a-key-alpha", "sk-test-not-a-key-bravo")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with redis_cluster() as found:
        yield found


def names_on(cluster: Cluster, *nodes: int) -> list[str]:
    """One provider's name for each node."""
    numbered = (f"p{number}" for number in range(1_000))
    return [next(each for each in numbered if cluster.node_of(each) == node) for node in nodes]


async def test_calls_and_bindings_work_and_a_node_that_is_away_is_a_quick_refusal_for_its_own_alone(
    cluster: Cluster, provider: Upstream
) -> None:
    with place(cluster.url) as at:
        away, stays = names_on(cluster, *cluster.ports[:2])
        at.providers(url=provider.url, name=away)
        file = at.directory / "providers.yaml"
        file.write_text(file.read_text() + file.read_text().replace("providers:\n", "").replace(away, stays))
        at.keys(away, *KEYS)
        with (at.directory / "api_keys.csv").open("a") as keys:
            keys.writelines(f"{stays},*,{key}\n" for key in KEYS)
        with key_server_process(at):
            async with connected(at) as server:

                async def bound(name: str) -> Heard:
                    request = router_pb2.BindRequest(binding_id=f"b-{name}", provider=name, model="test-model", slots=2)
                    binding = await server.router.Bind(request, metadata=server.metadata)
                    heard = await server.forward(name, binding_id=f"b-{name}")
                    assert heard.head is not None and heard.head.endpoint_id == binding.endpoint_id
                    return heard

                for each in (stays, away):
                    assert (await server.forward(each)).tail is not None
                    await bound(each)
                cluster.stop(cluster.ports[0])
                took = []
                for _ in range(4):
                    started = time.monotonic()
                    with pytest.raises(Refused) as caught:
                        await server.forward(away)
                    took.append(time.monotonic() - started)
                    assert (caught.value.status, caught.value.code) == (
                        grpc.StatusCode.UNAVAILABLE,
                        "STORE_UNAVAILABLE",
                    )
                    await bound(stays)
                assert min(took) < 0.3 and max(took) < 1  # promised: 0.3; the rest is a busy machine's
                cluster.start(cluster.ports[0])
                cluster.until_whole()
                for each in (away, stays):
                    await until_answered(server.forward, each)
                await bound(stays)
                release = router_pb2.ReleaseRequest(binding_id=f"b-{stays}")
                assert (await server.router.Release(release, metadata=server.metadata)).released


async def until_answered(forward: Callable[[str], Awaitable[Heard]], name: str) -> None:
    deadline = time.monotonic() + 5
    while True:
        try:
            assert (await forward(name)).tail is not None
        except Refused:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        else:
            return


async def test_every_name_of_a_provider_is_on_its_node(cluster: Cluster) -> None:
    for port in cluster.ports:
        for each in cluster.cli(port, "KEYS", "ks:*").split():
            assert cluster.node_of(each.partition("{")[2].partition("}")[0]) == port
