"""Which labelled texts are learned from, and which are held out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.sets import BadSet, is_learned, learned


def _set(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_a_text_is_on_one_side_and_every_text_on_some(tmp_path: Path) -> None:
    _set(
        tmp_path,
        "germeval_dev",
        [{"id": str(at), "lang": "de", "text": f"Satz {at}", "spans": []} for at in range(300)],
    )
    seen = [text.text for _, text in learned(tmp_path)]
    kept = [text.text for _, text in learned(tmp_path, held_out=True)]
    assert sorted(seen + kept) == sorted(f"Satz {at}" for at in range(300))
    assert 180 < len(seen) < 240


def test_texts_of_one_template_stay_together() -> None:
    for template in range(50):
        sides = {is_learned("presidio_synth_v2", {"id": f"synth-{at}", "template": template}) for at in range(20)}
        assert len(sides) == 1


def test_a_set_that_is_not_named_is_held_out(tmp_path: Path) -> None:
    _set(tmp_path, "pupa_tnb", [{"id": "1", "text": "Anna", "pii_units": ["anna"]}])
    assert list(learned(tmp_path)) == []
    assert not is_learned("wnut17_dev", {"id": "wnut-dev-1"})


def test_labels_become_kinds_and_handles_are_not_learned_from(tmp_path: Path) -> None:
    text = "@ anna met Tom in Leeds"
    spans = [
        {"start": 0, "end": 1, "label": "PER"},
        {"start": 2, "end": 6, "label": "PER"},
        {"start": 11, "end": 14, "label": "PER"},
        {"start": 18, "end": 23, "label": "LOC"},
    ]
    _set(tmp_path, "broad_twitter", [{"id": str(at), "lang": "en", "text": text, "spans": spans} for at in range(20)])
    _, first = next(learned(tmp_path))
    assert [(first.text[mark.start : mark.end], mark.kind) for mark in first.marks] == [
        ("@ anna", "SKIP"),
        ("Tom", "PERSON"),
        ("Leeds", "LOCATION"),
    ]


@pytest.mark.parametrize("line", ["not JSON", "[]", '{"id": "1"}', '{"id": "1", "text": "a", "spans": [{"start": 0}]}'])
def test_a_line_that_is_no_labelled_text_is_refused_by_its_place(tmp_path: Path, line: str) -> None:
    good = json.dumps({"id": "0", "text": "Anna", "spans": []})
    (tmp_path / "wnut17_train.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(BadSet, match=r"wnut17_train\.jsonl:2: no labelled text"):
        list(learned(tmp_path))
