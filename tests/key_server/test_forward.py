"""Forward over the real socket, with a real Redis, to a provider that does what it is told."""

from __future__ import annotations

import asyncio
import itertools
import json
import time

import grpc
import pytest

from tests.support.key_server import KeyServer, Place, Refused, key_server
from tests.support.upstream import (
    STREAM_HEAD,
    Behaviour,
    Request,
    Upstream,
    echo_headers,
    ok,
    pieces,
    raw,
    silent_after,
    status,
)

KEY, SPARE = "sk-test-not-a-key-alpha", "sk-test-not-a-key-bravo"


def once(first: Behaviour, then: Behaviour) -> Behaviour:
    left = [then, first]

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool | None:
        return await left.pop()(request, writer)

    return behave


async def refused(server: KeyServer, provider: str, *args: object, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        await server.forward(provider, *args, **fields)
    return caught.value


async def test_an_answer_comes_back_with_head_chunks_and_tail(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    async with key_server(at) as server:
        heard = await server.forward(name, {"messages": [{"role": "user", "content": "hi"}]})
    assert heard.head is not None and heard.tail is not None
    assert heard.head.status == 200
    assert heard.head.attempts == 1
    assert heard.head.endpoint_id.startswith("ep_")
    assert heard.head.headers["content-type"] == "application/json"
    assert json.loads(heard.body)["choices"][0]["message"]["content"] == "hello"


async def test_a_short_answer_comes_in_one_message_where_that_is_asked_for(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    async with key_server(at) as server:
        apart = await server.forward(name)
        whole = [reply.whole async for reply in server.call(name, in_one=True)]
        assert await server.in_flight(name) == 0
    assert len(whole) == 1 and apart.head is not None
    assert whole[0].head.status == 200 and whole[0].head.endpoint_id == apart.head.endpoint_id
    assert whole[0].body == apart.body
    assert whole[0].tail.total_ms >= whole[0].tail.first_byte_ms


async def test_a_long_answer_comes_in_pieces_whatever_is_asked_for(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = pieces(*[b"x" * 65_536] * 6)
    async with key_server(at) as server:
        heard = await server.forward(name, in_one=True)
    assert heard.head is not None and heard.tail is not None
    assert heard.body == b"x" * 65_536 * 6


async def test_an_answer_that_is_cut_before_it_was_sent_is_refused_whole(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = pieces(b"half an ans", cut=True)
    async with key_server(at) as server:
        found = await refused(server, name, in_one=True)
        assert await server.in_flight(name) == 0
    assert found.code == "STREAM_CUT" and found.heard.head is None


async def test_a_request_is_built_from_nothing_but_what_the_catalog_and_the_short_list_allow(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    async with key_server(at) as server:
        await server.forward(name, headers={"anthropic-version": "2023-06-01"}, stream=True)
    sent = provider.requests[0]
    assert (sent.method, sent.target) == ("POST", "/v1/chat/completions")
    assert sent.headers == {
        "host": f"127.0.0.1:{provider.port}",
        "user-agent": "llm-vpn",
        "accept-encoding": "identity",
        "content-length": str(len(sent.body)),
        "content-type": "application/json",
        "accept": "text/event-stream",
        "anthropic-version": "2023-06-01",
        "authorization": f"Bearer {KEY}",
    }


async def test_connections_are_kept_between_calls(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    async with key_server(at) as server:
        for _ in range(3):
            await server.forward(name)
    assert len(provider.requests) == 3
    assert provider.connections == 1


@pytest.mark.parametrize("trouble", [status(401), status(403), status(429), status(500), status(503), status(408)])
async def test_the_next_endpoint_answers_before_the_first_byte(at: Place, provider: Upstream, trouble: object) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    provider.behaves = {KEY: trouble}  # type: ignore[dict-item]  # a behaviour, from the table above
    async with key_server(at) as server:
        heard = [await server.forward(name) for _ in range(6)]
    assert all(each.head and each.head.status == 200 for each in heard)
    assert max(each.head.attempts for each in heard if each.head) == 2


async def test_a_model_that_is_not_the_keys_to_use_costs_nobody_the_others(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = once(status(403), then=ok())
    async with key_server(at) as server:
        found = await refused(server, name, {"model": "other-model"}, model="other-model")
        assert found.code == "PROVIDER_REFUSED"
        assert (await server.forward(name)).tail is not None


@pytest.mark.parametrize(
    ("trouble", "status_code", "code"),
    [
        (status(401), grpc.StatusCode.FAILED_PRECONDITION, "PROVIDER_REFUSED"),
        (status(403), grpc.StatusCode.FAILED_PRECONDITION, "PROVIDER_REFUSED"),
        (status(500), grpc.StatusCode.ABORTED, "PROVIDER_FAILED"),
        (status(302, location="http://127.0.0.1:9/"), grpc.StatusCode.ABORTED, "PROVIDER_FAILED"),
        (status(200, b""), grpc.StatusCode.ABORTED, "PROVIDER_FAILED"),
        (status(200, b"<html>", content_type="text/html"), grpc.StatusCode.ABORTED, "PROVIDER_FAILED"),
        (status(200, b"xx", content_encoding="gzip"), grpc.StatusCode.ABORTED, "PROVIDER_FAILED"),
        (raw(b"SSH-2.0-not-http\r\n\r\n"), grpc.StatusCode.ABORTED, "PROVIDER_FAILED"),
        (raw(b""), grpc.StatusCode.ABORTED, "PROVIDER_FAILED"),
        (silent_after(), grpc.StatusCode.DEADLINE_EXCEEDED, "PROVIDER_SILENT"),
    ],
)
async def test_what_all_endpoints_did_is_told_as_one_status(
    at: Place, provider: Upstream, trouble: object, status_code: grpc.StatusCode, code: str
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = trouble  # type: ignore[assignment]  # a behaviour, from the table above
    async with key_server(at) as server:
        found = await refused(server, name)
        assert await server.in_flight(name) == 0
    assert (found.status, found.code) == (status_code, code)
    assert found.heard.head is None


async def test_a_limited_pool_says_how_long_to_wait_and_is_not_asked_before(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = status(429, retry_after="7")
    async with key_server(at) as server:
        limited = await refused(server, name)
        still = await refused(server, name)
    assert limited.code == still.code == "PROVIDER_LIMITED"
    assert 6_000 < limited.retry_after_ms <= 7_000
    assert 5_000 < still.retry_after_ms <= 7_000
    assert len(provider.requests) == 1


@pytest.mark.parametrize("code", [400, 404, 409, 413, 422])
async def test_the_callers_own_mistake_passes_through_and_costs_no_other_endpoint(
    at: Place, provider: Upstream, code: int
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    provider.otherwise = status(code, b'{"error": {"message": "unknown parameter"}}')
    async with key_server(at) as server:
        heard = await server.forward(name)
    assert heard.head is not None and heard.head.status == code
    assert heard.body == b'{"error": {"message": "unknown parameter"}}'
    assert len(provider.requests) == 1


async def test_an_endless_error_is_cut(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = status(400, b"x" * 5_000_000)
    async with key_server(at) as server:
        heard = await server.forward(name)
    assert heard.tail is not None
    assert len(heard.body) < 1_000_000


@pytest.mark.parametrize("status_line", [b"", b"HTTP/1.1 200 OK\r\n"])
async def test_a_kept_connection_that_its_owner_closes_just_now_loses_no_call_and_repeats_none_that_was_begun(
    at: Place, provider: Upstream, status_line: bytes
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    async with key_server(at) as server:
        await server.forward(name)
        provider.otherwise = once(raw(status_line), then=ok())
        if status_line:
            assert (await refused(server, name)).code == "PROVIDER_FAILED"
        else:
            assert (await server.forward(name)).tail is not None
    assert len(provider.requests) == (2 if status_line else 3)


@pytest.mark.parametrize("header", [b"content-encoding: gzip", b"transfer-encoding: gzip, chunked"])
async def test_what_the_scrubber_cannot_see_into_is_not_passed_on(at: Place, provider: Upstream, header: bytes) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = raw(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n%s\r\n\r\n3\r\nabc\r\n0\r\n\r\n" % header
    )
    async with key_server(at) as server:
        assert (await refused(server, name)).code == "PROVIDER_FAILED"


@pytest.mark.parametrize("code", [200, 400])
async def test_a_key_that_the_provider_repeats_is_scrubbed_across_chunk_borders(
    at: Place, provider: Upstream, code: int
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = echo_headers(code, split_at=KEY)
    async with key_server(at) as server:
        heard = await server.forward(name)
    assert KEY.encode() not in heard.body
    assert b"Bearer ***" in heard.body
    assert len(heard.chunks) >= 2  # the border was really there


async def test_reply_headers_are_filtered_and_scrubbed(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    kind = f"application/json; x={KEY}"
    provider.otherwise = status(200, b"{}", content_type=kind, set_cookie="a=b", openai_organization="org-1")
    async with key_server(at) as server:
        heard = await server.forward(name)
    assert heard.head is not None
    assert dict(heard.head.headers) == {"content-type": "application/json; x=***"}


async def test_half_a_stream_is_data_loss_after_what_came(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    provider.otherwise = pieces(b"data: 1\n\n", b"data: 2\n\n", cut=True, gap_s=0.02)
    async with key_server(at) as server:
        found = await refused(server, name, stream=True)
        assert await server.in_flight(name) == 0
    assert (found.status, found.code) == (grpc.StatusCode.DATA_LOSS, "STREAM_CUT")
    assert found.heard.body == b"data: 1\n\ndata: 2\n\n"
    assert found.heard.tail is None
    assert len(provider.requests) == 1  # never retried after the first byte


async def test_a_stream_that_falls_silent_is_given_up(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
    async with key_server(at) as server:
        found = await refused(server, name, stream=True)
    assert (found.code, found.heard.body) == ("PROVIDER_SILENT", b"abc")
    assert provider.hung_up.is_set()


async def test_the_callers_deadline_holds_for_the_whole_call(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    provider.otherwise = silent_after()
    async with key_server(at) as server:
        started = time.monotonic()
        found = await refused(server, name, deadline_ms=200)
        assert time.monotonic() - started < 0.8
        assert found.code == "PROVIDER_SILENT"
        await asyncio.wait_for(provider.hung_up.wait(), 1)
        assert await server.in_flight(name) == 0


async def test_cancelling_closes_upstream_and_frees_the_lease(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
    async with key_server(at) as server:
        call = server.call(name, stream=True)
        await call.read()
        assert await server.in_flight(name) == 1
        call.cancel()
        await asyncio.wait_for(provider.hung_up.wait(), 1)
        for _ in range(50):
            if await server.in_flight(name) == 0:
                break
            await asyncio.sleep(0.01)
        assert await server.in_flight(name) == 0


async def test_cancelling_before_the_first_byte_frees_the_lease_too(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = silent_after()
    async with key_server(at) as server:
        call = server.call(name)
        await asyncio.wait_for(provider.asked.wait(), 1)
        call.cancel()
        await asyncio.wait_for(provider.hung_up.wait(), 1)
        await asyncio.sleep(0.05)
        assert await server.in_flight(name) == 0


async def test_a_dry_pool_is_busy_and_says_when_to_come_back(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url, more="    max_parallel: 1\n")
    at.keys(name, KEY)
    provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
    async with key_server(at) as server:
        call = server.call(name, stream=True)
        await call.read()
        found = await refused(server, name)
        call.cancel()
    assert (found.status, found.code) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "POOL_BUSY")
    assert found.retry_after_ms > 0


async def test_a_call_id_repeated_while_its_call_runs_does_not_share_the_slot(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url, more="    max_parallel: 1\n")
    at.keys(name, KEY)
    provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
    async with key_server(at) as server:
        call = server.call(name, stream=True, call_id="same")
        await call.read()
        assert (await refused(server, name, call_id="same")).code == "POOL_BUSY"
        call.cancel()
    assert len(provider.requests) == 1


async def test_small_pieces_that_are_already_here_travel_together_and_none_waits(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    burst = b"".join(b"6\r\nd: %03d\r\n" % n for n in range(200))
    provider.otherwise = silent_after(STREAM_HEAD + burst)
    async with key_server(at) as server:
        call = server.call(name, stream=True)
        await call.read()
        got = b""
        messages = 0
        while len(got) < 200 * 6:
            got += (await call.read()).chunk
            messages += 1
        call.cancel()
    assert messages < 20


async def test_a_chosen_endpoint_is_the_one_that_answers(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    async with key_server(at) as server:
        first = await server.forward(name)
        assert first.head is not None
        chosen = [await server.forward(name, endpoint_id=first.head.endpoint_id) for _ in range(3)]
        found = await refused(server, name, endpoint_id="ep_0000000000000000")
    assert {each.head.endpoint_id for each in chosen if each.head} == {first.head.endpoint_id}
    assert found.code == "UNKNOWN_ENDPOINT"


async def test_the_pools_previous_endpoint_is_not_used_again_at_once(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY, SPARE)
    async with key_server(at) as server:
        for _ in range(6):
            await server.forward(name)
    used = [each.key for each in provider.requests]
    assert all(one != next_ for one, next_ in itertools.pairwise(used))
