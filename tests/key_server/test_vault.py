"""Vault as the key server uses it: signed in and kept so, asked in batches, told apart when it is in trouble."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from key_server import config
from key_server.doctor import sealing
from key_server.errors import ConfigError, VaultUnavailable
from key_server.keys.cipher_vault import VaultCipher
from key_server.keys.vault import Vault
from key_server.keys.vault_access import Access
from key_server.secret import Secret
from tests.fakes.vault import FakeVault, vault_server
from tests.support.clock import Clock
from tests.support.private_ca import server_context

POLICY = (Path(__file__).parents[2] / "docker" / "vault-policy.hcl").read_text()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake(clock: Clock) -> Iterator[FakeVault]:
    with vault_server(clock=clock) as found:
        found.transit.create("llmvpn", derived=True)
        yield found


@pytest.fixture
def signed(fake: FakeVault, clock: Clock) -> Iterator[Callable[..., Vault]]:
    made: list[Vault] = []

    def sign(*, answer_s: float = 5.0, **access: object) -> Vault:
        made.append(Vault(Access(fake.url, **access), clock=clock, answer_s=answer_s))  # type: ignore[arg-type]
        return made[-1]

    yield sign
    for each in made:
        each.close()


def token(value: str) -> Secret:
    return Secret(value.encode())


def cipher_of(vault: Vault, key: str = "llmvpn") -> VaultCipher:
    return VaultCipher(vault, mount="transit", key=key)


def roundtrip(vault: Vault) -> bool:
    cipher = cipher_of(vault)
    return cipher.open([(cipher.seal([(b"fake", "p/k")])[0], "p/k")]) == [b"fake"]


def test_each_way_to_sign_in_works_under_the_policy_that_comes_with_it(
    fake: FakeVault, signed: Callable[..., Vault], tmp_path: Path
) -> None:
    role_id, secret_id = fake.auth.approle(POLICY)
    fake.auth.kubernetes("key-server", POLICY, "fake.pod.account")
    (tmp_path / "token").write_text(fake.auth.token(POLICY) + "\n")
    (tmp_path / "secret").write_text(secret_id + "\n")
    (tmp_path / "jwt").write_text("fake.pod.account\n")
    for access in (
        {"token": token(fake.auth.token(POLICY))},
        {"token_file": tmp_path / "token"},
        {"role_id": role_id, "secret_id": token(secret_id)},
        {"role_id": role_id, "secret_id_file": tmp_path / "secret"},
        {"kubernetes_role": "key-server", "kubernetes_token_file": tmp_path / "jwt"},
    ):
        assert roundtrip(signed(**access))


@pytest.mark.parametrize(
    "access",
    [
        {"token": token("hvs.wrong")},
        {"token_file": Path("/nonexistent/token")},
        {"role_id": "wrong", "secret_id": token("wrong")},
        {"kubernetes_role": "wrong", "kubernetes_token_file": Path(__file__)},
    ],
)
def test_a_way_in_that_vault_refuses_is_one_sentence_without_what_was_shown(
    signed: Callable[..., Vault], access: dict[str, object]
) -> None:
    with pytest.raises(VaultUnavailable) as caught:
        roundtrip(signed(**access))
    assert "refused" in caught.value.said and "wrong" not in caught.value.said
    assert str(caught.value) == VaultUnavailable.sentence


def test_a_lease_is_renewed_before_its_end_and_taken_anew_at_its_last(
    fake: FakeVault, signed: Callable[..., Vault], clock: Clock
) -> None:
    role_id, secret_id = fake.auth.approle(POLICY, ttl_s=60, max_ttl_s=120)
    vault = signed(role_id=role_id, secret_id=token(secret_id))
    assert roundtrip(vault)
    clock.now += 30
    assert roundtrip(vault) and fake.auth.renewals == 0
    clock.now += 15
    assert roundtrip(vault) and (fake.auth.renewals, fake.auth.logins) == (1, 1)
    for _ in range(20):
        clock.now += 41
        assert roundtrip(vault)
    assert fake.auth.logins > 4
    clock.now += 1000  # asleep for longer than any lease
    assert roundtrip(vault)


def test_a_token_is_renewed_and_one_that_cannot_be_is_warned_of(
    fake: FakeVault, signed: Callable[..., Vault], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    vault = signed(token=token(fake.auth.token(POLICY, ttl_s=60)))
    for _ in range(5):
        assert roundtrip(vault)
        clock.now += 45
    assert fake.auth.renewals >= 4
    with caplog.at_level(logging.WARNING, "key_server"):
        assert roundtrip(signed(token=token(fake.auth.token(POLICY, ttl_s=500, renewable=False))))
    assert [record.fields["seconds"] for record in caplog.records] == [500]  # type: ignore[attr-defined]


def test_a_token_file_that_was_replaced_is_read_again_when_the_old_token_ends(
    fake: FakeVault, signed: Callable[..., Vault], tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text(fake.auth.token(POLICY))
    vault = signed(token_file=path)
    assert roundtrip(vault)
    fake.auth.revoke_all()
    path.write_text(fake.auth.token(POLICY))
    assert roundtrip(vault)


def test_the_policy_lets_no_one_make_the_key_exportable(fake: FakeVault, signed: Callable[..., Vault]) -> None:
    vault = signed(token=token(fake.auth.token(POLICY)))
    for more in ({"exportable": True}, {"allow_plaintext_backup": True}, {"deletion_allowed": True}):
        with pytest.raises(VaultUnavailable) as caught:
            vault.ask(lambda client, more=more: client.secrets.transit.update_key_configuration("llmvpn", **more))
        assert "its policy does not allow" in caught.value.said
    VaultCipher(vault, mount="transit", key="llmvpn").retire(1)


def test_a_403_signs_in_again_once_and_a_policy_that_says_no_does_not_make_tokens(
    fake: FakeVault, signed: Callable[..., Vault]
) -> None:
    role_id, secret_id = fake.auth.approle(POLICY)
    vault = signed(role_id=role_id, secret_id=token(secret_id))
    assert roundtrip(vault)
    fake.auth.revoke_all()
    assert roundtrip(vault) and fake.auth.logins == 2
    with pytest.raises(VaultUnavailable, match="Vault refused"):
        cipher_of(vault, "other").seal([(b"x", "c")])
    assert fake.auth.logins == 2
    fake.denying = True
    with pytest.raises(VaultUnavailable):
        roundtrip(vault)
    assert fake.auth.logins == 2


def test_every_trouble_has_its_own_sentence(fake: FakeVault, signed: Callable[..., Vault]) -> None:
    vault = signed(token=token(fake.root_token), answer_s=0.3)
    assert roundtrip(vault)

    def said() -> str:
        with pytest.raises(VaultUnavailable) as caught:
            roundtrip(vault)
        assert caught.value.retry_after_ms > 0
        return caught.value.said

    fake.seal()
    assert "is sealed; unseal it" in said()
    fake.unseal()
    fake.failing = 500
    assert "failed" in said()
    fake.failing = 502
    assert "failed" in said()
    fake.failing = 307
    assert "redirect" in said()
    fake.failing = 0
    fake.slow_s = 0.5
    started = time.monotonic()
    assert "in time" in said()
    assert time.monotonic() - started < 2
    fake.slow_s = 0.0
    fake.stop()
    assert "cannot be reached" in said()
    fake.start()
    assert roundtrip(vault)


def test_health_says_who_we_are_and_what_is_wrong(fake: FakeVault, signed: Callable[..., Vault]) -> None:
    vault = signed(token=token(fake.auth.token(POLICY, ttl_s=100)))
    health = vault.health()
    assert (health.reachable, health.sealed, health.standby, health.trouble) == (True, False, False, "")
    assert health.who == "token, 100 s left" and health.version
    fake.standby = "standby"
    assert vault.health().standby
    fake.seal()
    sealed = vault.health()
    assert (sealed.reachable, sealed.sealed) == (True, True) and "unseal" in sealed.trouble
    fake.stop()
    gone = vault.health()
    assert not gone.reachable and gone.trouble


def test_a_namespace_is_named_with_every_request(clock: Clock) -> None:
    with vault_server(clock=clock, namespace="team-a") as fake:
        fake.transit.create("llmvpn", derived=True)
        for namespace, works in (("team-a", True), ("", False)):
            vault = Vault(Access(fake.url, namespace=namespace, token=token(fake.root_token)), clock=clock)
            if works:
                assert roundtrip(vault) and vault.health().reachable
            else:
                with pytest.raises(VaultUnavailable):
                    roundtrip(vault)
            vault.close()


def test_tls_is_verified_against_the_ca_file_and_nothing_goes_through_a_proxy(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with vault_server(clock=clock, tls=server_context(tmp_path)) as fake:
        fake.transit.create("llmvpn", derived=True)
        for ca_file, works in ((tmp_path / "ca.pem", True), (None, False)):
            vault = Vault(Access(fake.url, ca_file=ca_file, token=token(fake.root_token)), clock=clock)
            if works:
                assert roundtrip(vault)
            else:
                with pytest.raises(VaultUnavailable, match="cannot reach"):
                    roundtrip(vault)
            vault.close()


def test_the_doctor_says_whose_vault_it_is_and_what_is_wrong_with_it(fake: FakeVault, tmp_path: Path) -> None:
    environment = {"VAULT_ADDR": fake.url, "VAULT_TOKEN": fake.auth.token(POLICY, ttl_s=100)}
    settings = config.read({**environment, "KEY_STORE_FILE": str(tmp_path / "keys.sealed")})
    found, keys = sealing.look(settings)
    assert (found.check, found.state, keys.state) == ("Vault", "ok", "warning")
    assert "100 s left" in found.found and "hvs." not in found.found
    fake.seal()
    (found,) = sealing.look(settings)
    assert found.state == "problem" and found.advice == "unseal it."


def test_a_vault_never_shows_what_it_was_given(signed: Callable[..., Vault]) -> None:
    vault = signed(token=token("hvs.canary"), role_id="canary-role")
    assert "canary" not in f"{vault!r}{vault.access!r}{cipher_of(vault)!r}"


def test_only_a_derived_key_will_do_and_the_sentence_says_how_to_make_one(
    fake: FakeVault, signed: Callable[..., Vault]
) -> None:
    vault = signed(token=token(fake.root_token))
    cipher_of(vault).check()
    fake.transit.create("flat", derived=False)
    for key in ("flat", "nobody"):
        with pytest.raises(ConfigError, match="vault write -f transit/keys/NAME derived=true"):
            cipher_of(vault, key).check()
    assert "nobody" not in fake.transit.keys


def test_ten_thousand_keys_open_in_a_few_round_trips(fake: FakeVault, signed: Callable[..., Vault]) -> None:
    cipher = cipher_of(signed(token=token(fake.root_token)))
    items = [(b"sk-test-not-a-key-%d" % number, f"p/key_{number}") for number in range(10_000)]
    sealed = cipher.seal(items)
    before = fake.transit.requests
    started = time.monotonic()
    opened = cipher.open([(each, context) for each, (_, context) in zip(sealed, items, strict=True)])
    assert time.monotonic() - started < 10
    assert opened == [plain for plain, _ in items]
    assert fake.transit.requests - before <= 5


def test_one_record_that_does_not_open_leaves_the_others_open(fake: FakeVault, signed: Callable[..., Vault]) -> None:
    cipher = cipher_of(signed(token=token(fake.root_token)))
    one, two = cipher.seal([(b"one", "p/1"), (b"two", "p/2")])
    mixed = [(one, "p/1"), (one, "p/2"), ("v1.local.AAAA", "p/1"), ("", "p/1"), (two, "p/2")]
    assert cipher.open(mixed) == [b"one", None, None, None, b"two"]
    assert [each is not None for each in cipher.rewrap(mixed)] == [True, False, False, False, True]


def test_rewrapping_brings_records_to_the_newest_version_and_retiring_closes_the_old_ones(
    fake: FakeVault, signed: Callable[..., Vault]
) -> None:
    cipher = cipher_of(signed(token=token(fake.auth.token(POLICY))))
    old = cipher.seal([(b"one", "p/1")])[0]
    fake.transit.rotate("llmvpn")
    assert cipher.newest() == 2
    new = cipher.rewrap([(old, "p/1")])[0]
    assert new is not None and new.startswith("vault:v2:")
    cipher.retire(2)
    assert cipher.open([(old, "p/1"), (new, "p/1")]) == [None, b"one"]
    with pytest.raises(VaultUnavailable):
        cipher.retire(3)


def test_a_transit_key_that_is_gone_is_trouble_and_no_record_is_lost_for_it(
    fake: FakeVault, signed: Callable[..., Vault]
) -> None:
    cipher = cipher_of(signed(token=token(fake.auth.token(POLICY))))
    sealed = cipher.seal([(b"one", "p/1")])[0]
    key = fake.transit.keys.pop("llmvpn")
    for ask in (lambda: cipher.open([(sealed, "p/1")]), lambda: cipher.seal([(b"x", "p/1")]), cipher.newest):
        with pytest.raises(VaultUnavailable):
            ask()
    fake.transit.keys["llmvpn"] = key
    assert cipher.open([(sealed, "p/1")]) == [b"one"]
