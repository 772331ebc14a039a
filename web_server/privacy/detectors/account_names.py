"""Whether a word is what people call their account: made of a first name, a surname, an initial, figures.

Asked by the detectors of handles and logins, of words that stand where an account stands. Pure; knows the lists of
names, so that `yorkcharles` and `jdupont77` are accounts and `interface` and `manual2` are not.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.gazetteer import Gazetteer

_MARKS = re.compile(r"[._\-]+")
_FIGURES = "0123456789"
_LONGEST = 40
_PARTICLES = ("vander", "vanden", "van", "von", "del", "den", "de", "di", "da", "du", "le", "la")


def is_made_of_a_name(value: str, names: Gazetteer, initials: bool = True) -> bool:
    """`yorkcharles`, `jdupont`, `j.dupont77`, `anna_b`, `dupontj_4`, `anna77`.

    An initial with a surname alone may be a word that the lists do not know (`trainer`): only where `initials`.
    """
    lower = value.lower()
    if len(lower) > _LONGEST:
        return False
    parts = [part for part in (part.strip(_FIGURES) for part in _MARKS.split(lower)) if part]
    if not parts or not all(part.isalpha() for part in parts):
        return False
    has_figures = any(char in _FIGURES for char in lower)
    if len(parts) == 1:
        return _is_one_word(parts[0], has_figures, initials or has_figures, names)
    known = [part for part in parts if len(part) > 2 and (part in names.first or part in names.last)]
    if not known or len(parts) > 3:
        return False
    rest = [part for part in parts if part not in known]
    return not names.words.issuperset(known) or (len(known) > 1 and not rest) or any(len(part) == 1 for part in rest)


def _is_one_word(word: str, has_figures: bool, initials: bool, names: Gazetteer) -> bool:
    if word in names.plain_names:
        return has_figures
    if len(word) < 5 or word in names.words:
        return False
    if initials and (names.is_plain_last(word[1:]) or (len(word) > 6 and names.is_plain_last(word[:-1]))):
        return True
    for particle in _PARTICLES:
        if word.startswith(particle) and len(word) > len(particle) + 7:
            word = word.removeprefix(particle)
            break
    return any(_are_a_name(word[:at], word[at:], names) for at in range(3, len(word) - 2))


def _are_a_name(one: str, other: str, names: Gazetteer) -> bool:
    """A first name and a surname in either order, one of which is no word; of short ones every word is made."""
    if len(one) + len(other) < 8 or (min(len(one), len(other)) < 4 and len(one) + len(other) < 9):
        return False
    if (one in names.first and other in names.last) or (one in names.last and other in names.first):
        return one in names.plain_names or other in names.plain_names
    return False
