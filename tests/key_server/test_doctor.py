"""The doctor: what is well, what is not, and what to do about it; with the server up and down."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis

from key_server.doctor import server
from tests.support.commands import at_terminal, command
from tests.support.key_server import Place, key_server_process
from tests.support.private_ca import server_context
from tests.support.redis_server import redis_process
from tests.support.stack import free_port
from tests.support.upstream import Upstream, upstream

KEY = "sk-test-not-a-key-of-the-doctor"


@pytest.fixture
def name(at: Place, provider: Upstream) -> str:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    return name


def seen(at: Place, **extra: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status, and findings by check."""
    done = command(at, "doctor", "--json", **extra)
    assert done.stderr == ""
    assert KEY not in done.stdout and "not-a-password" not in done.stdout
    return done.returncode, {each["check"]: each for each in json.loads(done.stdout)}


def test_a_server_that_is_well_has_no_problem(at: Place, name: str) -> None:
    with key_server_process(at):
        status, found = seen(at)
    assert status == 0, found
    assert {each["state"] for each in found.values()} <= {"ok", "warning"}
    assert found["server"]["found"] == "serving, with 1 key"
    for check in ("settings", "router socket", "token file", "no core file", "Redis", "cipher key", "sealed keys"):
        assert found[check]["state"] == "ok", found[check]


def test_two_settings_of_one_file_are_told(at: Place, name: str) -> None:
    status, found = seen(at, KEY_SERVER_TOKEN_FILE=at.environment["KEY_STORE_FILE"])
    assert status == 1 and found["settings"]["state"] == "problem"
    assert found["settings"]["found"] == "KEY_SERVER_TOKEN_FILE and KEY_STORE_FILE are one path"


def test_with_the_server_down_the_rest_is_looked_at_all_the_same(at: Place, name: str) -> None:
    with key_server_process(at):
        pass
    status, found = seen(at)
    assert status == 1
    assert found["server"]["state"] == "problem" and "make run" in found["server"]["advice"]
    assert found["sealed keys"]["found"] == "1, and all open"
    assert [check for check, each in found.items() if each["state"] == "problem"] == ["server"]


def test_a_table_for_people_keeps_to_a_narrow_terminal(at: Place, name: str) -> None:
    shown = at_terminal(at, "doctor", NO_COLOR="1")
    assert shown.status == 1
    assert "→ start it with" in shown.screen
    assert max(map(len, shown.lines)) <= 80


def test_a_key_file_that_is_gone_or_open_and_keys_of_another_are_named(at: Place, name: str) -> None:
    with key_server_process(at):
        pass
    cipher_key = at.directory / "cipher.key"
    content = cipher_key.read_bytes()
    cipher_key.chmod(0o644)
    assert "chmod 0600" in seen(at)[1]["cipher key"]["advice"]
    cipher_key.unlink()
    assert "backup" in seen(at)[1]["cipher key"]["advice"]
    cipher_key.write_bytes(b"A" * 43 + b"=")
    cipher_key.chmod(0o600)
    assert "another cipher key" in seen(at)[1]["sealed keys"]["found"]
    cipher_key.write_bytes(content)
    store = json.loads((at.directory / "keys.sealed").read_text())
    store["keys"][0]["key_id"] = "key_0000000000000000"
    (at.directory / "keys.sealed").write_text(json.dumps(store))
    assert seen(at)[1]["sealed keys"]["found"] == "1 of 1 do not open"


def test_a_redis_that_is_away_and_its_password_stay_apart(at: Place, name: str) -> None:
    status, found = seen(at, KEY_SERVER_REDIS_URL="redis://ks:not-a-password@127.0.0.1:1/0")
    assert status == 1
    assert found["Redis"]["state"] == "problem" and "KEY_SERVER_REDIS_URL" in found["Redis"]["advice"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("redis://127.0.0.1:1/0", "nobody listens there"),
        ("unix:///nowhere/redis.sock", "is not there"),
        ("redis://127.0.0.1:PORT/0", "refuses the user or the password"),
        ("rediss://127.0.0.1:PORT/0", "a port without TLS"),
        ("redis+cluster://:PASSWORD@127.0.0.1:PORT", "it is no Cluster"),
    ],
)
def test_why_redis_cannot_be_used_is_said(at: Place, name: str, url: str, says: str) -> None:
    port = str(free_port())
    with redis_process("--port", port) as (_, running):
        with redis.Redis.from_url(running) as client:
            client.config_set("requirepass", "not-a-password")
        url = url.replace("PORT", port).replace("PASSWORD", "not-a-password")
        found = seen(at, KEY_SERVER_REDIS_URL=url)[1]["Redis"]
    assert found["state"] == "problem" and says in found["found"], found
    assert "not-a-password" not in str(found)


def test_a_redis_that_drops_what_it_was_given_is_a_problem(at: Place, name: str) -> None:
    with redis_process() as (_, url):
        with redis.Redis.from_url(url) as client:
            client.config_set("maxmemory", "100mb")
            client.config_set("maxmemory-policy", "allkeys-lru")
        found = seen(at, KEY_SERVER_REDIS_URL=url)[1]
    assert found["Redis"]["state"] == "problem"
    assert "noeviction" in found["Redis"]["advice"]


