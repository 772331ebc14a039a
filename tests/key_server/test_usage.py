"""Usage as the web server reports it and an operator reads it, through the socket."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

import grpc
import pytest

from key_server.store.connection import Connection
from protos import keyring_pb2, router_pb2
from tests.support.key_server import KeyServer, Place, Refused, key_server, place
from tests.support.reporting import counts, priced, refused, report, usage
from tests.support.upstream import STREAM_HEAD, Upstream, pieces, silent_after, status

KEY, OTHER = "sk-test-not-a-key-usage-a", "sk-test-not-a-key-usage-b"


@pytest.fixture
async def server(at: Place, provider: Upstream) -> AsyncIterator[KeyServer]:
    at.keys(priced(at, provider.url, name="p"), KEY)
    connection = Connection(at.redis_url)
    await connection.client.flushall()
    await connection.close()
    async with key_server(at) as found:
        yield found


async def test_a_call_that_was_reported_is_in_every_view(server: KeyServer) -> None:
    call_id = secrets.token_hex(16)
    await server.forward("p", call_id=call_id)
    assert await report(server, call_id, 1000, 100)
    key_id = (await server.router.ListKeys(router_pb2.ListKeysRequest(), metadata=server.metadata)).keys[0].key_id
    for by, name in (("provider", "p"), ("model", "p/test-model"), ("key", key_id)):
        row = (await usage(server, by))[name]
        assert counts(row) == (1, 0, 1000, 100) and row.cost == pytest.approx(0.003)
    hours, days = await usage(server, "hour"), await usage(server, "day")
    assert sum(each.requests for each in hours.values()) == sum(each.requests for each in days.values()) == 1
    assert [len(name) for name in (*hours, *days)] == [13, 10]


async def test_a_report_counts_once_and_of_a_known_call_only(server: KeyServer) -> None:
    await server.forward("p", call_id="c1")
    assert await report(server, "c1", 5, 5)
    assert not await report(server, "c1", 5, 5)
    assert not await report(server, "never-made", 5, 5)
    assert counts((await usage(server))["p"]) == (1, 0, 5, 5)


async def test_several_calls_are_reported_in_one_message_each_once(server: KeyServer) -> None:
    for call_id in ("c1", "c2"):
        await server.forward("p", call_id=call_id)
    lot = router_pb2.UsageReport(call_id="c1", prompt_tokens=5, completion_tokens=1)
    lot.others.extend(
        router_pb2.UsageReport(call_id=call_id, prompt_tokens=7, completion_tokens=2)
        for call_id in ("c2", "none", "c2")
    )
    assert (await server.router.ReportUsage(lot, metadata=server.metadata)).settled
    assert counts((await usage(server))["p"]) == (2, 0, 12, 3)


async def test_a_lot_with_a_wrong_report_in_it_counts_for_nothing(server: KeyServer) -> None:
    await server.forward("p", call_id="c1")
    nested = router_pb2.UsageReport(call_id="c3", others=[router_pb2.UsageReport(call_id="c4")])
    for wrong in (router_pb2.UsageReport(call_id="not an id"), nested):
        lot = router_pb2.UsageReport(call_id="c1", prompt_tokens=5, others=[wrong])
        with pytest.raises(grpc.aio.AioRpcError):
            await server.router.ReportUsage(lot, metadata=server.metadata)
    assert counts((await usage(server))["p"]) == (1, 0, 0, 0)


async def test_each_attempt_is_a_request_and_each_failure_an_error(
    at: Place, server: KeyServer, provider: Upstream
) -> None:
    provider.behaves[KEY] = status(500)
    at.keys("p", KEY, OTHER)
    await server.keyring.ReloadKeys(keyring_pb2.ReloadKeysRequest(), metadata=server.metadata)
    while not provider.requests or provider.requests[-1].key == OTHER:
        provider.requests.clear()
        await server.forward("p", call_id="c1")
        before = counts((await usage(server))["p"])
        if len(provider.requests) == 2:
            break
    assert await report(server, "c1", 7, 3)
    requests, errors, prompt, completion = counts((await usage(server))["p"])
    assert (requests - before[0], errors, prompt - before[2], completion) == (0, 1, 7, 3)


@pytest.mark.parametrize("code", [400, 404, 422])
async def test_a_callers_own_mistake_is_no_error_and_costs_nothing(
    server: KeyServer, provider: Upstream, code: int
) -> None:
    provider.behaves[KEY] = status(code)
    assert (await server.forward("p", call_id="c1", token_estimate=99)).head.status == code
    assert not await report(server, "c1", 5, 5)
    assert counts((await usage(server))["p"]) == (1, 0, 0, 0)


async def test_a_cut_stream_is_an_error_that_can_still_be_counted(server: KeyServer, provider: Upstream) -> None:
    provider.behaves[KEY] = pieces(b"data: 1\n\n", cut=True)
    with pytest.raises(Refused):
        await server.forward("p", call_id="c1", stream=True)
    assert await report(server, "c1", 5, 1)
    assert counts((await usage(server))["p"]) == (1, 1, 5, 1)


@pytest.mark.parametrize("behaviour", [silent_after(), silent_after(STREAM_HEAD + b"7\r\ndata: x\r\n")])
async def test_a_client_that_leaves_is_no_error(server: KeyServer, provider: Upstream, behaviour: object) -> None:
    provider.behaves[KEY] = behaviour  # type: ignore[assignment]
    call = server.call("p", call_id="c1", stream=True)
    reading = asyncio.ensure_future(call.read())
    await provider.asked.wait()
    call.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await provider.hung_up.wait()
    assert await report(server, "c1", 5, 1)
    assert counts((await usage(server))["p"]) == (1, 0, 5, 1)


async def test_a_second_call_under_one_id_settles_the_first_at_its_estimate(server: KeyServer) -> None:
    for estimate in (30, 50):
        await server.forward("p", call_id="c1", token_estimate=estimate)
    assert await report(server, "c1", 1000, 0)
    assert not await report(server, "c1", 1000, 0)
    assert counts((await usage(server))["p"]) == (2, 0, 1030, 0)


async def test_a_report_gives_back_what_was_reserved_and_not_used(at: Place, server: KeyServer) -> None:
    await server.forward("p", call_id="c1", token_estimate=5000)

    async def used() -> int:
        listed = await server.router.ListEndpoints(router_pb2.ListEndpointsRequest(), metadata=server.metadata)
        return int(listed.endpoints[0].tokens_used)

    assert await used() == 5000
    assert await report(server, "c1", 100, 20)
    assert await used() == 120


async def test_the_price_is_that_of_the_moment(at: Place, server: KeyServer) -> None:
    await server.forward("p", call_id="c1")
    path = at.directory / "providers.yaml"
    path.write_text(path.read_text().replace("input: 2,", "input: 4,"))
    await server.keyring.ReloadKeys(keyring_pb2.ReloadKeysRequest(), metadata=server.metadata)
    await server.forward("p", call_id="c2")
    for call_id in ("c1", "c2"):
        assert await report(server, call_id, 1_000_000, 0)
    assert (await usage(server))["p"].cost == 6.0


async def test_a_removed_key_still_shows_what_it_spent(at: Place, server: KeyServer) -> None:
    await server.forward("p", call_id="c1")
    (key_id,) = await usage(server, "key")
    connection = Connection(at.redis_url)
    hour = (await connection.client.keys("ks:{usage}:hour:*"))[0]
    await connection.client.hset(hour, "key_of_old:p:test-model", "5 0 0 0 0 0")
    await connection.close()
    rows = await usage(server, "key")
    assert list(rows) == ["key_of_old", key_id] and rows["key_of_old"].label == ""


@pytest.mark.parametrize("by", ["", "caller", "Key", "minute", "key\n"])
async def test_usage_by_what_is_not_kept_is_refused(server: KeyServer, by: str) -> None:
    assert await refused(usage(server, by)) == "BAD_REQUEST"


async def test_absurd_questions_and_reports_are_refused_or_empty(server: KeyServer) -> None:
    await server.forward("p", call_id="c1")
    assert await refused(usage(server, "key", -1)) == "BAD_REQUEST"
    assert await usage(server, "key", 2**63 - 1) == {}
    for call_id, prompt, completion in (("c1", 100_000_001, 0), ("c1", 0, 2**32 - 1), ("", 1, 1), ("x" * 65, 1, 1)):
        assert await refused(report(server, call_id, prompt, completion)) == "BAD_REQUEST"
    assert await report(server, "c1", 100_000_000, 0)


async def test_an_absurd_estimate_is_not_believed(server: KeyServer) -> None:
    for _ in range(2):
        await server.forward("p", call_id="c1", token_estimate=2**32 - 1)
    assert (await usage(server))["p"].prompt_tokens == 100_000_000


async def test_the_journal_is_ours_alone_and_a_second_server_may_not_write_it(at: Place, provider: Upstream) -> None:
    at.keys(at.providers(url=provider.url), KEY)
    async with key_server(at) as server:
        assert (at.directory / "usage.journal").stat().st_mode & 0o777 == 0o600
        assert KEY.encode() not in (at.directory / "usage.journal").read_bytes()
        with place(at.redis_url) as other:
            other.keys(other.providers(url=provider.url), KEY)
            other.extra["KEY_SERVER_USAGE_JOURNAL"] = str(at.directory / "usage.journal")
            with pytest.raises(Exception, match=r"already serving on .*usage\.journal"):
                async with key_server(other):
                    pass
        assert server
