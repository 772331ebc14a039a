"""Labelled texts as JSON lines, and what the labels of well-known sets are called here.

Read by `bench.detection`. A line is `{"id", "lang", "text", "spans": [{"start", "end", "label"}]}`, with `pii_units`
(strings that must not leave) in place of spans, or neither: then nothing in it is private, as far as the set says.
Labels without a letter or a digit are no labels: `broad_twitter` calls thousands of lone `@` people. They are counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import hand_labels
from web_server.privacy import kinds
from web_server.privacy.spans import Span

LABELS = {
    **{kind: kind for kind in kinds.ALL},
    **dict.fromkeys(("person", "PER", "NAME", "NOMBRE_SUJETO_ASISTENCIA", "NOMBRE_PERSONAL_SANITARIO"), kinds.PERSON),
    **dict.fromkeys(("CALLE", "ADDRESS"), kinds.STREET_ADDRESS),
    **dict.fromkeys(("GPE", "LOC", "location", "TERRITORIO", "PAIS"), kinds.LOCATION),
    **dict.fromkeys(("ORG", "corporation", "group", "HOSPITAL", "INSTITUCION", "CENTRO_SALUD"), kinds.ORGANIZATION),
    **dict.fromkeys(("NUMERO_TELEFONO", "NUMERO_FAX"), kinds.PHONE_NUMBER),
    **dict.fromkeys(("FECHAS",), kinds.DATE_TIME),
    "CORREO_ELECTRONICO": kinds.EMAIL_ADDRESS,
    "DOMAIN_NAME": kinds.URL,
    "EDAD_SUJETO_ASISTENCIA": kinds.AGE,
    "ID_ASEGURAMIENTO": kinds.NATIONAL_ID,
    "ID_SUJETO_ASISTENCIA": kinds.MEDICAL_RECORD,
    "US_DRIVER_LICENSE": kinds.DRIVER_LICENSE,
    "ZIP_CODE": kinds.POSTAL_CODE,
}
"""Label -> kind. Labels that are not here are of things that no policy hides (a title, a profession)."""

SAME = {
    kinds.PERSON: frozenset({kinds.PERSON, kinds.USERNAME}),  # sets of tweets label handles as people
    # some sets label postcodes and streets as places
    kinds.LOCATION: frozenset({kinds.LOCATION, kinds.POSTAL_CODE, kinds.STREET_ADDRESS}),
    kinds.DATE_TIME: frozenset({kinds.DATE_TIME, kinds.DATE_OF_BIRTH}),
    kinds.NATIONAL_ID: kinds.NATIONAL_IDS,
    kinds.MEDICAL_RECORD: frozenset({kinds.MEDICAL_RECORD, kinds.NATIONAL_ID}),
}
"""Labelled kind -> the kinds that are as right; a kind that is not here has only itself."""


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    text: str = field(repr=False)
    lang: str
    spans: tuple[Span, ...]
    units: tuple[str, ...] = field(repr=False)
    """In small letters, each standing somewhere in the text."""
    names: tuple[Span, ...] | None = None
    """Of a prompt that somebody has read whole, the names in it."""


@dataclass(frozen=True, slots=True)
class Set:
    name: str
    texts: tuple[Text, ...]
    learned: int = 0
    """How many texts are left out because the shipped model has learned from them."""
    bare: int = 0
    """How many labels of the texts hold no letter and no digit, and are not counted."""

    @property
    def labelled(self) -> frozenset[str]:
        """The kinds that are labelled in it."""
        return frozenset(span.kind for text in self.texts for span in text.spans)

    @property
    def has_units(self) -> bool:
        return any(text.units for text in self.texts)

    @property
    def heading(self) -> str:
        """Its name, how much of it there is, and what was left out."""
        said = [f"{self.name}, {len(self.texts):,} texts"]
        if self.learned:
            said.append(f"{self.learned:,} learned from and left out")
        if self.bare:
            said.append(f"{self.bare:,} labels without letter or digit not counted")
        return "; ".join(said)


def sets(folder: Path, wanted: str = "", is_learned: Callable[[str, Row], bool] | None = None) -> Iterator[Set]:
    """The sets of a folder whose name contains `wanted`, in the order of their names, less what `is_learned`."""
    for path in sorted(folder.glob("*.jsonl")):
        if wanted in path.stem:
            with path.open(encoding="utf-8") as lines:
                rows: list[Row] = [json.loads(line) for line in lines if line.strip()]
            yield _set(path.stem, rows, [row for row in rows if not (is_learned and is_learned(path.stem, row))])


def _set(name: str, rows: Sequence[Row], kept: Sequence[Row]) -> Set:
    read = hand_labels.names(name)
    texts = tuple(_text(row, read.get(row.get("id", ""))) for row in kept)
    bare = sum(not _is_written(row["text"], span) for row in kept for span in _spans(row))
    return Set(name, texts, len(rows) - len(kept), bare)


def _text(row: Row, names: tuple[Span, ...] | None) -> Text:
    text: str = row["text"]
    spans = tuple(span for span in _spans(row) if _is_written(text, span))
    lower = text.lower()
    units = [unit.lower() for unit in row.get("pii_units", ()) if unit.strip() and unit.lower() in lower]
    return Text(text, row.get("lang", "en"), spans, tuple(units), names)


def _spans(row: Row) -> Iterator[Span]:
    for each in row.get("spans", ()):
        if each["label"] in LABELS:
            yield Span(each["start"], each["end"], LABELS[each["label"]])


def _is_written(text: str, span: Span) -> bool:
    return any(char.isalnum() for char in text[span.start : span.end])
