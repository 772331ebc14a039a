"""`keys add | rotate | disable | enable | remove | import | rewrap | reload`: secrets go in by prompt or pipe alone."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import at_terminal, command, environment
from tests.support.key_server import Place, key_server_process
from tests.support.upstream import Upstream

KEY = "sk-test-not-a-key-for-the-commands"


@pytest.fixture
def name(at: Place, provider: Upstream) -> str:
    return at.providers(url=provider.url)


def keys(at: Place) -> list[dict[str, Any]]:
    return list(json.loads(command(at, "keys", "list", "--json").stdout))


def is_held(at: Place, name: str, key: str) -> bool:
    """Whether just this secret is a key already: it is not taken twice."""
    again = command(at, "keys", "add", name, given=key.encode())
    return again.returncode == 1 and "already" in again.stderr


def test_a_key_is_piped_in_with_all_that_belongs_to_it(at: Place, name: str) -> None:
    with key_server_process(at):
        words = (
            "--models",
            "test-model, other-model",
            "--label",
            "team",
            "--rpm",
            "60",
            "--tpm",
            "9000",
            "--weight",
            "3",
        )
        done = command(at, "keys", "add", name, *words, given=f"{KEY}\r\n".encode())
        (key,) = keys(at)
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    assert key["key_id"] in done.stdout and key["fingerprint"] in done.stdout
    assert hashlib.sha256(KEY.encode()).hexdigest()[:12] != key["fingerprint"], "a plain hash can be guessed at"
    assert (key["models"], key["label"], key["weight"]) == (["test-model", "other-model"], "team", 3)
    assert (key["requests_per_minute"], key["tokens_per_minute"], len(key["fingerprint"])) == (60, 9000, 12)


def test_a_weight_of_nothing_is_not_taken(at: Place, name: str) -> None:
    at.keys(name)
    with key_server_process(at):
        done = command(at, "keys", "add", name, "--weight", "0", given=f"{KEY}-2".encode())
        listed = command(at, "keys", "list").stdout
    assert (done.returncode, KEY in listed) == (2, False)


def test_a_key_is_typed_where_nobody_sees_it(at: Place, name: str) -> None:
    with key_server_process(at):
        seen = at_terminal(at, "keys", "add", name, typed=f"{KEY}\n")
        assert is_held(at, name, KEY)
    assert seen.status == 0
    assert "Key (not shown): " in seen.screen and KEY not in seen.screen


def test_a_key_from_a_file_with_a_byte_order_mark_is_the_key(at: Place, name: str) -> None:
    with key_server_process(at):
        done = command(at, "keys", "add", name, given=b"\xef\xbb\xbf" + KEY.encode() + b"\r\n")
        assert is_held(at, name, KEY)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("given", [b"", b"\n", b"one-key\nanother-key\n", b"k" * 70_000])
def test_what_is_no_key_is_refused_before_it_is_sent(at: Place, name: str, given: bytes) -> None:
    with key_server_process(at):
        done = command(at, "keys", "add", name, given=given)
        assert keys(at) == []
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "another-key" not in done.stderr


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("nobody",), KEY),
        (("NAME", "--models", "no-such-model"), KEY),
        (("NAME", "--base-url", "https://elsewhere.example"), KEY),
        (("NAME",), "2-few"),
        (("NAME",), "sk-REPLACE_ME-REPLACE_ME"),
    ],
)
def test_what_the_server_does_not_take_is_its_sentence(
    at: Place, name: str, words: tuple[str, ...], given: str
) -> None:
    with key_server_process(at):
        done = command(at, "keys", "add", *(name if word == "NAME" else word for word in words), given=given.encode())
        assert keys(at) == []
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert given not in done.stderr and "elsewhere" not in done.stderr


def test_a_key_is_meant_by_its_id_its_beginning_or_its_label(at: Place, name: str) -> None:
    with key_server_process(at):
        for number in range(2):
            assert (
                command(at, "keys", "add", name, "--label", f"l{number}", given=f"{KEY}-{number}".encode()).returncode
                == 0
            )
        first, second = sorted(keys(at), key=lambda key: str(key["label"]))
        for meant in (first["key_id"], first["key_id"][:12], first["key_id"][4:12], "l0"):
            assert command(at, "keys", "disable", meant).returncode == 0
            assert [key["disabled"] for key in keys(at) if key["key_id"] == first["key_id"]] == [True]
            assert command(at, "keys", "enable", meant).returncode == 0
        both = command(at, "keys", "disable", "key_")
        assert both.returncode == 1 and first["key_id"] in both.stderr and second["key_id"] in both.stderr
        assert not any(key["disabled"] for key in keys(at))


def test_a_rotated_key_keeps_its_place_and_takes_the_new_secret(at: Place, name: str) -> None:
    with key_server_process(at):
        command(at, "keys", "add", name, "--label", "mine", given=KEY.encode())
        (before,) = keys(at)
        done = command(at, "keys", "rotate", "mine", given=f"{KEY}-new".encode())
        (after,) = keys(at)
        assert is_held(at, name, f"{KEY}-new")
    assert done.returncode == 0, done.stderr
    assert after["label"] == "mine" and after["fingerprint"] != before["fingerprint"]
    assert KEY not in done.stdout + done.stderr


def test_a_key_is_removed_after_a_question_or_with_yes(at: Place, name: str) -> None:
    with key_server_process(at):
        for number in range(2):
            command(at, "keys", "add", name, "--label", f"l{number}", given=f"{KEY}-{number}".encode())
        unasked = command(at, "keys", "remove", "l0")
        assert unasked.returncode == 1 and "--yes" in unasked.stderr
        assert at_terminal(at, "keys", "remove", "l0", typed="n\n").status == 1
        assert len(keys(at)) == 2
        assert at_terminal(at, "keys", "remove", "l0", typed="y\n").status == 0
        assert command(at, "keys", "remove", "l1", "--yes").returncode == 0
        assert keys(at) == []


def key_list(at: Place, *rows: str) -> Path:
    path = at.directory / "more.csv"
    path.write_text("provider,model,api_key\n" + "".join(f"{row}\n" for row in rows))
    path.chmod(0o600)
    return path


def test_an_import_says_line_by_line_what_was_not_taken_and_keeps_the_file(at: Place, name: str) -> None:
    listed = key_list(at, f"{name},*,{KEY}-1", f"nobody,*,{KEY}-2", f"{name},*,{KEY}-3", f"{name},*,")
    with key_server_process(at):
        done = command(at, "keys", "import", str(listed), "--shred")
        assert len(keys(at)) == 2
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["line 3", "line 5"]
    assert "2 added, 0 already there, 2 not taken." in done.stdout
    assert listed.exists() and KEY not in done.stdout + done.stderr


def test_a_list_that_was_taken_whole_is_shredded_where_that_is_wished(at: Place, name: str) -> None:
    listed = key_list(at, f"{name},*,{KEY}-1", f"{name},*,{KEY}-2")
    other_name = os.open(listed, os.O_RDONLY)  # what a reader that has it open finds afterwards
    with key_server_process(at):
        kept = command(at, "keys", "import", str(listed))
        assert kept.returncode == 0 and listed.exists() and "in clear" in kept.stderr
        asked = at_terminal(at, "keys", "import", str(listed), typed="n\n")
        assert asked.status == 0 and listed.exists() and "Shred the file now?" in asked.screen
        done = command(at, "keys", "import", str(listed), "--shred")
    assert done.returncode == 0, done.stderr
    assert not listed.exists() and "best effort" in done.stderr
    assert KEY.encode() not in os.pread(other_name, 4096, 0), "overwritten, not only unlinked"
    os.close(other_name)


def test_a_yes_at_the_terminal_shreds(at: Place, name: str) -> None:
    listed = key_list(at, f"{name},*,{KEY}-1")
    with key_server_process(at):
        seen = at_terminal(at, "keys", "import", str(listed), typed="y\n")
    assert seen.status == 0 and not listed.exists(), seen.screen


def test_links_and_files_of_two_names_are_not_shredded(at: Place, name: str) -> None:
    listed = key_list(at, f"{name},*,{KEY}-1")
    (at.directory / "symbolic.csv").symlink_to(listed)
    with key_server_process(at):
        symbolic = command(at, "keys", "import", str(at.directory / "symbolic.csv"), "--shred")
        (at.directory / "hard.csv").hardlink_to(listed)
        hard = command(at, "keys", "import", str(listed), "--shred")
        folder = command(at, "keys", "import", str(at.directory), "--shred")
        missing = command(at, "keys", "import", "nowhere.csv")
    assert (symbolic.returncode, hard.returncode, folder.returncode, missing.returncode) == (2, 1, 2, 2)
    assert "link" in symbolic.stderr and "second name" in hard.stderr
    assert KEY in listed.read_text()


def test_a_large_list_goes_in_pieces_and_its_lines_keep_their_numbers(at: Place, name: str) -> None:
    rows = [f"{name},*,{KEY}-{number:06}" for number in range(12_000)]
    rows[11_000] = f"nobody,*,{KEY}"
    rows[5] = f'{name},*,"{KEY}-quoted"'
    listed = key_list(at, *rows)
    with key_server_process(at):
        done = command(at, "keys", "import", str(listed), "--keep")
        again = command(at, "keys", "import", "-", given=b"\xef\xbb\xbf" + listed.read_bytes().replace(b"\n", b"\r\n"))
    assert "11999 added, 0 already there, 1 not taken." in done.stdout, done.stderr
    assert done.stderr.startswith("line 11002: ")
    assert "0 added, 11999 already there, 1 not taken." in again.stdout


def test_open_quotes_and_a_line_without_end_leave_the_rest_of_a_large_list_alone(at: Place, name: str) -> None:
    rows = [f"{name},*,{KEY}-{number:06}" for number in range(11_000)]
    rows[5] = f'{name},*,"{KEY}-open'
    rows[7_000] = "x" * 10_000_000  # more than one message may hold
    listed = key_list(at, *rows)
    with key_server_process(at):
        done = command(at, "keys", "import", str(listed), "--keep")
    assert "10998 added, 0 already there, 2 not taken." in done.stdout, done.stderr
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["line 7", "line 7002"]


def test_of_a_large_list_whose_columns_cannot_be_read_nothing_is_taken(at: Place, name: str) -> None:
    listed = key_list(at, *(f"{name},*,{KEY}-{number:06}" for number in range(11_000)))
    listed.write_bytes(b'label,"provider,model,api_key\n' + listed.read_bytes().partition(b"\n")[2])
    with key_server_process(at):
        done = command(at, "keys", "import", str(listed), "--keep")
        assert keys(at) == []
    assert "0 added, 0 already there, 1 not taken." in done.stdout
    assert done.stderr.startswith("line 1: ") and "nothing was taken" in done.stderr


def test_keys_are_sealed_anew_and_lists_read_again(at: Place, name: str) -> None:
    with key_server_process(at):
        command(at, "keys", "add", name, given=KEY.encode())
        before = (at.directory / "keys.sealed").read_bytes()
        rewrapped = command(at, "keys", "rewrap")
        reloaded = command(at, "keys", "reload")
        (at.directory / "providers.yaml").write_text("providers: [")
        refused = command(at, "keys", "reload")
    assert rewrapped.returncode == 0 and rewrapped.stdout.startswith("1 sealed anew"), rewrapped.stderr
    assert (at.directory / "keys.sealed").read_bytes() != before
    assert reloaded.stdout == "1 keys, 1 providers.\n"
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_secret_in_the_environment_is_not_looked_at(at: Place, name: str) -> None:
    with key_server_process(at):
        done = command(at, "keys", "add", name, API_KEY=KEY, OPENAI_API_KEY=KEY, KEY=KEY)
    assert done.returncode == 2
    assert "API_KEY" not in environment(at)
