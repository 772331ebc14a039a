"""A ledger as plain JSON values and back, for whoever keeps a conversation sealed.

Called by the sessions. What is made of a ledger here holds every real value of a conversation: it is sealed before it
goes anywhere. Nothing of a single request is kept: its texts, what a provider said before, the lexicons, which are made
anew. Never writes, seals or logs anything itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from web_server.privacy.ledger import Ledger
from web_server.privacy.lexicon import Form
from web_server.privacy.people import _Word
from web_server.privacy.policy import Treatment

VERSION = 1


class UnknownLedger(ValueError):
    """Not a ledger that this version has written."""


def dumped(ledger: Ledger) -> dict[str, Any]:
    """The whole ledger; `loaded` makes its equal of it."""
    book, people = ledger._book, ledger._people
    return {
        "version": VERSION,
        "seed": ledger._seed.hex(),
        "assigned": [[kind, value, how.value, made] for (kind, value, how), made in ledger._assigned.items()],
        "whole": [[*pair, made] for pair, made in ledger._whole.items()],
        "same": [[*pair, made] for pair, made in ledger._same.items()],
        "told": sorted(ledger._told),
        "own_hosts": sorted(ledger._own_hosts),
        "out": [[text, *form] for text, form in book._out.items()],
        "back": [[text, *form] for text, form in book._back.items()],
        "hidden_words": sorted(book._hidden_words),
        "taken": sorted(book._taken),
        "sent": book._sent,
        "words": [
            [lower, word.shown, word.surrogate, word.is_guess, word.spreads] for lower, word in people._words.items()
        ],
        "plain": people._plain,
        "glued": people._glued,
        "initialled": people._initialled,
        "tags": dict(ledger._tags._last),
        "hosts": ledger._addresses._hosts,
    }


def loaded(state: Mapping[str, Any]) -> Ledger:
    """The ledger that was dumped. Raises UnknownLedger."""
    if state.get("version") != VERSION:
        raise UnknownLedger
    ledger = Ledger(bytes.fromhex(state["seed"]))
    ledger._assigned = {(kind, value, Treatment(how)): made for kind, value, how, made in state["assigned"]}
    ledger._whole = {(kind, value): made for kind, value, made in state["whole"]}
    ledger._same = {(kind, value): made for kind, value, made in state["same"]}
    ledger._told = set(state["told"])
    ledger._own_hosts = set(state["own_hosts"])
    ledger._tags._last = Counter(state["tags"])
    ledger._addresses._hosts = dict(state["hosts"])
    people = ledger._people
    people._words = {lower: _Word(*word) for lower, *word in state["words"]}
    people._plain, people._glued = dict(state["plain"]), dict(state["glued"])
    people._initialled = dict(state["initialled"])
    book = ledger._book
    book._out = {text: Form(*form) for text, *form in state["out"]}
    book._back = {text: Form(*form) for text, *form in state["back"]}
    book._waiting = (dict.fromkeys(book._out), dict.fromkeys(book._back))
    book._hidden_words, book._taken = set(state["hidden_words"]), set(state["taken"])
    book._sent = dict(state["sent"])
    return ledger
