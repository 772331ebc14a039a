"""The policy file while the server runs: what holds for whom, and what becomes of a file that changes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pipelines import ruler
from web_server.logs import JsonLines
from web_server.policies import PolicyFile, read, read_named
from web_server.privacy.minimum import LEVELS, BelowMinimum, Minimum
from web_server.privacy.name_engine import Engine
from web_server.privacy.policy import Treatment
from web_server.privacy.policy_file import PolicyError
from web_server.privacy.tagger import tagger
from web_server.query import PrivacyFlags

NOTHING = Minimum()


def written(folder: Path, text: str, name: str = "privacy.yaml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def look(policies: PolicyFile) -> None:
    """As the server does: a change is seen, and at the next look taken over."""
    policies.look()
    policies.look()


def test_a_changed_file_is_taken_over_and_an_unchanged_one_is_not_read_again(tmp_path: Path):
    file = written(tmp_path, "treatments: {PERSON: tag}\n")
    policies = PolicyFile(str(file), NOTHING)
    before = policies.of("ann")
    look(policies)
    assert policies.of("ann").shield is before.shield
    file.write_text("treatments: {PERSON: redact}\n")
    look(policies)
    assert policies.of("ann").policy.treatment("PERSON") is Treatment.REDACT
    assert before.policy.treatment("PERSON") is Treatment.TAG, "a query keeps the rules that it began with"


def test_a_file_of_the_same_size_and_time_put_in_its_place_is_taken_over(tmp_path: Path):
    file = written(tmp_path, "otherwise: mask\n")
    policies = PolicyFile(str(file), NOTHING)
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    new = written(tmp_path, "otherwise: keep\n", "new.yaml")
    os.utime(new, ns=times)
    new.replace(file)
    look(policies)
    assert policies.of("").policy.otherwise is Treatment.KEEP


def test_a_mistake_keeps_the_last_good_policy_is_logged_once_and_is_gone_when_mended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    file = written(tmp_path, "treatments: {PERSON: tag}\n")
    policies = PolicyFile(str(file), NOTHING)
    assert policies.mistake is None
    for touched in range(3):
        file.write_text("allow: [Kesia Canary]\ntreatments: {PERSN: tag}\n" + "#" * touched)
        look(policies)
        look(policies)
    assert policies.of("ann").policy.treatment("PERSON") is Treatment.TAG
    assert policies.mistake is not None
    assert policies.mistake.startswith(
        "privacy.yaml is wrong (line 2, column 14), so the version before it is in force"
    )
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.levelname == "ERROR"]
    assert [line["error"] for line in lines] == [f"{file}:2:14: unknown kind `PERSN`; did you mean PERSON?"]
    assert "Canary" not in json.dumps(lines)
    file.write_text("treatments: {PERSON: mask}\n")
    look(policies)
    assert policies.mistake is None
    assert policies.of("ann").policy.treatment("PERSON") is Treatment.MASK


def test_a_file_that_is_still_being_written_is_not_taken_over(tmp_path: Path):
    file = written(tmp_path, "otherwise: tag\n")
    policies = PolicyFile(str(file), NOTHING)
    for piece in ("base: default\n", "otherwise: block\n", "deny: {Kesia: PERSON}\n"):
        with file.open("a" if piece != "base: default\n" else "w") as being_written:
            being_written.write(piece)
        policies.look()
        assert policies.of("").policy.otherwise is Treatment.TAG
    policies.look()
    assert policies.of("").policy.otherwise is Treatment.BLOCK
    assert policies.of("").policy.deny


def test_a_file_that_has_become_empty_is_a_mistake_and_no_policy(tmp_path: Path):
    file = written(tmp_path, "otherwise: block\n")
    policies = PolicyFile(str(file), NOTHING)
    file.write_text("")
    look(policies)
    assert policies.mistake is not None
    assert policies.of("").policy.otherwise is Treatment.BLOCK
    file.write_text("base: default\n")
    look(policies)
    assert policies.mistake is None
    assert policies.of("").policy.otherwise is Treatment.SURROGATE


def test_a_file_that_is_gone_is_a_mistake_like_any_other(tmp_path: Path):
    file = written(tmp_path, "otherwise: tag\n")
    policies = PolicyFile(str(file), NOTHING)
    file.unlink()
    look(policies)
    assert policies.mistake is not None
    assert "the file as a whole" in policies.mistake
    assert policies.of("").policy.otherwise is Treatment.TAG


def test_what_the_health_doors_say_holds_no_word_of_the_file(tmp_path: Path):
    file = written(tmp_path, "base: default\n")
    policies = PolicyFile(str(file), NOTHING)
    file.write_text("callers:\nkesia: {policy: strict}\n")
    look(policies)
    assert policies.mistake is not None
    assert "kesia" not in policies.mistake
    assert str(tmp_path) not in policies.mistake


def test_a_built_in_policy_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "otherwise: keep\n", "strict")
    policies = PolicyFile("strict", NOTHING)
    look(policies)
    assert policies.of("").policy.otherwise is Treatment.SURROGATE


def test_a_pipeline_of_names_that_cannot_be_loaded_is_not_taken_over_and_nothing_reads_in_its_place(tmp_path: Path):
    ruler(tmp_path / "good")
    (ruler(tmp_path / "broken") / "config.cfg").write_text("[nlp")
    file = written(tmp_path, "names: {engine: spacy, model: good}\n")
    policies = PolicyFile(str(file), NOTHING)
    before = policies.of("ann")
    for model in ("broken", "gone"):
        file.write_text(f"names: {{engine: spacy, model: {model}}}\n")
        look(policies)
        assert policies.mistake is not None and "line 1, column 31" in policies.mistake
        assert policies.of("ann").shield is before.shield
    with pytest.raises(PolicyError, match="no package `gone` is installed"):
        PolicyFile(str(file), NOTHING)
    file.write_text("names: {engine: rules}\n")
    look(policies)
    assert policies.mistake is None
    assert policies.of("ann").policy.names.engine is Engine.RULES


CALLERS = """
callers:
  "*@corp.example": {obfuscate: format}
  ann@corp.example: {pii: on, policy: other.yaml}
  "*": {policy: strict}
  "a*c*e": {pii: on}
