"""Usage as the web server reports it and an operator reads it: through the socket, also across kills and outages."""

from __future__ import annotations

import asyncio
import os
import resource
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import grpc
import pytest

from key_server.store.connection import Connection
from protos import keyring_pb2, router_pb2
from tests.support.key_server import KeyServer, Place, Refused, connected, key_server, key_server_process, place
from tests.support.redis_server import redis_process
from tests.support.upstream import STREAM_HEAD, Upstream, ok, pieces, silent_after, status

KEY = "sk-test-not-a-key-usage-a"
OTHER = "sk-test-not-a-key-usage-b"


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


# ---- real processes


@pytest.fixture
def own_redis() -> Iterator[tuple[int, str]]:
    with redis_process() as (process, url):
        yield process.pid, url


@asynccontextmanager
async def killed(at: Place) -> AsyncIterator[KeyServer]:
    """A real key server; at the end of the block it is killed with -9."""
    with key_server_process(at) as process:
        async with connected(at) as server:
            yield server
            process.kill()
            process.wait()
    (at.directory / "a.sock").unlink()  # the next one is ready when it is there again


async def test_a_kill_between_calls_loses_no_report(at: Place, provider: Upstream) -> None:
    name = priced(at, provider.url)
    at.keys(name, KEY)
    for start in range(3):
        async with killed(at) as server:
            for number in range(5):
                await server.forward(name, call_id=f"{start}-{number}")
                assert await report(server, f"{start}-{number}", 10, 1)
            await server.forward(name, call_id=f"late-{start}")
    with key_server_process(at):
        async with connected(at) as server:
            for start in range(3):
                assert await report(server, f"late-{start}", 100, 0)  # ended before the kill, counted behind it
            assert counts((await usage(server))[name]) == (18, 0, 450, 15)


@pytest.mark.promise(19)
async def test_a_kill_in_the_middle_of_calls_leaves_each_of_them_a_request_and_an_error(
    at: Place, provider: Upstream
) -> None:
    name = priced(at, provider.url)
    at.keys(name, KEY)
    provider.otherwise = silent_after(STREAM_HEAD + b"7\r\ndata: x\r\n")
    async with killed(at) as server:
        calls = [server.call(name, call_id=f"c{number}", stream=True, token_estimate=7) for number in range(8)]
        for call in calls:
            assert (await call.read()).HasField("head")
    for call in calls:
        call.cancel()
    provider.otherwise = ok()
    async with killed(at) as server:
        assert await report(server, "c0", 10, 1)  # the web server had seen its usage
        assert not await report(server, "c0", 10, 1)
        await server.forward(name, call_id="c1", token_estimate=7)  # the first c1 settles at its estimate
        await usage(server)
    with key_server_process(at):
        async with connected(at) as server:
            assert counts((await usage(server))[name]) == (9, 8, 17, 1)


@pytest.mark.promise(19)
async def test_random_kills_under_load_count_every_call_that_reached_the_provider(
    at: Place, provider: Upstream, record_property: Callable[[str, object], None]
) -> None:
    name = priced(at, provider.url)
    at.keys(name, KEY, OTHER)
    provider.otherwise = pieces(b"data: 1\n\n", b"data: 2\n\n", gap_s=0.003)
    asked = reported = 0
    for _ in range(4):

        async def client(server: KeyServer) -> None:
            nonlocal asked, reported
            while True:
                call_id = secrets.token_hex(8)
                asked += 1
                await server.forward(name, call_id=call_id, stream=True)
                if await report(server, call_id, 3, 1):
                    reported += 1

        with key_server_process(at) as process:
            async with connected(at) as server:
                clients = [asyncio.create_task(client(server)) for _ in range(6)]
                await asyncio.sleep(0.3 + secrets.randbelow(100) / 500)
                process.kill()
                ended = await asyncio.gather(*clients, return_exceptions=True)
        assert all(isinstance(each, Refused | grpc.aio.AioRpcError) for each in ended), ended
        (at.directory / "a.sock").unlink()
    with key_server_process(at):
        async with connected(at) as server:
            row = (await usage(server))[name]
    assert len(provider.requests) <= row.requests <= asked
    assert row.requests > 40
    # A receipt that was lost with the process may stand for a report that was written: one a client, at most.
    assert reported <= row.completion_tokens <= reported + 4 * 6
    assert row.prompt_tokens == 3 * row.completion_tokens
    record_property("measured", f"{row.requests} calls through 4 x kill -9: none lost, none counted twice")


