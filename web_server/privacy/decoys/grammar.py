"""The source for a cold start: the real query's own frame, with other words of the same kinds in its wide slots.

Asked by `covers` where nothing better is there. What says how one writes stays (function words, what is asked for,
marks, layout, capitals); what says about what goes. Pure; tables in `topics`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final

from web_server.privacy.cases import cased
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.sources import Origin
from web_server.privacy.decoys.template import Pieces, Template
from web_server.privacy.obfuscation.vocabulary import ASKING, COMMON

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_WORDS: Final = """
    garden kettle invoice tram harbour orchard ledger violin tariff lantern bakery ferry museum battery plaster
    meadow tenant recipe tunnel saddle glacier voucher bicycle chapel cabinet pension archive colony filter lesson
"""


class Grammar:
    """Never runs out."""

    @property
    def name(self) -> Origin:
        return "grammar"

    def draw(self, shape: Shape, count: int, rng: random.Random) -> Sequence[Template]:
        return [
            Template(tuple(_other(turn, shape.language or "en", rng) for turn in shape.frame)) for _ in range(count)
        ]


def _other(turn: Pieces, language: str, rng: random.Random) -> Pieces:
    words = _WORDS.split()
    kept = COMMON[language] | ASKING[language]

    def another(match: re.Match[str]) -> str:
        word = match[0]
        return word if word.lower() in kept else cased(rng.choice(words), word)

    return tuple(_WORD.sub(another, each) if isinstance(each, str) else each for each in turn)
