"""`python -m web_server policy`: whether a policy file is sound, and what a policy comes to."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tests.support.pipelines import ruler
from web_server import policy_command
from web_server.privacy import kinds
from web_server.privacy.policy import STRICT


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]):
    parser = argparse.ArgumentParser()
    policy_command.add_parser(parser.add_subparsers(dest="command"))

    def call(*arguments: str) -> tuple[int, str, str]:
        status = policy_command.run(parser.parse_args(["policy", *arguments]))
        return status, *capsys.readouterr()

    return call


def test_a_sound_file_is_said_to_be(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("otherwise: tag\n")
    assert command("check", str(file)) == (0, f"{file}: no mistakes\n", "")


def test_every_mistake_is_said_one_a_line_in_the_files_order(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        "tresholds: {}\ntreatments:\n  PERSN: tag\n  AGE: hide\n  PERSON: tag\nbase: lax\ncallers: {kesia: {pii: 3}}\n"
    )
    status, out, err = command("check", str(file))
    assert (status, out) == (1, "")
    places = [line.removeprefix(f"{file}:").split(": ")[0] for line in err.splitlines()]
    assert places == ["1:1", "3:3", "4:8", "6:7", "7:24"]
    assert "kesia" not in err


def test_the_files_that_a_policy_names_are_checked_too(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("callers: {ann: {policy: q.yaml}}\n")
    (tmp_path / "q.yaml").write_text("base: lax\n")
    status, _, err = command("check", str(file))
    assert status == 1
    assert err.startswith(f"{tmp_path / 'q.yaml'}:1:7: ")


def test_the_effective_policy_is_shown_kind_by_kind(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        "base: strict\ntreatments: {PERSON: block, TICKET: mask}\nthresholds: {AGE: 0.9}\nallow: [Kesia]\n"
        "patterns: [{name: ticket, kind: TICKET, pattern: 'PRJ-\\d{4}'}]\n"
        "minimum: {pii: on, obfuscate: format, pad: on}\n"
    )
    status, out, _ = command("show", str(file), "--json")
    said = json.loads(out)
    assert status == 0
    assert set(said["kinds"]) == kinds.ALL | {"TICKET"}
    assert said["kinds"]["PERSON"] == {"treatment": "block", "threshold": STRICT.threshold, "own": False}
    assert said["kinds"]["TICKET"] == {"treatment": "mask", "threshold": STRICT.threshold, "own": True}
    assert said["kinds"]["AGE"]["threshold"] == 0.9
    raised = {"pii": True, "obfuscate": "format", "pad": True}
    assert said["minimum"] == {**raised, "decoys": 0, "text_only": False}
    assert said["counts"]["allow"] == 1
    table = command("show", str(file))[1]
    assert all(kind in table for kind in said["kinds"])
    assert "esia" not in out.lower() + table.lower()


def test_without_a_file_the_default_is_shown(command) -> None:
    assert json.loads(command("show", "--json")[1])["name"] == "default"


def test_the_table_does_not_say_that_hiding_can_be_switched_off_where_a_setting_forbids_it(
    command, tmp_path: Path
) -> None:
    assert "pii on unless WEB_SERVER_PRIVACY_MINIMUM=none" in command("show")[1]
    file = tmp_path / "p.yaml"
    file.write_text("minimum: {pii: on}\n")
    assert "pii on\n" in command("show", str(file))[1]


def test_what_reads_names_is_shown(command, tmp_path: Path) -> None:
    assert json.loads(command("show", "--json")[1])["names"] == {"engine": "built-in"}
    assert "names: engine built-in\n" in command("show")[1]
    folder, file = ruler(tmp_path / "mine"), tmp_path / "p.yaml"
    file.write_text("names: {engine: spacy, model: mine}\n")
    shown = json.loads(command("show", str(file), "--json")[1])["names"]
    assert shown == {"engine": "spacy", "model": str(folder), "score": 0.85}
    table = " ".join(command("show", str(file))[1].split())
    assert "names: engine spacy, model /" in table and "/mine, score 0.85" in table


def test_a_pipeline_that_cannot_be_loaded_is_a_mistake_of_the_file(command, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("names: {engine: spacy, model: ./mine}\n")
    status, out, err = command("check", str(file))
    assert (status, out, err) == (1, "", f"{file}:1:31: there is no folder `{tmp_path / 'mine'}`\n")
    ruler(tmp_path / "mine")
    assert command("check", str(file)) == (0, f"{file}: no mistakes\n", "")


SLIPS = r"""patterns:
  - {name: a, kind: TICKET, pattern: '(?<=ID )\d+', score: 7}
  - {name: b, kind: BADGE, pattern: '[a-'}
  - {name: c, kind: TICKET, pattern: 'C\d'}
  - {name: c, kind: TICKET, pattern: 'D\d'}
treatments: {TICKET: tag, BADGE: tga, PHONE: tag}
"""


def test_every_mistake_of_every_pattern_is_said_once_and_its_kind_is_known_all_the_same(command, tmp_path: Path):
    file = tmp_path / "p.yaml"
    file.write_text(SLIPS)
    status, _, err = command("check", str(file))
    assert status == 1
    said = [line.removeprefix(f"{file}:") for line in err.splitlines()]
    assert [line.partition(": ")[0] for line in said] == ["2:38", "2:60", "3:37", "5:5", "6:34", "6:39"]
    assert "did you mean PHONE_NUMBER?" in said[-1]


def test_every_recognizer_that_cannot_be_used_is_said_once(command, tmp_path: Path):
    file = tmp_path / "p.yaml"
    file.write_text("recognizers: [NoSuchRecognizer, no_such.module.Badge]\ntreatments: {BADGE: tag}\nthreshold: 7\n")
    status, _, err = command("check", str(file))
    assert status == 1
    assert [line.removeprefix(f"{file}:").partition(": ")[0] for line in err.splitlines()] == ["1:15", "1:33"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("treatments:\n\tAGE: tag\n", "YAML indents with spaces"),
        ('patterns: [{name: a, kind: TICKET, pattern: "PRJ-\\d"}]\n', "in single quotes backslashes stay as they are"),
    ],
)
def test_what_people_write_most_comes_with_what_to_write_instead(command, tmp_path: Path, text: str, says: str):
    file = tmp_path / "p.yaml"
    file.write_text(text)
    assert says in command("check", str(file))[2]
