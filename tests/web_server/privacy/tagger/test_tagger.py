"""The shipped model: what it reads as a name, where, and what it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy.tagger.tagger import SHIPPED, shipped


def read(text: str, least: float = 0.5) -> dict[str, str]:
    """By name its kind."""
    return {text[name.start : name.end]: name.kind for name in shipped().names(text) if name.probability >= least}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Could you ask Thandeka Oyelaran whether she got the parcel?", {"Thandeka Oyelaran": "PERSON"}),
        ("lol tell brandon he owes me", {"brandon": "PERSON"}),
        ("Die Leitung übernimmt Frau Brinkmann-Osei ab März.", {"Brinkmann-Osei": "PERSON"}),
        ("Ayer hablé con Remedios Cifuentes por teléfono.", {"Remedios Cifuentes": "PERSON"}),
        ("Je travaille avec Maëlys Kerbrat depuis deux ans.", {"Maëlys Kerbrat": "PERSON"}),
        ("Ho sentito Ottavia Brambilla ieri sera.", {"Ottavia Brambilla": "PERSON"}),
        ("Ik heb gisteren Sjoerd Hoekstra gesproken.", {"Sjoerd Hoekstra": "PERSON"}),
        ("We moved the servers from Oberkirch last spring.", {"Oberkirch": "LOCATION"}),
        ("Thornbury Dental Practice has cancelled twice.", {"Thornbury Dental Practice": "ORGANIZATION"}),
        ("What is the difference between TCP and UDP?", {}),
        ("def load(path: Path) -> Config:\n    return Config.parse(path.read_text())", {}),
        ("Write a Python function that sorts a list of Integers in Descending Order.", {}),
    ],
)
def test_names_are_read_where_no_list_has_them(text: str, names: dict[str, str]) -> None:
    assert read(text) == names


@given(st.text(max_size=400))
@settings(max_examples=150)
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    at = 0
    for name in shipped().names(text):
        assert at <= name.start < name.end <= len(text)
        assert 0 <= name.probability <= 1
        at = name.end


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00" * 50,
        "\ud800 Anna \udfff",
        "A" * 20_000,
        "Anna " * 4_000,
        "@" * 10_000,
        "".join(chr(0x300 + at % 0x60) for at in range(5_000)),
        "名前" * 3_000,
        "𝓐𝓷𝓷𝓪 😀" * 500,
    ],
)
def test_odd_texts_are_read_like_any(text: str) -> None:
    for name in shipped().names(text):
        assert text[name.start : name.end].strip() == text[name.start : name.end]


def test_where_a_name_stands_does_not_depend_on_what_stands_far_away() -> None:
    name = "Thandeka Oyelaran"
    for before in ("", "é" * 3, "😀 " * 50, "One more line.\n" * 400):
        text = f"{before}\nPlease call {name} today."
        assert read(text).get(name) == "PERSON"


def test_the_model_is_small() -> None:
    assert SHIPPED.stat().st_size <= 15_000_000


def test_it_adds_little_memory() -> None:
    """Resident memory of a process of its own, in MiB, before and behind loading and reading a thousand texts."""
    script = """
import json, os, resource
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
before = resident()
from web_server.privacy.tagger.tagger import shipped
for at in range(1000):
    shipped().names(f"Please call Thandeka Oyelaran{at} about the {at} boxes from Oberkirch. " * 12)
print(json.dumps(resident() - before))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4]
    )
    assert json.loads(done.stdout) <= 150
