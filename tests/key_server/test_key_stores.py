"""Where the sealed list is kept: a file, or Vault's KV for several hosts. Nobody undoes another's change."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from key_server.errors import ConfigError, VaultUnavailable
from key_server.keys.key_store import Conflict, KeyStore
from key_server.keys.key_store_file import FileKeyStore
from key_server.keys.key_store_kv import PART_BYTES, KvKeyStore
from key_server.keys.vault import Vault
from key_server.keys.vault_access import Access
from key_server.secret import Secret
from tests.fakes.vault import FakeVault, vault_server

ROOT = Path(__file__).parents[2]
POLICY = (ROOT / "docker" / "vault-policy.hcl").read_text()
LARGE = json.dumps({"keys": ["x" * 100] * 20_000}).encode()  # 2 MB: twice what one entry may hold


@pytest.fixture
def fake() -> Iterator[FakeVault]:
    with vault_server() as found:
        yield found


@pytest.fixture
def vault(fake: FakeVault) -> Iterator[Vault]:
    made = Vault(Access(fake.url, token=Secret(fake.auth.token(POLICY).encode())))
    yield made
    made.close()


def kv(vault: Vault) -> KvKeyStore:
    return KvKeyStore(vault, mount="secret", path="llmvpn")


@pytest.fixture(params=["file", "kv"])
def store(request: pytest.FixtureRequest, tmp_path: Path, vault: Vault) -> KeyStore:
    return FileKeyStore(tmp_path / "keys.sealed") if request.param == "file" else kv(vault)


def test_what_was_written_is_read_back_under_its_version(store: KeyStore) -> None:
    assert (store.read(), store.version()) == (None, "")
    first = store.write(LARGE, "")
    assert store.version() == first
    assert (found := store.read()) and (found.content, found.version) == (LARGE, first)
    second = store.write(b"{}", first)
    assert second != first and (found := store.read()) and (found.content, found.version) == (b"{}", second)


def test_a_write_over_another_version_than_was_read_changes_nothing(store: KeyStore) -> None:
    version = store.write(b"one", "")
    store.write(b"two", version)
    for stale in ("", version):
        with pytest.raises(Conflict):
            store.write(b"three", stale)
    assert (found := store.read()) and found.content == b"two"


def test_no_entry_is_larger_than_a_quarter_of_what_vault_takes_and_old_generations_go(
    fake: FakeVault, vault: Vault
) -> None:
    store, version = kv(vault), ""
    for _ in range(3):
        version = store.write(LARGE, version)
    parts = [name for name in fake.kv.entries if "/parts/" in name]
    assert len(parts) == len(LARGE) // PART_BYTES + 1
    assert len({name.split("/")[2] for name in parts}) == 1
    largest = max(len(json.dumps(fake.kv.entries[name].versions[1].data)) for name in parts)
    assert largest < 2 * PART_BYTES + 100


def test_the_loser_of_a_race_leaves_no_parts_and_the_winner_keeps_all_of_his(fake: FakeVault, vault: Vault) -> None:
    one, two = kv(vault), kv(vault)
    version = one.write(b"start", "")
    raced = []

    def overtake(request: object) -> None:
        if not raced and getattr(request, "path", "") == "secret/data/llmvpn/index":
            raced.append(True)
            other = Vault(Access(fake.url, token=Secret(fake.root_token.encode())))
            kv(other).write(LARGE, version)
            other.close()

    fake.before = overtake
    with pytest.raises(Conflict):
        two.write(b"mine", version)
    assert (found := one.read()) and found.content == LARGE
    assert len({name.split("/")[2] for name in fake.kv.entries if "/parts/" in name}) == 1


def test_a_reader_whose_generation_is_replaced_under_his_hands_reads_the_new_one(fake: FakeVault, vault: Vault) -> None:
    store = kv(vault)
    version = store.write(LARGE, "")
    raced = []

    def replace(request: object) -> None:
        if not raced and getattr(request, "path", "").endswith("/3"):
            raced.append(True)
            other = Vault(Access(fake.url, token=Secret(fake.root_token.encode())))
            kv(other).write(b"newer", version)
            other.close()

    fake.before = replace
    assert (found := store.read()) and found.content == b"newer"


def test_what_a_writer_who_died_left_behind_is_removed_by_the_next(fake: FakeVault, vault: Vault) -> None:
    store = kv(vault)
    version = store.write(b"one", "")
    fake.kv.write("llmvpn/parts/orphan/0", {"data": {"part": "left"}})
    store.write(b"two", version)
    assert not [name for name in fake.kv.entries if "orphan" in name]


def test_a_list_in_kv_that_was_damaged_or_deleted_is_refused_not_taken_for_an_empty_one(
    fake: FakeVault, vault: Vault
) -> None:
    store = kv(vault)
    store.write(b"content", "")
    part = next(name for name in fake.kv.entries if "/parts/" in name)
    data = fake.kv.entries[part].versions[1].data
    assert data is not None
    data["part"] = "changed"
    with pytest.raises(ConfigError, match="damaged"):
        store.read()
    fake.kv.forget(part)
    with pytest.raises(ConfigError, match="damaged"):
        store.read()
    fake.kv.delete("llmvpn/index")
    for ask in (store.read, store.version):
        with pytest.raises(ConfigError, match="undelete"):
            ask()


def test_a_vault_in_trouble_is_trouble_for_its_store(fake: FakeVault, vault: Vault) -> None:
    store = kv(vault)
    version = store.write(b"one", "")
    fake.seal()
    for ask in (store.read, store.version, lambda: store.write(b"two", version)):
        with pytest.raises(VaultUnavailable):
            ask()
    fake.unseal()
    assert (found := store.read()) and (found.content, found.version) == (b"one", version)


def test_a_disk_that_is_full_leaves_the_old_file_whole_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "keys.sealed"
    version = FileKeyStore(path).write(b"old", "")
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom key_server.errors import ConfigError\n"
        "from key_server.keys.key_store_file import FileKeyStore\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n    FileKeyStore(Path(sys.argv[1])).write(b'x' * 100_000, sys.argv[2])\n"
        "except ConfigError as error:\n    print(error)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(path), version],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cannot be written; the keys are as they were" in done.stdout, done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["keys.sealed"]
    assert path.read_bytes() == b"old"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.sealed"
    path.mkdir()
    with pytest.raises(ConfigError, match="KEY_STORE_FILE"):
        FileKeyStore(path).read()


def test_parts_are_checked_as_a_whole(fake: FakeVault, vault: Vault) -> None:
    kv(vault).write(LARGE, "")
    index = fake.kv.entries["llmvpn/index"].versions[1].data
    assert index is not None and index["sha256"] == hashlib.sha256(LARGE).hexdigest()
