"""Small parts with laws of their own: the cipher, a secret, settings."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from key_server import config
from key_server.errors import ConfigError
from key_server.keys.cipher import record_context
from key_server.keys.cipher_local import LocalCipher, read_key_file
from key_server.secret import Secret

CIPHER = LocalCipher(b"k" * 32)


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_a_record_opens_under_its_own_context_only(plaintext: bytes, one: str, other: str) -> None:
    sealed = CIPHER.seal([(plaintext, one)])
    assert CIPHER.open([(sealed[0], one)]) == [plaintext]
    assert CIPHER.seal([(plaintext, one)]) != sealed
    if one != other:
        assert CIPHER.open([(sealed[0], other)]) == [None]


@pytest.mark.parametrize("sealed", ["", "v1.local.", "v1.local.%%%", "v1.local.AAAA", "v2.local.AAAA", "vault:v1:x"])
def test_what_is_not_a_record_does_not_open(sealed: str) -> None:
    assert CIPHER.open([(sealed, "c")]) == [None]


def test_a_changed_byte_does_not_open() -> None:
    raw = bytearray(base64.urlsafe_b64decode(CIPHER.seal([(b"secret", "c")])[0].removeprefix("v1.local.")))
    raw[-1] ^= 1
    assert CIPHER.open([("v1.local." + base64.urlsafe_b64encode(raw).decode(), "c")]) == [None]


def test_two_pairs_never_share_a_context() -> None:
    assert record_context("a", "bc") != record_context("ab", "c")


@pytest.mark.parametrize("content", [b"\x00" * 32, b"ab" * 32 + b"\n", base64.b64encode(b"\xff" * 32)])
def test_a_key_file_may_be_raw_hex_or_base64(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    assert [len(key) for key in read_key_file(path)] == [32]


def test_what_an_older_line_of_the_key_file_sealed_still_opens_until_it_is_retired(tmp_path: Path) -> None:
    old, new = LocalCipher(b"o" * 32), b"n" * 32
    path = tmp_path / "key"
    path.write_bytes(new.hex().encode() + b"\n" + base64.b64encode(b"o" * 32) + b"\n")
    path.chmod(0o600)
    cipher = LocalCipher(*read_key_file(path))
    sealed = old.seal([(b"secret", "c")])[0]
    assert cipher.open([(sealed, "c")]) == [b"secret"]
    again = cipher.rewrap([(sealed, "c"), (sealed, "other")])
    assert again[1] is None and LocalCipher(new).open([(again[0], "c")]) == [b"secret"]
    assert cipher.newest() == 2
    cipher.retire(2)
    assert cipher.open([(sealed, "c"), (again[0], "c")]) == [None, b"secret"]


@pytest.mark.parametrize("content", [b"short", b"", b"ab" * 32 + b"\nshort\n"])
def test_a_key_file_of_another_size_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="32 bytes"):
        read_key_file(path)


def test_a_secret_is_equal_to_itself_and_never_shown() -> None:
    assert Secret(b"a") == Secret(b"a") != Secret(b"b")
    assert "canary" not in f"{Secret(b'canary')!r}{Secret(b'canary')}"


def test_every_setting_has_a_default_that_can_be_read_and_a_meaning() -> None:
    read = config.read({})
    assert all(setting.meaning and setting.variable.isupper() for setting in config.table().values())
    assert read.drain_seconds == 10
    assert all(setting.variable in config.described() for setting in config.table().values())


def test_the_dotenv_file_is_left_unread_where_the_launcher_has_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("KEY_SERVER_DRAIN_SECONDS=33\n")
    tmp_path.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    for name in ("KEY_SERVER_SOCKET", "KEY_SERVER_ADMIN_SOCKET", "KEY_SERVER_TOKEN_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    assert config.load().drain_seconds == 33
    monkeypatch.setenv("LLMVPN_DOTENV", "off")
    assert config.load().drain_seconds == 10


def test_settings_do_not_show_what_may_hold_a_password() -> None:
    shown = repr(config.read({"KEY_SERVER_REDIS_URL": "redis://:canary@h/0", "HTTPS_PROXY": "http://u:canary@p:1"}))
    assert "canary" not in shown