async def test_what_ended_while_redis_hung_is_counted_when_it_is_back(
    own_redis: tuple[int, str], provider: Upstream
) -> None:
    pid, url = own_redis
    with place(url) as at:
        name = priced(at, provider.url)
        at.keys(name, KEY)
        provider.otherwise = pieces(b"data: 1\n\n", b"data: 2\n\n", gap_s=0.4)
        with key_server_process(at):
            async with connected(at) as server:
                calls = [server.call(name, call_id=f"c{number}", stream=True) for number in range(5)]
                for call in calls:
                    assert (await call.read()).HasField("head")
                os.kill(pid, signal.SIGSTOP)
                try:
                    for number, call in enumerate(calls):
                        while (await call.read()) is not grpc.aio.EOF:
                            pass
                        assert await report(server, f"c{number}", 10, 1)
                    assert await refused(usage(server)) == "STORE_UNAVAILABLE"
                finally:
                    os.kill(pid, signal.SIGCONT)
                assert counts((await usage(server))[name]) == (5, 0, 50, 5)


@pytest.mark.promise(19)
async def test_an_outage_of_both_is_made_up_for_once_also_by_an_empty_redis(provider: Upstream) -> None:
    with redis_process() as (first, url), place(url) as at:
        name = priced(at, provider.url)
        at.keys(name, KEY)
        async with killed(at) as server:
            for number in range(5):
                await server.forward(name, call_id=f"c{number}")
                assert await report(server, f"c{number}", 10, 1)
            assert counts((await usage(server))[name]) == (5, 0, 50, 5)
            first.kill()
            first.wait()
            assert await refused(usage(server)) == "STORE_UNAVAILABLE"
        with redis_process() as (_, again):
            at.redis_url = again
            for _ in range(2):
                with key_server_process(at):
                    async with connected(at) as server:
                        assert counts((await usage(server))[name]) == (5, 0, 50, 5)


async def test_a_full_disk_stops_no_call_and_its_usage_is_counted_when_there_is_room(
    at: Place, provider: Upstream
) -> None:
    name = priced(at, provider.url)
    at.keys(name, KEY)
    with key_server_process(at, KEY_SERVER_LOG_FILE="") as process:
        async with connected(at) as server:
            await server.forward(name, call_id="c0")
            size = (at.directory / "usage.journal").stat().st_size
            unlimited = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size + 40, unlimited[1]))
            for number in range(1, 6):
                await server.forward(name, call_id=f"c{number}")
            assert await report(server, "c5", 10, 1)
            assert counts((await usage(server))[name]) == (1, 0, 0, 0)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
            await server.forward(name, call_id="c6")
            assert counts((await usage(server))[name]) == (7, 0, 10, 1)
        process.terminate()
        errors = process.communicate(timeout=10)[1].decode()
    assert errors.count('"usage_not_written"') == 1 and "Traceback" not in errors


async def test_a_stop_leaves_nothing_to_be_told(at: Place, provider: Upstream) -> None:
    name = priced(at, provider.url)
    at.keys(name, KEY)
    with key_server_process(at):
        async with connected(at) as server:
            await server.forward(name, call_id="c1")
            assert await report(server, "c1", 10, 1)
    connection = Connection(at.redis_url)
    applied = dict(await connection.client.hgetall("ks:{usage}:applied"))
    await connection.close()
    assert (at.directory / "usage.journal").stat().st_size in map(int, applied.values())


@pytest.mark.parametrize(
    ("variable", "value"),
    [("KEY_SERVER_USAGE_DAYS", "0"), ("KEY_SERVER_USAGE_DAYS", "some"), ("KEY_SERVER_USAGE_JOURNAL", "/no/such/j")],
)
async def test_a_setting_that_cannot_be_is_named(at: Place, provider: Upstream, variable: str, value: str) -> None:
    at.providers(url=provider.url)
    at.extra[variable] = value
    with pytest.raises(Exception, match=variable):
        async with key_server(at):
            pass
