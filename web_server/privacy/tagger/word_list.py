"""What is known of single words: how they are written, which others they are used like, which lists of names have them.

Read from the model's file and shared by all processes that map it. A word is kept as its CRC-32 alone. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COLUMNS = ("en", "en_capital", "de", "de_capital", "es", "es_capital", "use", "lists", "own", "meaning", "field")
"""The group of words that a word is used like, as it is written small and with a capital, in three languages; how often
it is met and how often with a capital; the lists that have it; its own row, where the training met it often; the words
that mean something like it, narrowly and widely."""


@dataclass(frozen=True, slots=True)
class WordList:
    """`keys` in order; `table` has a row for each, and row 0 of every column is for words that are not listed."""

    keys: NDArray[np.uint32]
    table: NDArray[np.uint16]

    def rows(self, keys: NDArray[np.uint32]) -> NDArray[np.int32]:
        """By word the row of each column."""
        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        rows = self.table[at].astype(np.int32)
        rows[self.keys[at] != keys] = 0
        return rows
