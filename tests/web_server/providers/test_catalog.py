"""providers.yaml as the web server sees it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from key_server.catalog.well_known import WELL_KNOWN
from web_server.providers.catalog import WELL_KNOWN_DIALECTS, CatalogError, CatalogFile, parse

FILE = """
providers:
  one:
    dialect: openai
    base_url: https://one.example/v1
    models:
      - {id: small, name: Small, context: 1000, capabilities: [chat], price: {input: 0.1, output: 2}}
      - {id: team/large}
  two:
    dialect: anthropic
    models:
      - {id: small}
      - {id: odd, dialect: openai}
  any:
    models: [{id: "*"}]
OpenAI: [{name: "GPT", tag: gpt-x}]
"""


def test_models_are_found_by_their_full_name_or_by_a_bare_one():
    catalog = parse(FILE, "f")
    small = catalog.find("one/small")
    assert small and (small.name, small.context, small.input_price, small.output_price) == ("Small", 1000, 0.1, 2)
    assert catalog.find("small") == small
    assert str(catalog.find("team/large").ref) == "one/team/large"
    assert catalog.find("two/small").dialect == "anthropic"
    assert catalog.find("two/odd").dialect == "openai"
    assert str(catalog.find("openai/gpt-x").ref) == "openai/gpt-x"


def test_a_provider_may_take_any_name():
    catalog = parse(FILE, "f")
    assert str(catalog.find("any/thing/at-all").ref) == "any/thing/at-all"
    assert catalog.find("any/*").is_any
    assert catalog.find("any/") is None


@pytest.mark.parametrize("name", ["", "/", "one", "one/", "one/none", "none/small", "/small", "*"])
def test_what_is_not_listed_is_not_found(name: str):
    assert parse(FILE, "f").find(name) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("providers: [", 1),
        ("providers:\n  one:\n    dialect: openai", 3),
        ("providers:\n  one:\n    models: none", 3),
        ("providers:\n  one:\n    models:\n      - {name: x}", 4),
        ("providers:\n  one:\n    models:\n      - {id: x, context: many}", 4),
        ("providers:\n  one:\n    models:\n      - {id: x, price: {input: cheap}}", 4),
        ("OpenAI: [{name: x}]", 1),
        ("- a list", 1),
    ],
)
def test_a_bad_line_is_named_by_its_number(text: str, line: int):
    with pytest.raises(CatalogError, match=rf"^f:{line}:"):
        parse(text, "f")


def test_a_changed_file_is_read_again_and_a_broken_one_is_not(tmp_path: Path):
    file = tmp_path / "providers.yaml"
    file.write_text("providers: {one: {models: [{id: a}]}}")
    now = 0.0
    catalog = CatalogFile([file], clock=lambda: now)
    assert catalog.current.find("one/a")

    def rewrite(text: str) -> None:
        nonlocal now
        file.write_text(text)
        os.utime(file, (time.time() + 10, time.time() + 10))
        now += 1

    rewrite("providers: {one: {models: [{id: b}]}}")
    assert catalog.current.find("one/b") and not catalog.current.find("one/a")
    rewrite("providers: {one: [")
    assert catalog.current.find("one/b")


def test_a_changed_file_is_read_again_however_busy_the_server_is(tmp_path: Path):
    file = tmp_path / "providers.yaml"
    file.write_text("providers: {one: {models: [{id: a}]}}")
    now = 0.0
    catalog = CatalogFile([file], clock=lambda: now)
    file.write_text("providers: {one: {models: [{id: new}]}}")
    while now < 2 and not catalog.current.find("one/new"):
        now += 0.25
    assert now <= 1.25


def test_a_missing_file_is_an_error_at_start(tmp_path: Path):
    with pytest.raises(CatalogError, match="nowhere"):
        CatalogFile([tmp_path / "nowhere.yaml"])


def test_later_files_add_rows(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("providers: {one: {models: [{id: a}]}}")
    (tmp_path / "b.yaml").write_text("providers: {two: {models: [{id: b}]}}")
    catalog = CatalogFile([tmp_path / "a.yaml", tmp_path / "b.yaml"]).current
    assert catalog.find("one/a") and catalog.find("two/b")


def test_a_later_row_of_the_same_name_replaces_the_earlier_one(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("providers: {one: {models: [{id: a}]}, two: {models: [{id: c}]}}")
    (tmp_path / "b.yaml").write_text("providers: {one: {models: [{id: b}]}}")
    catalog = CatalogFile([tmp_path / "a.yaml", tmp_path / "b.yaml"]).current
    assert [str(model.ref) for model in catalog.models] == ["two/c", "one/b"]


def test_both_processes_take_the_same_dialect_for_a_provider_that_names_none():
    for provider, (dialect, _) in WELL_KNOWN.items():
        assert WELL_KNOWN_DIALECTS.get(provider, "openai") == dialect
        assert parse(f"{provider.title()}: [{{tag: x}}]", "f").models[0].dialect == dialect
        assert parse(f"providers: {{{provider}: {{models: [{{id: x}}]}}}}", "f").models[0].dialect == dialect
    assert set(WELL_KNOWN_DIALECTS) <= set(WELL_KNOWN)
