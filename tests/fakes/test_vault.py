"""The tests' Vault refuses what Vault and OpenBao refuse: asked through hvac, or plainly where hvac is too polite."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import hvac
import pytest
from hvac import exceptions

from tests.fakes.vault import FakeVault, vault_server
from tests.support.clock import Clock

pytestmark = pytest.mark.promise(17)

POLICY = """
path "transit/encrypt/llm-vpn" { capabilities = ["update"] }
path "transit/decrypt/llm-vpn" { capabilities = ["update"] }
path "secret/data/llm-vpn/*" { capabilities = ["read", "create"] }
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(clock: Clock) -> Iterator[FakeVault]:
    with vault_server(clock=clock) as found:
        found.transit.create("llm-vpn", derived=True)
        found.transit.create("flat", derived=False)
        yield found


def client(vault: FakeVault, token: str | None = None, **more: Any) -> hvac.Client:
    made = hvac.Client(vault.url, token=vault.root_token if token is None else token, verify=True, **more)
    made.session.trust_env = False
    return made


@pytest.fixture
def root(vault: FakeVault) -> Iterator[hvac.Client]:
    made = client(vault)
    yield made
    made.adapter.close()


def plain(vault: FakeVault, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
    """Status and JSON of one request, without a client library in between."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    headers = {"X-Vault-Token": token} if token else {}
    request = urllib.request.Request(f"{vault.url}/v1/{path}", raw, headers, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as reply:
            content = reply.read()
            return reply.status, json.loads(content) if content else None
    except urllib.error.HTTPError as error:
        with error:
            content = error.read()
            return error.code, json.loads(content) if content else None


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def sealed(root: hvac.Client, text: str = "fake", context: str = "openai/key_1") -> str:
    reply = root.secrets.transit.encrypt_data("llm-vpn", plaintext=b64(text), context=b64(context))
    return str(reply["data"]["ciphertext"])


def opened(root: hvac.Client, ciphertext: str, context: str = "openai/key_1") -> str:
    reply = root.secrets.transit.decrypt_data("llm-vpn", ciphertext=ciphertext, context=b64(context))
    return base64.b64decode(reply["data"]["plaintext"]).decode()


def test_what_was_sealed_under_a_context_opens_under_it_and_no_other(root: hvac.Client) -> None:
    ciphertext = sealed(root)
    assert ciphertext.startswith("vault:v1:") and opened(root, ciphertext) == "fake"
    with pytest.raises(exceptions.InvalidRequest, match="message authentication failed"):
        opened(root, ciphertext, "openai/key_2")
    with pytest.raises(exceptions.InvalidRequest, match="message authentication failed"):
        opened(root, ciphertext[:-8] + b64("tamper"))


def test_a_derived_key_demands_a_context_for_every_verb(root: hvac.Client) -> None:
    ciphertext = sealed(root)
    transit = root.secrets.transit
    for ask in (
        lambda: transit.encrypt_data("llm-vpn", plaintext=b64("x")),
        lambda: transit.decrypt_data("llm-vpn", ciphertext=ciphertext),
        lambda: transit.rewrap_data("llm-vpn", ciphertext=ciphertext),
    ):
        with pytest.raises(exceptions.InvalidRequest, match="missing 'context' for key derivation"):
            ask()


def test_a_key_that_is_not_derived_binds_nothing_to_a_context(root: hvac.Client) -> None:
    transit = root.secrets.transit
    reply = transit.encrypt_data("flat", plaintext=b64("x"), context=b64("one"))
    again = transit.decrypt_data("flat", ciphertext=reply["data"]["ciphertext"], context=b64("another"))
    assert again["data"]["plaintext"] == b64("x")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"plaintext": "not base64!", "context": b64("c")}, "illegal base64"),
        ({"plaintext": b64("x"), "context": "not base64!"}, "illegal base64"),
        ({"context": b64("c")}, "missing plaintext"),
        ({"batch_input": []}, "missing batch input"),
        ({"batch_input": [{"plaintext": b64("x"), "context": b64("c")}, {"plaintext": b64("x")}]}, "all the request"),
        ({"plaintext": b64("x"), "context": b64("c"), "key_version": 2}, "higher than the latest"),
        (b"{", "failed to parse JSON"),
    ],
)
def test_encrypt_refuses_what_is_malformed(vault: FakeVault, body: object, words: str) -> None:
    status, reply = plain(vault, "PUT", "transit/encrypt/llm-vpn", body, vault.root_token)
    assert status == 400 and words in reply["errors"][0]


@pytest.mark.parametrize(
    ("ciphertext", "words"),
    [
        ("", "missing ciphertext"),
        ("v1:AAAA", "no prefix"),
        ("vault:vx:AAAA", "version number"),
        ("vault:v9:AAAA", "too new"),
        ("vault:v1:%%%", "could not decode base64"),
        ("vault:v1:AAAA", "message authentication failed"),
    ],
)
def test_decrypt_refuses_what_is_no_ciphertext_of_the_key(vault: FakeVault, ciphertext: str, words: str) -> None:
    body = {"ciphertext": ciphertext, "context": b64("c")}
    status, reply = plain(vault, "PUT", "transit/decrypt/llm-vpn", body, vault.root_token)
    assert status == 400 and words in reply["errors"][0]


def test_an_unknown_key_is_refused_and_reading_it_is_not_found(root: hvac.Client, vault: FakeVault) -> None:
    with pytest.raises(exceptions.InvalidRequest, match="encryption key not found"):
        root.secrets.transit.decrypt_data("nobody", ciphertext="vault:v1:AAAA", context=b64("c"))
    with pytest.raises(exceptions.InvalidPath):
        root.secrets.transit.read_key("nobody")
    assert "nobody" not in vault.transit.keys


def test_versions_below_the_minimum_do_not_open_and_the_minimum_stays_below_the_newest(root: hvac.Client) -> None:
    transit = root.secrets.transit
    old = sealed(root)
    transit.rotate_key("llm-vpn")
    with pytest.raises(exceptions.InvalidRequest, match="cannot set min decryption version of 3, latest key version"):
        transit.update_key_configuration("llm-vpn", min_decryption_version=3)
    new = transit.rewrap_data("llm-vpn", ciphertext=old, context=b64("openai/key_1"))["data"]["ciphertext"]
    transit.update_key_configuration("llm-vpn", min_decryption_version=2)
    assert new.startswith("vault:v2:") and opened(root, new) == "fake"
    with pytest.raises(exceptions.InvalidRequest, match="disallowed by policy"):
        opened(root, old)
    read = transit.read_key("llm-vpn")["data"]
    assert (read["derived"], read["latest_version"], read["min_decryption_version"]) == (True, 2, 2)


def test_rewrap_takes_no_associated_data(vault: FakeVault, root: hvac.Client) -> None:
    body = {"ciphertext": sealed(root), "context": b64("openai/key_1"), "associated_data": b64("x")}
    status, reply = plain(vault, "PUT", "transit/rewrap/llm-vpn", body, vault.root_token)
    assert status == 400 and "associated_data" in reply["errors"][0]


def test_a_batch_tells_each_item_and_fails_with_one_of_them(vault: FakeVault, root: hvac.Client) -> None:
    good = {"ciphertext": sealed(root), "context": b64("openai/key_1"), "reference": "a"}
    bad = {"ciphertext": "vault:v1:AAAA", "context": b64("openai/key_1"), "reference": "b"}
    path, token = "transit/decrypt/llm-vpn", vault.root_token
    status, reply = plain(vault, "PUT", path, {"batch_input": [good, bad]}, token)
    one, two = reply["data"]["batch_results"]
    assert status == 400
    assert (one["plaintext"], one["reference"]) == (b64("fake"), "a")
    assert (two["error"], two["reference"]) == ("cipher: message authentication failed", "b")
    for items, expected in (([good, bad], 207), ([bad, bad], 400), ([good], 200)):
        body = {"batch_input": items, "partial_failure_response_code": 207}
        assert plain(vault, "PUT", path, body, token)[0] == expected
    with pytest.raises(exceptions.InvalidRequest) as caught:
        root.secrets.transit.decrypt_data("llm-vpn", batch_input=[good, bad])
    assert caught.value.json["data"]["batch_results"][0]["plaintext"] == b64("fake")


def test_a_batch_of_more_than_ten_thousand_is_refused(vault: FakeVault) -> None:
    body = {"batch_input": [{"plaintext": "", "context": b64("c")}] * 10_001}
    assert plain(vault, "PUT", "transit/encrypt/llm-vpn", body, vault.root_token)[0] == 400


@pytest.mark.parametrize("token", ["", "hvs.unknown"])
def test_without_a_token_that_is_known_everything_but_health_is_denied(vault: FakeVault, token: str) -> None:
    for path in ("transit/keys/llm-vpn", "auth/token/lookup-self", "secret/data/x", "nowhere"):
        status, reply = plain(vault, "GET", path, token=token)
        assert status == 403 and "permission denied" in reply["errors"][0]
    assert plain(vault, "GET", "sys/health", token=token)[0] == 200


def test_a_policy_holds_a_token_to_its_paths(vault: FakeVault) -> None:
    token = vault.auth.token(POLICY)
    body = {"plaintext": b64("x"), "context": b64("c")}
    allowed = [
        ("PUT", "transit/encrypt/llm-vpn", body, 200),
        ("GET", "auth/token/lookup-self", None, 200),
        ("PUT", "secret/data/llm-vpn/index", {"data": {"a": 1}}, 200),
        ("GET", "secret/data/llm-vpn/index", None, 200),
    ]
    denied = [
        ("PUT", "transit/encrypt/other", body),
        ("PUT", "transit/rewrap/llm-vpn", body),
        ("GET", "transit/keys/llm-vpn", None),
        ("PUT", "transit/keys/llm-vpn/config", {"min_decryption_version": 1}),
        ("PUT", "secret/data/llm-vpn/index", {"data": {"a": 2}}),  # there by now, and `create` is no `update`
        ("GET", "secret/data/else", None),
        ("LIST", "secret/metadata/llm-vpn", None),
        ("DELETE", "secret/metadata/llm-vpn/index", None),
    ]
    for method, path, content, status in allowed:
        assert plain(vault, method, path, content, token)[0] == status, path
    for method, path, content in denied:
        assert plain(vault, method, path, content, token)[0] == 403, path


def test_a_token_ends_with_its_time_and_renewal_reaches_no_further_than_its_last_day(
    vault: FakeVault, clock: Clock
) -> None:
    token = vault.auth.token(POLICY, ttl_s=60, max_ttl_s=100)
    own = client(vault, token)
    assert own.auth.token.lookup_self()["data"]["ttl"] == 60
    clock.now += 50
    assert own.auth.token.renew_self()["auth"]["lease_duration"] == 50
    clock.now += 49
    own.auth.token.lookup_self()
    clock.now += 2
    with pytest.raises(exceptions.Forbidden):
        own.auth.token.lookup_self()
    own.adapter.close()


def test_a_token_that_cannot_be_renewed_is_told_so(vault: FakeVault) -> None:
    own = client(vault, vault.auth.token(POLICY, ttl_s=60, renewable=False))
    with pytest.raises(exceptions.InvalidRequest, match="not renewable"):
        own.auth.token.renew_self()
    own.adapter.close()


def test_approle_takes_its_own_secret_id_only(vault: FakeVault) -> None:
    role_id, secret_id = vault.auth.approle(POLICY)
    own = client(vault, "")
    for role, secret in ((role_id, "wrong"), ("wrong", secret_id)):
        with pytest.raises(exceptions.InvalidRequest, match="invalid role or secret ID"):
            own.auth.approle.login(role, secret)
    own.auth.approle.login(role_id, secret_id)
    assert own.auth.token.lookup_self()["data"]["renewable"] is True
    own.adapter.close()


def test_kubernetes_takes_its_own_role_and_token_only(vault: FakeVault) -> None:
    vault.auth.kubernetes("key-server", POLICY, "fake.service.account")
    own = client(vault, "")
    with pytest.raises(exceptions.InvalidRequest, match="invalid role name"):
        own.auth.kubernetes.login("nobody", "fake.service.account")
    with pytest.raises(exceptions.Forbidden):
        own.auth.kubernetes.login("key-server", "forged")
    with pytest.raises(exceptions.InvalidRequest, match="missing jwt"):
        own.auth.kubernetes.login("key-server", "")
    own.auth.kubernetes.login("key-server", "fake.service.account")
    own.adapter.close()


def test_a_namespace_must_be_the_right_one() -> None:
    with vault_server(namespace="team-a") as vault:
        for namespace, right in (("team-a", True), ("team-b", False), (None, False)):
            own = client(vault, namespace=namespace)
            if right:
                own.auth.token.lookup_self()
            else:
                with pytest.raises(exceptions.Forbidden):
                    own.auth.token.lookup_self()
            own.adapter.close()


def test_a_sealed_vault_says_so_to_everyone(vault: FakeVault, root: hvac.Client) -> None:
    vault.seal()
    with pytest.raises(exceptions.VaultDown, match="Vault is sealed"):
        root.auth.token.lookup_self()
    status, reply = plain(vault, "GET", "sys/health")
    assert (status, reply["sealed"]) == (503, True)
    vault.unseal()
    root.auth.token.lookup_self()


@pytest.mark.parametrize(("kind", "status"), [("standby", 429), ("dr_secondary", 472), ("performance_standby", 473)])
def test_health_tells_the_kinds_of_standby_apart(vault: FakeVault, kind: str, status: int) -> None:
    vault.standby = kind
    assert plain(vault, "GET", "sys/health")[0] == status


def test_the_switches_fail_deny_and_stop_it(vault: FakeVault, root: hvac.Client) -> None:
    vault.failing = 500
    with pytest.raises(exceptions.InternalServerError):
        root.auth.token.lookup_self()
    vault.failing, vault.denying = 0, True
    with pytest.raises(exceptions.Forbidden):
        root.auth.token.lookup_self()
    vault.denying = False
    vault.stop()
    with pytest.raises(OSError):
        root.auth.token.lookup_self()
    vault.start()
    root.auth.token.lookup_self()


def test_check_and_set_writes_only_over_the_version_it_names(root: hvac.Client) -> None:
    kv = root.secrets.kv.v2
    written = kv.create_or_update_secret("llm-vpn/index", {"a": 1}, cas=0)
    assert written["data"]["version"] == 1
    for wrong in (0, 2):
        with pytest.raises(exceptions.InvalidRequest, match="check-and-set parameter did not match the current"):
            kv.create_or_update_secret("llm-vpn/index", {"a": 2}, cas=wrong)
    kv.create_or_update_secret("llm-vpn/index", {"a": 2}, cas=1)
    read = kv.read_secret_version("llm-vpn/index", raise_on_deleted_version=True)["data"]
    assert (read["data"], read["metadata"]["version"]) == ({"a": 2}, 2)
    with pytest.raises(exceptions.InvalidRequest):
        kv.create_or_update_secret("llm-vpn/new", {}, cas=1)


def test_a_deleted_secret_is_not_found_but_known_until_its_metadata_goes(vault: FakeVault, root: hvac.Client) -> None:
    kv, token = root.secrets.kv.v2, vault.root_token
    kv.create_or_update_secret("a/b", {"x": 1})
    kv.create_or_update_secret("a/c/d", {"x": 1})
    assert kv.list_secrets("a")["data"]["keys"] == ["b", "c/"]
    kv.delete_latest_version_of_secret("a/b")
    status, reply = plain(vault, "GET", "secret/data/a/b", token=token)
    assert status == 404 and reply["data"]["metadata"]["deletion_time"]
    kv.delete_metadata_and_all_versions("a/b")
    status, reply = plain(vault, "GET", "secret/data/a/b", token=token)
    assert (status, reply["errors"]) == (404, [])
    assert kv.list_secrets("a")["data"]["keys"] == ["c/"]
    with pytest.raises(exceptions.InvalidPath):
        kv.list_secrets("nowhere")


def test_an_entry_over_one_mebibyte_is_refused(vault: FakeVault) -> None:
    body = {"data": {"part": "x" * 1024 * 1024}}
    status, reply = plain(vault, "PUT", "secret/data/big", body, vault.root_token)
    assert status == 413 and "too large" in reply["errors"][0]
