"""docker/redis-users.acl in a real Redis: two processes, one server, and neither sees the other's names."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError
from redis.retry import Retry

from protos import router_pb2
from tests.support.key_server import Place, connected, key_server_process, place
from tests.support.redis_server import redis_process
from tests.support.upstream import Upstream, upstream
from web_server.conversations import Conversation
from web_server.decoys.companion import Companion
from web_server.decoys.memory import Memory
from web_server.limits.counts import SharedCounts
from web_server.limits.limit import Limit
from web_server.limits.standing import Entered
from web_server.privacy.decoys.template import Template
from web_server.query import Caller
from web_server.sealing import Sealing
from web_server.session_store import SessionStore
from web_server.state import State
from web_server.usage import tally as usage_tally

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "docker" / "redis-users.acl"
NOBODYS = "#" + "0" * 64


def with_passwords(tmp_path: Path) -> Path:
    """As make-secrets.sh fills it in."""
    lines = []
    for line in TEMPLATE.read_text().splitlines():
        user = line.split()[1]
        lines.append(line.replace(NOBODYS, "#" + hashlib.sha256(f"not-a-password-{user}".encode()).hexdigest()))
    path = tmp_path / "users.acl"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a Redis with these users listens."""
    with redis_process("--aclfile", str(with_passwords(tmp_path_factory.mktemp("acl")))) as (_, url):
        yield url.removeprefix("unix://")


def client(socket: str, user: str) -> redis.Redis:
    return opened(socket, username=user, password=f"not-a-password-{user}")


def opened(socket: str, **who: str) -> redis.Redis:
    return redis.Redis(unix_socket_path=socket, protocol=2, retry=Retry(NoBackoff(), 0), **who)


def test_the_file_as_it_is_lets_nobody_in(tmp_path: Path) -> None:
    with redis_process("--aclfile", str(TEMPLATE)) as (_, url):
        socket = url.removeprefix("unix://")
        for user in ("ks", "ws"):
            with pytest.raises(redis.AuthenticationError):
                client(socket, user).ping()


@pytest.mark.parametrize(("user", "other"), [("ks", "ws"), ("ws", "ks")])
def test_neither_reads_or_writes_the_others_names(socket: str, user: str, other: str) -> None:
    ours = client(socket, user)
    assert ours.ping()
    for command in (("GET", f"{other}:x"), ("SET", f"{other}:x", "1"), ("DEL", f"{other}:x"), ("GET", "x")):
        with pytest.raises(NoPermissionError):
            ours.execute_command(*command)


@pytest.mark.parametrize("user", ["ks", "ws"])
@pytest.mark.parametrize(
    "command", ["KEYS *", "SCAN 0", "FLUSHALL", "CONFIG GET *", "ACL LIST", "MONITOR", "SUBSCRIBE x"]
)
def test_neither_may_look_around_or_change_the_server(socket: str, user: str, command: str) -> None:
    with pytest.raises(NoPermissionError):
        client(socket, user).execute_command(*command.split())


def test_who_gives_no_name_gets_nothing_and_health_only_pings(socket: str) -> None:
    with pytest.raises(redis.AuthenticationError):
        opened(socket).ping()
    health = opened(socket, username="health", password="none")
    assert health.ping()
    with pytest.raises(NoPermissionError):
        health.get("ks:x")


def test_a_script_may_not_go_where_its_user_may_not(socket: str) -> None:
    with pytest.raises(redis.ResponseError, match=r"(?i)permission|can't"):
        client(socket, "ks").eval("return redis.call('GET', 'ws:x')", 0)


AROUND = {"ping", "select", "info", "eval", "evalsha", "multi", "exec"}
"""What the client, the doctor and every script need before a name is touched."""


def test_the_key_server_may_do_what_its_code_does_and_nothing_else() -> None:
    line = next(each for each in TEMPLATE.read_text().splitlines() if each.startswith("user ks "))
    scripts = [file.read_text() for file in (ROOT / "key_server" / "lua").glob("*.lua")]
    code = [file.read_text() for file in (ROOT / "key_server" / "store").glob("*.py")]
    asked = {word.lower() for text in scripts for word in re.findall(r"redis\.p?call\(\s*['\"](\w+)", text)}
    asked |= {
        word for text in code for word in re.findall(r"(?:client\.|_all\(\")(exists|delete|get|set|[hz][a-z]+)\b", text)
    }
    asked = {{"delete": "del"}.get(word, word) for word in asked}
    assert len(asked) > 10
    assert set(re.findall(r"\+([a-z|]+)", line)) == asked | AROUND


