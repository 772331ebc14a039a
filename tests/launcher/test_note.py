"""The note by which commands find the running server."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import note, parts
from launcher.config import REDIS_URLS, ROOT, Config


def noted(short: Path, **given: str) -> str:
    config = Config(given, short, short / "logs", "127.0.0.1", 8000, [], 8001, "KEY_SERVER_REDIS_URL" not in given)
    return note.write(config, parts.settings(config, short)).read_text()


def command(folder: Path, state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LLMVPN_STATE_DIR": str(state)}
    words = (sys.executable, "-m", "key_server", *words)
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, timeout=30, check=False)


def test_the_note_is_ours_alone_and_its_paths_are_absolute(short: Path) -> None:
    text = noted(short, KEY_STORE_FILE="elsewhere.sealed")
    assert stat.S_IMODE((short / "key_server.env").stat().st_mode) == 0o600
    assert f"KEY_STORE_FILE={ROOT}/elsewhere.sealed" in text
    assert f"PROVIDER_FILE={ROOT}/providers.yaml:{short}/mirror.yaml" in text
    assert f"KEY_CONFIG_FILE={ROOT}/api_keys.csv\n" in text, "what the mirror takes is no key to worry about"
    for line in text.splitlines():
        name, _, value = shlex.split(line)[0].partition("=")
        assert all(part.startswith("/") for part in value.removeprefix("unix:").split(":")), name


def test_no_secret_and_no_url_that_a_person_set_is_in_it(short: Path) -> None:
    text = noted(short, KEY_SERVER_REDIS_URL="redis://:not-a-password@redis.example/0", VAULT_TOKEN="not-a-token")
    assert "not-a" not in text and "REDIS" not in text
    assert "KEY_SERVER_REDIS_URL=unix://" in noted(short).replace("'", "")


def test_the_web_servers_commands_are_told_of_the_embedded_redis_and_of_no_other(short: Path) -> None:
    for given, there in (({}, True), (dict.fromkeys(REDIS_URLS, "redis://:not-a-password@redis.example"), False)):
        config = Config(given, short, short / "logs", "127.0.0.1", 8000, [], 8001, there)
        written = note.write_redis(config, parts.settings(config, short))
        assert written.exists() is there
        assert not there or written.read_text().startswith("unix://")


def test_a_command_in_any_folder_looks_where_the_note_says(short: Path, tmp_path: Path) -> None:
    noted(short)
    done = command(tmp_path, short, "keys", "list")
    assert done.returncode == 1
    assert f"No key server is running on {short}/keyserver.sock" in done.stderr


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_note_that_others_may_write_is_not_followed(short: Path, tmp_path: Path, mode: int) -> None:
    noted(short)
    (short / "key_server.env").chmod(mode)
    done = command(tmp_path, short, "keys", "list")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "may be written by others" in done.stderr
