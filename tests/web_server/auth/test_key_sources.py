"""Key sets from an address and from a file: fetched off the loop, cached, kept while the source is away or broken."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.issuers import jwk, key_set, key_set_server
from tests.support.private_ca import server_context
from web_server.auth.key_source import ASK_AGAIN_SECONDS, RETRY_SECONDS, KeySetFile, KeySetUrl, fetched
from web_server.config import ConfigError

ONE = key_set(jwk("key-1"))
BOTH = key_set(jwk("key-1"), jwk("key-2"))


def kids(source: KeySetUrl | KeySetFile) -> set[str | None]:
    return {key.kid for key in source.current.keys} if source.current else set()


async def test_an_address_is_asked_once_and_its_keys_are_kept():
    with key_set_server(ONE) as served:
        source = KeySetUrl(served.url)
        for _ in range(3):
            await source.look_for("RS256", "key-1")
    assert (kids(source), served.asked) == ({"key-1"}, 1)


async def test_a_new_key_is_found_by_its_first_token_and_the_withdrawn_one_is_gone():
    clock = Clock()
    with key_set_server(ONE) as served:
        source = KeySetUrl(served.url, clock=clock)
        await source.look_for("RS256", "key-1")
        served.body = key_set(jwk("key-2"))
        clock.now += ASK_AGAIN_SECONDS
        await source.look_for("RS256", "key-2")
    assert (kids(source), served.asked) == ({"key-2"}, 2)


async def test_unknown_keys_ask_the_address_once_in_a_while_however_many_come():
    clock = Clock()
    with key_set_server(ONE) as served:
        source = KeySetUrl(served.url, clock=clock)
        await asyncio.gather(*(source.look_for("RS256", f"nobodys-{number}") for number in range(200)))
        await source.look_for("RS256", "nobodys")
        assert served.asked == 1
        clock.now += ASK_AGAIN_SECONDS
        await asyncio.gather(*(source.look_for("RS256", f"nobodys-{number}") for number in range(200)))
        assert served.asked == 2


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        (ONE, 503, {}),
        (b"", 302, {"location": "http://127.0.0.1:1/"}),
        (b"<html>", 200, {}),
        (b'{"keys": []}', 200, {}),
        (b" " * (300 * 1024) + BOTH, 200, {}),
    ],
)
async def test_keys_that_are_known_stay_while_the_address_is_away_or_talks_nonsense(
    body: bytes, status: int, headers: dict[str, str]
):
    clock = Clock()
    with key_set_server(ONE) as served:
        source = KeySetUrl(served.url, clock=clock)
        await source.refresh()
        served.body, served.status, served.headers = body, status, headers
        clock.now += 1000
        await source.look_for("RS256", "key-2")
        assert (kids(source), source.away) == ({"key-1"}, True)
    await source.refresh()
    assert (kids(source), source.away) == ({"key-1"}, True), "nobody listens any more"


async def test_where_no_key_is_known_the_address_is_asked_again_soon():
    clock = Clock()
    with key_set_server(ONE) as served:
        served.status = 500
        source = KeySetUrl(served.url, clock=clock)
        await source.look_for("RS256", "key-1")
        assert (source.current, source.away) == (None, True)
        served.status = 200
        await source.look_for("RS256", "key-1")
        assert source.current is None, "not with every token"
        clock.now += RETRY_SECONDS
        await source.look_for("RS256", "key-1")
    assert (kids(source), source.away) == ({"key-1"}, False)


async def test_the_loop_turns_while_an_address_thinks():
    threads = []

    def slow(_url: str) -> bytes:
        threads.append(threading.current_thread())
        time.sleep(0.2)
        return ONE

    source = KeySetUrl("https://issuer.test/", slow)
    waiting = asyncio.create_task(source.look_for("RS256", "key-1"))
    turns = 0
    while not waiting.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 5 and threads != [threading.main_thread()]


async def test_who_hangs_up_while_an_address_thinks_takes_the_answer_from_nobody():
    source = KeySetUrl("https://issuer.test/", lambda _: time.sleep(0.1) or ONE)
    first, second = (asyncio.create_task(source.look_for("RS256", "key-1")) for _ in range(2))
    await asyncio.sleep(0.02)
    first.cancel()
    await second
    assert kids(source) == {"key-1"}


def test_what_is_fetched_is_what_the_address_says():
    with key_set_server(ONE) as served:
        assert fetched(served.url) == ONE


async def test_an_issuer_under_an_authority_of_its_own_is_believed_where_ssl_cert_file_names_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with key_set_server(ONE, server_context(tmp_path)) as served:
        source = KeySetUrl(served.url)
        await source.refresh()
        assert (source.current, source.away, served.asked) == (None, True, 0)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        await source.refresh()
    assert (kids(source), source.away) == ({"key-1"}, False)


async def test_a_file_is_read_again_when_it_changes_and_at_once_for_a_new_key(tmp_path: Path):
    file, clock = tmp_path / "keys.json", Clock()
    file.write_bytes(ONE)
    source = KeySetFile(file, clock)
    file.write_bytes(BOTH)
    assert kids(source) == {"key-1"}, "not looked at with every token"
    await source.look_for("RS256", "key-2")
    assert kids(source) == {"key-1", "key-2"}
    file.write_bytes(key_set(jwk("key-2")))
    os.utime(file, ns=(1, 1))
    clock.now += 1
    assert kids(source) == {"key-2"}


async def test_a_file_that_is_broken_or_gone_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    file, clock = tmp_path / "keys.json", Clock()
    file.write_bytes(ONE)
    source = KeySetFile(file, clock)
    file.write_bytes(b"{")
    for _ in range(3):
        await source.look_for("RS256", "key-2")
    file.unlink()
    await source.look_for("RS256", "key-2")
    assert (kids(source), source.away) == ({"key-1"}, True)
    assert [record.getMessage() for record in caplog.records] == [
        "key set not taken over, the old one stays in force"
    ], "said once"
    file.write_bytes(BOTH)
    await source.look_for("RS256", "key-2")
    assert (kids(source), source.away) == ({"key-1", "key-2"}, False)


@pytest.mark.parametrize("raw", [None, b"", b'{"keys": []}'])
def test_a_file_of_no_use_at_the_start_is_an_error_that_names_it(tmp_path: Path, raw: bytes | None):
    file = tmp_path / "keys.json"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(ConfigError, match=r"WEB_SERVER_JWKS_FILE.*keys\.json"):
        KeySetFile(file)
