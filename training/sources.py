"""The texts of the training: labelled sets, filled templates, code and documents without names.

Made anew for every epoch: other names in the templates, other variations of the labelled texts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from training import gazetteers, ordinary, sets, templates
from training.fillers import Fillers
from training.marked import Mark, Marked
from training.variations import varied
from web_server.privacy.tagger.tokens import tokens

OFTEN = {
    "wnut17_train": 2,
    "broad_twitter": 1,
    "germeval_dev": 2,
    "meddocan_dev": 1,
    "presidio_synth_v2": 1,
    "prompts_arena_v01": 5,
}
"""How often a text of a set is met in an epoch."""
_TOGETHER = 0.15
"""How many texts stand in front of another in one."""
_WORDS_TOO = frozenset(
    (
        "will", "may", "mark", "in", "an", "so", "my", "to", "a", "art", "can", "are", "do", "see", "case", "major",
        "van", "of", "young", "long", "sun", "son", "as", "no", "more", "man", "page", "chance", "data", "note", "any",
        "sunny", "true", "begin", "return",
    )
)  # fmt: skip
"""First names of the lists that code and documents are full of."""


class Sources:
    """Read once; `epoch` makes the texts of one."""

    def __init__(self, folder: Path, filled: int, plain: int) -> None:
        self._fillers = Fillers(gazetteers.towns())
        self._filled, self._plain = filled, plain
        self.labelled = [each for name, each in sets.learned(folder) for _ in range(OFTEN[name])]
        self.templates = list(templates.templates())
        self._ordinary = list(ordinary.pieces(_capitals_of_names(), plain * 5, random.Random(3)))

    def words(self) -> Iterator[str]:
        """In small letters, as often as they are worth a row of their own."""
        texts = [each.text for each in self.labelled] + [template for _, template in self.templates] * 3
        return (word.lower() for text in texts for word in tokens(text).words if word[0].isalpha())

    def epoch(self, number: int) -> Iterator[Marked]:
        """The same number gives the same texts in the same order."""
        draw = random.Random(number)
        made = [varied(each, self._fillers, draw, gold=True) for each in self.labelled]
        for _ in range(self._filled):
            language, template = draw.choice(self.templates)
            text = templates.filled(template, language, self._fillers, draw)
            made.append(varied(text, self._fillers, draw, gold=False))
        made += draw.sample(self._ordinary, self._plain)
        draw.shuffle(made)
        return _together(made, draw)


def _together(texts: Sequence[Marked], draw: random.Random) -> Iterator[Marked]:
    """Some of them one behind the other: what is pasted stands under what is asked."""
    held: Marked | None = None
    for each in texts:
        if held is not None:
            gap = draw.choice((" ", "\n", "\n\n", ": ", "\n---\n"))
            at = len(held.text) + len(gap)
            moved = (Mark(mark.start + at, mark.end + at, mark.kind) for mark in each.marks)
            yield Marked(held.text + gap + each.text, (*held.marks, *moved), held.language)
            held = None
        elif draw.random() < _TOGETHER:
            held = each
        else:
            yield each


def _capitals_of_names() -> frozenset[str]:
    """A document with one of these, written with a capital, may name somebody."""
    names = {
        name.lower()
        for locales in gazetteers.LOCALES.values()
        for locale in locales
        for name in gazetteers.people(locale).first
    }
    names |= {name.lower() for name in gazetteers.countries()}
    names |= {name.lower() for name, _, people in gazetteers.towns() if people > 100_000}
    return frozenset(names - _WORDS_TOO)
