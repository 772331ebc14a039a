"""What an operator does to keys over the admin socket, while calls go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from tests.fakes.vault import FakeVault, vault_server
from tests.key_server.test_vault import POLICY
from tests.support.admin import Admin, under_load
from tests.support.key_server import Place, Refused, key_server
from tests.support.upstream import Upstream, status

OLD, NEW, SPARE = "sk-test-not-a-key-old", "sk-test-not-a-key-new", "sk-test-not-a-key-spare"


@pytest.fixture(params=["local", "vault", "vault and kv"])
def sealed_by(request: pytest.FixtureRequest, at: Place) -> Iterator[FakeVault | None]:
    """The same place under each cipher and store."""
    if request.param == "local":
        yield None
        return
    with vault_server() as vault:
        vault.transit.create("llmvpn", derived=True)
        at.extra |= {"VAULT_ADDR": vault.url, "VAULT_TOKEN": vault.auth.token(POLICY)}
        if request.param == "vault and kv":
            at.extra |= {"VAULT_KV_PATH": "secret/llmvpn"}
        yield vault


@pytest.mark.promise(16)
async def test_every_command_takes_effect_at_once_and_fails_no_call(
    at: Place, provider: Upstream, sealed_by: FakeVault | None, record_property: Callable[[str, object], None]
) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        admin = Admin(server)
        first = await admin.add(name, OLD, label="first", models=["test-model"])
        second = await admin.add(name, SPARE)
        async with under_load(server, name) as ended:
            for number in range(5):
                await admin.rotate(first.key_id, f"{NEW}-{number}")
                await admin.disable(second.key_id)
                await admin.rewrap()
                await admin.enable(second.key_id)
            rotated = await admin.rotate(first.key_id, NEW)
            await admin.disable(second.key_id)
            only_new = len(provider.requests)
            done = await admin.rewrap(retire=True)
            await admin.enable(second.key_id)
            await admin.load(f"{name},*,{SPARE}-more,third\n")
            await admin.remove(second.key_id)
            await admin.reload()
        keys = {each.key_id: each for each in await admin.keys()}
    assert set(ended) == {""} and len(ended) >= 16
    record_property("measured", f"{len(ended)} calls during 27 commands, {len(ended) - ended.count('')} failed")
    assert (rotated.key_id, rotated.label) == (first.key_id, "first")
    assert rotated.fingerprint != first.fingerprint
    assert (done.rewrapped, done.failed) == (2, 0) and done.key_version >= 1
    assert OLD not in {each.key for each in provider.requests[only_new + 4 :]}  # four may have been under way
    assert {each.key for each in provider.requests[-4:]} <= {NEW, f"{SPARE}-more"}
    assert second.key_id not in keys and len(keys) == 2
    async with key_server(at) as server:
        again = {each.key_id: each for each in await Admin(server).keys()}
        assert again == keys
        assert (await server.forward(name)).tail is not None


async def test_a_rotated_key_keeps_its_ids_and_its_old_secret_never_comes_back(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, OLD)
    async with key_server(at) as server:
        admin = Admin(server)
        (key,), (endpoint,) = await admin.keys(), await admin.endpoints()
        await admin.rotate(key.key_id, NEW)
        (rotated,), (same,) = await admin.keys(), await admin.endpoints()
        assert (rotated.key_id, same.endpoint_id) == (key.key_id, endpoint.endpoint_id)
        await admin.reload()  # the list still names the old secret
        done = await admin.load(f"{name},*,{OLD}\n{name},*,{NEW}\n")
        assert (done.added, done.unchanged) == (0, 2)
        with pytest.raises(Refused, match="INVALID_ARGUMENT") as caught:
            await admin.add(name, OLD)
        assert caught.value.message == "This secret was rotated away."
        await server.forward(name)
    async with key_server(at) as server:  # the list is read at the start, too
        await server.forward(name)
        assert [each.key_id for each in await Admin(server).keys()] == [key.key_id]
        with pytest.raises(Refused, match="INVALID_ARGUMENT"):
            await Admin(server).add(name, OLD)
    assert {each.key for each in provider.requests} == {NEW}


async def test_rotating_again_or_back_does_what_it_says(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        admin = Admin(server)
        key, other = await admin.add(name, OLD), await admin.add(name, SPARE)
        await admin.disable(other.key_id)
        assert (await admin.rotate(key.key_id, NEW)).fingerprint == (await admin.rotate(key.key_id, NEW)).fingerprint
        with pytest.raises(Refused) as caught:
            await admin.rotate(key.key_id, SPARE)
        assert caught.value.message == "This secret is or was another key's."
        elsewhere = await admin.add(name, f"{SPARE}-elsewhere", base_url=f"{provider.url}/v1")
        with pytest.raises(Refused):
            await admin.rotate(elsewhere.key_id, NEW)  # the same place, named
        await admin.remove(elsewhere.key_id)
        await admin.rotate(key.key_id, OLD)
        await server.forward(name)
        assert provider.requests[-1].key == OLD
        with pytest.raises(Refused) as caught:
            await admin.add(name, NEW)
        assert caught.value.message == "This secret was rotated away."


async def test_rotating_and_enabling_end_the_rest_of_the_endpoint(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    provider.behaves[OLD] = status(401)
    async with key_server(at) as server:
        admin = Admin(server)
        key = await admin.add(name, OLD)
        with pytest.raises(Refused):
            await server.forward(name)
        assert (await admin.endpoints())[0].cooldown_ms > 0
        await admin.rotate(key.key_id, NEW)
        assert (await admin.endpoints())[0].state == "ready"
        assert (await server.forward(name)).tail is not None
        provider.behaves[NEW] = status(401)
        with pytest.raises(Refused):
            await server.forward(name)
        await admin.disable(key.key_id)
        assert (await admin.endpoints())[0].state == "disabled"
        provider.behaves.clear()
        await admin.enable(key.key_id)
        assert (await server.forward(name)).tail is not None


async def test_a_disabled_key_is_not_used_and_stays_so_over_a_restart_and_an_import(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, OLD)
    for _ in range(2):
        async with key_server(at) as server:
            admin = Admin(server)
            (key,) = await admin.keys()
            assert (await admin.disable(key.key_id)).disabled
            await admin.reload()
            with pytest.raises(Refused) as caught:
                await server.forward(name)
            assert caught.value.code == "NO_KEYS"


async def test_a_key_that_cannot_be_taken_says_why_and_never_what(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        admin = Admin(server)
        await admin.add(name, OLD)
        attempts: list[tuple[dict[str, Any], str]] = [
            ({"provider": "nobody"}, "providers.yaml"),
            ({"models": ["no-such-model"]}, "model"),
            ({"base_url": "https://elsewhere.example"}, "base_url"),
            ({"secret": "sk test"}, "characters"),
            ({"secret": "short"}, "shorter"),
            ({"secret": "sk-REPLACE-ME-canary"}, "placeholder"),
            ({"secret": "canary\x00canary"}, "characters"),
            ({"secret": OLD}, "here already"),
            ({"secret": OLD, "base_url": f"{provider.url}/v1"}, "here already"),
            ({"label": "a\x1b[2Jb"}, "label"),
            ({"label": "x" * 300}, "label"),
            ({"tokens_per_minute": 4_000_000_000}, "above"),
        ]
        for fields, words in attempts:
            with pytest.raises(Refused) as caught:
                await admin.add(**{"provider": name, "secret": SPARE, **fields})
            assert (caught.value.status, caught.value.code) == (grpc.StatusCode.INVALID_ARGUMENT, "KEY_REFUSED")
            assert words in caught.value.message
            assert "canary" not in caught.value.message and OLD not in caught.value.message
        for ask in (admin.disable, admin.enable, admin.remove):
            with pytest.raises(Refused) as caught:
                await ask("key_nobody")
            assert (caught.value.status, caught.value.code) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_KEY")
        with pytest.raises(Refused, match="NOT_FOUND"):
            await admin.rotate("key_nobody", NEW)
        assert len(await admin.keys()) == 1


async def test_a_row_imported_again_changes_what_it_names_and_nothing_else(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        admin = Admin(server)
        await admin.add(name, OLD, label="ops", requests_per_minute=60, weight=3)
        head = "provider,model,api_key,label,rpm\n"
        done = await admin.load(f"{head}{name},*,{OLD},,\n")
        assert (done.added, done.unchanged) == (0, 1)
        for _ in range(2):
            rows = f"{name},*,{OLD},team a,120\n{name},test-model,{OLD},team b,30\n"  # the first row of a key decides
            done = await admin.load(head + rows)
            (key,) = await admin.keys()
            assert (key.label, key.requests_per_minute, key.weight) == ("team a", 120, 3)
        assert (done.added, done.unchanged) == (0, 2)
        await admin.remove(key.key_id)
        done = await admin.load(f"{name},*,{OLD}\n")
        assert done.added == 1
        assert (await admin.keys())[0].label == ""


async def test_a_removed_key_is_gone_and_a_list_that_names_it_brings_it_back(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, OLD)
    async with key_server(at) as server:
        admin = Admin(server)
        (key,) = await admin.keys()
        await admin.remove(key.key_id)
        assert await admin.keys() == [] and OLD[:4].encode() not in (at.directory / "keys.sealed").read_bytes()
        await admin.reload()
        assert [each.key_id for each in await admin.keys()] == [key.key_id]


async def test_rewrapping_retires_old_versions_only_where_every_record_came_along(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    with vault_server() as vault:
        vault.transit.create("llmvpn", derived=True)
        at.extra |= {"VAULT_ADDR": vault.url, "VAULT_TOKEN": vault.auth.token(POLICY)}
        path = at.directory / "keys.sealed"
        async with key_server(at) as server:
            await Admin(server).add(name, OLD)
            await Admin(server).add(name, SPARE)
        content = json.loads(path.read_bytes())
        kept = content["keys"][1]["sealed"]
        content["keys"][1]["sealed"] = content["keys"][0]["sealed"]  # moved: it opens under no other key id
        path.write_text(json.dumps(content))
        vault.transit.rotate("llmvpn")
        async with key_server(at) as server:
            admin = Admin(server)
            assert len(await admin.keys()) == 2 and len(await admin.endpoints()) == 1
            done = await admin.rewrap(retire=True)
            assert (done.rewrapped, done.failed, done.key_version) == (1, 1, 2)
            assert vault.transit.keys["llmvpn"].min_decryption_version == 1
        content = json.loads(path.read_bytes())
        assert content["keys"][0]["sealed"].startswith("vault:v2:")
        assert content["keys"][1]["sealed"].startswith("vault:v1:")
        content["keys"][1]["sealed"] = kept
        path.write_text(json.dumps(content))
        async with key_server(at) as server:
            admin = Admin(server)
            done = await admin.rewrap(retire=True)
            assert (done.rewrapped, done.failed, done.key_version) == (2, 0, 2)
            assert vault.transit.keys["llmvpn"].min_decryption_version == 2
        async with key_server(at) as server:
            assert len(await Admin(server).endpoints()) == 2
            assert (await server.forward(name)).tail is not None


async def test_a_list_brings_back_a_key_whose_record_does_not_open_any_more(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        key = await Admin(server).add(name, OLD, label="kept")
    path = at.directory / "keys.sealed"
    content = json.loads(path.read_bytes())
    content["keys"][0]["sealed"] = "v1.local.AAAA"
    path.write_text(json.dumps(content))
    async with key_server(at) as server:
        admin = Admin(server)
        assert [each.label for each in await admin.keys()] == ["kept"] and await admin.endpoints() == []
        assert (await admin.load(f"{name},*,{OLD}\n")).added == 1
        assert [(each.key_id, each.label) for each in await admin.keys()] == [(key.key_id, "kept")]
        assert (await server.forward(name)).tail is not None


async def test_the_list_says_of_a_key_that_no_call_can_use_why(at: Place, provider: Upstream) -> None:
    name, gone = at.providers(url=provider.url), "gone"
    both = (at.directory / "providers.yaml").read_text()
    both += f"  {gone}:\n    base_url: {provider.url}/v1\n    allow_private: true\n    models: [{{id: test-model}}]\n"
    (at.directory / "providers.yaml").write_text(both)
    async with key_server(at) as server:
        admin = Admin(server)
        for number, each in enumerate((name, name, name, gone)):
            await admin.add(each, f"{OLD}-{number}", label=str(number))
        await admin.disable((await admin.keys())[1].key_id)
    path = at.directory / "keys.sealed"
    content = json.loads(path.read_bytes())
    content["keys"][2]["sealed"] = content["keys"][0]["sealed"]
    path.write_text(json.dumps(content))
    (at.directory / "providers.yaml").write_text(both.partition(f"  {gone}:")[0])
    async with key_server(at) as server:
        states = {each.label: each.state for each in await Admin(server).keys()}
    assert states == {"0": "ready", "1": "disabled", "2": "closed", "3": "unlisted"}
