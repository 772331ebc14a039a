"""Case, and the separators of numbers, carried from one spelling to another.

Called by the lexicon's forms and the ledger. Knows nothing of names or languages.
"""

from __future__ import annotations

import re

_UNIT = re.compile(r"&#?\w{1,8};|\\u[0-9A-Fa-f]{4}|\\[nrtbf]|.", re.S)
"""One character, or the escape that stands for one."""


def cased(word: str, like: str) -> str:
    """`word`, cased as `like` is: all capitals, all small, or else as `word` is written itself.

    A single letter says nothing about capitals, so "A" leaves the word as it is.
    """
    if like.islower():
        return word.lower()
    if like.isupper() and sum(map(str.isalpha, like)) > 1:
        return word.upper()
    return word


def pour(characters: str, shape: str) -> str:
    """The letters and digits of `characters` with the separators of `shape`, which may be written as escapes."""
    flow = (char for char in characters if char.isalnum())
    if "&" not in shape and "\\" not in shape:
        return "".join(next(flow, char) if char.isalnum() else char for char in shape)
    return "".join(next(flow, unit) if unit.isalnum() else unit for unit in _UNIT.findall(shape))


def display(word: str) -> str:
    """`word` as it stands in a sentence: kept where it is of mixed case, else with a capital first letter."""
    return word.capitalize() if word.islower() or (word.isupper() and len(word) > 1) else word


def display_words(words: str) -> str:
    """Each word of `words` as it stands in a sentence."""
    return " ".join(map(display, words.split(" ")))
