"""How well private things are found: `python bench/detection.py --data FOLDER [--policy strict] [--show KIND]`.

Prints, per labelled set and kind, recall and precision (a span counts when it overlaps a label of a kind that is
reckoned the same); for PUPA the share of units that still leave; for plain prompts the false spans per 1,000 words;
and the time per 1,000 characters on one core. Never prints text unless asked with --show.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import DEFAULT, STRICT
from web_server.privacy.spans import Span

LABELS = {
    "PERSON": "PERSON", "person": "PERSON", "PER": "PERSON", "NOMBRE_SUJETO_ASISTENCIA": "PERSON",
    "NOMBRE_PERSONAL_SANITARIO": "PERSON", "STREET_ADDRESS": "STREET_ADDRESS", "CALLE": "STREET_ADDRESS",
    "CREDIT_CARD": "CREDIT_CARD", "PHONE_NUMBER": "PHONE_NUMBER", "NUMERO_TELEFONO": "PHONE_NUMBER",
    "NUMERO_FAX": "PHONE_NUMBER", "EMAIL_ADDRESS": "EMAIL_ADDRESS", "CORREO_ELECTRONICO": "EMAIL_ADDRESS",
    "IBAN_CODE": "IBAN_CODE", "US_SSN": "US_SSN", "IP_ADDRESS": "IP_ADDRESS", "US_DRIVER_LICENSE": "DRIVER_LICENSE",
    "ID_SUJETO_ASISTENCIA": "MEDICAL_RECORD", "ID_ASEGURAMIENTO": "NATIONAL_ID", "ZIP_CODE": "POSTAL_CODE",
    "GPE": "LOCATION", "LOC": "LOCATION", "TERRITORIO": "LOCATION", "ORGANIZATION": "ORGANIZATION",
    "ORG": "ORGANIZATION", "AGE": "AGE",
}  # fmt: skip
LABELLED = ("presidio_synth_v2", "wnut17_dev", "broad_twitter", "germeval_dev", "meddocan_dev")


def rows(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def overlap(span: Span, label: dict[str, Any]) -> bool:
    return span.start < label["end"] and label["start"] < span.end


def labelled(finder: PatternFinder, path: Path, show: str) -> None:
    """Recall: a label is met by any overlapping span. Precision: a span of the kind overlaps a label of that kind."""
    met, asked, right, found = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in rows(path):
        spans = finder.find(row["text"])
        labels = [label for label in row["spans"] if label["label"] in LABELS]
        for label in labels:
            kind = LABELS[label["label"]]
            asked[kind] += 1
            hit = any(overlap(span, label) for span in spans)
            met[kind] += hit
            if show == f"miss:{kind}" and not hit:
                print(
                    "MISS",
                    repr(row["text"][max(0, label["start"] - 50) : label["end"] + 25]),
                    "|",
                    row["text"][label["start"] : label["end"]],
                )
        for span in spans:
            found[span.kind] += 1
            true = any(overlap(span, label) and LABELS[label["label"]] == span.kind for label in labels)
            right[span.kind] += true
            if show == f"false:{span.kind}" and not true:
                print(
                    "FALSE",
                    span.reason,
                    repr(row["text"][max(0, span.start - 40) : span.start]),
                    "|",
                    row["text"][span.start : span.end],
                )
    for kind in sorted(asked):
        precision = f"{right[kind] / found[kind]:.3f}" if found[kind] else "-"
        print(f"{path.stem:18} {kind:16} recall {met[kind] / asked[kind]:.3f}  precision {precision}  of {asked[kind]}")


def leaks(finder: PatternFinder, path: Path, show: str) -> None:
    """A unit leaks when it still occurs once every span is blanked."""
    leaked = total = 0
    for row in rows(path):
        text = row["text"]
        for span in reversed(finder.find(text)):
            text = f"{text[: span.start]}█{text[span.end :]}"
        for unit in row["pii_units"]:
            if unit.lower() not in row["text"].lower():
                continue
            total += 1
            if unit.lower() in text.lower():
                leaked += 1
                if show == "leaks":
                    at = text.lower().index(unit.lower())
                    print("LEAK", repr(unit), "|", repr(text[max(0, at - 50) : at + len(unit) + 30]))
    print(f"{path.stem:18} leaked units {leaked / total:.3f}  of {total}")


def clean(finder: PatternFinder, path: Path, show: str) -> None:
    found, words, chars, spent = Counter[str](), 0, 0, 0.0
    for row in rows(path):
        started = time.process_time()
        spans: Sequence[Span] = finder.find(row["text"])
        spent += time.process_time() - started
        words += len(row["text"].split())
        chars += len(row["text"])
        found.update(span.kind for span in spans)
        if show == "clean":
            for span in spans:
                print(
                    "FALSE",
                    span.kind,
                    span.reason,
                    repr(row["text"][max(0, span.start - 40) : span.start]),
                    "|",
                    row["text"][span.start : span.end],
                )
    print(f"{path.stem:18} spans per 1,000 words {found.total() / words * 1000:.2f}  {dict(found.most_common())}")
    print(f"{path.stem:18} ms per 1,000 characters {spent / chars * 1e6:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of JSONL sets")
    parser.add_argument("--policy", choices=("default", "strict"), default="default")
    parser.add_argument("--set", default="", help="only the sets whose name contains this")
    parser.add_argument("--show", default="", help="clean, leaks, miss:KIND or false:KIND")
    asked = parser.parse_args()
    finder = PatternFinder(STRICT if asked.policy == "strict" else DEFAULT)
    for name, measure in (*((name, labelled) for name in LABELLED), ("pupa_tnb", leaks), ("prompts_arena_v01", clean)):
        if asked.set in name:
            measure(finder, asked.data / f"{name}.jsonl", asked.show)


if __name__ == "__main__":
    main()
