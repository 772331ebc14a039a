"""The ways to a Redis: TLS with a CA of one's own, sentinels, passwords; and the URLs that are none."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from key_server import config
from key_server.errors import ConfigError, StoreUnavailable
from key_server.store.address import Address, parse
from key_server.store.connection import Connection
from key_server.store.pool import Leased, PoolStore
from tests.support.key_server import connected, key_server_process, place
from tests.support.pool import offer, wanted
from tests.support.private_ca import server_context
from tests.support.redis_cluster import free_port
from tests.support.upstream import Upstream

PASSWORD = "not-a-password-7"


@contextmanager
def listening(directory: Path, *options: str) -> Iterator[None]:
    """A Redis (or a sentinel) with these options, once it says that it is ready."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    log = directory / f"{len(list(directory.iterdir()))}.log"
    command = ["redis-server", *options, "--dir", str(directory), "--logfile", str(log)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 5
            while not log.exists() or not any(said in log.read_text() for said in ("Ready to accept", "+monitor")):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.02)
            yield
        finally:
            process.kill()


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lv") as found:
        yield Path(found)


async def leases(url: str) -> bool:
    connection = Connection(url)
    try:
        found = await PoolStore(connection).lease("c1", wanted(slots=9), offer("ep_a"))
    finally:
        await connection.close()
    return isinstance(found, Leased)


async def test_tls_is_verified_against_a_ca_of_ones_own_and_against_nothing_less(
    directory: Path, provider: Upstream
) -> None:
    server_context(directory)
    ca, key, port = directory / "ca.pem", directory / "key.pem", free_port()
    tls = ["--tls-port", str(port), "--port", "0", "--tls-cert-file", str(ca), "--tls-key-file", str(key)]
    with listening(directory, *tls, "--tls-auth-clients", "no", "--requirepass", PASSWORD):
        url = f"rediss://:{PASSWORD}@127.0.0.1:{port}/0"
        with pytest.raises(StoreUnavailable):
            await leases(url)
        assert await leases(f"{url}?ssl_ca_certs={ca}")
        with pytest.raises(StoreUnavailable):  # a certificate for another name
            await leases(f"rediss://:{PASSWORD}@localhost:{port}/0?ssl_ca_certs={ca}")
        with place(f"{url}?ssl_ca_certs={ca}") as at:
            name = at.providers(url=provider.url)
            at.keys(name, "sk-test-not-a-key-tls")
            with key_server_process(at):
                async with connected(at) as server:
                    assert (await server.forward(name)).tail is not None
            assert PASSWORD not in (at.directory / "log").read_text()


async def test_a_wrong_password_is_a_store_that_is_away(directory: Path) -> None:
    port = free_port()
    with listening(directory, "--port", str(port), "--requirepass", PASSWORD):
        assert await leases(f"redis://default:{PASSWORD}@127.0.0.1:{port}/3")
        with pytest.raises(StoreUnavailable) as caught:
            await leases(f"redis://default:wrong@127.0.0.1:{port}/3")
    assert "wrong" not in str(caught.value) and caught.value.__cause__ is None


async def test_sentinels_lead_to_their_master(directory: Path) -> None:
    port, sentinel = free_port(), free_port()
    settings = directory / "sentinel.conf"
    settings.write_text(f"port {sentinel}\nsentinel monitor our-pool 127.0.0.1 {port} 1\n")
    with (
        listening(directory, "--port", str(port), "--save", ""),
        listening(directory, str(settings), "--sentinel"),
    ):
        assert await leases(f"redis+sentinel://127.0.0.1:1,127.0.0.1:{sentinel}/our-pool/2")
        with pytest.raises(StoreUnavailable):
            await leases(f"redis+sentinel://127.0.0.1:{sentinel}/another-pool")


def test_what_a_url_says() -> None:
    assert parse("redis://localhost") == Address("single", (("localhost", 6379),))
    assert parse("rediss://u:p%40@[::1]:7/2").hosts == (("::1", 7),)
    assert parse("rediss://u:p%40@[::1]:7/2").password == "p@"
    assert parse("unix:///a/b.sock?db=3") == Address("single", path="/a/b.sock", db=3)
    assert parse("redis+cluster://a,b:7").hosts == (("a", 6379), ("b", 7))
    found = parse("rediss+sentinel://u:p@a:1,b/svc/4?sentinel_password=s&ssl_ca_certs=/ca.pem")
    assert (found.kind, found.tls, found.service, found.db) == ("sentinel", True, "svc", 4)
    assert found.hosts == (("a", 1), ("b", 26379))
    assert "p" not in repr(found).partition("db=")[0].partition("hosts")[0] and "sentinel_password" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        "http://localhost",
        "redis://",
        "redis://:secret-7@",
        "redis://host:secret-7",
        "redis://host:99999/0",
        "redis://host/secret-7",
        "redis://host/1/2",
        "redis://host/0#secret-7",
        "redis://a,b/0",
        "unix://host/secret-7.sock",
        "unix://",
        "rediss://:secret-7@host/0?ssl_cert_reqs=none",
        "rediss://:secret-7@host/0?ssl_check_hostname=false",
        "redis://:secret-7@host/0?ssl_ca_certs=/ca.pem",
        "redis+cluster://:secret-7@host/1",
        "redis+sentinel://:secret-7@host",
        "redis+unix://:secret-7@/a.sock",
    ],
)
def test_a_url_that_is_none_is_named_by_its_setting_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.read({"KEY_SERVER_REDIS_URL": url or " "})
    assert str(caught.value).startswith("KEY_SERVER_REDIS_URL is not usable")
    assert "secret-7" not in str(caught.value) and caught.value.__cause__ is None
