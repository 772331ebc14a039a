"""How sets of labelled texts are read, and what of them is left out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import hand_labels, held_out, labelled
from web_server.privacy import kinds
from web_server.privacy.spans import Span

ROOT = Path(__file__).parents[2]


@pytest.fixture
def written(tmp_path):
    def write(name, *rows):
        lines = "\n".join(json.dumps({"lang": "en", **row}) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        return tmp_path

    return write


def tweet(number, text, *spans):
    return {"id": f"t-{number}", "text": text, "spans": [{"start": s, "end": e, "label": k} for s, e, k in spans]}


def test_a_label_is_read_by_what_it_is_called_here(written):
    (of,) = labelled.sets(written("a", tweet(1, "Ann at Acme in Rome", (0, 3, "PER"), (7, 11, "corporation"))))

    assert of.texts[0].spans == (Span(0, 3, kinds.PERSON), Span(7, 11, kinds.ORGANIZATION))
    assert of.labelled == {kinds.PERSON, kinds.ORGANIZATION}


def test_labels_without_letter_or_digit_are_no_labels_and_are_counted(written):
    (of,) = labelled.sets(
        written("a", tweet(1, "@ ann 7 !", (0, 1, "PER"), (2, 5, "PER"), (6, 7, "PER"), (8, 9, "LOC")))
    )

    assert of.texts[0].spans == (Span(2, 5, kinds.PERSON), Span(6, 7, kinds.PERSON))
    assert of.bare == 2
    assert "2 labels without letter or digit not counted" in of.heading


def test_a_label_that_no_policy_hides_is_not_counted_among_the_bare(written):
    (of,) = labelled.sets(written("a", tweet(1, "@ ann", (0, 1, "product"))))

    assert of.bare == 0


def test_what_was_learned_from_is_left_out_and_said(written):
    folder = written("a", *(tweet(number, "Ann", (0, 3, "PER")) for number in range(5)))
    (of,) = labelled.sets(folder, is_learned=lambda name, row: name == "a" and row["id"] in ("t-1", "t-3"))

    assert len(of.texts) == 3
    assert of.heading == "a, 3 texts; 2 learned from and left out"


def test_a_set_that_was_learned_from_as_a_whole_is_still_named(written):
    (of,) = labelled.sets(written("a", tweet(1, "Ann")), is_learned=lambda *_: True)

    assert (of.texts, of.learned) == ((), 1)


def test_all_texts_are_read_unless_something_else_is_asked(written):
    (of,) = labelled.sets(written("a", tweet(1, "Ann"), tweet(2, "Bob")))

    assert of.heading == "a, 2 texts"


def test_the_training_says_what_was_learned_from(written):
    written("wnut17_train", tweet(1, "Ann"))
    written("wnut17_dev", tweet(1, "Ann"))
    folder = written("broad_twitter", *(tweet(number, "Ann") for number in range(200)))
    sets = {of.name: of for of in labelled.sets(folder, is_learned=held_out.is_learned)}

    assert (len(sets["wnut17_train"].texts), len(sets["wnut17_dev"].texts)) == (0, 1)
    assert 0 < len(sets["broad_twitter"].texts) < sets["broad_twitter"].learned


def test_asking_what_was_learned_from_needs_nothing_that_training_needs():
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bench import held_out;"
        "assert 'training' not in sys.modules;"
        "held_out.is_learned('broad_twitter', {'id': 'x'}); held_out.is_learned('prompts_arena_v01', {'id': 'x'});"
        "print(*{name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)

    assert {each for each in done.stdout.split() if not each.startswith("_")} <= {"bench", "training"}


def test_no_prompt_that_is_measured_with_was_learned_from():
    read = hand_labels.names("prompts_arena_v01")

    assert read
    assert not [each for each in read if held_out.is_learned("prompts_arena_v01", {"id": each})]


def test_names_are_known_of_the_prompts_that_were_read_and_of_no_other(tmp_path):
    (tmp_path / "p.read").write_text("a\nb\n", encoding="utf-8")
    (tmp_path / "p.tsv").write_text("a\t9\t12\tLOCATION\na\t0\t3\tPERSON\n", encoding="utf-8")

    assert hand_labels.names("p", tmp_path) == {
        "a": (Span(0, 3, kinds.PERSON), Span(9, 12, kinds.LOCATION)),
        "b": (),
    }


def test_a_set_that_nobody_has_read_has_no_names(tmp_path):
    assert hand_labels.names("p", tmp_path) == {}


def test_a_name_in_a_prompt_that_was_not_read_is_a_mistake(tmp_path):
    (tmp_path / "p.read").write_text("a\n", encoding="utf-8")
    (tmp_path / "p.tsv").write_text("b\t0\t3\tPERSON\n", encoding="utf-8")

    with pytest.raises(KeyError):
        hand_labels.names("p", tmp_path)
