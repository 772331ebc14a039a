"""What reads names beside the rules: the row `names` of a policy file.

    names: {engine: spacy, model: en_core_web_md, score: 0.85}

Read by the policy file; `tagger/engines` makes a tagger of it. Holds three values; loads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Engine(StrEnum):
    """What a name is told by, beside the rules, which always read."""

    BUILT_IN = "built-in"
    """The model that the project ships."""
    RULES = "rules"
    """Nothing else."""
    SPACY = "spacy"
    """A pipeline of spaCy's that the operator has installed."""


@dataclass(frozen=True, slots=True)
class NameEngine:
    """`model` and `score` are spaCy's alone."""

    engine: Engine = Engine.BUILT_IN
    model: str = ""
    """An installed package by its name, or a folder by its whole path."""
    score: float = 0.85
    """What every name counts with: spaCy does not say how sure it is."""