def test_the_web_server_may_do_what_its_code_does_and_nothing_else() -> None:
    line = next(each for each in TEMPLATE.read_text().splitlines() if each.startswith("user ws "))
    code = [*(ROOT / "web_server" / "lua").glob("*.lua"), ROOT / "web_server" / "session_scripts.py"]
    state = (ROOT / "web_server" / "state.py").read_text()
    verbs = re.findall(r"redis\.call\(\s*['\"](\w+)", "".join(file.read_text() for file in code))
    asked = {word.lower() for word in verbs} | {"hincrby"}  # chosen by a variable, in `add`
    asked |= set(re.findall(r"(?:change|redis)\.(get|set|expireat|h?scan|z[a-z]+)\(", state))
    assert len(asked) > 10
    assert set(re.findall(r"\+([a-z|]+)", line)) == asked | AROUND - {"info"}


async def test_the_web_server_needs_no_more_than_its_user_may(socket: str) -> None:
    state = State(f"unix://ws:not-a-password-ws@{socket}")
    assert await state.is_there()
    await state.revoke("0" * 32, int(time.time()) + 60)
    _, revoked = await state.revoked("")
    assert revoked is not None and set(revoked) == {"0" * 32}
    await state.aclose()


async def test_sessions_need_no_more_than_the_web_servers_user_may(socket: str) -> None:
    state = State(f"unix://ws:not-a-password-ws@{socket}")
    store = SessionStore(state, Sealing(b"s" * 32), 60, 0.2)
    caller = Caller("ann")
    session_id = await store.create(Conversation("ann", 0, {}))
    async with store.turn(caller, session_id) as held:
        await asyncio.sleep(0.2)
        await held.write()
    assert [each for each, _ in await store.of(caller, 10)] == [session_id]
    await store.forget(caller, session_id)
    assert await store.of(caller, 10) == []
    await state.aclose()


async def test_covers_need_no_more_than_the_web_servers_user_may(socket: str) -> None:
    state = State(f"unix://ws:not-a-password-ws@{socket}")
    memory = Memory(state, Sealing(b"s" * 32), 60, most=1)
    cover = Companion("grammar", Template((("Is it late?",),)))
    for words in ("one", "another"):
        await memory.keep("mark", words, [cover], first=True, session="mine")
    await memory.renew("mark", "mine")
    assert len(await memory.recall("mark", "another")) == 1
    await memory.forget("mark", "mine")
    assert await memory.recall("mark", "another") == []
    await state.aclose()


async def test_limits_and_usage_need_no_more_than_the_web_servers_user_may(socket: str) -> None:
    state = State(f"unix://ws:not-a-password-ws@{socket}")
    try:
        counts, tally = SharedCounts(state), usage_tally.Tally(state)
        limit = Limit(*[1000] * 5)
        standing = await counts.enter("t", "e", limit, 10, 10)
        assert isinstance(standing.outcome, Entered)
        await counts.stay("t", ["e"])
        await counts.leave("t", "e", standing.outcome, (5, 5, 5))
        tally.add(usage_tally.place("day", ends=4_000_000_000), "field", 3)
        tally.put(usage_tally.place("names"), "field", "text")
        await tally.flush()
        assert await tally.read(usage_tally.place("day")) == {"field": b"3"}
        assert await state.is_there()
    finally:
        await state.aclose()


async def test_the_key_server_needs_no_more_than_its_user_may(socket: str) -> None:
    with place(f"unix://ks:not-a-password-ks@{socket}") as at:
        async with upstream() as provider:
            await _a_days_work(at, provider)


async def _a_days_work(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, "sk-test-not-a-key-acl-1", "sk-test-not-a-key-acl-2")
    with key_server_process(at):
        async with connected(at) as server:
            for number in range(3):
                assert (await server.forward(name, call_id=f"call-{number}")).tail is not None
            bind = router_pb2.BindRequest(
                binding_id="b" * 22, provider=name, model="test-model", ttl_seconds=60, slots=1
            )
            await server.router.Bind(bind, metadata=server.metadata)
            assert (await server.forward(name, binding_id="b" * 22)).tail is not None
            release = router_pb2.ReleaseRequest(binding_id="b" * 22)
            await server.router.Release(release, metadata=server.metadata)
            report = router_pb2.UsageReport(call_id="call-1", prompt_tokens=3, completion_tokens=4)
            await server.router.ReportUsage(report, metadata=server.metadata)
            await server.router.ListEndpoints(router_pb2.ListEndpointsRequest(), metadata=server.metadata)
            await server.router.GetUsage(router_pb2.UsageQuery(by="day"), metadata=server.metadata)
