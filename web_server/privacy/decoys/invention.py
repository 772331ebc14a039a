"""What a model is asked for when covers are wanted of it, and what it answered, as texts.

Called by whoever keeps a stock of such covers. A model is told the coarse cell alone: language, sort, length, whether
people or values are in it. Never a word of a real query, nor anything that only one query has. Pure.
"""

from __future__ import annotations

import re
from typing import Final

from web_server.privacy.decoys.shape import Shape
from web_server.query import ModelRef, ScrubbedQuery

LANGUAGES: Final = {
    "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "nl": "Dutch",
}  # fmt: skip
SORTS: Final = {
    "code": "a request about a piece of program code, with the code in it",
    "data": "a request about a small table or some JSON, with the data in it",
    "letter": "a request to write an e-mail or a letter, or to answer one that is quoted in it",
    "rewriting": "a request to rewrite, shorten, correct or translate a text that is quoted in it",
    "question": "a question",
    "task": "a task",
}
HOLDS: Final = {
    "people": "Invented people with full names are mentioned in each.",
    "values": "An invented number, date or amount is in each.",
    "nothing": "No person's name and no number is in any.",
}
_MARK: Final = "###"
_LEADING = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*])\s+")
_ASKING: Final = (
    "Write {count} messages that different people could have sent to an assistant. Each is {sort}, in {language},"
    " about {length} characters long. The topics are everyday ones and have nothing to do with each other: work,"
    " health, money, home, travel, school, law, hobbies. {holds} Write as people do, not as an assistant does. Begin"
    f" each message with a line that says only {_MARK}, and write nothing else."
)


def question(cell: Shape, count: int, model: ModelRef) -> ScrubbedQuery:
    """What the model is asked: so many texts of the cell's sort."""
    said = _ASKING.format(
        count=count,
        sort=SORTS[cell.format],
        language=LANGUAGES.get(cell.language, "English"),
        length=_length(cell),
        holds=HOLDS[cell.holds],
    )
    return ScrubbedQuery(model, {"messages": [{"role": "user", "content": said}], "temperature": 1.0}, False, {})


def answer_tokens(cell: Shape, count: int) -> int:
    """About how many tokens so many texts of the cell's sort are."""
    return count * _length(cell) // 4


def texts(answer: str, most: int) -> list[str]:
    """The messages that a model wrote, as far as it kept to what it was asked for."""
    parts = answer.split(_MARK)[1:] if _MARK in answer else answer.split("\n\n")
    found = (_LEADING.sub("", part.strip()).strip().strip('"') for part in parts)
    return list(dict.fromkeys(text for text in found if text))[:most]


def _length(cell: Shape) -> int:
    """In characters: the middle of what is closest to this power of two."""
    return int(2**cell.length) * 3 // 4
