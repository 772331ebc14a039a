"""What an endpoint's failures mean for the calls after it, over the real socket."""

from __future__ import annotations

import asyncio

import pytest

from protos import keyring_pb2, router_pb2
from tests.support.key_server import KeyServer, Place, Refused, key_server
from tests.support.upstream import STREAM_HEAD, Request, Upstream, ok, pieces, silent_after, status
from tests.support.waiting import eventually

KEY, SPARE = "sk-test-not-a-key-alpha", "sk-test-not-a-key-bravo"


async def states(server: KeyServer, provider: str, model: str = "") -> list[str]:
    request = router_pb2.ListEndpointsRequest(provider=provider, model=model)
    listed = await server.router.ListEndpoints(request, metadata=server.metadata)
    return sorted(each.state for each in listed.endpoints)


async def become(server: KeyServer, provider: str, *expected: str) -> None:
    """Wait until its endpoints are in these states: rests end by Redis' clock."""

    async def they_are() -> bool:
        return await states(server, provider) == sorted(expected)

    await eventually(they_are)


async def refused(server: KeyServer, provider: str, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        await server.forward(provider, **fields)
    return caught.value


async def test_a_key_that_is_refused_rests_long_and_is_shown_as_refused(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    provider.behaves[KEY] = status(401)
    async with key_server(at) as server:
        for _ in range(4):
            assert (await server.forward(name)).tail is not None
        assert await states(server, name) == ["ready", "refused"]
        provider.behaves[SPARE] = status(401)
        assert (await refused(server, name)).code == "PROVIDER_REFUSED"
        found = await refused(server, name)
    assert found.code == "POOL_RESTING" and 50_000 < found.retry_after_ms <= 60_000
    assert len([each for each in provider.requests if each.key == KEY]) == 1


async def test_a_model_that_a_key_may_not_use_rests_for_that_model_alone(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = status(403)
    async with key_server(at) as server:
        assert (await refused(server, name)).code == "PROVIDER_REFUSED"
        assert (await refused(server, name)).code == "POOL_RESTING"
        provider.otherwise = ok()
        other = await server.forward(name, {"model": "other-model"}, model="other-model")
        assert other.tail is not None
        assert await states(server, name, "test-model") == ["resting"]
        assert await states(server, name, "other-model") == await states(server, name) == ["ready"]


async def test_a_circuit_opens_after_three_failures_and_one_probe_that_succeeds_closes_it(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = status(503)
    async with key_server(at) as server:
        for _ in range(3):
            assert (await refused(server, name)).code == "PROVIDER_FAILED"
        found = await refused(server, name)
        assert found.code == "POOL_RESTING" and found.retry_after_ms <= 1_000
        provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
        await become(server, name, "probing")

        async def idle() -> bool:
            return not await server.in_flight(name)

        probe = server.call(name, stream=True)
        await probe.read()
        assert (await refused(server, name)).code == "POOL_RESTING"  # one at a time
        probe.cancel()  # it says nothing about the endpoint: another may try
        provider.otherwise = ok()
        await eventually(idle)
        assert (await server.forward(name)).tail is not None
        assert await states(server, name) == ["ready"]
        assert (await server.forward(name)).tail is not None


async def test_a_probe_that_fails_opens_the_circuit_for_twice_as_long(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = status(500)
    async with key_server(at) as server:
        for _ in range(3):
            await refused(server, name)
        await become(server, name, "probing")
        assert (await refused(server, name)).code == "PROVIDER_FAILED"
        assert 1_000 < (await refused(server, name)).retry_after_ms <= 2_000
    assert len(provider.requests) == 4


async def test_streams_that_break_off_count_as_failures(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = pieces(b"data: 1\n\n", cut=True)
    async with key_server(at) as server:
        for _ in range(3):
            assert (await refused(server, name, stream=True)).code == "STREAM_CUT"
        await become(server, name, "resting")
        assert (await refused(server, name)).code == "POOL_RESTING"


async def test_a_limit_that_is_lifted_is_forgotten_and_one_that_stays_grows(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = status(429, retry_after_ms="30")
    waits = []
    async with key_server(at) as server:
        for _ in range(2):
            found = await refused(server, name)
            waits.append(found.retry_after_ms)
            await become(server, name, "ready")
        provider.otherwise = status(429)
        assert 6_000 < (await refused(server, name)).retry_after_ms <= 8_000  # the third in a row: 2 s, doubled twice
        assert await states(server, name) == ["limited"]
    assert all(wait <= 30 for wait in waits)


@pytest.mark.parametrize("model", ["", "test-model"])
async def test_what_is_listed_of_an_endpoint_is_what_its_key_may_do(at: Place, provider: Upstream, model: str) -> None:
    name = at.providers(url=provider.url)
    at.keys(name)
    row = f"provider,model,api_key,label,rpm,tpm,weight\n{name},*,{KEY},ours,9,500,4\n"
    (at.directory / "api_keys.csv").write_text(row)
    async with key_server(at) as server:
        await server.forward(name, token_estimate=120)
        large = await refused(server, name, token_estimate=9_000)  # more than a minute's: it goes when that is empty
        assert large.code == "POOL_LIMITED" and large.retry_after_ms > 59_000
        request = router_pb2.ListEndpointsRequest(provider=name, model=model)
        (found,) = (await server.router.ListEndpoints(request, metadata=server.metadata)).endpoints
        listed = await server.router.ListKeys(router_pb2.ListKeysRequest(provider=name), metadata=server.metadata)
        (key,) = listed.keys
    assert (found.label, found.key_id, found.weight) == ("ours", key.key_id, 4)
    assert (found.requests_per_minute, found.tokens_per_minute) == (9, 500)
    assert (found.requests_used, found.tokens_used) == (1, 120)
    assert found.state == "ready"


async def test_the_wait_that_is_told_is_that_of_whichever_endpoint_comes_back_first(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    provider.behaves[KEY] = status(429, retry_after="2")
    async with key_server(at) as server:
        while await states(server, name) != ["limited", "ready"]:
            await server.forward(name)
        provider.behaves[SPARE] = status(429, retry_after="30")
        found = await refused(server, name)
        assert found.code == "PROVIDER_LIMITED" and 0 < found.retry_after_ms <= 2_000
        provider.behaves.clear()
        await become(server, name, "limited", "ready")
        assert (await server.forward(name)).tail is not None


@pytest.mark.promise(16)
async def test_a_key_that_is_rotated_under_a_call_answers_that_call(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    rotated = asyncio.Event()

    async def refuses_late(request: Request, writer: asyncio.StreamWriter) -> bool | None:
        await rotated.wait()
        return await status(401)(request, writer)

    provider.behaves[KEY] = refuses_late
    async with key_server(at) as server:
        listed = await server.router.ListKeys(router_pb2.ListKeysRequest(provider=name), metadata=server.metadata)
        calling = asyncio.create_task(server.forward(name))
        await asyncio.wait_for(provider.asked.wait(), 2)
        rotate = keyring_pb2.RotateKeyRequest(key_id=listed.keys[0].key_id, secret=SPARE.encode())
        await server.keyring.RotateKey(rotate, metadata=server.metadata)
        rotated.set()
        heard = await calling
        assert heard.head is not None and (heard.head.status, heard.head.attempts) == (200, 2)
        assert await states(server, name) == ["ready"]
    assert [each.key for each in provider.requests] == [KEY, SPARE]


async def test_a_list_of_endpoints_that_is_larger_than_any_request_is_sent(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    file = at.directory / "providers.yaml"
    models = "".join(f", {{id: a-model-of-an-ordinary-long-name-{number}}}" for number in range(500))
    file.write_text(file.read_text().replace(", {id: other-model}", models))
    at.keys(name, *(f"{KEY}-{number}" for number in range(600)))
    async with key_server(at) as server:
        request = router_pb2.ListEndpointsRequest(provider=name)
        listed = await server.router.ListEndpoints(request, metadata=server.metadata)
    assert len(listed.endpoints) == 600 and listed.ByteSize() > 10_000_000
