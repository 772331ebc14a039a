"""Keys: read from a list, sealed, followed, and never told."""

from __future__ import annotations

import json
import stat

import pytest

from key_server.errors import ConfigError
from key_server.holdings import Holdings
from key_server.keys.at_rest import AtRest
from key_server.keys.cipher_local import LocalCipher
from key_server.keys.key_list import parse
from key_server.keys.key_store_file import FileKeyStore
from protos import keyring_pb2, router_pb2
from tests.support.key_server import KeyServer, Place, Refused, key_server
from tests.support.upstream import Upstream
from tests.support.waiting import eventually

KEY, SPARE = "sk-test-not-a-key-alpha", "sk-test-not-a-key-bravo"


def holdings(at: Place, cipher: LocalCipher | None = None) -> Holdings:
    directory = at.directory
    return Holdings(
        at_rest=AtRest(cipher or LocalCipher(b"k" * 32), FileKeyStore(directory / "keys.sealed")),
        provider_files=[directory / "providers.yaml"],
        key_files=[directory / "api_keys.csv"],
    )


def test_what_spreadsheets_write_is_read() -> None:
    content = (
        b"\xef\xbb\xbfprovider,model,api_key,label,rpm\r\n"
        b"# a comment, with, commas\r\n"
        b'"openai","gpt, the ""big"" one","sk-test-not-a-key-1","two, words",60\r\n'
        b"\r\n"
        b" OpenAI , , sk-test-not-a-key-2 ,,\r\n"
    )
    rows, problems = parse(content)
    assert problems == []
    assert [(row.line, row.provider, row.model, row.label, row.rpm) for row in rows] == [
        (3, "openai", 'gpt, the "big" one', "two, words", 60),
        (5, "openai", "*", "", 0),
    ]
    assert rows[1].secret.reveal() == b"sk-test-not-a-key-2"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("openai,*,sk-REPLACE-ME", "placeholder"),
        ("openai,*,your-api-key-here", "placeholder"),
        ("openai,*,", "api_key is empty"),
        (",*,sk-test-not-a-key", "provider is empty"),
        ("openai,*,sk test not a key", "characters"),
        ("openai,*,short", "shorter"),
        ("openai,*,sk-test-not-a-key,,,many", "rpm is not a whole number"),
        ('openai,*,"sk-test-not-a-key', "quotes"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_never_repeated(line: str, words: str) -> None:
    rows, problems = parse(f"provider,model,api_key,label,base_url,rpm\n# one\n{line}\n".encode())
    assert rows == []
    assert [problem.line for problem in problems] == [3]
    assert words in problems[0].sentence
    assert "sk-" not in problems[0].sentence and "many" not in problems[0].sentence


def test_a_list_may_begin_with_any_column() -> None:
    rows, problems = parse(b"label,api_key,model,provider\none,sk-test-not-a-key,gpt-5,openai\n")
    assert problems == []
    assert [(row.provider, row.model, row.label) for row in rows] == [("openai", "gpt-5", "one")]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_list_of_other_separators_is_told_so(mark: str) -> None:
    rows, problems = parse("provider,model,api_key\nopenai,*,sk-test-not-a-key\n".replace(",", mark).encode())
    assert rows == []
    assert ["commas" in problem.sentence for problem in problems] == [True, True]


@pytest.mark.parametrize(
    "content", [b"provider,model\nopenai,*\n", b"provider,model,api_key\n\xff\xfe\n", b"\x00\x01,\x02"]
)
def test_a_list_that_is_none_has_no_rows_and_says_why(content: bytes) -> None:
    rows, problems = parse(content)
    assert rows == []
    assert problems


def test_keys_survive_a_restart_sealed_and_the_list_is_not_needed_any_more(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY, SPARE)
    first = holdings(at).current
    (at.directory / "api_keys.csv").unlink()
    again = holdings(at).current
    assert set(again.pool.by_id) == set(first.pool.by_id)
    assert {secret.reveal().decode() for secret in again.keyring.secrets.values()} == {KEY, SPARE}
    sealed = at.directory / "keys.sealed"
    assert KEY.encode() not in sealed.read_bytes()
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600


def test_importing_the_same_list_again_changes_nothing(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY, KEY)
    holdings(at)
    before = (at.directory / "keys.sealed").read_bytes()
    assert len(json.loads(before)["keys"]) == 1
    holdings(at)
    assert (at.directory / "keys.sealed").read_bytes() == before


def test_a_key_listed_for_two_models_is_one_key_that_serves_both(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    (at.directory / "api_keys.csv").write_text(f"{name},test-model,{KEY}\n{name},other-model,{KEY}\n")
    held = holdings(at).current
    assert [record.models for record in held.keyring.records.values()] == [("test-model", "other-model")]
    assert len(held.pool.by_id) == 1


def test_a_sealed_record_moved_to_another_key_or_provider_does_not_open(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY, SPARE)
    holdings(at)
    (at.directory / "api_keys.csv").unlink()
    path = at.directory / "keys.sealed"
    content = json.loads(path.read_bytes())
    one, two = content["keys"]
    one["sealed"], two["sealed"] = two["sealed"], one["sealed"]
    path.write_text(json.dumps(content))
    held = holdings(at).current
    assert held.keyring.secrets == {}
    assert held.pool.by_id == {}
    one["sealed"], two["sealed"] = two["sealed"], one["sealed"]
    one["provider"] = "elsewhere"
    path.write_text(json.dumps(content))
    assert set(holdings(at).current.keyring.secrets) == {two["key_id"]}


def test_another_cipher_key_is_refused_at_the_start(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    holdings(at)
    with pytest.raises(ConfigError, match="another cipher key"):
        holdings(at, LocalCipher(b"x" * 32))


def test_nothing_that_holds_a_key_shows_it(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    held = holdings(at)
    rows, _ = parse(f"{name},*,{KEY}".encode())
    shown = "".join(map(repr, (held.current, held.current.keyring, rows, *held.current.keyring.secrets.values())))
    assert KEY not in shown
    assert "***" in shown


async def wait_for_keys(server: KeyServer, count: int) -> list[router_pb2.Key]:
    async def arrived() -> list[router_pb2.Key]:
        listed = await server.router.ListKeys(router_pb2.ListKeysRequest(), metadata=server.metadata)
        return list(listed.keys) if len(listed.keys) == count else []

    return await eventually(arrived)


async def test_a_key_dropped_into_the_list_can_be_used_without_a_restart(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    async with key_server(at) as server:
        with pytest.raises(Refused):
            await server.forward(name)
        at.keys(name, KEY)
        listed = await wait_for_keys(server, 1)
        assert (await server.forward(name)).tail is not None
    assert KEY not in str(listed)
    assert listed[0].key_id.startswith("key_") and len(listed[0].fingerprint) == 12


async def test_a_provider_added_to_the_file_is_followed_and_a_bad_version_leaves_the_old_one(
    at: Place, provider: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    path = at.directory / "providers.yaml"
    async with key_server(at) as server:
        good = path.read_text()
        path.write_text("providers: [")

        async def refused() -> bool:
            return "reload_refused" in caplog.messages

        await eventually(refused)
        assert (await server.forward(name)).tail is not None
        second = at.providers(url=provider.url, more="    auth: none\n")
        path.write_text(good + path.read_text().removeprefix("providers:\n"))

        async def followed() -> bool:
            listed = await server.router.ListEndpoints(router_pb2.ListEndpointsRequest(), metadata=server.metadata)
            return second in {each.provider for each in listed.endpoints}

        await eventually(followed)
        assert (await server.forward(second)).tail is not None


async def test_keys_are_imported_over_the_admin_socket_and_counted(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    csv = f"provider,model,api_key\n{name},*,{KEY}\n{name},*,{KEY}\nnobody,*,{SPARE}\n{name},gpt-x,{SPARE}\n".encode()
    async with key_server(at) as server:
        done = await server.keyring.ImportKeys(keyring_pb2.ImportKeysRequest(csv=csv), metadata=server.metadata)
        reloaded = await server.keyring.ReloadKeys(keyring_pb2.ReloadKeysRequest(), metadata=server.metadata)
        assert (await server.forward(name)).tail is not None
    assert (done.added, done.unchanged, [error.line for error in done.errors]) == (1, 1, [4, 5])
    assert SPARE not in str(done)
    assert (reloaded.keys, reloaded.providers) == (1, 1)


async def test_endpoints_are_listed_with_their_state_and_keep_their_ids(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    request = router_pb2.ListEndpointsRequest(provider=name, model="test-model")
    ids = set()
    for _ in range(2):
        async with key_server(at) as server:
            listed = await server.router.ListEndpoints(request, metadata=server.metadata)
            ids.add(listed.endpoints[0].endpoint_id)
    found = listed.endpoints[0]
    assert len(ids) == 1
    assert (found.state, found.in_flight, found.max_parallel, found.cooldown_ms) == ("ready", 0, 16, 0)
    assert list(found.models) == ["test-model", "other-model"]
