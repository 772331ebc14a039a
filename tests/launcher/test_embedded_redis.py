"""Both kinds of embedded Redis: real processes on a Unix socket, asked through the client that the servers use."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
import redis.asyncio

from launcher import embedded_redis, ready
from launcher.child import Part
from launcher.config import ROOT
from launcher.fake_redis import UnixFakeServer
from launcher.supervisor import Stop, Supervisor

REAL, NONE = os.environ["PATH"], ""


@pytest.fixture(params=["redis-server", "fakeredis"])
def path(request: pytest.FixtureRequest, short: Path) -> Iterator[Path]:
    if request.param == "redis-server" and shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    search = REAL if request.param == "redis-server" else NONE
    command = embedded_redis.command(short / "redis.sock", short, search)
    assert request.param in {Path(command[0]).name, "fakeredis"}
    probe = ready.redis_pong(short / "redis.sock")
    supervisor = Supervisor(lambda _: None, Stop())
    supervisor.start([[Part("redis", command, {"PATH": REAL}, ROOT, short / "redis.log", probe)]])
    yield short / "redis.sock"
    supervisor.stop()


def client(path: Path, setting: str) -> redis.Redis:
    return redis.Redis.from_url(embedded_redis.urls(path)[setting], decode_responses=True)


def test_it_runs_scripts_and_keeps_the_servers_apart(path: Path) -> None:
    keys, web = client(path, "KEY_SERVER_REDIS_URL"), client(path, "WEB_SERVER_REDIS_URL")
    assert keys.ping() is True
    script = (
        "redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000) return {redis.call('GET', KEYS[1]), redis.call('TIME')[1]}"
    )
    value, now = keys.eval(script, 1, "ks:{mirror}:a", "one")
    assert value == "one"
    assert int(now) > 1_700_000_000
    assert web.get("ks:{mirror}:a") is None
    assert keys.register_script("return ARGV[1] + 1")(args=[41]) == 42


def test_callers_at_the_same_time_get_their_own_answers(path: Path) -> None:
    def ask(number: int) -> list[str]:
        with client(path, "KEY_SERVER_REDIS_URL") as mine:
            return [mine.echo(f"{number}-{turn}") for turn in range(20)]

    with ThreadPoolExecutor(32) as pool:
        for number, answers in enumerate(pool.map(ask, range(32))):
            assert answers == [f"{number}-{turn}" for turn in range(20)]


async def test_callers_who_connect_at_once_are_all_let_in(path: Path) -> None:
    url = embedded_redis.urls(path)["KEY_SERVER_REDIS_URL"]
    async with redis.asyncio.Redis.from_url(url) as mine:
        assert await asyncio.gather(*(mine.ping() for _ in range(60))) == [True] * 60


def test_only_this_user_can_open_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_of_it_reaches_the_disk(path: Path) -> None:
    client(path, "WEB_SERVER_REDIS_URL").set("ws:a", "kept in memory")
    assert {each.name for each in path.parent.iterdir()} <= {"redis.sock", "redis.log"}


def test_it_has_no_tcp_port(short: Path) -> None:
    command = embedded_redis.command(short / "redis.sock", short, "/usr/bin")
    if "redis-server" in command[0]:
        assert command[command.index("--port") + 1] == "0"


def test_an_error_is_a_reply_and_the_connection_stays(path: Path) -> None:
    with client(path, "KEY_SERVER_REDIS_URL") as mine:
        own = mine.client()  # one connection for all that follows
        for _ in range(20):
            with pytest.raises(redis.ResponseError):
                own.incr("ks:text") if own.set("ks:text", "no number") else None
            with pytest.raises(redis.exceptions.NoScriptError):
                own.evalsha("0" * 40, 0)
            assert own.ping() is True


def test_large_values_with_line_ends_come_back_whole(path: Path) -> None:
    value = ("0123456789" * 2_000 + "\r\n") * 50
    mine = client(path, "WEB_SERVER_REDIS_URL")
    mine.set("ws:large", value)
    assert mine.get("ws:large") == value


def test_a_socket_left_behind_is_no_obstacle(short: Path) -> None:
    for _ in range(2):
        with UnixFakeServer(short / "redis.sock"):
            pass
