"""Usage of real key servers: also across kills, outages and a full disk every call is counted, and none twice."""

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
from tests.support.key_server import KeyServer, Place, Refused, connected, key_server, key_server_process, place
from tests.support.redis_server import redis_process
from tests.support.reporting import counts, priced, refused, report, usage
from tests.support.upstream import STREAM_HEAD, Upstream, ok, pieces, silent_after

KEY, OTHER = "sk-test-not-a-key-usage-a", "sk-test-not-a-key-usage-b"


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
