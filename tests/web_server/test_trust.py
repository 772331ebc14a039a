"""Nothing is sent through a socket that somebody else may have put there."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from web_server import trust


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    tmp_path.chmod(0o700)
    token = tmp_path / "t"
    token.write_text("token")
    here = Path.cwd()
    os.chdir(tmp_path)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")
    finally:
        os.chdir(here)
    return tmp_path / "s", token


def test_our_own_socket_is_trusted_wherever_it_is(pair: tuple[Path, Path], tmp_path: Path):
    for mode in (0o700, 0o750, 0o1777):
        tmp_path.chmod(mode)
        trust.check(*pair)


def test_what_is_not_there_is_an_error_of_its_own(tmp_path: Path):
    with pytest.raises(OSError):
        trust.check(tmp_path / "s", tmp_path / "t")


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@as_root
def test_two_owners_are_never_trusted(pair: tuple[Path, Path]):
    os.chown(pair[0], 12345, -1)
    with pytest.raises(trust.Untrusted, match="two users"):
        trust.check(*pair)


@as_root
@pytest.mark.parametrize(("mode", "trusted"), [(0o750, True), (0o770, False), (0o1777, False)])
def test_another_user_is_trusted_only_in_a_directory_that_is_his_alone(
    pair: tuple[Path, Path], tmp_path: Path, mode: int, trusted: bool
):
    for path in pair:
        os.chown(path, 12345, -1)
    tmp_path.chmod(mode)
    if trusted:
        trust.check(*pair)
        return
    with pytest.raises(trust.Untrusted, match="another user"):
        trust.check(*pair)
