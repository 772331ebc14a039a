"""Proper names of any sort, for policies that hide public names too: places, organisations, acronyms, unknown names.

Scores stay below the default threshold: under the default policy none of this is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.letters import CAPITALISED
from web_server.privacy.detectors.not_names import AFTER_THINGS, NOT_NAMES, PLACES
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_RUN = re.compile(
    rf"(?<![\w@#/\\$_])(?:{CAPITALISED}|[A-Z]{{2,6}}\d{{0,3}})"
    rf"(?:(?: (?:(?:of|for|and|&|de|du|des|del|della|von|van) )?|&)(?:{CAPITALISED}|[A-Z]{{2,6}})){{0,5}}(?![\w(_@\\])"
)
_WORDS = re.compile(r"[^\W_]+")
_ENDS_SENTENCE = re.compile(r"[.!?:\n•*>#\-\"“(\[]\s{0,4}$|^\s{0,4}$")


class ProperNameDetector(Detector):
    KINDS = (kinds.LOCATION, kinds.ORGANIZATION, kinds.PERSON)
    BEST = 0.4

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        for found in _RUN.finditer(reading.text):
            yield from self._judge(found, reading.text)

    def _judge(self, found: re.Match[str], text: str) -> Iterator[Span]:
        words = [
            (word.start() + found.start(), word.end() + found.start(), word[0].lower())
            for word in _WORDS.finditer(found[0])
        ]
        opening = _ENDS_SENTENCE.search(text, max(0, found.start() - 6), found.start()) is not None
        # A sentence's first word, and words of the language at either end, say nothing.
        while words and (words[0][2] in NOT_NAMES or (opening and self._is_plain_word(words[0][2]))):
            words, opening = words[1:], False
        thing = any(word in AFTER_THINGS for _, _, word in words)
        while words and words[-1][2] in NOT_NAMES and not (thing and words[-1][2] in AFTER_THINGS):
            words = words[:-1]
        if not words or words[-1][1] - words[0][0] < 2:
            return
        start, end = words[0][0], words[-1][1]
        keys = [word for _, _, word in words]
        if any(key in PLACES for key in keys):
            yield Span(start, end, kinds.LOCATION, 0.4, "proper-place")
        elif thing and len(words) > 1:
            yield Span(start, end, kinds.ORGANIZATION, 0.4, "proper-thing")
        elif text[start:end].isupper() and len(words) == 1:
            yield Span(start, end, kinds.ORGANIZATION, 0.3, "proper-acronym")
        elif len(words) in (2, 3) and not any(self._is_plain_word(key) for key in keys):
            yield Span(start, end, kinds.PERSON, 0.4, "proper-words")
        elif not opening and not all(self._is_plain_word(key) for key in keys):
            known = keys[0] in self._names.first or keys[-1] in self._names.last
            yield Span(start, end, kinds.PERSON if known else kinds.ORGANIZATION, 0.3, "proper-word")

    def _is_plain_word(self, word: str) -> bool:
        return word in NOT_NAMES or (word in self._names.words and word not in PLACES)
