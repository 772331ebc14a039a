"""Names that are nobody's: of things, in code and in exercises; and authors, whom their work makes public.

Asked by the person detector of what rests on a name alone, and by `read_names` of what was read. A cue such as `Dr.` or
`my friend` is stronger than all of this. Pure.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.authors import cited, is_maker
from web_server.privacy.detectors.eponyms import is_eponym
from web_server.privacy.detectors.reading import Reading

_DECLARED = re.compile(
    r"(?:\b(?:class|def|function|interface|struct|enum|new|extends|implements|typedef)|^import|\nimport) $"
)
"""In code these name a thing of the program."""
_THING_CALLED = re.compile(
    r"\b(?:database|table|column|file|folder|directory|variable|function|method|class|server|script|program|app|module|"
    r"package|library|repository|branch|bucket|cluster|container|image|network|project|game|model|bot|robot|tool|song|"
    r"album|band|movie|film|book|novel|ship|storm|hurricane|village|town|city|river|mountain|island|planet),? "
    r"(?:called|named) $"
)
_CALLED = frozenset(("called", "named"))
_TEXTBOOK = frozenset(("alice", "bob"))
_PARTS = re.compile(r"[^\W\d_]{2,}")


def is_a_word_of_science(start: int, end: int, text: str, *, first: bool) -> bool:
    """`Newton's method`, or a name that code declares. `first`: it is known as a first name."""
    name = text[start:end]
    if " " not in name and _DECLARED.search(text, max(0, start - 12), start) is not None:
        return True
    return is_eponym(name, text, end, first)


def is_a_things(start: int, reading: Reading) -> bool:
    """`a database called Bob`."""
    if reading.words.isdisjoint(_CALLED):
        return False
    return _THING_CALLED.search(reading.text, max(0, start - 24), start) is not None


def is_textbook(start: int, end: int, reading: Reading) -> bool:
    """Alice and Bob, who exchange keys and apples in half of all exercises; not Alice Berg."""
    return reading.words >= _TEXTBOOK and reading.text[start:end].lower() in _TEXTBOOK


def is_published(start: int, end: int, reading: Reading, *, by_work: bool = True) -> bool:
    """An author, where nothing but the name and the work is said. `by_work`: `a novel by Berg` makes her one, too."""
    names = reading.once(cited)
    if names and not names.isdisjoint(_PARTS.findall(reading.text[start:end].lower())):
        return True
    return by_work and is_maker(reading, start)
