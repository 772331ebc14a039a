"""One word of a run of capitalised words, as the rules of names ask about it.

Used by the rules of people's names. Holds text: its `repr` says only where it stands.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.letters import CAPITALISED, INITIAL

_TOKEN = re.compile(rf"{INITIAL}|{CAPITALISED}|[^\W\d_]+")
_APOSTROPHES = ("'", "’")
_CONTRACTION = re.compile(r"['’](?:m|re|ve|ll|d|t)$", re.IGNORECASE)
_HUMPS = re.compile(r"[^\W\d_]*[a-zªºß-ÿ][A-Z]")
_HUMPED_NAMES = re.compile(r"(?:Mc|Mac|De|La|Le|Di|Van|Von|Fitz|O['’])[A-Z]")


class Token:
    """`word` stands at `start`:`end` without its genitive; `key` is the word in lower case."""

    __slots__ = ("end", "key", "owns", "start", "word")

    def __init__(self, word: str, start: int) -> None:
        last = word[-1]
        cut = 1 if last in "'’" else 2 if last in "sS" and word[-2:-1] in _APOSTROPHES else 0
        self.owns = cut > 0
        """In the genitive: what follows is the thing owned, not a surname."""
        self.word = word[:-cut] if cut else word
        self.start = start
        self.end = start + len(self.word)
        self.key = self.word.lower().replace("’", "'")

    def __repr__(self) -> str:
        return f"Token({self.start}, {self.end})"

    @property
    def is_initial(self) -> bool:
        return self.word.endswith(".")

    @property
    def is_capitalised(self) -> bool:
        return self.word[0].isupper()

    @property
    def is_titlecase(self) -> bool:
        return self.word[0].isupper() and self.word[1:].islower()

    @property
    def is_no_name(self) -> bool:
        """`I'm`, `Don't`; `JavaScript`, `iPhone`, but not `McDonald`."""
        word = self.word
        if word.islower() or (word[1:].islower() and word.isalpha()):
            return False
        if _CONTRACTION.search(word) is not None:
            return True
        return _HUMPS.match(word) is not None and _HUMPED_NAMES.match(word) is None


def tokens_of(run: str, offset: int) -> list[Token]:
    """The words of `run`, which begins at `offset` of the text."""
    if run.replace(" ", "").isalpha():
        tokens = []
        for word in run.split(" "):
            if word:
                tokens.append(Token(word, offset))
            offset += len(word) + 1
        return tokens
    return [Token(found[0], found.start() + offset) for found in _TOKEN.finditer(run)]
