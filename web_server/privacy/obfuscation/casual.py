"""Words and marks as people type them in haste: drawn-out letters, shorthand, laughter, heaps of punctuation.

Called by the uniform format, on prose alone. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from web_server.privacy.obfuscation.vocabulary import DOUBLED, FILLERS, WRITTEN_OUT

_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?:'[^\W\d_]+)*(?![\w-])")
_DRAWN_OUT = re.compile(r"(?<![^\W_])[^\W\d_]*?([^\W\d_])\1\1[^\W\d_]*(?![^\W_])")
_LETTERS_RUN = re.compile(r"([^\W\d_])\1{2,}")
_GERMAN_TRIPLE = re.compile(r"[^\W\d_]([flmnprst])\1\1(?!\1)[^\W\d_]")
_NOT = re.compile(
    r"\b(do|does|did|is|are|was|were|would|should|could|have|has|had|can|will)(?: not|not)\b"
    r"(?! (?:only|just|merely|to)\b)",
    re.IGNORECASE,
)
_IRREGULAR = {"can": "can't", "will": "won't"}

_QUESTIONS = re.compile(r"[!?]{2,}")
_EXCLAMATION = re.compile(r"!(?<=[^\W_\d)\"']!)(?=[\s\"')]|$)", re.MULTILINE)
_DOUBLED_MARK = re.compile(r",{2,}|;{2,}")
_DOTS = re.compile(r"\.(?<![.\d]\.)\.(?![.\w/])|\.(?<=[^\s.]\.)\.{2,}| \.(?: \.){2,}")
_ELLIPSIS_END = re.compile(r"\s*(?:$|[A-ZÀ-ÖØ-Þ\n])")
_BEFORE_MARK = re.compile(r"(?<=[^\s(\[{,;:.!?\-]) +(?=[,;.!?](?:[\s\"')]|$)|:(?:\s|$))")
_AFTER_MARK = re.compile(r",(?<=[^\W\d_],)(?=[^\W\d_]{2})|[!?](?<=[^\W\d_][!?])(?=[A-ZÀ-ÖØ-Þ])")
_TRIPLE_CONSONANT = re.compile(r"(?<=[^\W\d_])([bcdfglmnprst])\1\1(?=[^\W\d_])(?!\1)")
_VOWELS = frozenset("aeiouyäöüéèàêâîôûáíóúœæ")
_TRIPLES = tuple(3 * letter for letter in "abcdefghijklmnopqrstuvwxyzäöüßéèà")


def calm_marks(text: str) -> str:
    """One mark where there are many, a full stop for an exclamation, no space before a mark and one behind it."""
    if " ," in text or " ." in text or " !" in text or " ?" in text or " :" in text or " ;" in text:
        text = _BEFORE_MARK.sub("", text)
    if "!" in text or "??" in text:
        text = _EXCLAMATION.sub(".", _QUESTIONS.sub(lambda marks: "?" if "?" in marks[0] else ".", text))
    if ",," in text or ";;" in text:
        text = _DOUBLED_MARK.sub(lambda marks: marks[0][0], text)
    if ".." in text or ". ." in text:
        text = _DOTS.sub(lambda dots: "." if _ELLIPSIS_END.match(text, dots.end()) else ",", text)
    return _AFTER_MARK.sub(r"\g<0> ", text)


def spell(text: str, words: frozenset[str], language: str) -> str:
    """Shorthand written out, common slips mended, no laughter. `words` are those of the text, in small letters."""
    if any(triple in text for triple in _TRIPLES):
        text = _DRAWN_OUT.sub(_shortened, text)
    tables = [WRITTEN_OUT[""], WRITTEN_OUT.get(language, {})]
    asked = [table for table in tables if table and not words.isdisjoint(table)]
    if asked:
        text = _WORD.sub(lambda found: _written_out(found[0], asked), text)
    if not words.isdisjoint(FILLERS):
        text = _LAUGHTER.sub(r"\1", text)
    if language == "en" and ("not" in words or "cannot" in words):
        text = _NOT.sub(_contracted, text)
    return text


_LAUGH = "|".join(sorted(FILLERS))
_LAUGHTER = re.compile(
    rf"(?:,? (?:{_LAUGH})\b){{1,5}} ?(?=[.!?]|$)(\.?)|^(?:(?:{_LAUGH})\b[,.!]? ?){{1,5}}",
    re.IGNORECASE | re.MULTILINE,
)


def _written_out(word: str, tables: list[Mapping[str, str]]) -> str:
    lower = word.lower()
    for table in tables:
        if lower in table:
            if word.isupper():
                return word
            made = table[lower]
            return made[0].upper() + made[1:] if word[0].isupper() else made
    return word


def _shortened(found: re.Match[str]) -> str:
    word = found[0]
    if word.isupper() or len(word) < 4 or len(set(word.lower())) == 1:
        return word  # numerals, sizes, sounds
    if _VOWELS.isdisjoint(word.lower()):
        return word
    if len(word) >= 10 and _GERMAN_TRIPLE.search(word):
        return word  # a compound, as `Schifffahrt`
    lower = word.lower()
    once, twice = _LETTERS_RUN.sub(r"\1", lower), _LETTERS_RUN.sub(r"\1\1", lower)
    slipped = _TRIPLE_CONSONANT.search(lower) is not None  # `errror`, not `sooo` or `yesss`
    made = twice if twice in DOUBLED or slipped else once
    return made[0].upper() + made[1:] if word[0].isupper() else made


def _contracted(found: re.Match[str]) -> str:
    verb = found[1]
    if verb.lower() in _IRREGULAR:
        made = _IRREGULAR[verb.lower()]
        return made[0].upper() + made[1:] if verb[0].isupper() else made
    return f"{verb}n't"
