"""What a caller's query becomes in the pool, and what a text of a file's or a model's becomes in a stock.

Called by whoever keeps a pool, with a query that was scrubbed and its ledger; nothing but surrogates may be in it. What
is odd stays out: it would be known again, and says more of its giver than of anybody else. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from web_server.privacy.decoys import conversation
from web_server.privacy.decoys.shape import frame
from web_server.privacy.decoys.template import Slot, Template
from web_server.privacy.errors import PrivacyError
from web_server.privacy.ledger import Ledger
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query, ScrubbedQuery

SHORTEST: Final = 12
LONGEST: Final = 6000
MOST_TEXTS: Final = 9
_MOST_SLOTS = 24
_TAG = re.compile(r"\[[A-Z][A-Z_]{2}\w{0,80}(?:: [^\]\n]{0,200})?\]|<[A-Z]{3}[_A-Z0-9]{0,40}>")
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}")
_LONG_CODE = re.compile(r"(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{16}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NOBODY = ModelRef("nobody", "nothing")


def gift(query: ScrubbedQuery, ledger: Ledger) -> Template | None:
    """The template of a scrubbed query's newest turn, whose ledger this is: what was said before was given with its own
    turn, or was not to be given. None where it must not be given: too long or short, with tools, with a tag or a long
    number that is no surrogate of this ledger's, with an original in it, one thing over and over."""
    if conversation.uncoverable(query) is not None:
        return None
    newest, goes_on = conversation.newest_turn(query)
    texts = [text for _, text in conversation.turns(newest)]
    if len(texts) > MOST_TEXTS or len(texts[-1]) < SHORTEST or sum(map(len, texts)) > LONGEST:
        return None
    if any(next(ledger.originals.all(text), None) is not None for text in texts):
        return None
    template = Template(frame(texts, ledger), goes_on)
    if sum(1 for _ in template.slots()) > _MOST_SLOTS or any(_is_odd(turn) for turn in template.turns):
        return None
    return template


def prepared(texts: Iterable[str], shield: Shield, seed: bytes) -> list[Template]:
    """Templates of texts that are nobody's query: lines of the operator's file, what a model wrote. They are scrubbed
    like a query all the same, so that a name in one of them is another one each time. What cannot be is left out."""
    made: list[Template] = []
    for number, text in enumerate(texts):
        ledger = Ledger(seed + number.to_bytes(8, "big"))
        try:
            query = shield.protect(Query(_NOBODY, {"messages": [{"role": "user", "content": text}]}), ledger)
        except PrivacyError:
            continue
        if (template := gift(query, ledger)) is not None:
            made.append(template)
    return made


def _is_odd(turn: Iterable[str | Slot]) -> bool:
    plain = "".join(each for each in turn if isinstance(each, str))
    if _TAG.search(plain) or _LONG_NUMBER.search(plain) or _LONG_CODE.search(plain):
        return True
    words = Counter(_WORD.findall(plain.lower()))
    if not words:
        return True
    most = words.most_common(1)[0][1]
    return sum(words.values()) >= 20 and (most > sum(words.values()) * 0.4 or len(words) * 8 < sum(words.values()))
