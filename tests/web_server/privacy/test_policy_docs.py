"""What docs/privacy-policy.md says of the policy is what the policy does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web_server.policies import read, read_named
from web_server.privacy import kinds
from web_server.privacy.policy import DEFAULT, STRICT, Treatment
from web_server.privacy.policy_file import READERS, load

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "privacy-policy.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "privacy.yaml.example"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    part = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_kind_is_listed_once_with_its_two_treatments() -> None:
    listed = [(kind, *row[1:]) for row in rows("Kinds") for kind in re.findall(r"`(\w+)`", row[0])]
    assert sorted(kind for kind, *_ in listed) == sorted(kinds.ALL)
    for kind, default, strict in listed:
        assert (default, strict) == (DEFAULT.treatment(kind), STRICT.treatment(kind)), kind


def test_every_setting_and_every_treatment_is_explained() -> None:
    assert {name for row in rows("Settings") for name in re.findall(r"`(\w+)`", row[0])} == {"base", *READERS}
    assert {row[0].strip("`") for row in rows("Treatments")} == set(Treatment)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL))
def test_every_example_can_be_loaded(block: str) -> None:
    policy = load(block, "privacy-policy.md")
    assert policy.callers or policy.keep or policy.attachments


def test_the_thresholds_that_are_named_are_those_in_force() -> None:
    [row] = [row for row in rows("Settings") if row[0] == "`threshold`"]
    assert row[2] == f"{DEFAULT.threshold:g}; `strict`: {STRICT.threshold:g}"


def test_the_example_file_has_every_setting_and_can_be_loaded() -> None:
    policy = read(str(EXAMPLE))
    assert read_named(policy).keys() == {"strict"}
    text = EXAMPLE.read_text(encoding="utf-8")
    assert {setting for setting in ["base", *READERS] if re.search(rf"(?m)^{setting}:", text)} == {"base", *READERS}
    assert set(re.findall(r"surrogate, (.*) or (\w+)", text)[0][0].split(", ")) | {"surrogate", "keep"} == set(
        Treatment
    )