@pytest.mark.parametrize(
    ("extra", "check", "says"),
    [
        ({"KEY_SERVER_DRAIN_SECONDS": "soon"}, "settings", "KEY_SERVER_DRAIN_SECONDS"),
        ({"KEY_SERVER_SOCKET": "/nowhere/at/all"}, "router socket", "/nowhere/at does not exist"),
        ({"KEY_SERVER_SOCKET": "/tmp/" + "x" * 120}, "router socket", "longer than 100 bytes"),
        ({"KEY_SERVER_LOG_FILE": "/nowhere/log"}, "log", "/nowhere does not exist"),
        ({"PROVIDER_FILE": "broken.yaml"}, "providers", "broken.yaml:3"),
    ],
)
def test_what_cannot_be_used_is_named(at: Place, extra: dict[str, str], check: str, says: str) -> None:
    (at.directory / "broken.yaml").write_text("providers:\n  one:\n    base_url: http://127.0.0.1\n    models: [a]\n")
    status, found = seen(at, **extra)
    assert status == 1
    assert found[check]["state"] == "problem" and says in found[check]["found"]


def test_places_open_to_others_are_problems(at: Place, name: str) -> None:
    (at.directory / "api_keys.csv").chmod(0o644)
    at.directory.chmod(0o755)
    found = seen(at)[1]
    for check in ("router socket", "admin socket", "token file", "key list"):
        assert found[check]["state"] == "problem" and "chmod 0" in found[check]["advice"], found[check]


def test_a_key_list_that_is_no_file_is_a_problem(at: Place) -> None:
    at.providers(url="http://127.0.0.1:1")
    (at.directory / "api_keys.csv").mkdir(mode=0o700)
    found = seen(at)[1]["key list"]
    assert found["state"] == "problem" and "KEY_CONFIG_FILE" in found["advice"]


def test_a_provider_file_that_anybody_may_write_is_a_problem(at: Place, name: str) -> None:
    assert seen(at)[1]["provider file"]["state"] == "ok"
    (at.directory / "providers.yaml").chmod(0o666)
    assert seen(at)[1]["provider file"]["state"] == "problem"
    (at.directory / "providers.yaml").chmod(0o644)
    at.directory.chmod(0o777)
    assert seen(at)[1]["provider file"]["state"] == "problem"


def test_hosts_that_do_not_resolve_or_are_private_are_named(at: Place) -> None:
    (at.directory / "providers.yaml").write_text(
        "providers:\n  one: {base_url: https://no-such-host.invalid, models: [a]}\n"
        "  two: {base_url: https://127.0.0.1, models: [a]}\n"
    )
    names = seen(at)[1]["names"]
    assert names["state"] == "warning"
    assert "no-such-host.invalid does not resolve" in names["found"] and "two: 127.0.0.1 is a private" in names["found"]


async def test_a_probe_connects_and_sends_nothing(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    text = (at.directory / "providers.yaml").read_text()
    closed = f"  closed: {{base_url: 'http://127.0.0.1:{free_port()}', allow_private: true, models: [a]}}\n"
    (at.directory / "providers.yaml").write_text(text + closed)
    plain, probed = [await asyncio.to_thread(command, at, "doctor", "--json", *more) for more in ((), ("--probe",))]
    ways = {each["check"]: each["state"] for each in json.loads(probed.stdout) if each["check"].startswith("way to")}
    assert sorted(ways.values()) == ["ok", "warning"] and ways["way to closed"] == "warning"
    assert provider.connections == 1 and provider.requests == []
    assert "way to" not in plain.stdout


async def test_a_certificate_that_nobody_signed_is_seen_by_a_probe(at: Place, tmp_path: Path) -> None:
    async with upstream(tls=server_context(tmp_path)) as secure:
        at.providers(url=secure.url)
        seen = [
            await asyncio.to_thread(command, at, "doctor", "--probe", "--json", **extra)
            for extra in ({}, {"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
        ]
    states = [each["state"] for one in seen for each in json.loads(one.stdout) if each["check"].startswith("way to")]
    assert states == ["warning", "ok"]


def test_a_process_that_is_not_hardened_is_seen_as_such() -> None:
    with subprocess.Popen(["sleep", "60"], **as_somebody()) as process:
        try:
            found = {each.check: each for each in server.process(process.pid)}
        finally:
            process.kill()
    assert found["memory closed"].state == found["no new privileges"].state == "problem"


def test_one_user_for_both_is_said_plainly() -> None:
    command = [sys.executable, "-c", "print(flush=True); input()", "-m", "web_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as web:
        assert web.stdout
        web.stdout.readline()  # only a moment after exec does /proc know its words
        try:
            found = {each.check: each for each in server.process(os.getpid())}
        finally:
            web.kill()
    assert found["two users"].state == "warning"
    assert found["two users"].found.startswith("one user: not isolated")


def test_health_is_one_bit_and_quick(at: Place, name: str) -> None:
    with key_server_process(at):
        up = command(at, "health")
    down = command(at, "health")
    assert (up.returncode, up.stdout, up.stderr) == (0, "", "")
    assert down.returncode == 1 and down.stderr.count("\n") == 1


def as_somebody() -> dict[str, Any]:
    """Root may read anything: where we are root, the process is somebody else's."""
    return {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
