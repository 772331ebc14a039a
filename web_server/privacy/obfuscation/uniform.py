"""The level `format`: a text as anybody might have typed it, with every word that means something.

Called for each turn of a caller's own, after scrubbing. Pure and deterministic: a resent history comes out the same.
A text that is uniform already stays as it is, so doing it twice changes nothing: the steps are repeated until they
change nothing more, and a text for which they never do is left as it was.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import Final

from web_server.privacy.language import language_of
from web_server.privacy.obfuscation.casual import calm_marks, spell
from web_server.privacy.obfuscation.characters import uniform_characters, without_pictures
from web_server.privacy.obfuscation.sentences import (
    begin_with_capitals,
    end_with_marks,
    quiet,
    uniform_lists,
    without_courtesies,
)
from web_server.privacy.obfuscation.verbatim import Keep, Kept, Stretch, TooMany, Values, about_wording

_ROUNDS: Final = 6
_NO_LETTERS = str.maketrans(dict.fromkeys((string.punctuation + string.digits + "…“”„«»–—¿¡").replace("'", ""), " "))


def nothing_kept(_text: str) -> Iterable[Stretch]:
    """Where a text holds no value of a ledger."""
    return ()


def uniform(text: str, keep: Keep = nothing_kept) -> str:
    """`text` in the uniform format. `keep` says where values stand that must not change."""
    if not Kept.can_hold(text):
        return text
    try:
        values = Values(text, keep(text))
        made = values.text
        for _ in range(_ROUNDS):
            before, made = made, _once(made)
            if made == before:
                return values.put_back(made)
    except TooMany:
        pass
    return text


def _once(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = Kept(text)
    words = _words(kept.text)
    if wording := about_wording(kept.text, words):
        kept.take_all(wording, block=True)
    kept.take_code()
    kept.take_quoted()
    kept.text = uniform_lists(without_pictures(uniform_characters(kept.text)))
    kept.take_tokens()
    text = kept.text
    language = language_of(words)
    if not wording:
        text = without_courtesies(text)
    text = spell(calm_marks(text), words, language)
    text = begin_with_capitals(quiet(text), language)
    text = end_with_marks(text, language)
    return kept.put_back(text.strip("\n") if text.strip() else text)


def _words(text: str) -> frozenset[str]:
    words = text.lower().translate(_NO_LETTERS)
    return frozenset(words.split() if words.isascii() else words.replace("\u2019", "'").split())
