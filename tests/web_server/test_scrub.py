"""`python -m web_server scrub`, through its own parser and the real standard streams."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from web_server import scrub
from web_server.privacy.tagger import tagger

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]):
    parser = argparse.ArgumentParser()
    scrub.add_parser(parser.add_subparsers(dest="command"))

    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        status = scrub.run(parser.parse_args(["scrub", *arguments]))
        written = capfdbinary.readouterr()
        return status, written.out.decode("utf-8", "surrogateescape"), written.err.decode()

    return call


TEXT = "My name is Anna Example, write to anna@example.com."


def test_text_goes_in_and_scrubbed_text_comes_out(command) -> None:
    status, out, _ = command(stdin=TEXT)
    assert status == 0
    assert "Anna" not in out
    assert "anna@example.com" not in out
    assert out.startswith("My name is ")


def test_json_names_spans_of_the_original(command) -> None:
    _, out, _ = command("--json", stdin=TEXT)
    answer = json.loads(out)
    assert [(TEXT[s["start"] : s["end"]], s["kind"]) for s in answer["spans"]] == [
        ("Anna Example", "PERSON"),
        ("anna@example.com", "EMAIL_ADDRESS"),
    ]
    assert all(span["surrogate"] in answer["text"] for span in answer["spans"])


def test_jsonl_answers_line_by_line(command, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps({"text": TEXT}) + "\n\n" + json.dumps({"text": "nothing here"}) + "\n")
    status, out, _ = command("--jsonl", str(file))
    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 0
    assert len(first["spans"]) == 2
    assert second == {"text": "nothing here", "spans": []}


def test_line_ends_and_broken_bytes_pass_through(command) -> None:
    assert command(stdin="a\r\nb\udcff\rc\n")[1] == "a\r\nb\udcff\rc\n"


def test_a_policy_file_decides(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("treatments: {EMAIL_ADDRESS: block}\n")
    status, out, err = command("--policy", str(file), stdin=TEXT)
    assert (status, out) == (1, "")
    assert "EMAIL_ADDRESS" in err
    assert "anna" not in err


def test_objects_have_the_keys_that_tools_rely_on(command) -> None:
    answer = json.loads(command("--json", stdin=TEXT)[1])
    assert list(answer) == ["text", "spans"]
    assert all(list(span) == ["start", "end", "kind", "score", "surrogate", "reason"] for span in answer["spans"])


def test_a_blocked_text_is_no_object(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("treatments: {EMAIL_ADDRESS: block}\n")
    status, out, err = command("--json", "--policy", str(file), stdin=TEXT)
    assert (status, out) == (1, "")
    assert "EMAIL_ADDRESS" in err and "anna" not in err


def test_a_blocked_line_does_not_keep_the_others_back(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("treatments: {EMAIL_ADDRESS: block}\n")
    lines = "".join(json.dumps({"text": text}) + "\n" for text in ("one", TEXT, "two", TEXT))
    status, out, err = command("--jsonl", "--policy", str(file), stdin=lines)
    assert status == 1
    assert "line 2 and 1 more" in err and "anna" not in err
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["text"] for answer in answers] == ["one", None, "two", None]
    assert [answer.get("blocked") for answer in answers] == [None, ["EMAIL_ADDRESS"], None, ["EMAIL_ADDRESS"]]
    assert "anna" not in out.lower()


def test_lines_may_begin_with_the_mark_that_windows_puts_before_them(command) -> None:
    status, out, _ = command("--jsonl", stdin="\ufeff" + json.dumps({"text": TEXT}) + "\n")
    assert status == 0
    assert "anna" not in out.lower()


ESCAPES = "\x1b[31mred \x1b]0;title\x07 \x9b2J \u202eevil \u2028 \x08\r end, Kesia Varga \udcff"


def test_the_view_shows_value_kind_reason_and_surrogate(command) -> None:
    status, out, _ = command("--spans", stdin=TEXT)
    assert status == 0
    assert "[1: Anna Example]" in out and "[2: anna@example.com]" in out, "without colours spans stand in brackets"
    assert "PERSON" in out and "EMAIL_ADDRESS" in out
    assert "is a mail" in out and "0.8" in out and "1.00" in out
    assert "what would leave" in out


def test_nothing_that_a_terminal_would_act_on_reaches_it(command) -> None:
    out = command("--spans", stdin=f"I am Kesia Varga\x1b[0m. {ESCAPES}")[1]
    assert not [character for character in out if ord(character) < 32 and character not in "\n\t"]
    assert not set(out) & set("\x7f\x9b\u202e\u2028\udcff")
    assert "␛" in out and "<U+202E>" in out and "<FF>" in out


def test_what_is_no_view_passes_everything_through(command) -> None:
    assert command(stdin=ESCAPES.replace("Kesia Varga", "nobody"))[1] == ESCAPES.replace("Kesia Varga", "nobody")


@pytest.mark.parametrize("columns", [80, 120])
def test_an_address_is_whole_in_terminals_of_any_usual_width(
    command, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = "My name is Annabella Examplesson, write to annabella@example.com."
    listed = command("--spans", stdin=text)[1].rpartition("[2: ")[2].partition("\n")[2]
    assert "annabella@example.com" in listed
    assert "is a mail address" in listed and "1.00" in listed
    assert all(len(line) <= columns for line in listed.splitlines())


def test_a_blocked_text_is_shown_and_refused(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("treatments: {EMAIL_ADDRESS: block}\n")
    status, out, err = command("--spans", "--policy", str(file), stdin=TEXT)
    assert status == 1
    assert "nothing leaves: the policy blocks EMAIL_ADDRESS" in out
    assert "anna" not in err


def test_the_manner_of_writing_can_be_softened_too(command) -> None:
    text = "Hiya!!! Anna Example here \u2014 I'm 43 years old :-)"
    as_it_is = command(stdin=text)[1]
    softened = command("--obfuscate", "format", stdin=text)[1]
    assert "!!!" in as_it_is and "!!!" not in softened
    assert "Anna" not in softened
    assert "43" in as_it_is and "43" not in command("--obfuscate", "quasi", stdin=text)[1]
    view = command("--obfuscate", "format", "--spans", stdin=text)[1]
    assert "its manner softened (format)" in view


def test_the_policys_minimum_holds_here_too(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("minimum: {obfuscate: format}\n")
    assert "!!!" not in command("--policy", str(file), stdin="Hiya!!! Anna Example here")[1]


def test_a_text_without_finds_says_so(command) -> None:
    assert "nothing was found" in command("--spans", stdin="the cat sat")[1]
    assert command("--spans", stdin="")[0] == 0


def on_a_terminal(tmp_path: Path, *arguments: str, **environment: str) -> str:
    """What the command writes to a terminal of its own."""
    file = tmp_path / "in.txt"
    file.write_text(TEXT)
    reader, terminal = pty.openpty()
    command = [sys.executable, "-m", "web_server", "scrub", *arguments, str(file)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment}
    process = subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment, cwd=tmp_path)
    os.close(terminal)
    written = b""
    with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
        while piece := os.read(reader, 4096):
            written += piece
    os.close(reader)
    assert process.wait() == 0
    return written.decode()


def test_a_terminal_gets_colours_and_no_color_is_honoured(tmp_path: Path) -> None:
    assert "\x1b[" in on_a_terminal(tmp_path)
    plain = on_a_terminal(tmp_path, NO_COLOR="1")
    assert "[1: Anna Example]" in plain
    assert "\x1b[3" not in plain and ";3" not in plain
    assert "what would leave" not in on_a_terminal(tmp_path, "--json")


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text((json.dumps({"text": TEXT}) + "\n") * 400)
    command = f"{sys.executable} -m web_server scrub --jsonl {file} | head -1"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, shell=True, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["spans"]
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("--policy", "/nowhere/p.yaml"), ("/nowhere/in.txt",), ("--jsonl",)])
def test_what_is_wrong_is_said_in_one_line(command, arguments: tuple[str, ...]) -> None:
    status, out, err = command(*arguments, stdin="not json\n")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1


def test_a_missing_model_of_names_is_an_error_in_a_sentence(command, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tagger, "shipped", lambda: tagger.Tagger(tmp_path / "names.model"))
    status, out, err = command(stdin=TEXT)
    assert (status, out) == (2, "")
    assert "names.model cannot be read: No such file or directory" in err
    assert "Traceback" not in err
