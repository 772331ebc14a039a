"""`run_services.py` as a program: what it says where it cannot start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from launcher.config import ROOT


def run(*flags: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **settings}
    command = [sys.executable, str(ROOT / "run_services.py"), *flags]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


def test_help_needs_no_package_at_all() -> None:
    command = [sys.executable, "-S", "-B", str(ROOT / "run_services.py"), "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout
    for flag in ("--port", "--mirror-port", "--state-dir", "--no-mirror"):
        assert flag in shown


def test_without_the_packages_it_says_how_to_get_them() -> None:
    command = [sys.executable, "-S", "-B", str(ROOT / "run_services.py")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 1
    assert "make run" in ended.stderr


def test_a_taken_port_is_named_with_its_setting(short: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        web = run("--port", port, "--state-dir", str(short), "--no-mirror", LLMVPN_LOG_DIR=str(short / "logs"))
        keys = str(short / "none.csv")
        settings = {"LLMVPN_LOG_DIR": str(short / "logs"), "KEY_CONFIG_FILE": keys, "MIRROR_PORT": port}
        mirror = run("--port", "0", "--state-dir", str(short), **settings)
    assert (web.returncode, mirror.returncode) == (1, 1)
    assert f"port {port} on 127.0.0.1 cannot be used (address already in use)" in web.stderr
    assert "WEB_SERVER_PORT or --port" in web.stderr
    assert "MIRROR_PORT or --mirror-port" in mirror.stderr
    assert "Traceback" not in web.stderr + mirror.stderr


def test_a_setting_that_cannot_be_is_named(short: Path) -> None:
    ended = run("--state-dir", str(short), WEB_SERVER_PORT="eighty")
    assert ended.returncode == 1
    assert "WEB_SERVER_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
