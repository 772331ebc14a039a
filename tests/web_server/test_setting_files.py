"""A setting that comes from a file, as secrets of containers do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.web_server.test_commands import run

FROM_FILES = {"WEB_SERVER_JWT_SECRET": "", "WEB_SERVER_STATE_SECRET": ""}


def written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def test_a_secret_in_a_file_serves_as_the_setting_does(tmp_path: Path):
    files = {
        f"{name}_FILE": written(tmp_path / name, name[-12:].encode() * 4 + end)
        for name, end in zip(FROM_FILES, (b"\n", b"\r\n"), strict=True)
    }
    by_file = run(tmp_path, "token", "--subject", "ann", **FROM_FILES, **files)
    values = {name: name[-12:] * 4 for name in FROM_FILES}
    by_value = run(tmp_path, "token", "--subject", "ann", **values)
    assert (by_file.returncode, by_value.returncode) == (0, 0), by_file.stderr
    assert len(by_file.stdout) == len(by_value.stdout) > 100


@pytest.mark.parametrize(
    ("content", "mode"), [(b"", 0o600), (b"one\ntwo\n", 0o600), (b"\xff" * 40, 0o600), (b"a" * 70_000, 0o600)]
)
def test_a_file_that_is_no_secret_is_one_sentence_without_its_content(tmp_path: Path, content: bytes, mode: int):
    file = written(tmp_path / "secret", content)
    done = run(tmp_path, "token", "--subject", "ann", WEB_SERVER_JWT_SECRET="", WEB_SERVER_JWT_SECRET_FILE=file)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "WEB_SERVER_JWT_SECRET_FILE" in done.stderr and "two" not in done.stderr


def test_a_missing_file_and_a_setting_given_twice_are_refused(tmp_path: Path):
    missing = run(tmp_path, "token", "--subject", "a", WEB_SERVER_JWT_SECRET="", WEB_SERVER_JWT_SECRET_FILE="nowhere")
    twice = run(tmp_path, "token", "--subject", "a", WEB_SERVER_JWT_SECRET_FILE=os.devnull)
    assert "cannot be read" in missing.stderr and missing.returncode == 2
    assert "both set" in twice.stderr and twice.returncode == 2


def test_a_setting_whose_own_name_ends_in_file_is_a_path_as_before(tmp_path: Path):
    done = run(tmp_path, "token", "--subject", "ann", KEY_SERVER_TOKEN_FILE="nowhere", PROVIDER_FILE="nowhere")
    assert done.returncode == 0, done.stderr
