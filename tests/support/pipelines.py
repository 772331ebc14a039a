"""Small spaCy pipelines, built where they are needed: no model is downloaded for a test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import spacy

PATTERNS = (
    {"label": "PERSON", "pattern": "Kesia Varga"},
    {"label": "PER", "pattern": "Tomas Novak"},
    {"label": "GPE", "pattern": "Merrow"},
    {"label": "LOC", "pattern": "Lake Onder"},
    {"label": "FAC", "pattern": "Pier Nine"},
    {"label": "ORG", "pattern": "Quellmark"},
    {"label": "USERNAME", "pattern": "kesia_v"},
    {"label": "PRODUCT", "pattern": "Heliotrope"},
)


def ruler(folder: Path, patterns: Sequence[dict[str, Any]] = PATTERNS) -> Path:
    """A pipeline with an entity ruler, saved to `folder`."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(list(patterns))
    folder.parent.mkdir(exist_ok=True)
    nlp.to_disk(folder)
    return folder
