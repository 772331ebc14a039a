"""Templates with slots, and how they are filled: `{p1}` a person, `{c1}` a town, `[[PERSON|Marie Curie]]` as it stands.

A file holds templates of one language (the part of its name before `_`), separated by lines of `===`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from training.cast import Cast
from training.fillers import Fillers
from training.marked import Marked, joined

_FOLDER = Path(__file__).parent / "templates"
_PIECE = re.compile(
    r"\\(?P<escaped>[<{\[])|\[\[(?P<kind>[A-Z]+)\|(?P<value>[^\]]*)\]\]|\{(?P<slot>[a-z]+)(?P<number>\d*)"
    r"(?P<forms>(?:\.[a-z]+)*)\}|<(?P<choice>[^<>\n]*\|[^<>\n]*)>"
)


def templates() -> Iterator[tuple[str, str]]:
    """Language and template."""
    for path in sorted(_FOLDER.glob("*.txt")):
        language = path.stem.partition("_")[0]
        for template in re.split(r"^===[ \t]*$", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            if template.strip():
                yield language, template.strip("\n")


def filled(template: str, language: str, fillers: Fillers, draw: random.Random) -> Marked:
    """One text, with other names each time. Raises KeyError for a slot that is none."""
    pieces: list[tuple[str, str]] = []
    _fill(template, pieces, Cast(fillers, language, draw), draw)
    made = joined(pieces)
    return Marked(made.text, made.marks, language)


def _fill(template: str, pieces: list[tuple[str, str]], cast: Cast, draw: random.Random) -> None:
    at = 0
    for found in _PIECE.finditer(template):
        pieces.append((template[at : found.start()], ""))
        at = found.end()
        if found["escaped"]:
            pieces.append((found["escaped"], ""))
        elif found["kind"]:
            pieces.append((found["value"], found["kind"]))
        elif found["slot"]:
            pieces.append(cast.value(found["slot"], found["number"], found["forms"].strip(".").split(".")))
        else:
            _fill(draw.choice(found["choice"].split("|")), pieces, cast, draw)
    pieces.append((template[at:], ""))
