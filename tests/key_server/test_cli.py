"""The commands, as people and scripts give them: real processes against the real server."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import re
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from key_server.cli import tables
from key_server.cli.tables import Column
from protos import router_pb2
from tests.support.commands import at_terminal, command, environment
from tests.support.key_server import ROOT, Place, connected, key_server_process
from tests.support.upstream import Upstream

KEY = "sk-test-not-a-key-of-the-commands"


@pytest.fixture
def name(at: Place, provider: Upstream) -> str:
    """A provider with two keys."""
    name = at.providers(url=provider.url)
    at.keys(name, f"{KEY}-1", f"{KEY}-2")
    return name


def test_help_is_there_at_once_and_names_every_command(at: Place) -> None:
    started = time.monotonic()
    done = command(at, "--help")
    assert time.monotonic() - started < 2  # alone it is 0.07; on a machine that other tests share
    assert done.returncode == 0
    for each in ("serve", "keys", "usage", "endpoints", "doctor", "health", "KEY_SERVER_SOCKET"):
        assert each in done.stdout


@pytest.mark.parametrize("noun", ["keys", "usage", "endpoints", "doctor"])
def test_the_help_of_each_command_has_examples(at: Place, noun: str) -> None:
    done = command(at, noun, "--help")
    assert done.returncode == 0
    assert f"  python -m key_server {noun}" in done.stdout


def test_keys_and_endpoints_are_lists_for_people_and_for_machines(at: Place, name: str) -> None:
    with key_server_process(at):
        listed, endpoints = command(at, "keys", "list"), command(at, "endpoints", "--provider", name)
        keys = json.loads(command(at, "keys", "list", "--json").stdout)
        places = json.loads(command(at, "endpoints", "--json").stdout)
    assert [line.split()[:2] for line in listed.stdout.splitlines()[1:]] == [[key["key_id"], name] for key in keys]
    assert len(keys) == 2 and {key["models"][0] for key in keys} == {"*"}
    assert [place["provider"] for place in places] == [name] * 2
    assert places[0]["endpoint_id"] in endpoints.stdout
    assert KEY not in listed.stdout + endpoints.stdout


def test_a_key_that_does_not_open_is_not_called_ready(at: Place, name: str) -> None:
    with key_server_process(at):
        pass
    (at.directory / "api_keys.csv").unlink()
    path = at.directory / "keys.sealed"
    content = json.loads(path.read_bytes())
    first, second = content["keys"]
    first["sealed"], second["sealed"] = second["sealed"], first["sealed"]
    path.write_text(json.dumps(content))
    with key_server_process(at):
        done = command(at, "keys", "list")
    assert done.returncode == 0 and done.stdout.count("closed") == 2 and "ready" not in done.stdout
    assert "doctor" in done.stderr


@pytest.mark.parametrize("words", [("keys", "list"), ("endpoints",)])
def test_a_table_keeps_to_a_narrow_terminal_and_no_color_is_respected(
    at: Place, name: str, words: tuple[str, ...]
) -> None:
    with key_server_process(at):
        coloured, plain = at_terminal(at, *words), at_terminal(at, *words, NO_COLOR="1")
    assert "\x1b[32mready" in coloured.screen and "\x1b[32m" not in plain.screen
    assert max(map(len, coloured.lines)) <= 80


def test_a_terminal_too_narrow_for_a_table_gets_every_figure_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = (Column("key"), Column("label", folds=True, spare=True), Column("tokens", right=True))
    rows = [("key_0123456789abcdef", "team-a", "12,345,678"), ("key_fedcba9876543210", "", "248")]
    monkeypatch.setenv("COLUMNS", "34")
    read, write = pty.openpty()
    with os.fdopen(write, "w") as terminal, contextlib.redirect_stdout(terminal):
        tables.table(columns, rows)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", os.read(read, 65536).decode())
    os.close(read)
    assert [line.split() for line in shown.splitlines() if line] == [
        ["key", "key_0123456789abcdef"],
        ["label", "team-a"],
        ["tokens", "12,345,678"],
        ["key", "key_fedcba9876543210"],
        ["tokens", "248"],
    ]


@pytest.mark.parametrize("columns", [60, 80])
def test_a_narrow_terminal_hides_no_column_of_the_endpoints(at: Place, name: str, columns: int) -> None:
    with key_server_process(at):
        shown = at_terminal(at, "endpoints", columns=columns, NO_COLOR="1")
    for title in ("provider", "key", "state", "busy", "req/min", "tok/min", "models"):
        assert title in shown.screen
    assert max(map(len, shown.lines)) <= columns


@pytest.mark.parametrize("words", [("keys", "list"), ("endpoints",), ("usage",), ("keys", "disable", "x")])
def test_without_a_server_each_command_says_what_to_do(at: Place, words: tuple[str, ...]) -> None:
    done = command(at, *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("key_server: No key server is running") and done.stderr.count("\n") == 1
    assert "make run" in done.stderr


def test_a_socket_that_nobody_answers_and_a_missing_token_are_one_sentence(at: Place, name: str) -> None:
    with key_server_process(at) as process:
        (at.directory / "token").rename(at.directory / "moved")
        missing = command(at, "keys", "list")
        (at.directory / "token").write_text("another-token")
        stale = command(at, "keys", "list")
        process.kill()
        process.wait()
        dead = command(at, "keys", "list")
    for done, says in ((missing, "KEY_SERVER_TOKEN_FILE"), (stale, "did not take the token"), (dead, "No key server")):
        assert done.returncode == 1
        assert says in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a socket away")
def test_a_key_is_not_put_through_a_socket_that_anybody_may_have_made(at: Place, name: str) -> None:
    with key_server_process(at):
        at.directory.chmod(0o1777)
        os.chown(at.directory / "a.sock", 65534, 65534)
        done = command(at, "keys", "add", name, given=KEY.encode())
        at.directory.chmod(0o700)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "belongs to user 65534" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a socket away")
def test_nor_through_one_that_took_the_servers_place_while_it_was_typed(at: Place, name: str) -> None:
    with ExitStack() as lives, socket.socket(socket.AF_UNIX) as theirs:
        lives.enter_context(key_server_process(at))
        at.directory.chmod(0o1777)

        def take_its_place() -> None:
            lives.close()
            theirs.bind(str(at.directory / "a.sock"))
            theirs.listen()
            theirs.setblocking(False)
            os.chown(at.directory / "a.sock", 65534, 65534)

        seen = at_terminal(at, "keys", "add", name, typed=f"{KEY}\n", before=take_its_place)
        with pytest.raises(BlockingIOError):
            theirs.accept()
    assert seen.status == 1
    assert "belongs to user 65534" in " ".join(seen.lines)


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "add", "openai", "SECRET"),
        ("keys", "add", "openai", "--rpm", "SECRET"),
        ("keys", "add", "openai", "--key", "SECRET"),
        ("keys", "SECRET"),
        ("SECRET",),
        ("usage", "--since", "SECRET"),
        ("usage", "--by", "SECRET"),
    ],
)
def test_a_word_that_does_not_belong_is_refused_and_never_repeated(at: Place, words: tuple[str, ...]) -> None:
    done = command(at, *(KEY if word == "SECRET" else word for word in words))
    assert done.returncode == 2
    assert KEY not in done.stdout + done.stderr
    assert done.stderr.startswith("usage: ")


def test_a_mistyped_option_shows_what_that_command_takes(at: Place) -> None:
    done = command(at, "keys", "add", "openai", "--lable", "x")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: python -m key_server keys add ") and "[--label LABEL]" in done.stderr
    assert command(at, "kyes").stderr.rstrip().endswith("serve, keys, usage, endpoints, doctor, health")


def test_a_key_typed_as_a_name_is_not_repeated_either(at: Place, name: str) -> None:
    with key_server_process(at):
        done = command(at, "keys", "disable", KEY)
    assert done.returncode == 1
    assert "keys list" in done.stderr and KEY not in done.stdout + done.stderr


def test_an_unusable_setting_is_exit_status_two(at: Place) -> None:
    done = command(at, "keys", "list", KEY_SERVER_DRAIN_SECONDS="soon")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "KEY_SERVER_DRAIN_SECONDS" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(at: Place, name: str) -> None:
    with key_server_process(at):
        done = subprocess.run(
            f"{sys.executable} -m key_server keys list --json | true",
            shell=True,
            env=environment(at),
            timeout=30,
            capture_output=True,
            check=False,
        )
    assert done.stderr == b""


def test_no_form_of_a_list_steers_the_terminal_it_is_printed_on(capsys: pytest.CaptureFixture[str]) -> None:
    name = "openai/a\x1b]0;title\x07\x9b31m\u202e\U000e0001"
    tables.as_csv(("model",), [(name,)])
    tables.as_json([{"name": name}])
    shown = capsys.readouterr().out
    assert all(each.isprintable() or each in "\r\n" for each in shown)
    assert json.loads(shown[shown.index("\n[") :]) == [{"name": name}]


async def test_usage_is_a_table_with_a_total_json_and_csv(at: Place, name: str) -> None:
    with key_server_process(at):
        async with connected(at) as server:
            for number in range(3):
                await server.forward(name, call_id=f"call-{number}")
                report = router_pb2.UsageReport(call_id=f"call-{number}", prompt_tokens=1000, completion_tokens=500)
                await server.router.ReportUsage(report, metadata=server.metadata)
        forms = ((), ("--json",), ("--csv",))
        shown = {form: command(at, "usage", "--by", "model", *form).stdout for form in forms}
        sinces = ("24h", "7d", "4w", "2026-01-01", "all")
        since = [command(at, "usage", "--since", each, "--json").stdout.count('"name"') for each in sinces]
        later = command(at, "usage", "--since", "2100-01-01")
    lines = [line.split() for line in shown[()].splitlines()]
    assert lines[0] == ["model", "requests", "errors", "in", "out", "avg", "ms", "USD"]
    assert lines[1][:5] == [f"{name}/test-model", "3", "0", "3,000", "1,500"]
    assert lines[-1][:5] == ["total", "3", "0", "3,000", "1,500"]
    (row,) = json.loads(shown["--json",])
    assert (row["requests"], row["prompt_tokens"], row["completion_tokens"]) == (3, 3000, 1500)
    titles, cells = csv.reader(io.StringIO(shown["--csv",]))
    assert titles[:4] == ["model", "label", "requests", "errors"] and cells[2] == "3"
    assert since == [1] * len(sinces)
    assert (later.returncode, later.stdout) == (0, "") and "Nothing was used" in later.stderr


@pytest.mark.parametrize("text", ["7", "0d", "-1d", "2026-13-01", "yesterday", "d", ""])
def test_a_time_that_is_none_is_refused(at: Place, text: str) -> None:
    assert command(at, "usage", f"--since={text}").returncode == 2


@pytest.mark.parametrize("words", [(), ("keys", "list"), ("usage",), ("doctor",)])
def test_a_python_without_the_packages_is_told_where_they_are(at: Place, words: tuple[str, ...]) -> None:
    bare = [sys.executable, "-S", "-m", "key_server", *words]
    done = subprocess.run(bare, env=environment(at), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("key_server: this Python has no `") and done.stderr.count("\n") == 1
