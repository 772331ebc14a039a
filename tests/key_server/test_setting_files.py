"""A setting that comes from a file, as secrets of containers do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from key_server import config
from key_server.errors import ConfigError
from tests.support.key_server import ROOT, Place, key_server_process
from tests.support.upstream import Upstream


def test_a_url_with_its_password_may_live_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_bytes(b"redis://ks:not-a-password@redis:6379/0\r\n")
    settings = config.read({"KEY_SERVER_REDIS_URL_FILE": str(file)})
    assert settings.redis_url == "redis://ks:not-a-password@redis:6379/0"
    assert "not-a-password" not in repr(settings)


def test_the_server_starts_with_a_setting_from_a_file(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    (at.directory / "url").write_text(at.redis_url)
    with key_server_process(
        at, KEY_SERVER_REDIS_URL="", KEY_SERVER_REDIS_URL_FILE=str(at.directory / "url")
    ) as process:
        assert process.poll() is None


@pytest.mark.parametrize("content", [b"", b"one\ntwo", b"\xff\xfe", b"a" * 70_000])
def test_a_file_that_holds_no_setting_is_refused_without_its_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "url").write_bytes(content)
    with pytest.raises(ConfigError, match="KEY_SERVER_REDIS_URL_FILE names a file") as refused:
        config.read({"KEY_SERVER_REDIS_URL_FILE": str(tmp_path / "url")})
    assert "two" not in str(refused.value)


def test_a_setting_given_twice_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="both set"):
        config.read({"KEY_SERVER_REDIS_URL_FILE": os.devnull, "KEY_SERVER_REDIS_URL": "redis://localhost"})
    with pytest.raises(ConfigError, match="cannot be read"):
        config.read({"KEY_SERVER_REDIS_URL_FILE": str(tmp_path / "nowhere")})


def test_a_setting_whose_own_name_ends_in_file_is_a_path_as_before() -> None:
    assert config.read({"KEY_SERVER_TOKEN_FILE": "somewhere"}).token_file == Path("somewhere")


def test_a_local_run_that_has_ended_does_not_hide_a_server_that_was_started_by_itself(at: Place) -> None:
    at.providers(url="http://127.0.0.1:1")
    state = at.directory / "state"
    state.mkdir(mode=0o700)
    (state / "key_server.env").write_text(f"KEY_SERVER_SOCKET={state}/k.sock KEY_STORE_FILE={state}/keys.sealed\n")
    itself = {name: value for name, value in at.environment.items() if name != "KEY_STORE_FILE"}
    itself |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LLMVPN_STATE_DIR": str(state)}

    def doctor() -> str:
        words = [sys.executable, "-m", "key_server", "doctor", "--json"]
        return subprocess.run(words, env=itself, cwd=at.directory, capture_output=True, text=True, check=False).stdout

    assert f"{state}/keys.sealed" in doctor()
    with key_server_process(at):
        assert f"{at.directory}/keys.sealed" in doctor()
