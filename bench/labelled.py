"""Labelled texts as JSON lines, and what the labels of well-known sets are called here.

Read by `bench.detection`. A line is `{"id", "lang", "text", "spans": [{"start", "end", "label"}]}`, with `pii_units`
(strings that must not leave) in place of spans, or neither: then nothing in it is private, as far as anybody said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from web_server.privacy import kinds
from web_server.privacy.spans import Span

LABELS = {
    **{kind: kind for kind in kinds.ALL},
    **dict.fromkeys(("person", "PER", "NAME", "NOMBRE_SUJETO_ASISTENCIA", "NOMBRE_PERSONAL_SANITARIO"), kinds.PERSON),
    **dict.fromkeys(("CALLE", "ADDRESS"), kinds.STREET_ADDRESS),
    **dict.fromkeys(("GPE", "LOC", "location", "TERRITORIO", "PAIS"), kinds.LOCATION),
    **dict.fromkeys(("ORG", "HOSPITAL", "INSTITUCION", "CENTRO_SALUD"), kinds.ORGANIZATION),
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
    kinds.LOCATION: frozenset({kinds.LOCATION, kinds.POSTAL_CODE}),  # some sets label postcodes as places
    kinds.DATE_TIME: frozenset({kinds.DATE_TIME, kinds.DATE_OF_BIRTH}),
    kinds.NATIONAL_ID: kinds.NATIONAL_IDS,
    kinds.MEDICAL_RECORD: frozenset({kinds.MEDICAL_RECORD, kinds.NATIONAL_ID}),
}
"""Labelled kind -> the kinds that are as right; a kind that is not here has only itself."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str = field(repr=False)
    lang: str
    spans: tuple[Span, ...]
    units: tuple[str, ...] = field(repr=False)
    """In small letters, each standing somewhere in the text."""


@dataclass(frozen=True, slots=True)
class Set:
    name: str
    texts: tuple[Text, ...]

    @property
    def labelled(self) -> frozenset[str]:
        """The kinds that are labelled in it."""
        return frozenset(span.kind for text in self.texts for span in text.spans)

    @property
    def has_units(self) -> bool:
        return any(text.units for text in self.texts)


def sets(folder: Path, wanted: str = "") -> Iterator[Set]:
    """The sets of a folder whose name contains `wanted`, in the order of their names."""
    for path in sorted(folder.glob("*.jsonl")):
        if wanted in path.stem:
            with path.open(encoding="utf-8") as lines:
                yield Set(path.stem, tuple(_text(line) for line in lines if line.strip()))


def _text(line: str) -> Text:
    row = json.loads(line)
    text: str = row["text"]
    spans = [
        Span(each["start"], each["end"], LABELS[each["label"]])
        for each in row.get("spans", ())
        if each["label"] in LABELS
    ]
    lower = text.lower()
    units = [unit.lower() for unit in row.get("pii_units", ()) if unit.strip() and unit.lower() in lower]
    return Text(text, row.get("lang", "en"), tuple(spans), tuple(units))