"""


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped model, with one byte of it changed."""
    path = tmp_path / "names.model"
    bad = bytearray(tagger.SHIPPED.read_bytes())
    bad[500_000] ^= 1
    path.write_bytes(bad)
    monkeypatch.setattr(tagger, "shipped", lambda: tagger.Tagger(path))
    return path


@pytest.mark.parametrize("text", ["base: strict\n", "names: {engine: built-in}\n"])
def test_a_damaged_model_of_names_is_a_mistake_of_every_policy_that_reads_with_it(
    tmp_path: Path, damaged: Path, text: str
):
    path = tmp_path / "privacy.yaml"
    path.write_text(text)
    for name in ("default", "strict", str(path)):
        with pytest.raises(PolicyError, match=f"{damaged} is damaged: its checksum is wrong"):
            read(name)


@pytest.mark.usefixtures("damaged")
def test_a_damaged_model_of_names_is_no_matter_where_rules_read_alone(tmp_path: Path):
    path = tmp_path / "privacy.yaml"
    path.write_text("names: {engine: rules}\n")
    read(str(path))


def test_the_rule_that_says_most_about_a_caller_holds(tmp_path: Path):
    written(tmp_path, "otherwise: mask\nminimum: {obfuscate: quasi}\n", "other.yaml")
    policies = PolicyFile(str(written(tmp_path, CALLERS)), NOTHING)
    assert policies.of("ann@corp.example").policy.otherwise is Treatment.MASK
    assert policies.of("ann@corp.example").minimum == Minimum(pii=True, obfuscate="quasi")
    assert policies.of("bob@corp.example").minimum == Minimum(obfuscate="format")
    assert policies.of("bob@corp.example").policy.name.endswith("privacy.yaml")
    assert policies.of("abcde").minimum == Minimum(pii=True)
    assert policies.of("ae").policy.name == "strict"
    assert policies.of("").policy.name == "strict"


def test_who_is_not_named_has_the_file_as_it_is(tmp_path: Path):
    policies = PolicyFile(str(written(tmp_path, "callers: {ann: {policy: strict}}\n")), NOTHING)
    assert policies.of("ann").policy.name == "strict"
    assert policies.of("anna").policy.name != "strict"
    assert policies.of("Ann").policy.name != "strict", "subjects are compared as they are"


