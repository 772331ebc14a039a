"""The systemd units: they are ones, and they keep the walls."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
NAMES = ("llmvpn-key-server.service", "llmvpn-web-server.service")


def directives(name: str) -> dict[str, list[str]]:
    """Every directive with its values; a malformed line fails."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in (UNITS / name).read_text().splitlines():
        if not line or line.startswith(("#", "[")):
            continue
        key, equals, value = line.partition("=")
        assert equals and key.isalnum(), line
        found[key].append(value)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_systemd_finds_nothing_to_object_to(name: str, tmp_path: Path) -> None:
    """With an interpreter that exists here; where there is no systemd, the directives below are all that is checked."""
    for each in NAMES:
        text = (UNITS / each).read_text().replace("/opt/llmvpn/.venv/bin/python", sys.executable)
        (tmp_path / each).write_text(text)
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        ours = [line for line in done.stderr.splitlines() if "llmvpn-" in line]
        assert ours == [] and done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_each_unit_is_closed(name: str) -> None:
    found = directives(name)
    for key in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "MemoryDenyWriteExecute"):
        assert found[key] == ["yes"], key
    assert found["ProtectSystem"] == ["strict"] and found["CapabilityBoundingSet"] == [""]
    assert found["LimitCORE"] == ["0"] and found["UMask"] == ["0077"]
    assert "LLMVPN_DOTENV=off" in " ".join(found["Environment"])


def test_the_two_are_two_users_that_meet_in_one_group() -> None:
    keys, web = map(directives, NAMES)
    assert keys["User"] != web["User"]
    assert keys["Group"] == web["Group"] == ["llmvpn-web"]
    assert keys["RuntimeDirectoryMode"] == ["0750"] and keys["StateDirectoryMode"] == ["0700"]


def test_the_web_server_goes_nowhere_and_the_key_server_listens_on_nothing() -> None:
    keys, web = map(directives, NAMES)
    assert web["IPAddressDeny"] == ["any"] and web["IPAddressAllow"] == ["localhost"]
    assert keys["SocketBindDeny"] == ["any"]
    assert "/var/lib/llmvpn" in web["InaccessiblePaths"][0]


def test_no_secret_is_in_a_unit() -> None:
    for name in NAMES:
        for pair in " ".join(directives(name)["Environment"]).split():
            setting, _, value = pair.partition("=")
            assert value.startswith(("/", "%d/", "off", "1")), setting
