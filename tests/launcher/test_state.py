from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from launcher import state
from launcher.errors import StartError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_minted_once_and_for_us_alone(tmp_path: Path) -> None:
    first = state.secret(tmp_path / "jwt.secret")
    assert state.secret(tmp_path / "jwt.secret") == first
    assert state.secret(tmp_path / "other.secret") != first
    assert len(first) == 64
    assert mode(tmp_path / "jwt.secret") == 0o600


def test_a_secret_that_others_could_read_is_refused(tmp_path: Path) -> None:
    state.secret(tmp_path / "jwt.secret")
    (tmp_path / "jwt.secret").chmod(0o644)
    with pytest.raises(StartError, match="could be read by others"):
        state.secret(tmp_path / "jwt.secret")


def test_a_secret_cut_short_is_refused(tmp_path: Path) -> None:
    state.write_private(tmp_path / "jwt.secret", "short")
    with pytest.raises(StartError, match="too short"):
        state.secret(tmp_path / "jwt.secret")


def test_a_directory_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    assert mode(state.private_directory(tmp_path / "open")) == 0o700
    assert mode(state.private_directory(tmp_path / "new" / "er")) == 0o700


def test_a_link_to_somewhere_else_is_no_state_directory(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(StartError, match="not a directory of this user"):
        state.private_directory(tmp_path / "link")


@pytest.mark.parametrize("below", ["file", "file/deeper"])
def test_a_directory_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"cannot be made .* choose another with LLMVPN_STATE_DIR"):
        state.private_directory(tmp_path / below)
    with pytest.raises(StartError, match=r"cannot be made .* choose another with LLMVPN_LOG_DIR"):
        state.directory(tmp_path / below, "LLMVPN_LOG_DIR")


def test_a_state_directory_that_cannot_be_written_to_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "launcher.lock").mkdir()  # in the way of the file: root too is refused
    with (
        pytest.raises(StartError, match=r"cannot be written to .* choose another with LLMVPN_STATE_DIR"),
        state.locked(tmp_path),
    ):
        pass


def test_sockets_get_a_short_path_when_the_state_directorys_is_long(short: Path) -> None:
    assert state.run_directory(short) == short / "run"
    run = state.run_directory(short / ("long" * 25))
    try:
        assert len(os.fsencode(run)) < 60
        assert mode(run) == 0o700
        assert run == state.run_directory(short / ("long" * 25))
    finally:
        run.rmdir()


def test_a_second_launcher_is_told_of_the_first(tmp_path: Path) -> None:
    with state.locked(tmp_path) as killed_before:
        assert killed_before is False
        with pytest.raises(StartError, match=f"Already running as process {os.getpid()} "), state.locked(tmp_path):
            pass
    with state.locked(tmp_path) as killed_before:
        assert killed_before is False


def test_the_next_launcher_knows_that_the_last_one_was_killed(tmp_path: Path) -> None:
    (tmp_path / "launcher.lock").write_text("4711\n")
    with state.locked(tmp_path) as killed_before:
        assert killed_before is True


def test_a_start_that_failed_is_not_taken_for_a_killed_one(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="a reason"), state.locked(tmp_path):
        raise StartError("a reason")
    with state.locked(tmp_path) as killed_before:
        assert killed_before is False