def test_a_policy_of_one_caller_is_read_again_too(tmp_path: Path):
    other = written(tmp_path, "otherwise: mask\n", "other.yaml")
    policies = PolicyFile(str(written(tmp_path, "callers: {ann: {policy: other.yaml}}\n")), NOTHING)
    other.write_text("otherwise: redact\n")
    look(policies)
    assert policies.of("ann").policy.otherwise is Treatment.REDACT
    other.write_text("otherwise: nothing\n")
    look(policies)
    assert policies.of("ann").policy.otherwise is Treatment.REDACT
    assert "other.yaml" in str(policies.mistake)


@pytest.mark.parametrize(
    ("other", "says"),
    [(None, "other.yaml: No such file"), ("callers: {bob: {}}\n", "other.yaml: `callers` can only stand in the file")],
)
def test_a_named_policy_that_cannot_be_used_is_a_mistake_at_the_start(tmp_path: Path, other: str | None, says: str):
    if other is not None:
        written(tmp_path, other, "other.yaml")
    file = written(tmp_path, "callers: {ann: {policy: other.yaml}}\n")
    with pytest.raises(PolicyError) as error:
        PolicyFile(str(file), NOTHING)
    assert says in str(error.value)
    with pytest.raises(PolicyError):
        read_named(read(str(file)))


def test_a_file_that_is_no_text_or_too_large_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web_server.policies.LARGEST_FILE", 2**20)
    for content, says in ((b"\xff\xfe", "not UTF-8"), (b"#" * (2**20 + 1), "larger than 1 MiB")):
        file = tmp_path / "p.yaml"
        file.write_bytes(content)
        with pytest.raises(PolicyError, match=says):
            read(str(file))


def test_the_setting_and_the_file_are_combined_to_the_stricter(tmp_path: Path):
    file = str(written(tmp_path, "minimum: {pii: off, obfuscate: format}\n"))
    assert PolicyFile(file, Minimum(pii=True)).of("").minimum == Minimum(pii=True, obfuscate="format")
    assert PolicyFile(file, NOTHING).of("").minimum == Minimum(obfuscate="format")


minima = st.builds(Minimum, st.booleans(), st.sampled_from(LEVELS))
flags = st.builds(PrivacyFlags, st.booleans(), st.sampled_from(LEVELS))


@given(st.lists(minima, min_size=1, max_size=4), flags)
def test_nobody_gets_less_than_any_of_the_minima(these: list[Minimum], asked: PrivacyFlags):
    combined = these[0]
    for other in these[1:]:
        combined = combined.combined(other)
    if any(each.pii for each in these) and not asked.pii_removal:
        with pytest.raises(BelowMinimum):
            combined.flags(asked)
        return
    given_ = combined.flags(asked)
    assert combined.is_met(given_.obfuscate)
    wanted = [asked.obfuscate, *(each.obfuscate for each in these)]
    assert given_.pii_removal is asked.pii_removal
    assert LEVELS.index(given_.obfuscate) == max(map(LEVELS.index, wanted))


def test_rules_do_not_show_callers_or_values(tmp_path: Path):
    text = "callers: {kesia: {policy: strict}}\nallow: [Kesia]\ndeny: {Kesia B: PERSON}\nkeep: {PERSON: [kesia c]}\n"
    policies = PolicyFile(str(written(tmp_path, text)), NOTHING)
    assert "esia" not in repr(policies.of("bob")) + repr(policies) + repr(policies.of("kesia"))


def test_what_passes_unread_is_the_policys_to_say_and_a_minimum_of_text_alone_is_stricter(tmp_path: Path):
    file = tmp_path / "privacy.yaml"
    file.write_text("""
attachments: [image, audio]
callers:
  "text@*": {text_only: on}
  "strict@*": {policy: strict}
""")
    policies = PolicyFile(str(file), Minimum())
    asked = PrivacyFlags(attached=frozenset({"file"}))  # no caller can say so
    assert policies.of("ann").flags(asked).attached == {"image", "audio"}
    assert policies.of("text@x").flags(asked).attached == policies.of("strict@x").flags(asked).attached == frozenset()
    file.write_text("attachments: [image, video]")
    with pytest.raises(PolicyError, match=r"privacy\.yaml:1:22: unknown kind of attachment `video`"):
        PolicyFile(str(file), Minimum())
