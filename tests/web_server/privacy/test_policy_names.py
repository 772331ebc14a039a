"""The policy file's `names:`: what reads names beside the rules, and what is said where it cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pipelines import PATTERNS, ruler
from web_server.policies import read, read_named
from web_server.privacy.name_engine import Engine, NameEngine
from web_server.privacy.policy import DEFAULT, STRICT
from web_server.privacy.policy_file import PolicyError, load
from web_server.privacy.tagger.engines import tagger_of


def test_the_model_that_is_shipped_reads_names_unless_the_file_says_otherwise() -> None:
    assert DEFAULT.names == STRICT.names == NameEngine(Engine.BUILT_IN)
    for text in ("", "base: strict\n", "names: {}\n", "names: {engine: built-in}\n"):
        assert load(text, "p.yaml").names == NameEngine(Engine.BUILT_IN)
    assert load("names: {engine: rules}\n", "p.yaml").names == NameEngine(Engine.RULES)


@pytest.mark.parametrize("form", ["pipelines/mine", "./pipelines/mine", "{0}/pipelines/mine", "link"])
def test_a_pipeline_is_a_folder_as_seen_from_the_files_own(tmp_path: Path, form: str) -> None:
    folder = ruler(tmp_path / "pipelines" / "mine")
    (tmp_path / "link").symlink_to(folder)
    file = tmp_path / "p.yaml"
    file.write_text(f"names: {{engine: spacy, model: '{form.format(tmp_path)}', score: 0.6}}\n")
    policy = read(str(file))
    assert policy.names == NameEngine(Engine.SPACY, str(folder), 0.6)
    tagger = tagger_of(policy.names)
    assert tagger is not None
    assert [tuple(name) for name in tagger.names("Ask Merrow")] == [(4, 10, "LOCATION", 0.6)]


def test_a_link_that_was_moved_is_another_pipeline(tmp_path: Path) -> None:
    link, file = tmp_path / "current", tmp_path / "p.yaml"
    file.write_text("names: {engine: spacy, model: current}\n")
    for version in ("one", "two"):
        ruler(tmp_path / version, [{"label": "PERSON", "pattern": version}])
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / version)
        tagger = tagger_of(read(str(file)).names)
        assert tagger is not None
        assert [name.start for name in tagger.names(f"{version}, none")] == [0]


def test_a_pipeline_is_an_installed_package_where_no_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruler(tmp_path / "names_of_mine" / "names_of_mine-1.0")
    (tmp_path / "names_of_mine" / "__init__.py").write_text(
        "from pathlib import Path\nimport spacy\n"
        "def load(**overrides):\n"
        "    return spacy.util.load_model_from_path(Path(__file__).parent / 'names_of_mine-1.0', **overrides)\n"
    )
    installed = tmp_path / "names_of_mine-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: names_of_mine\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    policy = load("names: {engine: spacy, model: names_of_mine}\n", "elsewhere/p.yaml")
    assert policy.names == NameEngine(Engine.SPACY, "names_of_mine", 0.85)
    tagger = tagger_of(policy.names)
    assert tagger is not None and len(tagger.names("Kesia Varga")) == 1


def test_callers_can_have_engines_of_their_own(tmp_path: Path) -> None:
    folder = ruler(tmp_path / "mine")
    (tmp_path / "clinic.yaml").write_text("names: {engine: spacy, model: mine}\n")
    (tmp_path / "batch.yaml").write_text("names: {engine: rules}\n")
    file = tmp_path / "p.yaml"
    file.write_text("callers: {ann: {policy: clinic.yaml}, batch: {policy: batch.yaml}}\n")
    policy = read(str(file))
    engines = {name: other.names.engine for name, other in read_named(policy).items()}
    assert (policy.names.engine, engines) == (
        Engine.BUILT_IN,
        {"clinic.yaml": Engine.SPACY, "batch.yaml": Engine.RULES},
    )
    assert read_named(policy)["clinic.yaml"].names.model == str(folder)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("names: spacy\n", "p.yaml:1:8: expected `name: value` lines"),
        ("names:\n", "p.yaml:1:7: expected `name: value` lines"),
        ("names: {engine: spcy}\n", "p.yaml:1:17: unknown engine `spcy`; did you mean spacy?"),
        ("names: {engine: gliner}\n", "p.yaml:1:17: unknown engine `gliner`; there are built-in, rules, spacy"),
        ("names: {engin: rules}\n", "p.yaml:1:9: unknown setting of names `engin`; did you mean engine?"),
        ("names: {engine: spacy}\n", "p.yaml:1:8: `engine: spacy` needs its `model`"),
        ("names: {engine: spacy, model: }\n", "p.yaml:1:30: expected the name of an installed package or a folder"),
        ("names: {engine: spacy, model: [a]}\n", "p.yaml:1:31: expected the name of an installed package or a folder"),
        ('names: {engine: spacy, model: "a\\n/b"}\n', "p.yaml:1:31: expected the name of an installed package"),
        ("names: {model: en_core_web_md}\n", "p.yaml:1:9: `model` is for `engine: spacy` alone"),
        ("names:\n  engine: rules\n  score: 0.5\n", "p.yaml:3:3: `score` is for `engine: spacy` alone"),
        ("names: {engine: spacy, model: x, score: 7}\n", "p.yaml:1:41: expected a number from 0 to 1"),
        ("names: {engine: spacy, model: no_such}\n", "p.yaml:1:31: no package `no_such` is installed"),
        ("names: {engine: spacy, model: no/such}\n", "p.yaml:1:31: there is no folder `/"),
    ],
)
def test_a_mistake_is_named_by_line_and_column(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as error:
        load(text, "p.yaml")
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_a_pipeline_that_finds_no_names_is_a_mistake_and_nothing_reads_in_its_place(tmp_path: Path) -> None:
    ruler(tmp_path / "mine", PATTERNS[-1:])
    with pytest.raises(PolicyError, match=r"p\.yaml:2:11: `.*/mine` finds PRODUCT, and none of PERSON"):
        load("names: {engine: spacy,\n   model: mine}\n", str(tmp_path / "p.yaml"))


def test_every_mistake_of_the_part_is_found_beside_those_of_the_rest() -> None:
    with pytest.raises(PolicyError) as error:
        load("names: {engine: spcy, score: 7}\nthreshold: 8\n", "p.yaml")
    assert [mistake.place for mistake in error.value.mistakes] == [(1, 17), (1, 30), (2, 12)]


def test_spacy_is_loaded_only_where_it_is_chosen_and_then_stays_offline(tmp_path: Path) -> None:
    ruler(tmp_path / "mine")
    program = (
        "import os, sys; from web_server.privacy.policy_file import load;"
        "from web_server.privacy.tagger.engines import tagger_of;"
        "tagger_of(load('names: {engine: rules}', 'p').names); assert 'spacy' not in sys.modules;"
        f"load('names: {{engine: spacy, model: mine}}', {str(tmp_path / 'p.yaml')!r});"
        "assert 'spacy' in sys.modules;"
        "assert os.environ['HF_HUB_OFFLINE'] == os.environ['TRANSFORMERS_OFFLINE'] == '1'"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
