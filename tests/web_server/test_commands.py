"""`python -m web_server`: mistakes in settings and files are one sentence and exit status 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {"WEB_SERVER_JWT_SECRET": "j" * 32, "WEB_SERVER_STATE_SECRET": "s" * 32}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **SAFE, **settings}
    command = [sys.executable, "-m", "web_server", *arguments]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"WEB_SERVER_JWT_SECRET": "short"}, "WEB_SERVER_JWT_SECRET"),
        ({"VAULT_ADDR": "http://127.0.0.1:1"}, "VAULT_ADDR"),
        ({"PROVIDER_FILE": "nowhere.yaml"}, "nowhere.yaml"),
        ({"PROVIDER_FILE": "broken.yaml"}, "broken.yaml:1"),
        ({"PROVIDER_FILE": "good.yaml", "PRIVACY_FILE": "broken.yaml"}, "broken.yaml:1"),
        ({"PROVIDER_FILE": "good.yaml", "WEB_SERVER_ACCESS_FILE": "broken.yaml"}, "broken.yaml:1"),
        ({"PROVIDER_FILE": "good.yaml", "WEB_SERVER_JWT_SECRET": "", "WEB_SERVER_JWKS_FILE": "no.json"}, "no.json"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(tmp_path: Path, settings: dict[str, str], says: str):
    (tmp_path / "broken.yaml").write_text("providers: [")
    (tmp_path / "good.yaml").write_text("providers: {one: {models: [{id: a}]}}")
    done = run(tmp_path, **settings)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_any_asgi_server_says_it_in_one_sentence_too(tmp_path: Path):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "import web_server.asgi"]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("web_server: WEB_SERVER_JWT_SECRET") and done.stderr.count("\n") == 1


def test_what_is_loaded_at_the_start_is_not_looked_through_for_garbage_while_queries_wait(tmp_path: Path):
    (tmp_path / "good.yaml").write_text("providers: {one: {models: [{id: a}]}}")
    secrets = {f"WEB_SERVER_{name}_SECRET": name * 16 for name in ("JWT", "STATE")}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PROVIDER_FILE": "good.yaml", **secrets}
    code = "import gc, web_server.asgi; print(len(gc.get_objects()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 10_000


@pytest.mark.parametrize("arguments", [("--scopes", "admin"), ("--hours", "0"), ("--hours", "-1"), ("--hours", "nan")])
def test_a_token_that_makes_no_sense_is_not_minted(tmp_path: Path, arguments: tuple[str, ...]):
    done = run(tmp_path, "token", "--subject", "ann", *arguments)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("--subject", "ann", "--models", "openai"), {}, "--models"),
        ((), {}, "--subject"),
        (("--subject", "ann", "--revoke", "x"), {}, "not allowed with"),
        (("--revoke", ""), {}, "jti"),
        (("--revoke", "a.b.c"), {}, "--revoke"),
        (
            ("--revoke", "an-id", "--hours", "1"),
            {"WEB_SERVER_REDIS_URL": "unix:///nowhere.sock"},
            "nothing was revoked",
        ),
    ],
)
def test_a_token_command_that_makes_no_sense_says_why(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], says: str
):
    done = run(tmp_path, "token", *arguments, **settings)
    assert done.returncode == (1 if "nothing was" in says else 2)
    assert done.stdout == "" and says in done.stderr


def test_with_a_key_set_tokens_are_their_issuers_and_are_not_minted(tmp_path: Path):
    done = run(
        tmp_path, "token", "--subject", "ann", WEB_SERVER_JWT_SECRET="", WEB_SERVER_JWKS_URL="https://issuer.test/"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "issuer" in done.stderr and done.stderr.count("\n") == 1


def test_groups_without_a_file_of_groups_are_warned_of(tmp_path: Path):
    done = run(tmp_path, "token", "--subject", "ann", "--groups", "research")
    assert done.returncode == 0 and done.stdout.count(".") == 2
    assert "WEB_SERVER_ACCESS_FILE" in done.stderr


@pytest.mark.parametrize("command", ["scrub", "policy show"])
def test_a_python_without_our_packages_is_told_in_one_sentence_which_one_has_them(tmp_path: Path, command: str):
    bare = [sys.executable, "-S", "-m", "web_server", *command.split()]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        bare, env=environment, cwd=tmp_path, input="", capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert ".venv/bin/python" in done.stderr and done.stderr.count("\n") == 1


def test_help_names_every_command(tmp_path: Path):
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("serve", "token", "scrub"))
