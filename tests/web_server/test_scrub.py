"""`python -m web_server scrub`, through its own parser and the real standard streams."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from web_server import scrub


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


@pytest.mark.parametrize("arguments", [("--policy", "/nowhere/p.yaml"), ("/nowhere/in.txt",), ("--jsonl",)])
def test_what_is_wrong_is_said_in_one_line(command, arguments: tuple[str, ...]) -> None:
    status, out, err = command(*arguments, stdin="not json\n")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
