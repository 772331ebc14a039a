"""A text as the network takes it: for every token the rows of the tables that are added up for it.

Called by the tagger and by the training. Nearly all of it depends on the word alone and is worked out once for each
different word of a text. Pure, but for the list of words that is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from web_server.privacy.tagger.tokens import LETTER, LINE, MIXED, SCRIPT, SHAPES, Tokens, shape

if TYPE_CHECKING:
    from web_server.privacy.tagger.word_list import WordList

Ids: TypeAlias = NDArray[np.int32]

AFFIXES = 6144
"""How many rows the hashed beginnings of words share, and their endings."""
_SHORT_AFFIXES = AFFIXES // 4
_SEEN = 4
"""How a word occurs elsewhere in its text: once with a capital, also in small letters, several times, both."""
_GLUES = 4
"""How a token stands behind the one before: at once, behind a space, at the beginning of a line, behind more space."""
LANGUAGES = ("", "en", "de", "fr", "es", "it", "nl")

COLUMNS = ("suffix3", "suffix2", "prefix3", "shape", "seen", "language", "glue")
"""What is reckoned here; in front of these stand the word list's own columns. `glue` alone depends on the place."""
SIZES = (AFFIXES, _SHORT_AFFIXES, AFFIXES, SHAPES, _SEEN, len(LANGUAGES), _GLUES)


@dataclass(frozen=True, slots=True)
class Features:
    """`ids` (different words, columns but the last), `places` the word of each token, `glue` the last column."""

    ids: Ids
    places: NDArray[np.intp]
    glue: Ids

    def by_token(self) -> Ids:
        """(tokens, columns)."""
        return np.concatenate((self.ids[self.places], self.glue[:, None]), axis=1)


def features(read: Tokens, words: WordList, language: str) -> Features:
    """Rows within each column's own table. `language` is one of LANGUAGES."""
    index: dict[str, int] = {}
    places = np.array([index.setdefault(word, len(index)) for word in read.words], np.intp)
    small = [word.lower() for word in index]
    shapes = [shape(word) for word in index]
    reckoned = np.array([_own(word, form) for word, form in zip(small, shapes, strict=True)], np.uint32)
    keys, own = reckoned.reshape(-1, 5)[:, 0], (reckoned.reshape(-1, 5)[:, 1:] % _OWN_SIZES).astype(np.int32)
    seen = _seen(small, shapes, np.bincount(places, minlength=len(index)).tolist())
    tongue = np.full(len(small), LANGUAGES.index(language), np.int32)
    ids = np.concatenate((words.rows(keys), own, seen[:, None], tongue[:, None]), axis=1)
    return Features(ids, places, _glue(read, np.array(shapes, np.int32)[places]))


_OWN_SIZES = np.array((AFFIXES, _SHORT_AFFIXES, AFFIXES, SHAPES), np.uint32)


def _own(word: str, form: int) -> tuple[int, int, int, int, int]:
    """The word, its last three letters, its last two and its first three, each hashed; and its form.

    Of a number nothing but its length counts, of a run of marks the mark.
    """
    part = word
    if form > SCRIPT:
        part = word[0] if form >= LINE else "0"
    raw = word.encode("utf-8", "surrogatepass")
    if part is word and len(raw) == len(word):
        # A letter is a byte: no need to encode its pieces one by one.
        return crc32(raw), crc32(raw[-3:]), crc32(raw[-2:]), crc32(raw[:3]), form
    tail = part[-3:]
    return crc32(raw), _hash(tail), _hash(tail[-2:]), _hash(part[:3]), form


def _hash(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _seen(small: list[str], shapes: list[int], counts: list[int]) -> Ids:
    """Only of words that stand somewhere with a capital; the others have none."""
    capital: dict[str, int] = {}
    lower = set()
    for word, form, count in zip(small, shapes, counts, strict=True):
        if LETTER < form <= MIXED:
            capital[word] = capital.get(word, 0) + count
        elif form <= LETTER:
            lower.add(word)
    return np.array([(word in lower) + 2 * (capital[word] > 1) if word in capital else 0 for word in small], np.int32)


def _glue(read: Tokens, shapes: Ids) -> Ids:
    starts, ends = np.array(read.starts, np.int32), np.array(read.ends, np.int32)
    glue = np.minimum(starts - np.concatenate((np.zeros(1, np.int32), ends[:-1])), 2)
    glue[glue == 2] = 3
    glue[:1] = 2
    glue[1:][shapes[:-1] == LINE] = 2
    return glue
