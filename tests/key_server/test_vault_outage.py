"""Vault away: no start; later the opened keys serve for the stated time, then none does, until it is back."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import grpc
import pytest

from key_server import config
from key_server.errors import ConfigError, KeysLocked, VaultUnavailable
from key_server.holdings import Holdings
from key_server.keys.at_rest import at_rest
from key_server.keys.grace import Grace
from key_server.keys.key_store_kv import KvKeyStore
from key_server.secret import Secret
from key_server.watches import keep_open
from tests.fakes.vault import FakeVault, vault_server
from tests.key_server.test_vault import POLICY, Clock
from tests.support.admin import Admin
from tests.support.commands import command
from tests.support.key_server import Place, Refused, connected, key_server, key_server_process, start_process
from tests.support.upstream import Upstream

KEY, SPARE = "sk-test-not-a-key-alpha", "sk-test-not-a-key-bravo"


@pytest.fixture
def vault(at: Place) -> Iterator[FakeVault]:
    with vault_server() as found:
        found.transit.create("llmvpn", derived=True)
        at.extra |= {"VAULT_ADDR": found.url, "VAULT_TOKEN": found.auth.token(POLICY)}
        yield found


@asynccontextmanager
async def holding(at: Place, clock: Clock, *, grace: str = "60") -> AsyncIterator[Holdings]:
    settings = config.read({**at.environment, "KEY_SERVER_VAULT_GRACE_SECONDS": grace})
    found = Holdings(
        at_rest=at_rest(settings),
        provider_files=settings.provider_files,
        key_files=settings.key_files,
        clock=clock,
    )
    try:
        yield found
    finally:
        found.close()


def secrets_of(held: Holdings) -> set[str]:
    return {each.reveal().decode() for each in held.current.keyring.secrets.values()}


def test_grace_counts_from_the_last_answer() -> None:
    grace = Grace(60, 0)
    grace.answered(10)
    grace.failed(15)
    assert grace.away and not grace.locked and grace.left_s(15) == 55
    grace.failed(69.9)
    assert not grace.locked
    grace.failed(70)
    assert grace.locked
    grace.answered(500)
    assert not grace.locked and not grace.away
    at_once, never = Grace(0, 0), Grace(None, 0)
    at_once.failed(0.1)
    never.failed(1e9)
    assert at_once.locked and not never.locked


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors.decode()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("sealed", "is sealed; unseal it"),
        ("gone", "cannot be reached"),
        ("denied", "refused"),
        ("failing", "failed"),
        ("flat", "derived=true"),
    ],
)
def test_a_vault_in_trouble_at_the_start_is_no_start_and_one_sentence(
    at: Place, vault: FakeVault, trouble: str, words: str
) -> None:
    at.providers(url="http://127.0.0.1:1")
    match trouble:
        case "sealed":
            vault.seal()
        case "gone":
            vault.stop()
        case "denied":
            vault.denying = True
        case "failing":
            vault.failing = 500
        case "flat":
            vault.transit.keys["llmvpn"].derived = False
    code, errors = ended(start_process(at))
    assert code == 2
    assert errors.count("\n") == 1 and words in errors
    assert "hvs." not in errors
    assert not (at.directory / "cipher.key").exists() and not (at.directory / "token").exists()


@pytest.mark.promise(15)
async def test_opened_keys_serve_for_the_stated_time_and_then_none_is_in_memory(at: Place, vault: FakeVault) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    clock = Clock()
    async with holding(at, clock) as held:
        await held.check()
        vault.seal()
        clock.now += 50
        await held.check()
        assert secrets_of(held) == {KEY} and held.opened() is held.current
        clock.now += 10
        await held.check()
        with pytest.raises(KeysLocked) as caught:
            held.opened()
        assert caught.value.retry_after_ms > 0
        assert secrets_of(held) == set()
        assert len(held.current.keyring.records) == 1  # an operator still sees what there is
        vault.unseal()
        await held.check()
        assert secrets_of(held) == {KEY} and held.opened()


@pytest.mark.parametrize("keys", [(), (KEY,)])
@pytest.mark.parametrize("trouble", ["denying", "failing", "gone", "another key"])
async def test_every_kind_of_trouble_counts_as_away_and_ends_by_itself(
    at: Place, vault: FakeVault, trouble: str, keys: tuple[str, ...]
) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, *keys)
    async with holding(at, Clock(), grace="0") as held:
        await held.check()
        key = vault.transit.keys["llmvpn"]
        match trouble:
            case "denying":
                vault.denying = True
            case "failing":
                vault.failing = 503
            case "gone":
                vault.stop()
            case "another key":
                del vault.transit.keys["llmvpn"]
                vault.transit.create("llmvpn", derived=True)
        await held.check()
        with pytest.raises(KeysLocked):
            held.opened()
        vault.denying, vault.failing = False, 0
        vault.transit.keys["llmvpn"] = key
        if trouble == "gone":
            vault.start()
        await held.check()
        assert held.opened() and secrets_of(held) == set(keys)


async def test_what_is_asked_of_keys_meanwhile_is_refused_or_needs_no_vault(at: Place, vault: FakeVault) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    clock = Clock()
    async with holding(at, clock) as held:
        (key_id,) = held.current.keyring.records
        vault.seal()
        with pytest.raises(VaultUnavailable):
            await held.import_keys(f"{name},*,{SPARE}".encode())
        await held.change(lambda ring, _: ring.switched(key_id, disabled=True))  # a file, and nothing to seal
    vault.unseal()
    async with holding(at, clock) as held:
        assert [each.disabled for each in held.current.keyring.records.values()] == [True]
        assert secrets_of(held) == {KEY}


async def test_a_list_that_changed_while_vault_was_away_is_taken_when_it_is_back(at: Place, vault: FakeVault) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    clock = Clock()
    async with holding(at, clock) as held:
        vault.seal()
        at.keys(name, KEY)
        with pytest.raises(VaultUnavailable):
            await held.reload()
        await held.check()
        assert secrets_of(held) == set()
        vault.unseal()
        await held.check()
        assert secrets_of(held) == {KEY}


async def test_a_change_after_a_long_outage_opens_the_keys_before_it_looks_at_them(at: Place, vault: FakeVault) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    clock = Clock()
    async with holding(at, clock, grace="0") as held:
        vault.seal()
        await held.check()
        with pytest.raises(KeysLocked):
            held.opened()
        vault.unseal()
        done = await held.import_keys(f"{name},*,{KEY}\n{name},*,{SPARE}\n".encode())
        assert (done.added, done.unchanged) == (1, 1)
        assert secrets_of(held) == {KEY, SPARE} and held.opened()


async def test_hosts_that_share_a_store_follow_each_other_and_lose_no_change(at: Place, vault: FakeVault) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.extra |= {"VAULT_KV_PATH": "secret/llmvpn"}
    clock = Clock()
    async with holding(at, clock) as one, holding(at, clock) as two:
        assert one.current.keyring.id_secret != two.current.keyring.id_secret  # neither has written yet
        await one.import_keys(f"{name},*,{KEY}".encode())
        await two.import_keys(f"{name},*,{SPARE}".encode())  # loses the race, and comes along
        assert secrets_of(two) == {KEY, SPARE}
        await one.check()
        assert secrets_of(one) == {KEY, SPARE}
        assert set(one.current.pool.by_id) == set(two.current.pool.by_id)
        key_id = next(iter(one.current.keyring.records))
        await asyncio.gather(
            one.change(lambda ring, _: ring.switched(key_id, disabled=True)),
            *(two.import_keys(f"{name},*,{SPARE}-{number}".encode()) for number in range(5)),
        )
        await one.check()
        await two.check()
        assert one.current.keyring.records == two.current.keyring.records
        assert len(one.current.keyring.records) == 7 and one.current.keyring.records[key_id].disabled
    assert not (at.directory / "keys.sealed").exists()


async def test_a_change_that_another_host_builds_upon_before_it_is_read_back_has_been_made(
    at: Place, vault: FakeVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.extra |= {"VAULT_KV_PATH": "secret/llmvpn"}
    async with holding(at, Clock()) as one, holding(at, Clock()) as two:
        write = KvKeyStore.write
        overtaken: list[str] = []

        def and_then_the_other(store: KvKeyStore, content: bytes, replaces: str) -> str:
            version = write(store, content, replaces)
            if not overtaken:
                overtaken.append(version)
                asyncio.run(two.import_keys(f"{name},*,{SPARE}-{version}".encode()))
            return version

        monkeypatch.setattr(KvKeyStore, "write", and_then_the_other)
        done = await one.import_keys(f"{name},*,{KEY}".encode())
        assert done.added == 1 and secrets_of(one) == {KEY, f"{SPARE}-{overtaken.pop()}"}
        key_id = next(each for each, found in one.current.keyring.secrets.items() if found.reveal() == KEY.encode())
        await one.change(lambda ring, _: ring.removed(key_id))  # a second try would not know the key any more
        await two.check()
        assert len(overtaken) == 1 and key_id not in two.current.keyring.records


async def test_a_key_that_another_host_rotated_is_forgiven_what_its_old_secret_did_here(
    at: Place, vault: FakeVault
) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.extra |= {"VAULT_KV_PATH": "secret/llmvpn"}
    forgiven: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    class Pool:
        async def forgive(self, provider: str, endpoint_id: str) -> None:
            forgiven.put_nowait((provider, endpoint_id))

    async with holding(at, Clock()) as one, holding(at, Clock()) as two:
        await one.import_keys(f"{name},*,{KEY}\n{name},*,{SPARE}".encode())
        await two.check()
        key_id = next(each for each, found in one.current.keyring.secrets.items() if found.reveal() == KEY.encode())
        await one.change(lambda ring, catalog: ring.rotated(key_id, Secret(KEY.encode() + b"-2"), catalog))
        watch = asyncio.create_task(keep_open(two, Pool(), every_s=0.01))
        endpoint = next(each for each in one.current.pool.by_id.values() if each.key and each.key.key_id == key_id)
        assert await asyncio.wait_for(forgiven.get(), 5) == (name, endpoint.endpoint_id)
        await asyncio.sleep(0.05)
        watch.cancel()
        assert forgiven.empty() and not one.rotated_elsewhere()


async def test_a_list_that_was_deleted_under_us_leaves_our_keys_in_force(at: Place, vault: FakeVault) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.extra |= {"VAULT_KV_PATH": "secret/llmvpn"}
    async with holding(at, Clock()) as held:
        await held.import_keys(f"{name},*,{KEY}".encode())
        vault.kv.delete("llmvpn/index")
        await held.check()
        assert secrets_of(held) == {KEY} and held.opened()
        await held.import_keys(f"{name},*,{SPARE}".encode())  # and a change writes them down again
    async with holding(at, Clock()) as held:
        assert secrets_of(held) == {KEY, SPARE}


@pytest.mark.promise(15)
async def test_calls_are_refused_when_the_time_is_up_and_served_again_without_a_restart(
    at: Place, vault: FakeVault, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    at.extra |= {"KEY_SERVER_VAULT_GRACE_SECONDS": "0"}
    with key_server_process(at):
        async with connected(at) as server:
            await server.forward(name)
            vault.seal()
            refused = await _until_refused(server.forward, name)
            assert (refused.status, refused.code) == (grpc.StatusCode.UNAVAILABLE, "KEYS_LOCKED")
            assert refused.retry_after_ms > 0
            with pytest.raises(Refused) as caught:
                await Admin(server).add(name, SPARE)
            assert (caught.value.status, caught.value.code) == (grpc.StatusCode.UNAVAILABLE, "VAULT_UNAVAILABLE")
            assert [each.state for each in await Admin(server).keys()] == ["closed"]
            assert [each.state for each in await Admin(server).endpoints()] == ["closed"]
            vault.unseal()
            await Admin(server).add(name, SPARE)
            assert (await server.forward(name)).tail is not None
    events = [json.loads(line)["event"] for line in (at.directory / "log").read_text().splitlines()]
    assert [each for each in events if each in ("cipher_is_away", "keys_locked", "cipher_is_back")] == [
        "cipher_is_away",
        "keys_locked",
        "cipher_is_back",
    ]


async def _until_refused(forward: object, name: str) -> Refused:
    for _ in range(200):
        try:
            await forward(name)  # type: ignore[operator]
        except Refused as refused:
            return refused
        await asyncio.sleep(0.05)
    raise AssertionError("the keys were not locked")


async def test_the_keys_of_a_vault_are_the_same_keys_after_a_restart(
    at: Place, vault: FakeVault, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        await Admin(server).add(name, KEY)
        listed = await Admin(server).keys()
    sealed = (at.directory / "keys.sealed").read_text()
    assert "vault:v1:" in sealed and KEY not in sealed
    async with key_server(at) as server:
        assert await Admin(server).keys() == listed
        assert (await server.forward(name)).tail is not None


async def test_without_its_vault_a_list_is_said_to_be_a_vaults_and_no_key_file_is_missed(
    at: Place, vault: FakeVault, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        await Admin(server).add(name, KEY)
    del at.extra["VAULT_ADDR"], at.extra["VAULT_TOKEN"]
    with pytest.raises(ConfigError, match="was sealed by a Vault, and VAULT_ADDR is not set"):
        async with key_server(at):
            pass
    assert not (at.directory / "cipher.key").exists()
    findings = json.loads(command(at, "doctor", "--json").stdout)
    (cipher,) = [each for each in findings if each["check"] == "cipher key"]
    assert cipher["state"] == "problem" and "sealed by a Vault" in cipher["found"]
    assert cipher["advice"].startswith("set it as it was")
