"""Small places named in passing: towns of the lists that are no city everybody knows.

Called by the finder of the level `quasi`. Below it only places that a text ties to somebody are hidden; but who asks
about a bus from a village is likely from there. Never finds a place of no list: a capital letter alone says too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.spans import Span

_BEFORE = (
    "in|near|from|to|at|around|outside|aus|nach|bei|nahe|von|à|de|près de|vers|en|cerca de|desde|hasta|a|da|vicino a|"
    "verso|per|te|uit|naar|van"
)
_NAME = r"[A-ZÀ-ÖØ-Þ][^\W\d_]+"
_INSIDE = "am|an|der|im|de|la|le|les|sur|en|del|di|sul|aan|den|op"
_PLACED = re.compile(rf"(?<![^\W_])(?:{_BEFORE}) (?P<name>{_NAME}(?:[ '-](?:{_NAME}|{_INSIDE})){{0,4}})")


def small_places(text: str) -> Iterator[Span]:
    """Towns behind a word of place, the longest name that a list has."""
    if text.islower():
        return
    towns = place_names().towns
    for found in _PLACED.finditer(text):
        name = found["name"]
        while name:
            if name.lower() in towns:
                yield Span(found.start("name"), found.start("name") + len(name), kinds.LOCATION, 0.5, "small-place")
                break
            cut = max(name.rfind(sign) for sign in " '-")
            name = name[: max(cut, 0)]
