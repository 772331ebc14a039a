"""Bind, Forward under a binding, Release: over the real socket."""

from __future__ import annotations

import asyncio

import grpc
import pytest
import redis

from protos import router_pb2
from tests.support.binding import bind, release, under
from tests.support.key_server import KeyServer, Place, Refused, key_server
from tests.support.redis_server import time_goes_by
from tests.support.upstream import STREAM_HEAD, Upstream, silent_after, status

KEYS = ("sk-test-not-a-key-alpha", "sk-test-not-a-key-bravo", "sk-test-not-a-key-charlie")


async def refused(server: KeyServer, provider: str, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        await server.forward(provider, **{"binding_id": "b1", **fields})
    return caught.value


async def test_all_calls_under_a_binding_go_to_its_endpoint_and_stateless_ones_elsewhere(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, *KEYS)
    async with key_server(at) as server:
        bound = await bind(server, name)
        assert (await bind(server, name)) == bound and not bound.rebound
        heads = [await under(server, name) for _ in range(5)]
        assert {each.endpoint_id for each in heads} == {bound.endpoint_id}
        assert not any(each.rebound for each in heads)
        assert (await server.forward(name)).head.endpoint_id != bound.endpoint_id  # type: ignore[union-attr]
        assert await release(server)
        assert not await release(server)
        assert (await refused(server, name)).code == "UNKNOWN_BINDING"


async def test_slots_that_are_kept_are_for_the_bindings_calls_alone_and_released_with_it(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url, more="    max_parallel: 2\n")
    at.keys(name, KEYS[0])
    provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
    async with key_server(at) as server:
        await bind(server, name, slots=2)
        assert await server.in_flight(name) == 2
        assert (await refused(server, name, binding_id="")).code == "POOL_BUSY"
        call = server.call(name, stream=True, binding_id="b1")
        await call.read()
        assert await server.in_flight(name) == 2
        assert await release(server)
        assert await server.in_flight(name) == 1
        call.cancel()


async def test_a_binding_whose_endpoint_fails_before_the_first_byte_moves_and_says_so(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, *KEYS)
    async with key_server(at) as server:
        bound = await bind(server, name, slots=2)
        await under(server, name)
        provider.behaves[provider.requests[-1].key] = status(401)
        moved = await under(server, name)
        assert moved.rebound and moved.endpoint_id != bound.endpoint_id and moved.attempts == 2
        stays = await under(server, name)
        assert not stays.rebound and stays.endpoint_id == moved.endpoint_id
        assert (await bind(server, name)).endpoint_id == moved.endpoint_id


async def test_a_binding_whose_endpoint_rests_moves_by_call_or_by_bind(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, *KEYS)
    async with key_server(at) as server:
        first = (await bind(server, name, "b1")).endpoint_id
        await bind(server, name, "b2", endpoint_id=first)
        assert (await under(server, name, "b2")).endpoint_id == first
        provider.behaves[provider.requests[-1].key] = status(429, retry_after="30")
        with pytest.raises(Refused):
            await server.forward(name, endpoint_id=first)
        moved, again = await under(server, name, "b1"), await bind(server, name, "b2")
        assert moved.rebound and again.rebound
        assert first not in (moved.endpoint_id, again.endpoint_id)


async def test_a_binding_whose_key_is_gone_moves(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEYS[0])
    async with key_server(at) as server:
        first = (await bind(server, name)).endpoint_id
    (at.directory / "keys.sealed").unlink()
    (at.directory / "cipher.key").unlink()
    at.keys(name, KEYS[1])
    async with key_server(at) as server:
        moved = await under(server, name)
        assert moved.rebound and moved.endpoint_id != first


async def test_a_binding_whose_endpoint_is_merely_in_use_waits_and_does_not_move(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url, more="    max_parallel: 1\n")
    at.keys(name, *KEYS)
    provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
    async with key_server(at) as server:
        await bind(server, name)
        call = server.call(name, stream=True, binding_id="b1")
        await call.read()
        found = await refused(server, name)
        assert (found.code, found.retry_after_ms) == ("POOL_BUSY", 1_000)
        call.cancel()


async def test_a_spent_minute_is_told_with_its_true_wait(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    rows = "".join(f"{name},*,{key},2\n" for key in KEYS[:2])
    (at.directory / "api_keys.csv").write_text("provider,model,api_key,rpm\n" + rows)
    async with key_server(at) as server:
        await bind(server, name)
        first, second = await under(server, name), await under(server, name)
        assert first.endpoint_id == second.endpoint_id
        found = await refused(server, name)
        assert (found.status, found.code) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "POOL_LIMITED")
        assert 55_000 < found.retry_after_ms <= 61_000
        request = router_pb2.ListEndpointsRequest(provider=name)
        listed = (await server.router.ListEndpoints(request, metadata=server.metadata)).endpoints
    assert sorted((each.state, each.requests_used, each.requests_per_minute) for each in listed) == [
        ("limited", 2, 2),
        ("ready", 0, 2),
    ]


async def test_calls_that_come_at_once_agree_on_where_a_binding_has_moved(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, *KEYS)
    async with key_server(at) as server:
        await bind(server, name)
        await under(server, name)
        provider.behaves[provider.requests[-1].key] = status(401)
        await asyncio.gather(*(under(server, name) for _ in range(8)))
        heads = [await under(server, name) for _ in range(4)]
    assert len({each.endpoint_id for each in heads}) == 1


def unused(at: Place, seconds: int) -> None:
    """So much of the time to live of a binding, and of the slots that are kept for it, goes by."""
    time_goes_by(at.redis_url, seconds, "*:binding:*")
    with redis.Redis.from_url(at.redis_url) as kept:
        for name in kept.scan_iter("*:slots:*"):
            for slot in kept.zrange(name, 0, -1):
                kept.zincrby(name, -seconds * 1000, slot)


async def test_a_binding_ends_when_it_is_not_used(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEYS[0])
    async with key_server(at) as server:
        await bind(server, name, ttl_seconds=60, slots=1)
        for _ in range(2):
            unused(at, 59)
            await under(server, name)  # which makes it last
        unused(at, 60)
        assert (await refused(server, name)).code == "UNKNOWN_BINDING"
        assert await server.in_flight(name) == 0


async def test_another_model_or_provider_is_not_the_bindings(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    other = f"{name}-b"
    path = at.directory / "providers.yaml"
    path.write_text(path.read_text() + path.read_text().replace("providers:\n", "").replace(name, other))
    at.keys(name, KEYS[0])
    with (at.directory / "api_keys.csv").open("a") as file:
        file.write(f"{other},*,{KEYS[1]}\n")
    async with key_server(at) as server:
        await bind(server, name)
        wrong = await refused(server, name, model="other-model", body={"model": "other-model"})
        elsewhere = await refused(server, other)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await bind(server, name, model="other-model")
    assert wrong.code == elsewhere.code == "BAD_REQUEST"
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"binding_id": ""}, "BAD_REQUEST"),
        ({"binding_id": "a b"}, "BAD_REQUEST"),
        ({"binding_id": "b" * 65}, "BAD_REQUEST"),
        ({"binding_id": "ü"}, "BAD_REQUEST"),
        ({"slots": 17}, "BAD_REQUEST"),
        ({"slots": 2**32 - 1}, "BAD_REQUEST"),
        ({"ttl_seconds": 86_401}, "BAD_REQUEST"),
        ({"model": "no-such"}, "UNKNOWN_MODEL"),
        ({"model": ""}, "UNKNOWN_MODEL"),
        ({"endpoint_id": "ep_0000000000000000"}, "UNKNOWN_ENDPOINT"),
    ],
)
async def test_a_binding_that_makes_no_sense_is_refused(
    at: Place, provider: Upstream, fields: dict[str, object], code: str
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEYS[0])
    async with key_server(at) as server:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await bind(server, name, **fields)  # type: ignore[arg-type]
        assert dict(caught.value.trailing_metadata() or ())["llmvpn-error"] == code
        with pytest.raises(grpc.aio.AioRpcError):
            await bind(server, "nobody")
        with pytest.raises(grpc.aio.AioRpcError):
            await release(server, "a b")


async def test_a_provider_without_keys_binds_nothing(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await bind(server, name)
    assert dict(caught.value.trailing_metadata() or ())["llmvpn-error"] == "NO_KEYS"
