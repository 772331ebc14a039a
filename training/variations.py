"""The same text as others might have written it: other names in it, in small letters, in capitals, with slips."""

from __future__ import annotations

import random
from collections.abc import Callable

from training.fillers import Fillers
from training.marked import Marked, joined


def varied(of: Marked, fillers: Fillers, draw: random.Random, *, gold: bool) -> Marked:
    """`gold` texts get other names now and then; filled templates have random ones already."""
    made = of
    if gold and draw.random() < 0.35:
        made = _renamed(made, fillers, draw)
    chance = draw.random()
    if chance < 0.07:
        made = _mapped(made, str.lower)
    elif chance < 0.10:
        made = _mapped(made, str.upper)
    elif chance < 0.13:
        made = _without_marks(made, draw)
    elif chance < 0.16 and not gold:
        made = _with_slips(made, draw)
    return made


def _pieces(of: Marked) -> list[tuple[str, str]]:
    pieces, at = [], 0
    for mark in of.marks:
        if mark.start < at:
            continue
        pieces += [(of.text[at : mark.start], ""), (of.text[mark.start : mark.end], mark.kind)]
        at = mark.end
    return [*pieces, (of.text[at:], "")]


def _renamed(of: Marked, fillers: Fillers, draw: random.Random) -> Marked:
    cast: dict[str, tuple[str, str]] = {}
    language = of.language or "en"
    pieces = []
    for value, kind in _pieces(of):
        new = value
        if kind == "PERSON" and draw.random() < 0.7 and value[:1].isalpha():
            words = value.split()
            person = cast.setdefault(words[-1], fillers.person(language, draw))
            new = {1: draw.choice(person)}.get(len(words), " ".join(person))
        elif kind == "LOCATION" and draw.random() < 0.4 and " " not in value:
            new = fillers.town(language if language in ("en", "de", "es") else "en", draw)
        elif kind == "ORGANIZATION" and draw.random() < 0.3:
            new = fillers.organisation("", language if language in ("en", "de", "es") else "en", draw)
        if new is not value:
            new = new.lower() if value.islower() else new.upper() if value.isupper() and len(value) > 3 else new
        pieces.append((new, kind))
    made = joined(pieces)
    return Marked(made.text, made.marks, of.language)


def _mapped(of: Marked, change: Callable[[str], str]) -> Marked:
    pieces = [(change(value), kind) for value, kind in _pieces(of)]
    made = joined(pieces)
    return Marked(made.text, made.marks, of.language)


def _without_marks(of: Marked, draw: random.Random) -> Marked:
    """Without full stops, commas and, half of the time, capitals."""
    small = draw.random() < 0.5
    pieces = []
    for value, kind in _pieces(of):
        kept = value if kind else "".join(char for char in value if char not in ".,;!?")
        pieces.append((kept.lower() if small else kept, kind))
    made = joined(pieces)
    return Marked(made.text, made.marks, of.language)


def _with_slips(of: Marked, draw: random.Random) -> Marked:
    pieces = []
    for value, kind in _pieces(of):
        chars = list(value)
        for at in range(len(chars) - 1) if not kind else ():
            if chars[at].isalpha() and chars[at + 1].isalpha() and draw.random() < 0.02:
                chars[at], chars[at + 1] = chars[at + 1], chars[at]
        pieces.append(("".join(chars), kind))
    made = joined(pieces)
    return Marked(made.text, made.marks, of.language)
