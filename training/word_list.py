"""The list of words that the model ships: groups of use and frequencies from spacy-lookups-data, lists of names.

Words are kept in small letters, as CRC-32; a word's rows say how it is used as it is written small and with a capital.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from training import gazetteers, meaning
from web_server.privacy.tagger.word_list import WordList

LANGUAGES = ("en", "de", "es")
OWN = 8000
"""Words of the training's texts that have a row of their own."""
_LEMMAS = ("en", "de", "fr", "es", "it", "nl")
_FREQUENT = 180_000


@dataclass(frozen=True, slots=True)
class Listed:
    words: WordList
    sizes: tuple[int, ...]
    """Rows of each column's table."""


def build(words: Iterable[str], vectors: Callable[[Sequence[str]], NDArray[np.float32]]) -> Listed:
    """`words` are the training's, in small letters: frequent ones get their own row. `vectors` has their meaning."""
    own = {word: at + 1 for at, (word, _) in enumerate(Counter(words).most_common(OWN))}
    best: dict[str, float] = {}
    groups: list[dict[str, tuple[int, int]]] = []
    small_use: dict[str, float] = {}
    capital_use: dict[str, float] = {}
    sizes: list[int] = []
    for language in LANGUAGES:
        frequent = {word: use for word, use in _table(language, "lexeme_prob").items() if _is_word(word)}
        clusters = _table(language, "lexeme_cluster")
        rows = {cluster: at + 1 for at, cluster in enumerate(sorted(set(clusters.values()) - {0}))}
        written: dict[str, dict[bool, str]] = {}
        for word, use in frequent.items():
            small = word.lower()
            forms = written.setdefault(small, {})
            capital = word != small
            if capital not in forms or use > frequent[forms[capital]]:
                forms[capital] = word
            best[small] = max(best.get(small, -99.0), use)
            uses = capital_use if capital else small_use
            uses[small] = max(uses.get(small, -99.0), use)
        groups.append(
            {
                small: (
                    rows.get(clusters.get(forms.get(False, ""), 0), 0),
                    rows.get(clusters.get(forms.get(True, ""), 0), 0),
                )
                for small, forms in written.items()
            }
        )
        sizes += [len(rows) + 1] * 2
    lists = _lists()
    frequent_words = sorted(best, key=lambda word: (-best[word], word))[:_FREQUENT]
    chosen = set(frequent_words) | lists.keys() | own.keys()
    keyed: dict[int, list[int]] = {}
    ordered = sorted(chosen, key=lambda word: (best.get(word, -99.0), word))
    narrow = meaning.narrowed(vectors(ordered), 96)
    fine, coarse = meaning.groups(narrow, meaning.FINE), meaning.groups(narrow, meaning.COARSE)
    for at, word in enumerate(ordered):
        row = [number for group in groups for number in group.get(word, (0, 0))]
        row += [_use(small_use.get(word, -25.0), capital_use.get(word, -25.0)) if word in best else 0]
        row += [lists.get(word, 0), own.get(word, 0), int(fine[at]), int(coarse[at])]
        keyed[crc32(word.encode())] = row
    keys = np.array(sorted(keyed), np.uint32)
    table = np.array([keyed[key] for key in keys.tolist()], np.uint16)
    return Listed(WordList(keys, table), (*sizes, 128, 256, OWN + 1, meaning.FINE + 1, meaning.COARSE + 1))


def _use(small: float, capital: float) -> int:
    """How often, in seven steps, and how often with a capital, in nine."""
    often = int(min(6, max(0, (max(small, capital) + 19) / 2)))
    ratio = int(min(8, max(0, (capital - small) / 1.2 + 4.5)))
    return 1 + often * 9 + ratio


def _lists() -> dict[str, int]:
    """By word a bit for each sort of list that has it."""
    flags: Counter[str] = Counter()

    def add(names: Iterable[str], bit: int) -> None:
        for word in {word for name in names for word in _words(name)}:
            flags[word] |= bit

    often: Counter[str] = Counter()
    for locales in gazetteers.LOCALES.values():
        for locale in sorted(set(locales)):
            names = gazetteers.people(locale)
            often.update({word for name in names.first for word in _words(name)})
            add(names.last, 4)
    add(often, 1)
    add((name for name, count in often.items() if count > 1), 2)
    towns = gazetteers.towns()
    add((name for name, _, people in towns if people >= 15000), 8)
    add((*gazetteers.countries(), *gazetteers.regions()), 16)
    for language in _LEMMAS:
        bit = 32 if language in LANGUAGES else 64
        for word in _ordinary(language):
            flags[word] |= bit
    return dict(flags)


def _ordinary(language: str) -> set[str]:
    """Words as they stand in a dictionary, and short ones in all their forms."""
    forms = {
        form: base if isinstance(base, list) else [base] for form, base in _table(language, "lemma_lookup").items()
    }
    return {base for bases in forms.values() for base in bases if base.islower() and len(base) < 9} | {
        form for form in forms if form.islower() and len(form) < 6
    }


def _words(name: str) -> Iterable[str]:
    return (word for word in "".join(char if char.isalpha() else " " for char in name.lower()).split() if len(word) > 1)


def _is_word(word: str) -> bool:
    return word.isalpha() and len(word) < 24


def _table(language: str, name: str) -> dict[str, Any]:
    found = importlib.util.find_spec("spacy_lookups_data")
    assert found is not None and found.submodule_search_locations
    path = Path(found.submodule_search_locations[0]) / "data" / f"{language}_{name}.json.gz"
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return dict(json.load(file))
