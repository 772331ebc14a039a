"""The labelled sets of a folder, as marked texts: what is learned from and what is held out.

Each set is divided by a hash of what must not stand on both sides: the template where there is one, else the id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from training.marked import SKIP, Mark, Marked

_KINDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("PER", "person", "PERSON", "NOMBRE_SUJETO_ASISTENCIA", "NOMBRE_PERSONAL_SANITARIO"), "PERSON"
    ),
    **dict.fromkeys(
        ("LOC", "location", "GPE", "STREET_ADDRESS", "TERRITORIO", "PAIS", "CALLE"), "LOCATION"
    ),
    **dict.fromkeys(
        ("ORG", "corporation", "group", "ORGANIZATION", "HOSPITAL", "INSTITUCION", "CENTRO_SALUD"), "ORGANIZATION"
    ),
    **dict.fromkeys(
        ("creative-work", "OTH", "OTHpart", "PERpart", "LOCpart", "ORGpart", "PERderiv", "ORGderiv", "NRP", "ZIP_CODE",
         "DOMAIN_NAME", "EMAIL_ADDRESS", "FAMILIARES_SUJETO_ASISTENCIA", "PROFESION", "CORREO_ELECTRONICO"), SKIP
    ),
}  # fmt: skip
"""Label -> kind; what is not here is no name."""

LEARNED: Mapping[str, int] = {
    "wnut17_train": 100,
    "broad_twitter": 80,
    "germeval_dev": 70,
    "meddocan_dev": 70,
    "presidio_synth_v2": 65,
    "prompts_arena_v01": 50,
}
"""How many of a hundred texts of a set are learned from; a set that is not here is held out as a whole."""
_LABELS = Path(__file__).parent / "labels"


class BadSet(ValueError):
    """A line that is no labelled text. Says which."""


def learned(folder: Path, held_out: bool = False) -> Iterator[tuple[str, Marked]]:
    """By set the texts that are learned from, or those of the same sets that are not. Raises BadSet."""
    for name in LEARNED:
        path = folder / f"{name}.jsonl"
        if path.exists():
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    try:
                        row = json.loads(line)
                        made = _marked(name, row) if is_learned(name, row) != held_out else None
                    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as wrong:
                        raise BadSet(f"{path}:{number}: no labelled text ({type(wrong).__name__})") from None
                    if made is not None:
                        yield name, made


def is_learned(name: str, row: Mapping[str, Any]) -> bool:
    """Whether the model has seen this text of the set."""
    if name == "prompts_arena_v01":
        return row["id"] in _read(name)
    key = f"template-{row['template']}" if "template" in row else str(row["id"])
    return crc32(f"{name}/{key}".encode()) % 100 < LEARNED.get(name, 0)


def _read(name: str) -> frozenset[str]:
    """The ids of the texts that somebody has read and labelled for this."""
    path = _LABELS / f"{name}.read"
    return frozenset(path.read_text(encoding="utf-8").split()) if path.exists() else frozenset()


def _marked(name: str, row: Mapping[str, Any]) -> Marked:
    text = str(row["text"])
    spans = row.get("spans", ())
    marks = [Mark(each["start"], each["end"], _KINDS[each["label"]]) for each in spans if each["label"] in _KINDS]
    path = _LABELS / f"{name}.tsv"
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            key, start, end, kind = line.split("\t")
            if key == row["id"]:
                marks.append(Mark(int(start), int(end), kind))
    # Sets of tweets label handles as people or not at all, and often the sign alone: the rules find these.
    kept = [mark for mark in marks if any(char.isalnum() for char in text[mark.start : mark.end])]
    kept = [
        mark
        for mark in kept
        if text[mark.start] not in "@#" and text[max(0, mark.start - 2) : mark.start].strip() != "@"
    ]
    if name in ("wnut17_train", "broad_twitter"):
        kept += _handles(text)
    return Marked(text, tuple(sorted(kept, key=lambda mark: mark.start)), str(row.get("lang", "")))


def _handles(text: str) -> Iterator[Mark]:
    at = text.find("@")
    while at >= 0:
        end = at + 1
        while end < len(text) and text[end] == " ":
            end += 1
        while end < len(text) and not text[end].isspace():
            end += 1
        yield Mark(at, end, SKIP)
        at = text.find("@", end)
