"""Marked texts as the network learns them: rows and tags by token."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.marked import KINDS, SKIP, Marked
from web_server.privacy.language import language_of
from web_server.privacy.tagger.features import features
from web_server.privacy.tagger.tokens import Tokens, tokens
from web_server.privacy.tagger.word_list import WordList

IGNORED = -1


class Example(NamedTuple):
    ids: NDArray[np.int32]
    tags: NDArray[np.int64]


def example(of: Marked, words: WordList) -> Example:
    read = tokens(of.text)
    language = language_of(frozenset(map(str.lower, read.words)))
    return Example(features(read, words, language).by_token(), tags(of, read))


def tags(of: Marked, read: Tokens) -> NDArray[np.int64]:
    """A token that a mark cuts belongs to it."""
    made = np.zeros(len(read), np.int64)
    at = 0
    for mark in of.marks:
        while at < len(read) and read.ends[at] <= mark.start:
            at += 1
        first = at
        last = first
        while last < len(read) and read.starts[last] < mark.end:
            last += 1
        if last == first:
            continue
        if mark.kind == SKIP:
            made[first:last] = IGNORED
            continue
        base = 1 + 4 * KINDS.index(mark.kind)
        made[first:last] = base + 1
        made[first] = base
        made[last - 1] = base + 2
        if last - first == 1:
            made[first] = base + 3
    return made
